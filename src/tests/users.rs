//! What an operator does to accounts.

use std::io::Write as _;
use std::process::Stdio;

use tempfile::TempDir;

use super::binary::{Instance, add_user, tessera};
use super::browser::{Browser, DESKTOP};
use super::server::PASSWORD;
use super::spawn::free_port;

/// Whether it was done, and what was said.
fn user(folder: &TempDir, arguments: &[&str], typed: &str) -> (bool, String) {
    let mut command = tessera(folder);
    command.arg("user").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("runs");
    child.stdin.take().expect("piped").write_all(typed.as_bytes()).expect("written");
    let ended = child.wait_with_output().expect("ends");
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.success(), String::from_utf8(said).expect("text"))
}

#[tokio::test]
async fn an_operator_signs_somebody_out_everywhere_and_gives_them_another_password() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(&mut tessera(&folder), "alice");
    let instance = Instance::start(&mut tessera(&folder), free_port());
    let browser = || Browser::at(&format!("http://localhost:{}", instance.port), instance.port, DESKTOP, "127.0.0.1");
    let (one, other) = (browser(), browser());
    for browser in [&one, &other] {
        browser.sign_in("alice", PASSWORD, "/").await;
        assert!(browser.is_signed_in().await);
    }
    assert_eq!(user(&folder, &["sign-out", "Alice"], ""), (true, "Sessions of Alice ended: 2.\n".to_owned()));
    assert!(!one.is_signed_in().await && !other.is_signed_in().await);
    assert_eq!(user(&folder, &["sign-out", "alice"], ""), (true, "Sessions of alice ended: 0.\n".to_owned()));

    one.sign_in("alice", PASSWORD, "/").await;
    let (done, said) = user(&folder, &["password", "alice", "--password-stdin"], "short");
    assert!(!done && said.contains("at least 8 characters"), "{said}");
    assert!(one.is_signed_in().await, "nothing was changed");
    let changed = user(&folder, &["password", "alice", "--password-stdin"], "another long password\n");
    assert_eq!(changed, (true, "alice has another password. Sessions ended: 1.\n".to_owned()));
    assert!(!one.is_signed_in().await);
    one.sign_in("alice", PASSWORD, "/").await;
    assert!(!one.is_signed_in().await, "the old one counts no longer");
    one.sign_in("alice", "another long password", "/").await;
    assert!(one.is_signed_in().await);

    for arguments in [&["sign-out", "bob"][..], &["password", "bob", "--password-stdin"]] {
        let (done, said) = user(&folder, arguments, "a long password");
        assert!(!done && said.contains("there is no account named bob"), "{said}");
    }
}

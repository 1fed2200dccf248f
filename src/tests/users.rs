//! What an operator does to accounts.

use std::io::Write as _;
use std::process::Stdio;

use tempfile::TempDir;

use super::binary::{Instance, add_user, tessera};
use super::browser::{Browser, DESKTOP, Shown};
use super::oauth::logout::{heard, listening};
use super::oauth::{BACK, Site, claims};
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

/// What the command says of it.
fn signed_out(name: &str, sessions: u8, grants: u8) -> (bool, String) {
    (true, format!("{name} is signed out. Sessions ended: {sessions}. Sign-ins to apps ended: {grants}.\n"))
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
    assert_eq!(user(&folder, &["sign-out", "Alice"], ""), signed_out("Alice", 2, 0));
    assert!(!one.is_signed_in().await && !other.is_signed_in().await);
    assert_eq!(user(&folder, &["sign-out", "alice"], ""), signed_out("alice", 0, 0));

    one.sign_in("alice", PASSWORD, "/").await;
    let (done, said) = user(&folder, &["password", "alice", "--password-stdin"], "short");
    assert!(!done && said.contains("at least 8 characters"), "{said}");
    assert!(one.is_signed_in().await, "nothing was changed");
    let changed = user(&folder, &["password", "alice", "--password-stdin"], "another long password\n");
    assert_eq!(
        changed,
        (true, "alice has another password. Sessions ended: 1. Sign-ins to apps ended: 0.\n".to_owned())
    );
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

#[tokio::test]
async fn what_an_operator_ends_on_the_command_line_is_over_at_the_running_server_and_its_apps_hear_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(&mut tessera(&folder), "alice");
    let (uri, mut hear) = listening().await;
    let mut adding = tessera(&folder);
    adding.args(["app", "add", "Television", "--redirect-uri", BACK, "--device", "--json"]);
    let added = adding.args(["--backchannel-logout-uri", &uri]).stdout(Stdio::piped()).output().expect("runs");
    let added: serde_json::Value = serde_json::from_slice(&added.stdout).expect("JSON");
    let text = |key: &str| added[key].as_str().expect("a text").to_owned();
    let instance = Instance::start(&mut tessera(&folder), free_port());
    let browser = || Browser::at(&format!("http://localhost:{}", instance.port), instance.port, DESKTOP, "127.0.0.1");
    let (phone, site) = (browser(), Site { id: text("app_id"), secret: text("app_secret"), backend: browser() });
    for (round, command) in [&["sign-out", "alice"][..], &["password", "alice", "--password-stdin"]].iter().enumerate()
    {
        phone.sign_in("alice", PASSWORD, "/").await;
        let device = async || {
            let begun = site.calls("/oauth/device", &[("scope", "openid offline_access")]).await;
            phone.approve(&Shown { ticket: String::new(), typed: begun.text("user_code") }).await;
            begun.text("device_code")
        };
        let asks = async |code: &str| {
            let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
            site.calls("/oauth/token", &[grant, ("device_code", code)]).await
        };
        let tokens = asks(&device().await).await;
        let (refresh, unclaimed) = (tokens.text("refresh_token"), device().await);
        let (done, said) = user(&folder, command, PASSWORD);
        assert!(done && said.ends_with("Sessions ended: 1. Sign-ins to apps ended: 1.\n"), "{round}: {said}");
        assert!(!phone.is_signed_in().await);
        assert_eq!(site.refreshes(&refresh).await.error(), "invalid_grant");
        assert_eq!(asks(&unclaimed).await.error(), "access_denied");
        let said = claims(&heard(&mut hear).await);
        assert_eq!((&said["sub"], &said["aud"]), (&claims(&tokens.text("id_token"))["sub"], &added["app_id"]));
    }
}

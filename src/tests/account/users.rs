//! What an operator does to accounts.

use std::io::Write as _;
use std::process::Stdio;

use reqwest::{Method, StatusCode};
use tempfile::TempDir;

use crate::harness::binary::{Instance, add_user, tessera};
use crate::harness::browser::{Browser, DESKTOP, Shown};
use crate::harness::server::PASSWORD;
use crate::harness::site::{BACK, Site, claims};
use crate::harness::spawn::free_port;
use crate::login::api;
use crate::oauth::logout::page::{heard, listening};
use tessera::store::records::passkeys::WaysIn;
use tessera::store::records::{Records, Vouched};
use tessera::ticket::ids::AccountId;
use tessera::ticket::time::Timestamp;

/// Whether it was done, and what was said of it.
pub fn user(folder: &TempDir, arguments: &[&str], typed: &str) -> (bool, String) {
    let mut command = tessera(folder);
    command
        .arg("user")
        .args(arguments)
        .arg("--create")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("runs");
    child.stdin.take().expect("piped").write_all(typed.as_bytes()).expect("written");
    let ended = child.wait_with_output().expect("ends");
    let is_done = ended.status.success();
    let said = if is_done { ended.stdout } else { ended.stderr };
    (is_done, String::from_utf8(said).expect("text"))
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
        (true, "The password of alice is changed. Sessions ended: 1. Sign-ins to apps ended: 0.\n".to_owned())
    );
    assert!(!one.is_signed_in().await);
    one.sign_in("alice", PASSWORD, "/").await;
    assert!(!one.is_signed_in().await, "the old one counts no longer");
    one.sign_in("alice", "another long password", "/").await;
    assert!(one.is_signed_in().await);

    // As a log names whoever a phone app's token vouches for, who has no user name.
    let records = Records::sqlite(&folder.path().join("data/tessera.db"), WaysIn::BOTH).await.expect("opens");
    let vouched = Vouched {
        fresh_id: AccountId::from_random([7; 16]),
        issuer: "https://issuer.example".to_owned(),
        subject: "carol".to_owned(),
        display_name: "Carol".to_owned(),
        picture: None,
        now: Timestamp::from_millis(1_800_000_000_000),
    };
    let carol = records.vouched_account(vouched).await.expect("answers").id.to_string();
    records.close().await;
    assert_eq!(user(&folder, &["sign-out", &carol], ""), signed_out("Carol", 0, 0), "not the id that was typed");
    let (_, listed) = user(&folder, &["list", "--json"], "");
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let alice = listed.as_array().expect("accounts").iter().find(|one| one["username"] == "alice").expect("alice");
    let id = alice["account_id"].as_str().expect("an id");
    assert_eq!(user(&folder, &["disable", id], "").1.split(" is ").next(), Some("alice"));
    assert_eq!(user(&folder, &["enable", id], "").1, "alice can sign in again.\n");
    let nobody = AccountId::from_random([8; 16]).to_string();
    let (done, said) = user(&folder, &["sign-out", &nobody], "");
    assert!(!done && said.contains("there is no account named"), "{said}");

    for arguments in [&["sign-out", "bob"][..], &["password", "bob", "--password-stdin"]] {
        let (done, said) = user(&folder, arguments, "a long password");
        assert!(!done && said.contains("there is no account named bob"), "{said}");
    }
}

#[tokio::test]
async fn what_an_operator_ends_on_the_command_line_is_over_at_the_running_server_and_apps_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(&mut tessera(&folder), "alice");
    let (uri, mut hear) = listening().await;
    let mut adding = tessera(&folder);
    adding.args(["app", "add", "Television", "--redirect-uri", BACK, "--device-grant", "--json"]);
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

#[test]
fn an_operator_sets_no_password_that_is_tried_first_everywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    for common in ["password", "12345678", "PASSWORD1", "football\n", "1q2w3e4r5t"] {
        let (done, said) = user(&folder, &["add", "alice", "--password-stdin"], common);
        assert!(!done && said.contains("one of the passwords that are tried first"), "{common}: {said}");
        assert!(!said.to_lowercase().contains(&common.trim().to_lowercase()) || common == "password", "{said}");
    }
    assert!(user(&folder, &["add", "alice", "--password-stdin"], PASSWORD).0, "nobody has her name yet");
    for common in ["sunshine", "Iloveyou", "00000000"] {
        let (done, said) = user(&folder, &["password", "alice", "--password-stdin"], common);
        assert!(!done && said.contains("one of the passwords that are tried first"), "{common}: {said}");
    }
}

/// Whether the pages of administrators are there for somebody who signs in anew.
async fn administers(instance: &Instance, name: &str) -> bool {
    let origin = format!("http://localhost:{}", instance.port);
    let browser = Browser::at(&origin, instance.port, DESKTOP, "127.0.0.1");
    browser.sign_in(name, PASSWORD, "/").await;
    assert!(browser.is_signed_in().await, "{name}");
    browser.get("/admin/apps").await.status == StatusCode::OK
}

#[tokio::test]
async fn where_the_first_account_came_from_the_command_line_an_operator_names_the_administrators() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(&mut tessera(&folder), "alice");
    let instance = Instance::start(&mut tessera(&folder), free_port());
    assert!(!administers(&instance, "alice").await);

    let added = user(&folder, &["add", "grace", "--admin", "--password-stdin"], PASSWORD);
    assert_eq!(added, (true, "grace can sign in and is an administrator.\n".to_owned()));
    assert!(administers(&instance, "grace").await && !administers(&instance, "alice").await);

    let promoted = (true, "Alice is an administrator.\n".to_owned());
    assert_eq!(user(&folder, &["promote", "Alice"], ""), promoted);
    assert_eq!(user(&folder, &["promote", "Alice"], ""), promoted, "and again");
    assert!(administers(&instance, "alice").await);

    let demoted = |name: &str| user(&folder, &["demote", name], "");
    assert_eq!(demoted("grace"), (true, "grace is no longer an administrator.\n".to_owned()));
    assert!(!administers(&instance, "grace").await);
    let (done, said) = demoted("grace");
    assert!(!done && said.contains("grace is not an administrator"), "{said}");
    let (done, said) = demoted("alice");
    assert!(!done && said.contains("alice is the last administrator: promote somebody else first"), "{said}");
    assert!(administers(&instance, "alice").await, "somebody always does");

    for verb in ["promote", "demote"] {
        let (done, said) = user(&folder, &[verb, "bob"], "");
        assert!(!done && said.contains("there is no account named bob"), "{said}");
    }
}

#[tokio::test]
async fn rights_count_at_once_for_a_session_that_is_open() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["alice", "grace"] {
        assert!(user(&folder, &["add", name, "--password-stdin"], PASSWORD).0);
    }
    let instance = Instance::start(&mut tessera(&folder), free_port());
    let origin = format!("http://localhost:{}", instance.port);
    let browser = Browser::at(&origin, instance.port, DESKTOP, "127.0.0.1");
    browser.sign_in("alice", PASSWORD, "/").await;
    for (command, name, status) in [
        ("promote", "alice", StatusCode::OK),
        ("promote", "grace", StatusCode::OK),
        ("demote", "alice", StatusCode::NOT_FOUND),
    ] {
        assert!(user(&folder, &[command, name], "").0);
        assert_eq!(browser.get("/admin/apps").await.status, status, "{command} {name}");
    }
}

#[tokio::test]
async fn where_the_first_account_came_from_a_phones_token_an_operator_adds_the_administrator() {
    let server = api::server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::phone(&server));
    let bearer = format!("Bearer {}", api::token(&api::claims()));
    let scan = format!("/v1/tickets/{}/scan", browser.show_code().await.typed);
    app.send(Method::POST, &scan, &[("authorization", &bearer)], None).await;
    let set_up = browser.get(&server.app.accounts.setup.link("")).await;
    assert_eq!(set_up.status, StatusCode::GONE, "somebody has an account");

    let add = ["add", "grace", "--admin", "--password-stdin", "--data-dir", "."];
    let (done, said) = user(&server.folder, &add, PASSWORD);
    assert!(done, "{said}");
    browser.sign_in("grace", PASSWORD, "/").await;
    assert_eq!(browser.get("/admin/apps").await.status, StatusCode::OK);
    let (done, said) = user(&server.folder, &["demote", "grace", "--data-dir", "."], "");
    assert!(!done && said.contains("the last administrator"), "who has no password administers nothing: {said}");
}

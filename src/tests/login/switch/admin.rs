//! The page on which administrators turn the switch, and the command that does the same.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tessera::settings::Scanning;
use tessera::store::records::activity::{ActivityActor, ActivityFilter, ActivityKind};

use super::{refusal, scan_off, shows_no_code};
use crate::admin::pages::administrator;
use crate::harness::binary::{Instance, tessera};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::Server;
use crate::harness::spawn::free_port;
use crate::operating::logs::listen;

const PAGE: &str = "/admin/security";
const SWITCH: &str = "/admin/security/scan";

#[tokio::test]
async fn sec_73_an_administrator_turns_the_switch_and_it_is_said_who_did_when_and_why() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    assert!(grace.get(PAGE).await.words().contains("It is switched on."));
    let (lines, _guard) = listen();
    let off = grace.post(SWITCH, &[("state", "off"), ("reason", "phishing <b>today</b>")]).await;
    assert_eq!(off.location(), "/admin/security?done=off", "{off:?}");
    // A button that is pressed twice has one effect.
    grace.post(SWITCH, &[("state", "off"), ("reason", "again")]).await;
    assert!(shows_no_code(&Browser::desktop(&server).get("/login").await));
    let page = grace.get(PAGE).await;
    assert!(page.words().contains("It is switched off.") && page.body.contains("phishing &lt;b&gt;today"), "{page:?}");
    assert!(page.words().contains("Switched by grace, "), "{page:?}");
    let said = lines.text();
    assert!(said.contains("the sign-in by scan was switched") && said.contains("phishing"), "{said}");

    let filter = ActivityFilter { kind: Some(ActivityKind::Changed), ..ActivityFilter::default() };
    let activity = server.app.records.activity(filter, 10).await.expect("answers");
    assert_eq!(activity.len(), 1, "{activity:?}");
    let line = &activity[0].line;
    assert_eq!((line.account, &*line.detail), (None, "scan off: phishing <b>today</b>"));
    assert!(matches!(&line.actor, ActivityActor::Person { name, .. } if name == "grace"), "{line:?}");
    let shown = grace.get("/admin/activity").await;
    assert!(shown.words().contains("Signing in by scanning: switched off. Why: "), "{shown:?}");
    grace.post(SWITCH, &[("state", "on")]).await;
    Browser::desktop(&server).show_code().await;
}

#[tokio::test]
async fn sec_73_the_switch_is_for_administrators_with_a_fresh_proof_alone() {
    let server = Server::start().await;
    let (grace, alice) = (administrator(&server).await, Browser::signed_in(&server, "Alice").await);
    for path in [PAGE, SWITCH] {
        let method = if path == SWITCH { Method::POST } else { Method::GET };
        assert_eq!(refusal(&alice, method, path, &[("state", "off")]).await.0, 404, "{path}");
    }
    assert_eq!(grace.post(SWITCH, &[("state", "maybe")]).await.status, StatusCode::BAD_REQUEST);
    let long = "x".repeat(201);
    assert_eq!(grace.post(SWITCH, &[("state", "off"), ("reason", &long)]).await.status, StatusCode::BAD_REQUEST);
    server.pass(301);
    let asked = grace.post(SWITCH, &[("state", "off")]).await;
    assert!(asked.status == StatusCode::FORBIDDEN && asked.body.contains("/account/proof"), "{asked:?}");
    Browser::desktop(&server).show_code().await;
}

#[tokio::test]
async fn sec_73_the_page_says_where_the_configuration_switches_it_off() {
    let server = Server::start_with(|settings| settings.login.scan = Scanning::Off).await;
    let page = administrator(&server).await.get(PAGE).await;
    assert!(page.words().contains("The configuration switches it off: login.scan is off."), "{page:?}");
}

/// What a command printed on stdout, as JSON.
fn said(folder: &tempfile::TempDir, words: &[&str]) -> Value {
    let output = tessera(folder).args(words).arg("--json").stdout(std::process::Stdio::piped()).output().expect("runs");
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON alone")
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_73_a_command_switches_a_server_that_runs_and_says_the_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let instance = Instance::start(&mut tessera(&folder), free_port());
    let browser = Browser::at(&format!("http://localhost:{}", instance.port), instance.port, DESKTOP, "127.0.0.1");
    assert_eq!(said(&folder, &["scan", "status"])["scan"], "on");
    browser.show_code().await;
    let off = said(&folder, &["scan", "off", "--reason", "phishing"]);
    assert_eq!((&off["scan"], &off["switch"], &off["reason"]), (&"off".into(), &"off".into(), &"phishing".into()));
    let is_off = async || refusal(&browser, Method::GET, "/login", &[]).await == scan_off();
    crate::harness::hang::until("a server that follows", is_off).await;
    assert_eq!(said(&folder, &["scan", "on"])["scan"], "on");
    crate::harness::hang::until("a server that follows", async || !is_off().await).await;
}

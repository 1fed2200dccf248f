//! Passkeys after the server has moved to another domain: they are shown for what they are, and count as no way in.

use reqwest::StatusCode;
use tessera::store::records::activity::{ActivityKind, NewActivity};
use tessera::store::records::passkeys::PasskeyRemoved;

use super::device::Device;
use super::{ADD, account, adds, is_refused, lines, passkeys, with_passkey};
use crate::admin::pages::administrator;
use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};

const APPROVALS: &str = "/account/passkeys/approvals";

/// Takes all passkeys for those of a domain that the server had before.
async fn moved(server: &Server) {
    let records = &server.app.records;
    // The server of the tests is at this domain and stays there.
    records.move_passkey_domain("login.example".to_owned()).await.expect("answers");
}

/// Gives Alice, who has a passkey, another one: it was made when the server had another domain.
async fn has_one_of_before(server: &Server) {
    let records = &server.app.records;
    let mut other = passkeys(server, "alice").await.remove(0);
    "old.example".clone_into(&mut other.domain);
    other.id.0.reverse();
    records.move_passkey_domain("old.example".to_owned()).await.expect("answers");
    let alice = account(server, "alice").await;
    let line = NewActivity::of(ActivityKind::PasskeyAdded, alice.id, "Alice", server.clock.now());
    records.add_passkey(other, alice.epoch, line).await.expect("answers");
    records.move_passkey_domain("localhost".to_owned()).await.expect("answers");
}

#[tokio::test]
async fn a_passkey_of_another_domain_is_shown_as_such_and_may_be_removed() {
    let server = Server::start().await;
    let (browser, _) = with_passkey(&server, "Alice").await;
    let page = browser.get(ADD).await;
    assert!(!page.words().contains("no longer signs you in"), "{}", page.words());
    has_one_of_before(&server).await;
    let page = browser.get(ADD).await;
    assert!(page.words().contains("so it no longer signs you in here."), "{}", page.words());
    let about = page.body.split("\"signalAllAcceptedCredentials\" data-about=\"").nth(1).expect("told");
    let about = about.split('"').next().unwrap_or_default().replace("&quot;", "\"");
    let about: serde_json::Value = serde_json::from_str(&about).expect("JSON");
    assert_eq!(
        about["allAcceptedCredentialIds"].as_array().map(Vec::len),
        Some(1),
        "managers hear of the one that works"
    );
    let (_, behind) = page.body.split_once("old.example").expect("which domain it was");
    let form = behind.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("its form");
    let removed = browser.post(form, &[("act", "remove")]).await;
    assert_eq!(removed.location(), "/account/passkeys?done=removed", "{removed:?}");
    assert_eq!(passkeys(&server, "alice").await.remove(0).domain, "localhost");
}

#[tokio::test]
async fn approvals_always_ask_for_a_passkey_only_where_the_person_has_one_of_this_domain() {
    let server = Server::start().await;
    let (browser, _) = with_passkey(&server, "Alice").await;
    let (alice, records) = (account(&server, "alice").await.id, &server.app.records);
    let turns = async |always: &str| browser.post(APPROVALS, &[("always", always)]).await;
    let offers = async || browser.get(ADD).await.body.contains(&format!("action=\"{APPROVALS}\""));
    let is_on = async || records.asks_passkey(alice).await.expect("answers");
    assert!(offers().await);
    assert_eq!(turns("true").await.location(), "/account/passkeys?done=approvals");
    assert!(is_on().await);
    // She has a password, and from now on a passkey of the former domain alone, with which she could approve nothing.
    let works = passkeys(&server, "alice").await.remove(0).id;
    has_one_of_before(&server).await;
    let line = NewActivity::of(ActivityKind::PasskeyRemoved, alice, "Alice", server.clock.now());
    assert_eq!(records.remove_passkey(alice, works, line).await.expect("answers"), PasskeyRemoved::Done);
    assert_eq!(passkeys(&server, "alice").await.remove(0).domain, "old.example");
    assert!(offers().await, "whoever turned it on before turns it off");
    assert_eq!(turns("false").await.location(), "/account/passkeys?done=approvals");
    assert!(!is_on().await && !offers().await);
    is_refused(&turns("true").await, "Your account has no passkey.");
    assert!(!is_on().await);
    assert_eq!(lines(&server, "alice", ActivityKind::Changed).await, 2, "what was refused has no line");
    adds(&browser, &mut Device::default()).await;
    assert!(offers().await);
    assert_eq!(turns("true").await.location(), "/account/passkeys?done=approvals");
    assert!(is_on().await);
}

#[tokio::test]
async fn whoever_has_passkeys_of_another_domain_alone_is_shown_as_somebody_who_cannot_sign_in() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    server.person("Alice").await;
    let (browser, mut device) = (Browser::desktop(&server), Device::default());
    super::last::recovers(&server, &browser, "alice", &mut device).await;
    let alice = account(&server, "alice").await.id;
    let pages = [format!("/admin/people/{alice}"), "/admin/people?state=no_password".to_owned()];
    for path in &pages {
        let page = grace.get(path).await;
        assert!(!page.words().contains("no way to sign in"), "{path}: {}", page.words());
    }
    moved(&server).await;
    for path in &pages {
        let page = grace.get(path).await;
        assert!(page.words().contains("no way to sign in"), "{path}: {}", page.words());
    }
    let links = grace.get(&format!("/admin/people/{alice}/links")).await;
    assert!(links.body.contains(&format!("action=\"/admin/people/{alice}/invite\"")), "{links:?}");
}

#[tokio::test]
async fn the_last_administrator_whose_password_is_taken_stays_when_the_domain_changes() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    adds(&grace, &mut Device::default()).await;
    server.administrator("Heidi").await;
    moved(&server).await;
    // Both have a password, so either may go, and then the other may not.
    let sure = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA"), ("sure", "on")];
    assert_eq!(grace.post("/account/data/delete", &sure).await.location(), "/account/data?done=asked");
    server.pass(24 * 3600);
    assert_eq!(server.app.accounts.delete_due().await.expect("answers"), 1);
    let heidi = Browser::desktop(&server);
    heidi.sign_in("heidi", PASSWORD, "/").await;
    let refused = heidi.post("/account/data/delete", &sure).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{refused:?}");
    is_refused(&heidi.post("/account/data/delete", &[]).await, "Tick the box to confirm");
}

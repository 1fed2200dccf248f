//! The two switches of an account: its owner turns one, and administrators the other.

use reqwest::{Method, StatusCode};
use tessera::store::records::activity::ActivityKind;

use super::{refusal, scan_off};
use crate::admin::pages::administrator;
use crate::admin::people::page_of;
use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};
use crate::login::ladder::details;
use crate::login::transfer;

#[tokio::test]
async fn sec_73_an_administrator_switches_it_off_for_a_person_who_cannot_undo_it() {
    let server = Server::start().await;
    let (grace, alice) = (administrator(&server).await, Browser::signed_in(&server, "Alice").await);
    let (asking, ready) = (Browser::desktop(&server), Browser::desktop(&server));
    let (scanned, approved) = (asking.show_code().await, ready.show_code().await);
    let code = alice.scan(&scanned).await;
    alice.approve(&approved).await;
    let person = page_of(&server, "alice").await;
    let page = grace.get(&person).await;
    assert!(page.words().contains("This person can sign in by scanning a code."), "{page:?}");
    let done = grace.post(&format!("{person}/scan"), &[("state", "off")]).await;
    assert_eq!(done.location(), format!("{person}?done=scan"), "{done:?}");
    assert!(grace.get(&person).await.words().contains("It is switched off for this person."));

    assert_eq!(refusal(&alice, Method::POST, "/api/approve", &[("code", &code)]).await.0, 403, "approve");
    let claim = format!("/login/{}/claim", approved.ticket);
    assert_eq!(refusal(&ready, Method::POST, &claim, &[]).await, scan_off(), "claim");
    for path in ["/scan", "/link"] {
        let page = alice.get(path).await;
        assert!(page.words().contains("switched off for your account"), "{path}: {page:?}");
    }
    let seen = asking.hears(&scanned).await["seen"].clone();
    assert!(seen["scanned"].is_object(), "its page learns nothing of the account: {seen}");
    let page = alice.get("/account/security").await;
    assert!(page.words().contains("An administrator switched it off for your account."), "{page:?}");
    alice.post("/account/security/scan", &[("state", "on")]).await;
    assert_eq!(refusal(&alice, Method::GET, "/scan", &[]).await, scan_off());
    let bob = {
        server.person("Bob").await;
        let bob = Browser::phone(&server).with_address("203.0.113.40".to_owned());
        bob.sign_in("bob", PASSWORD, "/").await;
        bob
    };
    bob.signs_in(&Browser::desktop(&server)).await;
    assert_eq!(details(&server, "alice", ActivityKind::Changed).await, ["scan off"]);
    grace.post(&format!("{person}/scan"), &[("state", "on")]).await;
    assert_eq!(refusal(&alice, Method::GET, "/scan", &[]).await.0, 200);
}

#[tokio::test]
async fn sec_73_an_owner_switches_it_off_with_a_fresh_proof_and_on_again() {
    let server = Server::start().await;
    let alice = Browser::signed_in(&server, "Alice").await;
    let page = alice.get("/account/security").await;
    assert!(page.body.contains("action=\"/account/security/scan\""), "{page:?}");
    let turn = async |state: &str| alice.post("/account/security/scan", &[("state", state)]).await;
    assert_eq!(turn("sideways").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(turn("off").await.location(), "/account/security?done=scan");
    assert!(alice.get("/account/security").await.words().contains("Nobody can sign in as you with a scanned code."));
    assert_eq!(refusal(&alice, Method::GET, "/scan", &[]).await, scan_off());
    let shown = Browser::desktop(&server).show_code().await;
    let path = server.path_of(&shown).await;
    assert_eq!(alice.get(&path).await.status, StatusCode::FORBIDDEN, "the phone says so");
    server.pass(301);
    let asked = turn("on").await;
    assert!(asked.location().starts_with("/account/proof"), "{asked:?}");
    assert_eq!(refusal(&alice, Method::GET, "/scan", &[]).await, scan_off(), "without a proof it stays off");
    alice.sign_in("alice", PASSWORD, "/").await;
    turn("on").await;
    assert_eq!(refusal(&alice, Method::GET, "/scan", &[]).await.0, 200);
    assert_eq!(details(&server, "alice", ActivityKind::Changed).await, ["scan on", "scan off"]);
}

#[tokio::test]
async fn sec_73_an_account_that_takes_no_part_signs_no_phone_in_either() {
    let server = Server::start().await;
    let (desktop, phone) = (transfer::signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    let offered = transfer::offer(&server, &desktop).await;
    desktop.post("/account/security/scan", &[("state", "off")]).await;
    phone.get(&offered.code).await;
    assert_eq!(refusal(&phone, Method::POST, &format!("{}/take", offered.code), &[]).await, scan_off());
    assert_eq!(refusal(&desktop, Method::POST, "/transfer", &[]).await, scan_off());
}

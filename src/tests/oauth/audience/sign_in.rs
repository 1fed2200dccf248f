//! Whoever may not use an app is told so before they sign in to it: on the page of a browser, and on the phone.

use reqwest::{Method, StatusCode};
use tessera::store::records::people::Audience;

use super::{group, joins, leaves, open_to, refusals};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site, consent_form, decides, said};
use crate::login::api;

#[tokio::test]
async fn sec_71_who_is_in_no_group_of_an_app_is_told_so_and_gets_no_code() {
    let server = Server::start().await;
    let (site, staff) = (Site::register(&server).await, group(&server, "staff").await);
    open_to(&server, &site, &[staff]).await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    joins(&server, staff, "alice").await;
    assert_eq!(
        decides(&alice, alice.get(&site.sends_to(&[])).await.location(), "allow").await.location().find(BACK),
        Some(0)
    );

    let path = bob.get(&site.sends_to(&[])).await.location().to_owned();
    let page = bob.get(&path).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{page:?}");
    for part in [
        "You may not use Shop",
        "Shop is open to certain groups of people, and Bob is in none of them.",
        "ask the administrator of Tessera",
        "Back to shop.example",
        "Use another account",
    ] {
        assert!(page.words().contains(part), "{part}: {}", page.words());
    }
    assert!(!page.body.contains("staff") && !page.body.contains("value=\"allow\""), "{}", page.body);
    let account = consent_form(&page);
    let form = |decision| [("decision", decision), ("account", account.as_str())];
    let forced = bob.post(&path, &form("allow")).await;
    assert_eq!((forced.status, forced.location()), (StatusCode::FORBIDDEN, ""), "{forced:?}");
    let denied = bob.post(&path, &form("deny")).await;
    let told = ["error", "state", "iss", "code"].map(|name| said(denied.location(), name));
    assert_eq!(told, ["access_denied", "s1", &server.origin, ""], "{denied:?}");
    let another = bob.post(&path, &form("another")).await;
    assert!(another.location().starts_with("/oauth/authorize/") && another.location() != path, "{another:?}");
    assert_eq!(bob.get(another.location()).await.status, StatusCode::OK, "the page to sign in");
    // Where no page may be shown, neither a sign-in nor a consent would help, and the app is told neither.
    let quiet = bob.get(bob.get(&site.sends_to(&[("prompt", "none")])).await.location()).await;
    let told = ["error", "error_description", "state"].map(|name| said(quiet.location(), name));
    assert_eq!(told, ["access_denied", "the person may not use this app", "s1"]);

    // One line for what was looked at, pressed and asked again within a minute.
    let lines = refusals(&server, "bob").await;
    let line = &lines[0].line;
    assert_eq!((lines.len(), line.account_name.as_str()), (1, "Bob"));
    assert_eq!(line.app.as_ref().map(|(app, name)| (app.to_string(), name.as_str())), Some((site.id.clone(), "Shop")));
    assert_eq!(line.address.map(|address| address.to_string()).as_deref(), Some("203.0.113.1"));
    server.pass(60);
    bob.get(&path).await;
    assert_eq!(refusals(&server, "bob").await.len(), 2);
    assert!(refusals(&server, "alice").await.is_empty());
}

#[tokio::test]
async fn sec_71_a_consent_from_before_gives_nothing_to_who_was_removed_since() {
    let server = Server::start().await;
    let (site, staff) = (Site::register(&server).await, group(&server, "staff").await);
    open_to(&server, &site, &[staff]).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    joins(&server, staff, "alice").await;
    decides(&alice, alice.get(&site.sends_to(&[])).await.location(), "allow").await;
    let path = alice.get(&site.sends_to(&[])).await.location().to_owned();
    let asked = alice.get(alice.get(&site.sends_to(&[("prompt", "consent")])).await.location()).await;
    let asked_at = alice.get(&site.sends_to(&[("prompt", "consent")])).await.location().to_owned();
    leaves(&server, staff, "alice").await;
    assert_eq!(alice.get(&path).await.status, StatusCode::FORBIDDEN);
    // A page of before that is still open gives nothing either.
    let late = alice.post(&asked_at, &[("decision", "allow"), ("account", &consent_form(&asked))]).await;
    assert_eq!((late.status, late.location()), (StatusCode::FORBIDDEN, ""), "{late:?}");
    joins(&server, staff, "alice").await;
    assert!(alice.get(&path).await.location().starts_with(BACK), "back in, without another question");
}

#[tokio::test]
async fn sec_71_a_phone_says_that_its_person_may_not_use_the_app_and_approves_nothing() {
    let server = Server::start().await;
    let (site, staff) = (Site::register(&server).await, group(&server, "staff").await);
    open_to(&server, &site, &[staff]).await;
    let (bob, desktop) = (Browser::signed_in(&server, "Bob").await, Browser::desktop(&server));
    let (path, shown) = site.shows(&desktop, &[]).await;
    let code = bob.scan(&shown).await;
    let page = bob.get(&format!("/s/{code}")).await;
    let words = page.words();
    assert!(words.contains("You may not use Shop") && words.contains("Bob is in none of them"), "{words}");
    assert!(words.contains("ask the administrator of Tessera"), "{words}");
    assert!(!page.body.contains("/api/approve") && page.body.contains("/api/deny"), "{}", page.body);
    let lines = refusals(&server, "bob").await;
    assert_eq!((lines.len(), lines[0].line.address.map(|one| one.to_string()).as_deref()), (1, Some("203.0.113.1")));

    let script = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let forced = bob.send(Method::POST, "/api/approve", &script, Some(&[("code", &code)])).await;
    assert!(forced.status == StatusCode::FORBIDDEN && forced.body.contains("may_not_use_app"), "{forced:?}");
    assert!(desktop.hears(&shown).await["seen"]["scanned"].is_object());
    let claim = desktop.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert!(claim.status.is_client_error() && !desktop.is_signed_in().await, "{claim:?}");
    bob.post("/api/deny", &[("code", &code)]).await;
    assert_eq!(desktop.hears(&shown).await["seen"], "denied");
    let left = desktop.get(&format!("{path}?leave=1")).await;
    assert_eq!(said(left.location(), "error"), "access_denied");

    // Whoever may, is asked as ever; and so is everybody about this site itself.
    joins(&server, staff, "bob").await;
    let (_, shown) = site.shows(&desktop, &[]).await;
    let code = bob.scan(&shown).await;
    assert!(bob.get(&format!("/s/{code}")).await.body.contains("/api/approve"));
    leaves(&server, staff, "bob").await;
    let code = bob.scan(&desktop.show_code().await).await;
    assert!(bob.get(&format!("/s/{code}")).await.body.contains("/api/approve"));
}

#[tokio::test]
async fn sec_71_a_mobile_app_is_told_before_it_approves_and_refused_when_it_does() {
    let server = api::server().await;
    let site = Site::register(&server).await;
    open_to(&server, &site, &[]).await;
    let (desktop, app) = (Browser::desktop(&server), Browser::new(&server, "ShopApp/1.0", "198.51.100.1"));
    let (_, shown) = site.shows(&desktop, &[]).await;
    let path = |verb: &str| format!("/v1/tickets/{}/{verb}", shown.typed);
    let token = api::token(&api::claims());
    let scanned = api::call(&app, &path("scan"), &token).await;
    let facts: serde_json::Value = serde_json::from_str(&scanned.body).expect("JSON");
    assert_eq!((scanned.status, &facts["facts"]["may_use_app"]), (StatusCode::OK, &false.into()), "{scanned:?}");
    let refused = api::call(&app, &path("approve"), &token).await;
    assert_eq!((refused.status, refused.error()), (StatusCode::FORBIDDEN, "may_not_use_app".to_owned()), "{refused:?}");
    assert_eq!(api::call(&app, &path("deny"), &token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_app_that_is_open_to_nobody_says_so_and_another_account_would_not_help() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    open_to(&server, &site, &[]).await;
    server.administrator("Grace").await;
    let grace = Browser::new(&server, DESKTOP, "198.51.100.9");
    grace.sign_in("grace", PASSWORD, "/").await;
    let page = grace.get(grace.get(&site.sends_to(&[])).await.location()).await;
    let words = page.words();
    assert!(page.status == StatusCode::FORBIDDEN && words.contains("Shop is not open to anyone yet."), "{words}");
    assert!(!words.contains("Use another account"), "{words}");
    server.revise_app(&site.id, |app| app.audience = Audience::Everyone).await;
    assert!(
        decides(&grace, grace.get(&site.sends_to(&[])).await.location(), "allow").await.location().starts_with(BACK)
    );
}

//! An app, and a visitor whose browser has several accounts: the app may name one, and the visitor chooses.

use reqwest::{Method, StatusCode};

use crate::account::chooser::{adds, chooses, names, session_of};
use crate::harness::browser::{Browser, DESKTOP, Reply, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site, consent_form, query, said};
use crate::mail::has_address;

const AFTER: &str = "https://shop.example/signed-out";

/// A browser of Alice and of Bob, of whom Alice is in use; both allow the app what it asks for. Beside it the ID tokens of
/// Alice and of Bob.
async fn both(server: &Server, site: &Site) -> (Browser, [String; 2]) {
    server.person("Alice").await;
    server.person("Bob").await;
    let browser = Browser::new(server, DESKTOP, "198.51.100.4");
    let mut hints = Vec::new();
    for name in ["bob", "alice"] {
        if hints.is_empty() {
            browser.sign_in(name, PASSWORD, "/").await;
        } else {
            adds(&browser, name, "/").await;
        }
        let path = begins(&browser, site, &[]).await;
        let account = consent_form(&browser.get(&path).await);
        let back = browser.post(&path, &[("decision", "allow"), ("account", &account), ("fields", "name")]).await;
        hints.push(site.exchanges(&said(back.location(), "code")).await.text("id_token"));
    }
    let [bob, alice] = <[String; 2]>::try_from(hints).expect("two");
    (browser, [alice, bob])
}

async fn begins(browser: &Browser, site: &Site, other: &[(&str, &str)]) -> String {
    browser.get(&site.sends_to(other)).await.location().to_owned()
}

async fn opens(browser: &Browser, site: &Site, other: &[(&str, &str)]) -> Reply {
    let path = begins(browser, site, other).await;
    browser.get(&path).await
}

/// The name of the person of whom the app has this code.
async fn whose(site: &Site, back: &Reply) -> String {
    let tokens = site.exchanges(&said(back.location(), "code")).await;
    site.userinfo(&tokens.text("access_token")).await.text("name")
}

#[tokio::test]
async fn sec_78_an_app_that_names_an_account_aside_has_it_offered_and_never_taken() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (browser, [alice, bob]) = both(&server, &site).await;
    assert_eq!(whose(&site, &opens(&browser, &site, &[("login_hint", "alice")]).await).await, "Alice", "in use");
    assert_eq!(whose(&site, &opens(&browser, &site, &[("login_hint", "nobody")]).await).await, "Alice", "a hint only");
    for hint in [("id_token_hint", &*bob), ("login_hint", "bob")] {
        let offered = opens(&browser, &site, &[hint]).await;
        assert!(offered.location().starts_with("/accounts?next=/oauth/authorize/"), "{hint:?}: {offered:?}");
        let next = offered.location().split_once("next=").expect("a path").1.replace("%3F", "?").replace("%3D", "=");
        let quiet = opens(&browser, &site, &[hint, ("prompt", "none")]).await;
        let is_for_bob = hint.0 == "id_token_hint";
        assert_eq!(said(quiet.location(), "error"), "login_required", "{hint:?}");
        // Who stays who they are is not asked once more.
        let stays = browser.get(&next).await;
        if is_for_bob {
            assert!(stays.status == StatusCode::OK && stays.body.contains("id=\"qr\""), "{stays:?}");
        } else {
            assert_eq!(whose(&site, &stays).await, "Alice");
        }
        let offered = opens(&browser, &site, &[hint]).await;
        let next = offered.location().split_once("next=").expect("a path").1.replace("%3F", "?").replace("%3D", "=");
        chooses(&browser, &session_of(&browser, "Bob").await, &next).await;
        assert_eq!(whose(&site, &browser.get(&next).await).await, "Bob", "{hint:?}");
        chooses(&browser, &session_of(&browser, "Alice").await, "/").await;
    }
    // Nobody is in use.
    browser.post("/signout", &[]).await;
    let error = async |other: &[(&str, &str)]| {
        said(opens(&browser, &site, &[other, &[("prompt", "none")]].concat()).await.location(), "error")
    };
    assert_eq!(error(&[]).await, "account_selection_required");
    // That a person whom a token names is here is not told without them.
    assert_eq!(error(&[("id_token_hint", &bob)]).await, "login_required");
    assert_eq!(error(&[("id_token_hint", &alice)]).await, "login_required");
    assert!(opens(&browser, &site, &[]).await.location().starts_with("/accounts?next="));
    chooses(&browser, &session_of(&browser, "Bob").await, "/").await;
    assert_eq!(whose(&site, &opens(&browser, &site, &[]).await).await, "Bob");
    browser.post("/accounts", &[("act", "sign_out_all")]).await;
    assert_eq!(error(&[]).await, "login_required");
}

#[tokio::test]
async fn an_address_names_an_account_to_be_offered_as_a_user_name_does() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (browser, _) = both(&server, &site).await;
    has_address(&server, "alice", "Alice@Example.org", true).await;
    has_address(&server, "bob", "bob@example.org", false).await;
    for hint in ["alice@example.org", "ALICE@EXAMPLE.ORG", "nobody@example.org"] {
        assert_eq!(whose(&site, &opens(&browser, &site, &[("login_hint", hint)]).await).await, "Alice", "{hint}");
    }
    let hint = ("login_hint", "Bob@example.org");
    let offered = opens(&browser, &site, &[hint]).await;
    assert!(offered.location().starts_with("/accounts?next=/oauth/authorize/"), "{offered:?}");
    let next = offered.location().split_once("next=").expect("a path").1.replace("%3F", "?").replace("%3D", "=");
    chooses(&browser, &session_of(&browser, "Bob").await, &next).await;
    assert_eq!(whose(&site, &browser.get(&next).await).await, "Bob");
    assert_eq!(whose(&site, &opens(&browser, &site, &[hint]).await).await, "Bob", "in use");
}

#[tokio::test]
async fn who_is_asked_by_an_app_chooses_among_the_accounts_of_the_browser() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (browser, _) = both(&server, &site).await;
    let path = begins(&browser, &site, &[("prompt", "select_account")]).await;
    let page = browser.get(&path).await;
    assert!(page.body.contains(">Alice</dd>"), "{page:?}");
    let account = consent_form(&page);
    let another = browser.post(&path, &[("decision", "another"), ("account", &account)]).await;
    assert_eq!(another.location(), format!("/accounts?next={path}%3Fchosen%3D1"));
    chooses(&browser, &session_of(&browser, "Bob").await, &path).await;
    assert!(browser.get(&path).await.body.contains(">Bob</dd>"));
    assert!(!another.location().starts_with(BACK));
}

#[tokio::test]
async fn sec_78_an_app_signs_the_account_out_that_it_names_and_no_other() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.post_logout_redirect_uris = vec![AFTER.to_owned()]).await;
    let (browser, [_, bob]) = both(&server, &site).await;
    let begun = browser
        .get(&format!("/oauth/logout?{}", query(&[("id_token_hint", &bob), ("post_logout_redirect_uri", AFTER)])))
        .await;
    let done = browser.get(begun.location()).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, AFTER));
    assert!(browser.get("/").await.body.contains(">Alice</h1>"), "she stays");
    assert_eq!(browser.cookie("__Host-tessera-aside"), None);
}

#[tokio::test]
async fn sec_78_without_a_page_no_account_answers_but_the_one_that_the_app_names() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (browser, [alice, _]) = both(&server, &site).await;
    let quiet = async |other: &[(&str, &str)]| opens(&browser, &site, &[other, &[("prompt", "none")]].concat()).await;
    browser.post("/accounts", &[("act", "sign_out"), ("session", &session_of(&browser, "Bob").await)]).await;
    // Nobody is aside any more.
    for other in ["bob", "nobody"] {
        assert_eq!(said(quiet(&[("login_hint", other)]).await.location(), "error"), "login_required", "{other}");
    }
    assert_eq!(whose(&site, &quiet(&[("login_hint", "alice")]).await).await, "Alice");
    assert_eq!(whose(&site, &quiet(&[]).await).await, "Alice");
    // A token says it for certain.
    let by_token = quiet(&[("login_hint", "bob"), ("id_token_hint", &alice)]).await;
    assert_eq!(whose(&site, &by_token).await, "Alice");
}

#[tokio::test]
async fn sec_78_with_nobody_in_use_an_added_account_signs_in_to_the_app_once() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (browser, _) = both(&server, &site).await;
    let phone = Browser::signed_in(&server, "Carol").await;
    browser.post("/signout", &[]).await;
    let path = begins(&browser, &site, &[]).await;
    let next = format!("{path}?chosen=1");
    assert!(browser.get(&path).await.location().starts_with("/accounts?next="));
    let added = browser.post("/accounts", &[("act", "add"), ("next", &next)]).await;
    assert_eq!(added.location(), path, "the login page of the app");
    let page = browser.get(&path).await;
    assert!(
        page.words().contains("Shop") && page.body.contains(&format!("/signin?next={path}&amp;anew=1")),
        "{page:?}"
    );
    let shown = Shown::read(&page.body);
    let code = phone.scan(&shown).await;
    assert!(phone.get(&format!("/s/{code}")).await.words().contains("shop.example"), "the phone shows the app");
    phone.post("/api/approve", &[("code", &code)]).await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!(whose(&site, &browser.get(&path).await).await, "Carol");
    assert_eq!(names(&browser).await, ["Carol", "Bob"]);
    // With an account in use too, the added one answers, until the person chooses otherwise.
    let path = begins(&browser, &site, &[]).await;
    browser.post("/accounts", &[("act", "add"), ("next", &path)]).await;
    for again in [path.clone(), format!("{path}?code=1")] {
        assert!(browser.get(&again).await.body.contains("id=\"qr\""), "{again}");
    }
    chooses(&browser, &session_of(&browser, "Carol").await, &path).await;
    assert_eq!(whose(&site, &browser.get(&path).await).await, "Carol");
}

#[tokio::test]
async fn sec_78_who_allows_denies_or_leaves_an_app_adds_no_account_any_more() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let browser = Browser::signed_in(&server, "Alice").await;
    let adding = || browser.cookie("__Host-tessera-adding");
    for decision in ["deny", "leave", "allow"] {
        let path = begins(&browser, &site, &[]).await;
        let account = consent_form(&browser.get(&path).await);
        browser.post(&path, &[("decision", "another"), ("account", &account)]).await;
        assert!(adding().is_some(), "{decision}");
        if decision == "leave" {
            browser.get(&format!("{path}?leave=1")).await;
        } else {
            browser.post(&path, &[("decision", decision), ("account", &account), ("fields", "name")]).await;
        }
        assert_eq!(adding(), None, "{decision}");
    }
}

#[tokio::test]
async fn who_is_signed_out_by_an_app_is_shown_the_way_to_the_accounts_that_stay() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (browser, [alice, bob]) = both(&server, &site).await;
    let out = async |hint: &str| {
        let begun = browser.get(&format!("/oauth/logout?{}", query(&[("id_token_hint", hint)]))).await;
        browser.get(begun.location()).await
    };
    let chooser = "href=\"/accounts\"";
    let page = out(&alice).await;
    assert!(page.status == StatusCode::OK && page.body.contains(chooser), "Bob stays: {page:?}");
    let page = out(&bob).await;
    assert!(page.status == StatusCode::OK && !page.body.contains(chooser), "nobody stays: {page:?}");
}

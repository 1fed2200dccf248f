//! A code that was asked for under a name is for that account.

use reqwest::{Method, StatusCode};

use crate::harness::browser::{Browser, DESKTOP, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Site, said};

/// The login page of somebody who typed this name before.
async fn named(browser: &Browser, name: &str) -> Shown {
    let page = browser.get(&format!("/login?user={name}")).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    Shown::read(&page.body)
}

/// Scans by the API of pages; the status and the code of the refusal.
async fn scans(phone: &Browser, shown: &Shown) -> (StatusCode, String, String) {
    let code = phone.type_code(shown).await.strip_prefix("/s/").expect("a code").to_owned();
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let reply = phone.send(Method::POST, "/api/scan", &headers, Some(&[("code", &code)])).await;
    (reply.status, reply.body, code)
}

#[tokio::test]
async fn sec_12_a_code_that_was_asked_for_under_a_name_is_for_that_account_alone() {
    let server = Server::start().await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let browser = Browser::desktop(&server);
    for name in ["alice", "ALICE", "%20Alice%20"] {
        server.pass(60);
        let shown = named(&browser, name).await;
        let (status, body, code) = scans(&bob, &shown).await;
        assert!(status == StatusCode::FORBIDDEN && body.contains("wrong_account"), "{name}: {status} {body}");
        let look = bob.get(&format!("/s/{code}")).await;
        assert_eq!(look.status, StatusCode::FORBIDDEN);
        assert!(look.body.contains("This code is for another account"), "{}", look.body);
        // That account has it all the same, and nobody has taken it from them.
        alice.approve(&shown).await;
        let claimed = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        assert_eq!(claimed.status, StatusCode::OK, "{claimed:?}");
        assert!(browser.get("/").await.body.contains(">Alice</h1>"));
        browser.post("/signout", &[]).await;
    }
}

#[tokio::test]
async fn sec_12_the_screen_of_a_code_for_one_account_is_not_told_who_scanned_it_before_a_press() {
    let server = Server::start().await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let screen = Browser::desktop(&server);
    let shown = named(&screen, "alice").await;
    let path = server.path_of(&shown).await;
    let code = path.trim_start_matches("/s/");
    let fresh = Browser::phone(&server);
    fresh.sign_in("alice", PASSWORD, &path).await;
    for phone in [&alice, &fresh, &bob] {
        // A site that redirects here; `none` survives that. Whoever signed in for this very code is no exception.
        for site in ["none", "same-origin", "cross-site"] {
            let headers = [("accept", "text/html"), ("sec-fetch-site", site)];
            let page = phone.send(Method::GET, &path, &headers, None).await.body;
            assert!(!page.contains("id=\"decision\"") && !page.contains("hydrate"), "{site}: {page}");
        }
        let sent = phone.post("/api/scan", &[("code", code)]).await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, &*path));
        let hears = screen.hears(&shown).await;
        assert!(hears["seq"] == 1 && hears["seen"].get("waiting").is_some(), "{hears}");
    }
    let page = alice.get(&path).await.body;
    assert!(page.contains("name=\"pressed\" value=\"true\" class=\"primary\">Continue</button>"), "{page}");
    alice.post("/api/scan", &[("code", code), ("pressed", "true")]).await;
    assert!(alice.get(&path).await.body.contains(">Approve</button>"));
    assert_eq!(screen.hears(&shown).await["seen"], serde_json::json!({"scanned": {"by": "Alice"}}));
}

#[tokio::test]
async fn sec_12_a_newer_code_of_the_same_page_is_bound_as_well() {
    let server = Server::start().await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let browser = Browser::desktop(&server);
    let shown = named(&browser, "alice").await;
    server.pass(55);
    let newer = Shown::read(&browser.get(&format!("/login/{}", shown.ticket)).await.body);
    assert_ne!(newer.typed, shown.typed);
    assert_eq!(scans(&bob, &newer).await.0, StatusCode::FORBIDDEN);
    assert_eq!(scans(&alice, &newer).await.0, StatusCode::OK);
    // Of what another account owns by now the name is not told either.
    let taken = scans(&bob, &newer).await;
    assert!(taken.0.is_client_error() && !taken.1.contains("Alice"), "{taken:?}");
}

#[tokio::test]
async fn sec_12_a_name_that_nobody_has_shows_a_code_that_nobody_can_scan() {
    let server = Server::start().await;
    let alice = Browser::signed_in(&server, "Alice").await;
    let browser = Browser::desktop(&server);
    for name in ["nobody", "", "no%20body/", &"x".repeat(100), "%00"] {
        server.pass(60);
        let shown = named(&browser, name).await;
        assert_eq!(scans(&alice, &shown).await.0, StatusCode::FORBIDDEN, "{name}");
    }
}

#[tokio::test]
async fn sec_12_where_a_name_comes_first_there_is_no_code_without_one() {
    let server = Server::start_with(|settings| settings.login.name_first = true).await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let browser = Browser::desktop(&server);
    let page = browser.get("/login?next=/orders").await;
    assert!(page.body.contains("name=\"user\"") && !page.body.contains("id=\"qr\""), "{}", page.body);
    assert!(page.body.contains("name=\"next\" value=\"/orders\""), "{}", page.body);
    assert!(browser.cookie("__Host-tessera-browser").is_none(), "and no ticket is made");

    // An app's visitor is asked as well, and the app's hint is typed ahead.
    let site = Site::register(&server).await;
    let path = browser.get(&site.sends_to(&[("login_hint", "alice")])).await.location().to_owned();
    let page = browser.get(&path).await.body;
    assert!(
        page.contains("name=\"user\"") && page.contains("value=\"alice\"") && !page.contains("id=\"qr\""),
        "{page}"
    );
    let shown = Shown::read(&browser.get(&format!("{path}?code=1&user=alice")).await.body);
    assert_eq!(scans(&bob, &shown).await.0, StatusCode::FORBIDDEN);
    alice.approve(&shown).await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert!(!said(browser.get(&path).await.location(), "code").is_empty());

    let other = Browser::new(&server, DESKTOP, "198.51.100.9");
    let shown = named(&other, "bob").await;
    assert_eq!(scans(&bob, &shown).await.0, StatusCode::OK);
}

//! Wrong turns over HTTP: what is refused says so to everybody who should know.

use reqwest::{Method, StatusCode};

use crate::harness::browser::{Browser, DESKTOP, PHONE};
use crate::harness::server::Server;

#[tokio::test]
async fn sec_13_the_browser_that_shows_the_code_cannot_scan_it() {
    let server = Server::start().await;
    let browser = Browser::new(&server, PHONE, "203.0.113.1");
    server.person("Alice").await;
    let page = browser.get("/login?code=1").await;
    let shown = crate::harness::browser::Shown::read(&page.body);
    browser.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    let path = browser.type_code(&shown).await;
    let look = browser.get(&path).await;
    assert_eq!(look.status, StatusCode::CONFLICT);
    assert!(look.body.contains("This is the browser to be signed in"), "{}", look.body);
    let code = path.strip_prefix("/s/").expect("a code");
    let scan = browser
        .send(
            Method::POST,
            "/api/scan",
            &[("accept", "application/json"), ("sec-fetch-site", "same-origin")],
            Some(&[("code", code)]),
        )
        .await;
    assert_eq!((scan.status, scan.body.contains("same_browser")), (StatusCode::CONFLICT, true), "{}", scan.body);
}

#[tokio::test]
async fn sec_06_a_used_code_is_gone_and_says_so() {
    let server = Server::start().await;
    let (browser, alice) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let bob = Browser::signed_in(&server, "Bob").await;
    let shown = browser.show_code().await;
    let code = alice.approve(&shown).await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let look = bob.get(&format!("/s/{code}")).await;
    assert_eq!(look.status, StatusCode::GONE);
    assert!(look.body.contains("This code was already used"), "{}", look.body);
    let again = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!((again.status, again.error()), (StatusCode::GONE, "already_used".to_owned()));
}

#[tokio::test]
async fn an_outdated_code_is_told_on_both_screens() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let old = server.path_of(&shown).await;
    server.pass(50);
    assert_eq!(
        browser.fetch(Method::POST, &format!("/login/{}/refresh", shown.ticket)).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(phone.get(&old).await.status.is_success(), "the rest of its minute the old code still counts");
    server.pass(11);
    let code = old.strip_prefix("/s/").expect("a code");
    phone.post("/api/scan", &[("code", code)]).await;
    let look = phone.get(&old).await;
    assert_eq!(look.status, StatusCode::GONE);
    assert!(
        look.body.contains("A newer code is on the screen") && look.body.contains("If someone sent it to you"),
        "{}",
        look.body
    );
    let watch = browser.fetch(Method::GET, &format!("/login/{}/watch", shown.ticket)).await.body;
    assert!(watch.contains("\"notice\":\"outdated_scan\""), "{watch}");
    let page = browser.get(&format!("/login/{}", shown.ticket)).await;
    let newer = crate::harness::browser::Shown::read(&page.body);
    assert_ne!(newer.typed, shown.typed);
    phone.approve(&newer).await;
}

#[tokio::test]
async fn a_second_account_is_refused_and_both_who_wait_are_told() {
    let server = Server::start().await;
    let (browser, alice) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let bob = Browser::signed_in(&server, "Bob").await;
    let shown = browser.show_code().await;
    let page = alice.type_code(&shown).await;
    let code = page.strip_prefix("/s/").expect("a code");
    alice.post("/api/scan", &[("code", code)]).await;
    let seen = async || browser.fetch(Method::GET, &format!("/login/{}/watch", shown.ticket)).await.body;

    let look = bob.get(&page).await;
    assert!(look.body.contains("You scanned a code") && !look.body.contains("Approve"), "{}", look.body);
    assert!(seen().await.contains("\"notice\":null"), "a look tells nobody");
    bob.post("/api/scan", &[("code", code)]).await;
    let look = bob.get(&page).await;
    assert_eq!(look.status, StatusCode::CONFLICT);
    assert!(look.body.contains("Someone else scanned this first"), "{}", look.body);
    assert!(seen().await.contains("\"notice\":\"second_account\""), "{}", seen().await);
    let question = alice.get(&page).await;
    assert!(question.body.contains("Someone else scanned this code too."), "{}", question.body);

    bob.post("/api/approve", &[("code", code)]).await;
    bob.post("/api/deny", &[("code", code)]).await;
    assert!(seen().await.contains(r#""scanned":{"by":"Alice"}"#), "the first keeps it: {}", seen().await);

    alice.post("/api/approve", &[("code", code)]).await;
    assert!(seen().await.contains("\"approved\""), "and Alice decides: {}", seen().await);
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_repeated_and_opens_the_same_session() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    phone.approve(&shown).await;
    let path = format!("/login/{}/claim", shown.ticket);
    let mine = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA")];
    assert_eq!(browser.post(&path, &mine).await.status, StatusCode::SEE_OTHER);
    let session = browser.cookie("__Host-tessera-session").expect("a session");
    server.pass(29);
    assert_eq!(browser.post(&path, &mine).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.cookie("__Host-tessera-session"), Some(session), "one claim, one session");
    assert!(browser.is_signed_in().await);
    assert_eq!(browser.post(&path, &[("attempt", "BAAAAAAAAAAAAAAAAAAAAA")]).await.status, StatusCode::GONE);

    let key = browser.cookie("__Host-tessera-browser").expect("a claim key");
    browser.post("/signout", &[]).await;
    assert_eq!(browser.post(&path, &mine).await.status, StatusCode::FORBIDDEN, "the claim key is gone with it");
    browser.set_cookie("__Host-tessera-browser", &key);
    browser.post(&path, &mine).await;
    assert!(!browser.is_signed_in().await, "and whoever kept it stays out as well");
}

#[tokio::test]
async fn a_claim_is_repeated_for_as_long_as_it_may_take_where_codes_live_for_seconds_too() {
    let server = Server::start_with(|settings| settings.login.code_seconds = 5).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    phone.approve(&shown).await;
    let (path, mine) = (format!("/login/{}/claim", shown.ticket), [("attempt", "AAAAAAAAAAAAAAAAAAAAAA")]);
    assert_eq!(browser.post(&path, &mine).await.status, StatusCode::SEE_OTHER);
    let session = browser.cookie("__Host-tessera-session").expect("a session");
    server.pass(29);
    server.app.tickets.sweep(server.clock.now());
    assert_eq!(browser.post(&path, &mine).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.cookie("__Host-tessera-session"), Some(session));
    server.pass(1);
    assert_eq!(browser.post(&path, &mine).await.status, StatusCode::GONE, "and no longer");
}

#[tokio::test]
async fn a_forged_code_is_refused_without_asking_the_store() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let forged = "A".repeat(40);
    let look = phone.get(&format!("/s/{forged}")).await;
    assert_eq!(look.status, StatusCode::BAD_REQUEST);
    assert!(look.body.contains("This code is not from here"), "{}", look.body);
    let short = phone.get("/s/ABC").await;
    assert!(short.body.contains("This is not a code"), "{}", short.body);
}

#[tokio::test]
async fn a_cancelled_ticket_is_over_and_the_browser_begins_again() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::new(&server, DESKTOP, "198.51.100.1"), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    let cancelled = browser.post(&format!("/login/{}/cancel", shown.ticket), &[]).await;
    assert_eq!((cancelled.status, cancelled.location()), (StatusCode::SEE_OTHER, "/login?code=1"));
    let look = phone.get(&format!("/s/{code}")).await;
    assert!(look.body.contains("The other screen started over"), "{}", look.body);
}

#[tokio::test]
async fn an_approval_that_nobody_takes_ends_and_the_phone_is_told() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.approve(&shown).await;
    assert!(phone.get(&format!("/s/{code}")).await.body.contains("Keep the other device"), "no page watches");
    server.pass(31);
    assert!(phone.get(&format!("/s/{code}")).await.body.contains("The other page is gone"));
}

//! The fresh proof: a password that was given in this session within the last five minutes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, StatusCode};
use tessera::crypto::hash::sha256;
use tessera::store::records::activity::ActivityKind;
use tessera::store::records::{DeviceFacts, OpenedBy, SeenPlaces, SessionOpening, SessionRow};
use tessera::ticket::approval::Stay;
use tessera::ticket::ids::SessionTokenHash;
use tessera::ticket::ladder::Rung;

use super::{CHOSEN, account, invitation, lines, press};
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::hang::until;
use crate::harness::server::{PASSWORD, Server};

#[tokio::test]
async fn a_step_that_needs_a_fresh_proof_asks_for_it_after_five_minutes_and_leads_back() {
    let server = Server::start().await;
    let (grace, ()) = (administrator(&server).await, server.person("Alice").await);
    let alice = account(&server, "alice").await.id;
    let (links, recover) = (format!("/admin/people/{alice}/links"), format!("/admin/people/{alice}/recover"));
    server.pass(299);
    assert!(grace.post(&recover, &[]).await.location().contains("?made="), "a sign-in by password is a proof");
    server.pass(1);
    let asks = async || {
        let page = grace.post(&recover, &[]).await;
        let carries = page.body.contains(&format!("name=\"form\" value=\"{recover}\""));
        assert!(page.status == StatusCode::FORBIDDEN && carries && page.location().is_empty(), "{page:?}");
    };
    asks().await;
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let told = grace.send(Method::POST, &recover, &headers, Some(&[])).await;
    assert_eq!((told.status, &*told.error()), (StatusCode::FORBIDDEN, "proof_needed"));
    let asked = format!("/account/proof?next={links}");
    let page = grace.get(&asked).await;
    assert!(page.body.contains("press it again") && page.body.contains(&format!("value=\"{links}\"")), "{page:?}");

    let wrong = grace.post("/account/proof", &[("password", "a guess"), ("next", &links)]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("not your password"), "{wrong:?}");
    assert!(wrong.body.contains(&format!("value=\"{links}\"")) && !wrong.body.contains("a guess"), "{wrong:?}");
    asks().await;
    let right = grace.post("/account/proof", &[("password", PASSWORD), ("next", &links)]).await;
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, &*links));
    assert!(grace.post(&recover, &[]).await.location().contains("?made="));
    assert_eq!(grace.get(&asked).await.location(), links, "it is not asked for twice");
    // The line of a refusal is stored behind the answer.
    let counts = async || {
        let proved = lines(&server, "grace", ActivityKind::Proved).await;
        [proved, lines(&server, "grace", ActivityKind::SignInRefused).await]
    };
    until("the lines of activity", async || counts().await == [1, 1]).await;
}

#[tokio::test]
async fn a_proof_leads_to_no_other_site() {
    let server = Server::start().await;
    let alice = Browser::signed_in(&server, "Alice").await;
    server.pass(300);
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""] {
        let query = crate::harness::site::query(&[("next", next)]);
        let page = alice.get(&format!("/account/proof?{query}")).await;
        assert!(page.body.contains("name=\"next\" value=\"/\"") && !page.body.contains("evil"), "{next}: {page:?}");
    }
    let proven = alice.post("/account/proof", &[("password", PASSWORD), ("next", "//evil.example")]).await;
    assert_eq!(proven.location(), "/");
    assert_eq!(alice.get("/account/proof?next=https://evil.example").await.location(), "/");
    let nobody = Browser::desktop(&server).get("/account/proof?next=/account/profile").await;
    assert!(nobody.location().starts_with("/signin?next=/account/proof"), "{nobody:?}");
}

#[tokio::test]
async fn sec_14_guesses_at_a_fresh_proof_are_limited() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 2).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    for _ in 0..2 {
        let wrong = alice.post("/account/proof", &[("password", "a guess")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refused = alice.post("/account/proof", &[("password", PASSWORD), ("next", "/link")]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.body.contains("value=\"/link\"") && !refused.header("retry-after").is_empty(), "{refused:?}");
}

#[tokio::test]
async fn sec_16_a_session_that_a_scan_opened_has_no_proof_before_the_password_is_given() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    grace.signs_in(&desktop).await;
    let asked = desktop.get("/admin/apps").await;
    assert_eq!(asked.location(), "/signin?next=/admin/apps&anew=password");
    let proven = desktop.post("/account/proof", &[("password", PASSWORD), ("next", "/admin/apps")]).await;
    assert_eq!(proven.location(), "/admin/apps");
    assert_eq!(desktop.get("/admin/apps").await.status, StatusCode::OK);
}

#[tokio::test]
async fn sec_16_a_session_that_a_link_opened_takes_no_data_away_before_the_password_is_given() {
    let server = Server::start().await;
    let (made, browser) = (invitation(&server, "Alice").await, Browser::desktop(&server));
    press(&browser, &made.path).await;
    browser.post(&made.enrol(), &[("display_name", "Alice"), ("password", CHOSEN)]).await;
    let asked = browser.post("/account/data/download", &[]).await;
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/account/proof?next=/account/data"));
    let asked = browser.get("/account/activity/export?format=csv").await;
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/account/proof?next=/account/activity"));
    browser.post("/account/proof", &[("password", CHOSEN)]).await;
    let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
    let sent = browser.try_send_body(Method::POST, "/account/data/download", &headers, None).await;
    assert_eq!(sent.expect("an answer").status, StatusCode::OK);
}

#[tokio::test]
async fn an_account_without_a_password_is_told_what_it_needs() {
    let server = Server::start().await;
    invitation(&server, "Alice").await;
    let (token, now) = ([5; 32], server.clock.now());
    let session = SessionRow {
        token_hash: SessionTokenHash(sha256(&[&token])),
        account: account(&server, "alice").await.id,
        opened_by: OpenedBy::Scan,
        created_at: now,
        last_seen_at: now,
        ends_at: now + std::time::Duration::from_secs(3600),
        led_to: None,
        approved_in: None,
        device: DeviceFacts::default(),
        proven_at: None,
        by_link: false,
        rung: Rung::Tap,
        stay: Stay::Longest,
    };
    let epoch = account(&server, "alice").await.epoch;
    let places = SeenPlaces { device: "device".to_owned(), network: "network".to_owned() };
    let opening = SessionOpening { session, epoch, places, browser: None };
    assert!(server.app.records.open_session(opening).await.expect("answers").is_some());
    let browser = Browser::desktop(&server);
    browser.set_cookie("__Host-tessera-session", &URL_SAFE_NO_PAD.encode(token));
    for reply in [browser.get("/account/proof").await, browser.post("/account/proof", &[("password", "x")]).await] {
        assert!(reply.status == StatusCode::FORBIDDEN && reply.body.contains("has no password"), "{reply:?}");
    }
}

//! What a sign-in with a passkey refuses, each with its code and a sentence.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::device::client_data;
use super::{fetched, forms, is_refused, options, refusals, signs_in, with_passkey};
use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::Server;

async fn sends(browser: &Browser, answer: &str) -> Reply {
    browser.post("/signin", &[("credential", answer), ("next", "/")]).await
}

#[tokio::test]
async fn sec_58_a_passkey_that_was_used_on_another_site_is_refused() {
    let server = Server::start().await;
    let (_, mut device) = with_passkey(&server, "Alice").await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    let port = server.port();
    for origin in [
        "https://evil.example".to_owned(),
        format!("http://evillocalhost:{port}"),
        format!("http://localhost.evil.example:{port}"),
        format!("http://sub.localhost:{port}"),
        format!("https://localhost:{port}"),
        "http://localhost:1".to_owned(),
    ] {
        let asked = options(&desktop, "sign-in", &[]).await;
        let answer = device.signs(&client_data(&asked, &origin), "localhost").await;
        is_refused(&sends(&desktop, &answer.to_string()).await, "used on another site");
    }
    for domain in ["evil.example", "ocalhost", ""] {
        let asked = options(&desktop, "sign-in", &[]).await;
        let answer = device.signs(&client_data(&asked, desktop.origin()), domain).await;
        is_refused(&sends(&desktop, &answer.to_string()).await, "used on another site");
    }
    assert!(!desktop.is_signed_in().await);
    let asked = options(&desktop, "sign-in", &[]).await;
    let answer = device.signs(&client_data(&asked, desktop.origin()), "localhost").await;
    assert_eq!(sends(&desktop, &answer.to_string()).await.status, StatusCode::SEE_OTHER, "the same from our own");
}

#[tokio::test]
async fn sec_58_a_challenge_is_answered_once_in_time_and_by_the_browser_it_was_made_for() {
    let server = Server::start().await;
    let (_, mut device) = with_passkey(&server, "Alice").await;
    let [desktop, other] = ["198.51.100.9", "198.51.100.10"].map(|at| Browser::new(&server, DESKTOP, at));
    let asked = options(&desktop, "sign-in", &[]).await;
    let answer = device.answers(desktop.origin(), asked).await;
    is_refused(&sends(&other, &answer).await, "took too long");
    options(&other, "sign-in", &[]).await;
    is_refused(&sends(&other, &answer).await, "took too long");
    assert_eq!(sends(&desktop, &answer).await.status, StatusCode::SEE_OTHER);
    desktop.post("/signout", &[]).await;
    is_refused(&sends(&desktop, &answer).await, "sent twice");
    assert!(!desktop.is_signed_in().await);
    // Also long after the challenge is over.
    server.pass(600);
    options(&desktop, "sign-in", &[]).await;
    is_refused(&sends(&desktop, &answer).await, "took too long");
    let asked = options(&desktop, "sign-in", &[]).await;
    let late = device.answers(desktop.origin(), asked).await;
    server.pass(300);
    is_refused(&sends(&desktop, &late).await, "took too long");
    // A challenge of the server's own making counts, and no other.
    let asked = json!({ "challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" });
    let forged = device.signs(&client_data(&asked, desktop.origin()), "localhost").await;
    is_refused(&sends(&desktop, &forged.to_string()).await, "took too long");
}

#[tokio::test]
async fn sec_58_an_answer_for_one_step_is_refused_at_another() {
    let server = Server::start().await;
    let (browser, mut device) = with_passkey(&server, "Alice").await;
    let asked = options(&browser, "prove", &[]).await;
    let answer = device.answers(browser.origin(), asked).await;
    is_refused(&sends(&browser, &answer).await, "took too long");
    let asked = options(&browser, "sign-in", &[]).await;
    let answer = device.answers(browser.origin(), asked).await;
    server.pass(240);
    is_refused(&browser.post("/account/proof", &[("credential", &answer)]).await, "took too long");
}

#[tokio::test]
async fn sec_58_a_passkey_without_a_check_of_its_owner_is_refused() {
    let server = Server::start().await;
    let (_, mut device) = with_passkey(&server, "Alice").await;
    device.verifies = false;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    let asked = options(&desktop, "sign-in", &[]).await;
    let answer = device.signs(&client_data(&asked, desktop.origin()), "localhost").await;
    is_refused(&sends(&desktop, &answer.to_string()).await, "did not check that it is you");
    assert_eq!(refusals(&server, "alice", 1).await, 1);
}

#[tokio::test]
async fn sec_58_a_wrong_signature_and_another_user_handle_are_refused() {
    let server = Server::start().await;
    let (_, mut device) = with_passkey(&server, "Alice").await;
    let (_, bobs) = with_passkey(&server, "Bob").await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    let handle = bobs.key.as_ref().and_then(|key| key.user_handle.clone());
    let asked = options(&desktop, "sign-in", &[]).await;
    let mut answer = device.signs(&client_data(&asked, desktop.origin()), "localhost").await;
    let handle = handle.map(|handle| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&**handle)
    });
    answer["response"]["userHandle"] = json!(handle);
    is_refused(&sends(&desktop, &answer.to_string()).await, "could not be checked");
    let asked = options(&desktop, "sign-in", &[]).await;
    let mut answer = device.signs(&client_data(&asked, desktop.origin()), "localhost").await;
    answer["response"]["userHandle"] = json!(null);
    is_refused(&sends(&desktop, &answer.to_string()).await, "could not be checked");
    let asked = options(&desktop, "sign-in", &[]).await;
    let before = device.signs(&client_data(&asked, "http://localhost:1"), "localhost").await;
    let mut answer = device.signs(&client_data(&asked, desktop.origin()), "localhost").await;
    answer["response"]["signature"] = before["response"]["signature"].clone();
    is_refused(&sends(&desktop, &answer.to_string()).await, "could not be checked");
    let asked = options(&desktop, "sign-in", &[]).await;
    let mut wrong_type = client_data(&asked, desktop.origin());
    wrong_type["type"] = json!("webauthn.create");
    let answer = device.signs(&wrong_type, "localhost").await;
    is_refused(&sends(&desktop, &answer.to_string()).await, "could not be checked");
    let asked = options(&desktop, "sign-in", &[]).await;
    let mut framed = client_data(&asked, desktop.origin());
    framed["crossOrigin"] = json!(true);
    let answer = device.signs(&framed, "localhost").await;
    is_refused(&sends(&desktop, &answer.to_string()).await, "could not be checked");
    assert!(!desktop.is_signed_in().await);
}

#[tokio::test]
async fn a_removed_passkey_and_one_of_a_disabled_account_sign_nobody_in() {
    let server = Server::start().await;
    let (browser, mut device) = with_passkey(&server, "Alice").await;
    let (_, mut bobs) = with_passkey(&server, "Bob").await;
    let page = browser.get("/account/passkeys").await;
    browser.post(&forms(&page)[0], &[("act", "remove")]).await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    let refused = signs_in(&desktop, &mut device, "/").await;
    is_refused(&refused, "No account here has this passkey");
    assert!(refused.body.contains("signalUnknownCredential"), "the manager hears that it may delete it");
    let bob = super::account(&server, "bob").await.id;
    server.app.records.disable_account(bob, server.clock.now()).await.expect("answers");
    let refused = signs_in(&desktop, &mut bobs, "/").await;
    is_refused(&refused, "disabled");
    assert!(!refused.body.contains("signalUnknownCredential"));
    assert_eq!(refusals(&server, "bob", 1).await, 1);
}

#[tokio::test]
async fn sec_14_attempts_with_passkeys_are_limited_by_address() {
    let server = Server::start_with(|settings| {
        settings.limits.attempts_per_minute = 1;
        settings.limits.logins_per_minute = 5;
    })
    .await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    // A passkey cannot be guessed, so the people behind an address share the limit of sign-ins and not that of guesses.
    for _ in 0..5 {
        is_refused(&sends(&desktop, "{}").await, "could not be checked");
    }
    let refused = sends(&desktop, "{}").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!refused.header("retry-after").is_empty() && refused.body.contains("/passkey/options/sign-in"));
    let other = Browser::new(&server, DESKTOP, "198.51.100.10");
    is_refused(&sends(&other, "{}").await, "could not be checked");
    // Whoever has used it up signs in with a password and begins other sign-ins all the same.
    server.person("Alice").await;
    assert_eq!(desktop.sign_in("alice", crate::harness::server::PASSWORD, "/").await.location(), "/");
    assert_eq!(fetched(&desktop, "sign-in", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_site_gets_no_options_and_a_program_gets_a_code() {
    let server = Server::start().await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    let headers = [("accept", "application/json"), ("sec-fetch-site", "cross-site")];
    let foreign = desktop.send(Method::POST, "/passkey/options/sign-in", &headers, Some(&[])).await;
    assert_eq!((foreign.status, &*foreign.error()), (StatusCode::FORBIDDEN, "cross_site"));
    let alice = Browser::signed_in(&server, "Alice").await;
    let none = fetched(&alice, "prove", &[]).await;
    assert_eq!((none.status, &*none.error()), (StatusCode::UNPROCESSABLE_ENTITY, "passkey_unknown"));
}

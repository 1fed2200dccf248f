//! Where there can be passkeys, what is said where there are none, and what browsers ask about them.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tessera::account::passkey::Passkeys;
use tessera::settings::Settings;

use super::{ADD, with_passkey};
use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};

#[tokio::test]
async fn a_server_at_an_ip_address_offers_passwords_and_says_why_there_are_no_passkeys() {
    let server = Server::start_with(|settings| {
        let port = settings.server.addr.port();
        settings.public_url = format!("http://127.0.0.1:{port}").into();
    })
    .await;
    server.person("Alice").await;
    let browser = Browser::desktop(&server);
    let page = browser.get("/signin").await;
    assert!(page.body.contains("type=\"password\"") && page.words().contains("at an IP address"), "{page:?}");
    assert!(!page.body.contains("passkey.js") && !page.body.contains("webauthn\""));
    assert_eq!(browser.sign_in("alice", PASSWORD, "/").await.location(), "/");
    assert!(browser.get(ADD).await.words().contains("at an IP address"));
    let none = super::fetched(&browser, "sign-in", &[]).await;
    assert_eq!((none.status, &*none.error()), (StatusCode::UNPROCESSABLE_ENTITY, "passkey_unavailable"));
    assert_eq!(browser.get("/.well-known/passkey-endpoints").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn browsers_learn_where_passkeys_are_managed_and_which_origins_share_them() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let json = |body: &str| serde_json::from_str::<Value>(body).expect("JSON");
    let endpoints = browser.get("/.well-known/passkey-endpoints").await;
    let page = format!("{}/account/passkeys", server.origin);
    assert_eq!(json(&endpoints.body), json!({ "enroll": page, "manage": page }));
    assert_eq!(browser.get("/.well-known/webauthn").await.status, StatusCode::NOT_FOUND);
    let further = "https://login.example.org";
    let server = Server::start_with(|settings| settings.account.passkey_origins = vec![further.to_owned()]).await;
    let origins = Browser::desktop(&server).get("/.well-known/webauthn").await;
    assert_eq!(json(&origins.body), json!({ "origins": [server.origin, further] }));
    assert_eq!(origins.header("content-type"), "application/json");
}

#[tokio::test]
async fn another_domain_is_refused_at_the_start_until_the_passkeys_are_moved() {
    let server = Server::start().await;
    with_passkey(&server, "Alice").await;
    let records = &server.app.records;
    let mut settings = Settings { public_url: "https://login.example.org".into(), ..Settings::defaults() };
    let line = Passkeys::check_domain(&settings, records).await.expect_err("another domain");
    assert!(line.contains("tessera passkeys move") && line.contains("localhost"), "{line}");
    records.move_passkey_domain("login.example.org".to_owned()).await.expect("answers");
    assert_eq!(Passkeys::check_domain(&settings, records).await, Ok(()));
    settings.account.passkey_domain = Some("example.net".to_owned());
    let line = Passkeys::check_domain(&settings, records).await.expect_err("not above the host");
    assert!(line.starts_with("account.passkey_domain: "), "{line}");
}

#[tokio::test]
async fn the_start_page_offers_a_passkey_until_its_owner_answers() {
    let server = Server::start().await;
    let alice = Browser::signed_in(&server, "Alice").await;
    assert!(alice.get("/").await.words().contains("Faster next time"));
    assert_eq!(alice.post("/account/passkeys/offer", &[]).await.location(), "/");
    assert!(!alice.get("/").await.words().contains("Faster next time"));
    let (bob, _) = with_passkey(&server, "Bob").await;
    assert!(!bob.get("/").await.words().contains("Faster next time"));
}

//! What is sent to a push service.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Value, json};
use tessera::crypto::jws::verified_claims;

use super::service::{Message, PushService};
use super::{asking_server, asks_phones, known_browser, subscribes};
use crate::harness::browser::Browser;
use crate::harness::hang::until;
use crate::harness::server::Server;
use crate::operating::logs::listen;

/// The claims of the token of a message, and the key that verified it.
fn identified(message: &Message) -> (Value, String) {
    let header = &message.headers["authorization"];
    let (token, key) = header.strip_prefix("vapid t=").and_then(|rest| rest.split_once(", k=")).expect("both");
    let point = URL_SAFE_NO_PAD.decode(key).expect("base64url");
    assert_eq!((point.len(), point[0]), (65, 4), "a point that is not compressed");
    let [x, y] = [&point[1..33], &point[33..]].map(|part| URL_SAFE_NO_PAD.encode(part));
    let public = DecodingKey::from_ec_components(&x, &y).expect("a key");
    (verified_claims(token, Algorithm::ES256, &public).expect("a signature"), key.to_owned())
}

async fn phones(server: &Server, name: &str) -> usize {
    let account = crate::account::profile::account(server, name).await.id;
    server.app.records.pushes_of(account).await.expect("answers").len()
}

#[tokio::test]
async fn sec_76_a_push_says_that_a_browser_asks_and_nothing_else() {
    let service = PushService::start().await;
    let server = asking_server(&service).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let keys = subscribes(&service, &phone, "of-alice?a=b").await;
    let browser = known_browser(&server, &phone).await;
    let shown = asks_phones(&browser).await;
    let message = service.got(1).await.remove(0);
    assert_eq!(message.path, "/of-alice?a=b");
    let text = keys.decrypt(&message.body).expect("for this phone");
    let said: Value = serde_json::from_str(&text).expect("JSON");
    let expected = json!({
        "title": "A browser wants to sign in as you",
        "body": "Tap to see which one, and to approve or deny it.",
        "lang": "en",
        "dir": "ltr",
    });
    assert_eq!(said, expected);
    for secret in ["Alice", "alice", "198.51.100.1", "Chrome", &shown.ticket, &shown.typed] {
        assert!(!format!("{text} {:?}", message.headers).contains(secret), "{secret}");
    }
    assert_eq!(super::service::PhoneKeys::new().decrypt(&message.body), None, "for no other phone");

    let (claims, key) = identified(&message);
    let now = server.clock.now().as_millis() / 1000;
    assert_eq!(claims["aud"], format!("https://localhost:{}", service.port));
    assert_eq!(claims["sub"], "mailto:login@example.com");
    let left = claims["exp"].as_u64().expect("a time").saturating_sub(now);
    assert!((1..=24 * 3600).contains(&left), "{left}");
    assert!(phone.get("/account/ask").await.body.contains(&key), "the key for which the browser subscribed");
    let header = |name: &str| message.headers.get(name).map(String::as_str).unwrap_or_default();
    assert_eq!([header("urgency"), header("topic")], ["high", "sign-in"]);
    assert_eq!([header("content-encoding"), header("ttl")], ["aes128gcm", "360"], "as long as the page shows codes");
    assert_eq!(header("cookie"), "");
}

#[tokio::test]
async fn sec_76_messages_have_one_length_and_the_key_of_the_server_outlasts_a_restart() {
    let service = PushService::start().await;
    let server = asking_server(&service).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    subscribes(&service, &phone, "a").await;
    let browser = known_browser(&server, &phone).await;
    asks_phones(&browser).await;
    let (first, key) = (service.got(1).await.remove(0), identified(&service.now()[0]).1);
    let (folder, clock) = (server.folder.clone(), server.clock.clone());
    server.stopping.cancel();
    server.serving.await.expect("stops");
    server.app.records.close().await;
    let again = Server::start_in(folder, clock, |settings| service.is_used_by(settings)).await;
    let desktop = Browser::at(&again.origin, again.port(), crate::harness::browser::DESKTOP, "198.51.100.1");
    for name in ["__Host-tessera-known", "__Host-tessera-browser"] {
        desktop.set_cookie(name, &browser.cookie(name).expect("a cookie"));
    }
    asks_phones(&desktop).await;
    let second = service.got(2).await.remove(1);
    assert_eq!(identified(&second).1, key);
    assert_eq!(first.body.len(), second.body.len());
    assert_ne!(first.body, second.body);
}

#[tokio::test]
async fn sec_76_a_subscription_that_is_over_is_removed_and_no_other_answer_is_tried_again() {
    let (lines, _guard) = listen();
    let service = PushService::start().await;
    let server = asking_server(&service).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    subscribes(&service, &phone, "a").await;
    let browser = known_browser(&server, &phone).await;
    service.answers(&[429, 503, 307]);
    for status in ["429", "503", "307"] {
        asks_phones(&browser).await;
        let why = async || lines.text().contains(&format!("it answered {status}"));
        until("it is logged", why).await;
    }
    assert_eq!(service.now().len(), 3, "and no redirect was followed");
    assert_eq!(phones(&server, "Alice").await, 1);
    server.pass(3600);
    phone.get("/").await;
    service.answers(&[410]);
    asks_phones(&browser).await;
    until("the phone is removed", async || phones(&server, "Alice").await == 0).await;
    let logged = lines.text();
    for secret in ["/a\"", &format!("{}/a", service.port), "p256dh"] {
        assert!(!logged.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn sec_76_phones_whose_session_is_over_are_sent_nothing() {
    let service = PushService::start().await;
    let server = asking_server(&service).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let second = Browser::phone(&server);
    second.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    subscribes(&service, &phone, "kept").await;
    subscribes(&service, &second, "left").await;
    let browser = known_browser(&server, &phone).await;
    second.post("/signout", &[]).await;
    asks_phones(&browser).await;
    service.got(1).await;
    assert_eq!(phones(&server, "Alice").await, 1, "it ended with the session");
    asks_phones(&browser).await;
    let paths: Vec<_> = service.got(2).await.into_iter().map(|message| message.path).collect();
    assert_eq!(paths, ["/kept", "/kept"]);
}

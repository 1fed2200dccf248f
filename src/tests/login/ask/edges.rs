//! What must not come of an ask: that it outlives its code, is turned on by itself, or tells who uses a browser.

use reqwest::StatusCode;

use super::service::{PhoneKeys, PushService};
use super::{asking_server, asks, asks_phones, buttons, known_browser, presses, subscribes};
use crate::account::profile::tells;
use crate::harness::browser::{Browser, Shown};
use crate::harness::server::{PASSWORD, Server};

async fn start() -> (PushService, Server, Browser, PhoneKeys) {
    let service = PushService::start().await;
    let server = asking_server(&service).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let keys = subscribes(&service, &phone, "alice").await;
    (service, server, phone, keys)
}

#[tokio::test]
async fn sec_77_a_ticket_that_is_over_asks_nobody_and_counts_nothing() {
    let (service, server, phone, _) = start().await;
    let browser = known_browser(&server, &phone).await;
    for pass in [61, 900] {
        let page = browser.get("/login").await;
        let (shown, handle) = (Shown::read(&page.body), buttons(&page).remove(0).1);
        server.pass(pass);
        let reply = presses(&browser, &shown, &handle).await;
        assert!(reply.status == StatusCode::SEE_OTHER || reply.status.is_client_error(), "{reply:?}");
    }
    assert!(service.now().is_empty());
    for _ in 0..3 {
        asks_phones(&browser).await;
    }
    assert_eq!(asks(&browser).await.1.status, StatusCode::TOO_MANY_REQUESTS, "three count");
}

#[tokio::test]
async fn sec_77_a_renewed_subscription_takes_the_place_of_one_and_turns_nothing_on() {
    let (service, server, phone, keys) = start().await;
    let at = |path: &str| format!("https://localhost:{}/{path}", service.port);
    let (p256dh, auth) = (keys.p256dh(), keys.auth());
    let renews = async |browser: &Browser, before: &str, now: &str| {
        let (before, now) = (at(before), at(now));
        let form = [("endpoint", &*now), ("p256dh", &*p256dh), ("auth", &*auth), ("renews", &*before)];
        browser.post("/account/ask", &form).await
    };
    assert_eq!(renews(&phone, "alice", "newer").await.location(), "/account/ask?done=on");
    let browser = known_browser(&server, &phone).await;
    asks_phones(&browser).await;
    assert_eq!(service.got(1).await[0].path, "/newer");
    // Another account of the same phone did not turn it on.
    let other = super::other_person(&server, "Bob").await;
    assert_eq!(renews(&other, "newer", "bob").await.status, StatusCode::NO_CONTENT);
    assert!(!other.get("/account/ask").await.body.contains("name=\"phone\""));
    // What was turned off stays off.
    let page = phone.get("/account/ask").await;
    let id = page.body.split("name=\"phone\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("one");
    phone.post("/account/ask/off", &[("phone", id)]).await;
    assert_eq!(renews(&phone, "newer", "newest").await.status, StatusCode::NO_CONTENT);
    assert!(!phone.get("/account/ask").await.body.contains("name=\"phone\""));
}

#[tokio::test]
async fn a_notification_for_an_account_aside_leads_to_the_choice_of_accounts() {
    let (_service, server, phone, _) = start().await;
    let browser = known_browser(&server, &phone).await;
    server.person("Bob").await;
    phone.post("/accounts", &[("act", "add"), ("next", "/")]).await;
    phone.sign_in("bob", PASSWORD, "/").await;
    asks_phones(&browser).await;
    let page = phone.get("/account/asked").await;
    assert!(page.words().contains("Nothing is waiting"), "{}", page.words());
    assert!(page.body.contains("href=\"/accounts?next=/account/asked\""), "{}", page.body);
}

#[tokio::test]
async fn sec_77_a_name_that_is_typed_does_not_tell_whether_its_account_uses_the_browser() {
    let (_service, server, phone, _) = start().await;
    let browser = known_browser(&server, &phone).await;
    let path = "/login?code=1&user=alice";
    assert_eq!(buttons(&browser.get(path).await).len(), 1);
    for word in ["letter", "nothing"] {
        tells(&phone, &[("display_name", "Alice"), ("shown_to_screens", word)]).await;
        for name in ["alice", "bob", "nobody"] {
            let page = browser.get(&format!("/login?code=1&user={name}")).await;
            assert!(buttons(&page).is_empty(), "{word} {name}");
        }
    }
    let labels = buttons(&browser.get("/login").await);
    assert_eq!(labels[0].0, "Continue on your phone");
}

#[tokio::test]
async fn sec_77_a_browser_that_is_forgotten_asks_no_more_and_a_new_password_changes_nothing() {
    let (_service, server, phone, _) = start().await;
    let browser = known_browser(&server, &phone).await;
    asks_phones(&browser).await;
    assert!(phone.get("/account/asked").await.body.contains("name=\"ticket\""));
    let page = phone.get("/account/password").await;
    let attempt = page.body.split("name=\"attempt\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let form =
        [("password", PASSWORD), ("new_password", "another long sentence"), ("attempt", attempt.expect("an attempt"))];
    let changed = phone.post("/account/password", &form).await;
    assert!(changed.status.is_success() || changed.status == StatusCode::SEE_OTHER, "{changed:?}");
    assert!(phone.get("/account/ask").await.body.contains("name=\"phone\""), "the phone is the same");
    phone.post("/account/devices", &[("end", "browsers")]).await;
    assert!(!phone.get("/account/asked").await.body.contains("name=\"ticket\""));
}

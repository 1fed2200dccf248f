//! How a phone lets browsers ask it.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;

use super::service::{PhoneKeys, PushService};
use super::{asking_server, asking_server_with, asks_phones, buttons, known_browser, posts, subscribes};
use crate::harness::browser::Browser;
use crate::harness::server::PASSWORD;
use crate::login::ladder::{details, server};

#[tokio::test]
async fn a_person_turns_it_on_for_a_phone_and_off_again() {
    let service = PushService::start().await;
    let server = asking_server(&service).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    assert!(phone.get("/account").await.body.contains("href=\"/account/ask\""));
    let page = phone.get("/account/ask").await;
    assert!(
        page.words().contains("None so far.") && page.header("content-security-policy").contains("worker-src 'self'")
    );
    subscribes(&service, &phone, "a").await;
    let page = phone.get("/account/ask?done=on").await;
    assert!(page.words().contains("It is on.") && page.words().contains("Chrome on Android"), "{}", page.words());
    assert!(!page.body.contains("localhost:") || !page.body.contains("/a\""), "the address is shown to nobody");
    subscribes(&service, &phone, "b").await;
    let added = "phone that may be asked added";
    assert_eq!(details(&server, "Alice", ActivityKind::Changed).await, [added], "one phone was added");
    let id = page.body.split("name=\"phone\" value=\"").nth(1).expect("a form").split('"').next().expect("an id");
    let other = super::other_person(&server, "Bob").await;
    other.post("/account/ask/off", &[("phone", id)]).await;
    let page = phone.get("/account/ask").await;
    let id = page.body.split("name=\"phone\" value=\"").nth(1).expect("still there").split('"').next().expect("an id");
    let reply = phone.post("/account/ask/off", &[("phone", id)]).await;
    assert_eq!(reply.location(), "/account/ask?done=off");
    assert!(phone.get("/account/ask").await.words().contains("None so far."));
    let words = phone.get("/account/activity").await.words();
    assert!(words.contains("A phone that browsers may ask was removed"), "{words}");
}

#[tokio::test]
async fn sec_76_addresses_that_this_server_does_not_call_are_refused() {
    let server = server().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let keys = PhoneKeys::new();
    for wrong in [
        "",
        "http://push.services.mozilla.com/a",
        "https://localhost/a",
        "https://127.0.0.1:8443/a",
        "https://10.0.0.7/a",
        "https://169.254.169.254/latest",
        "https://[::1]/a",
        "https://[fd00::7]/a",
        "https://printer.local/a",
        "https://me:secret@push.services.mozilla.com/a",
    ] {
        let reply = posts(&phone, wrong, &keys).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(reply.words().contains("a service that this site cannot use"), "{wrong}");
    }
    let form = [("endpoint", "https://push.services.mozilla.com/a"), ("p256dh", "BA"), ("auth", "AA")];
    assert_eq!(phone.post("/account/ask", &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(phone.get("/account/ask").await.words().contains("None so far."));
    let reply = posts(&phone, "https://updates.push.services.mozilla.com/wpush/v2/a", &keys).await;
    assert_eq!(reply.location(), "/account/ask?done=on");
    let stranger = Browser::phone(&server);
    assert!(posts(&stranger, "https://web.push.apple.com/a", &keys).await.location().starts_with("/signin"));
}

#[tokio::test]
async fn sec_76_five_phones_of_a_person_are_asked_and_no_more() {
    let service = PushService::start().await;
    let server = asking_server(&service).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    subscribes(&service, &phone, "0").await;
    let mut others = Vec::new();
    for number in 1..=5 {
        let other = Browser::phone(&server);
        other.sign_in("alice", PASSWORD, "/").await;
        if number < 5 {
            subscribes(&service, &other, &number.to_string()).await;
        }
        others.push(other);
    }
    let endpoint = format!("https://localhost:{}/5", service.port);
    let reply = posts(&others[4], &endpoint, &PhoneKeys::new()).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert!(reply.words().contains("It is on for five phones"), "{}", reply.words());
    others[0].post("/signout", &[]).await;
    assert_eq!(posts(&others[4], &endpoint, &PhoneKeys::new()).await.location(), "/account/ask?done=on");
    let browser = known_browser(&server, &phone).await;
    asks_phones(&browser).await;
    service.got(5).await;
}

#[tokio::test]
async fn there_is_no_page_where_phones_are_sent_nothing() {
    let service = PushService::start().await;
    for change in [
        (|settings| settings.push.enabled = false) as fn(&mut tessera::settings::Settings),
        // Browsers have no service workers there.
        |settings| settings.public_url = settings.public_url.replace("localhost", "login.example").into(),
    ] {
        let server = asking_server_with(&service, change).await;
        let phone = Browser::signed_in(&server, "Alice").await;
        for path in ["/account/ask", "/account/ask?done=on"] {
            assert_eq!(phone.get(path).await.status, StatusCode::NOT_FOUND);
        }
        assert!(!phone.get("/account").await.body.contains("/account/ask\""));
        let reply = posts(&phone, "https://web.push.apple.com/a", &PhoneKeys::new()).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        let browser = Browser::desktop(&server);
        assert!(buttons(&browser.get("/login").await).is_empty());
    }
}

#[tokio::test]
async fn the_service_worker_has_a_policy_of_its_own_and_keeps_nothing() {
    let server = server().await;
    let reply = Browser::phone(&server).get("/worker.js").await;
    assert_eq!(reply.status, StatusCode::OK);
    let policy = "default-src 'none'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    assert_eq!(reply.header("content-security-policy"), policy);
    assert_eq!(
        [reply.header("cache-control"), reply.header("content-type")],
        ["no-cache", "text/javascript; charset=utf-8"]
    );
    for never in ["caches", "fetch\"", "importScripts", "indexedDB"] {
        assert!(!reply.body.contains(never), "{never}");
    }
}

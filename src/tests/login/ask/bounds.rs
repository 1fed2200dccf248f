//! What holds over two instances, and at a stop.

use reqwest::StatusCode;
use tessera::settings::Verification;

use super::service::PushService;
use super::{asks, asks_phones, buttons, opens, subscribes};
use crate::harness::pair::Pair;
use crate::login::ladder::{approves, claims, number, signs_in_by_number};

#[tokio::test]
async fn sec_77_a_browser_at_one_instance_asks_a_phone_at_another_and_is_counted_at_both() {
    let service = PushService::start().await;
    let pair = Pair::start_with(|settings| {
        settings.login.verification = Verification::default();
        service.is_used_by(settings);
    })
    .await;
    let (browser, phone) = (pair.desktop(), pair.phone("Alice").await);
    let keys = subscribes(&service, &phone, "alice").await;
    signs_in_by_number(&pair.first, &phone, &browser, &[("remember", "true")]).await;
    browser.post("/signout", &[]).await;
    let shown = asks_phones(&browser).await;
    assert!(keys.decrypt(&service.got(1).await[0].body).is_some());
    let code = opens(&phone, &shown).await;
    approves(&phone, &code, &[("answer", &number(&browser, &shown).await)]).await;
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::OK);
    browser.post("/signout", &[]).await;
    // Two more at the first instance; then the other one counts them too.
    asks_phones(&browser).await;
    asks_phones(&browser).await;
    let origin = browser.origin().to_owned();
    let other = crate::harness::browser::Browser::at(
        &origin,
        pair.second.port(),
        crate::harness::browser::DESKTOP,
        browser.address(),
    );
    for name in ["__Host-tessera-known", "__Host-tessera-browser"] {
        other.set_cookie(name, &browser.cookie(name).expect("a cookie"));
    }
    assert_eq!(asks(&other).await.1.status, StatusCode::TOO_MANY_REQUESTS);
    // What ends the phone's session at one instance ends the asking at the other.
    phone.post("/signout", &[]).await;
    assert!(buttons(&browser.get("/login").await).is_empty());
}

#[tokio::test]
async fn a_stop_waits_for_the_messages_that_are_on_their_way() {
    let service = PushService::start().await;
    let server = super::asking_server(&service).await;
    let phone = crate::harness::browser::Browser::signed_in(&server, "Alice").await;
    subscribes(&service, &phone, "alice").await;
    let browser = super::known_browser(&server, &phone).await;
    asks_phones(&browser).await;
    server.stopping.cancel();
    server.serving.await.expect("stops");
    service.got(1).await;
}

//! What raises an approval beside the browser: a second account, an older code, networks and countries, apps.

use reqwest::StatusCode;
use tessera::ticket::ladder::Rung;

use super::{approves, asks, choices, claims, number, scans, server, server_with, signs_in_by_number};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::PASSWORD;
use crate::harness::site::Site;

#[tokio::test]
async fn sec_10_a_second_account_that_scans_raises_what_the_first_one_owes() {
    let server = server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    server.person("Bob").await;
    let other = Browser::phone(&server);
    other.sign_in("bob", PASSWORD, "/").await;
    let shown = browser.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    let right = number(&browser, &shown).await;
    other.post("/api/scan", &[("code", &code), ("pressed", "true")]).await;
    let page = asks(&phone, &code).await;
    assert!(choices(&page).is_empty() && page.words().contains("Someone else scanned this code too."), "{page:?}");
    approves(&phone, &code, &[("answer", &right)]).await;
    assert_eq!(claims(&browser, &shown).await.error(), "not_approved", "the number is not enough any more");
}

#[tokio::test]
async fn sec_10_an_outdated_code_that_was_scanned_raises_the_newer_one() {
    let server = server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let old = server.path_of(&shown).await;
    for _ in 0..2 {
        server.pass(40);
        browser.fetch(reqwest::Method::POST, &format!("/login/{}/refresh", shown.ticket)).await;
    }
    let code = old.strip_prefix("/s/").expect("a code");
    phone.post("/api/scan", &[("code", code), ("pressed", "true")]).await;
    assert_eq!(browser.hears(&shown).await["notice"], "outdated_scan");
    server.pass(40);
    browser.fetch(reqwest::Method::POST, &format!("/login/{}/refresh", shown.ticket)).await;
    assert_eq!(browser.hears(&shown).await["notice"], "outdated_scan", "also for the newer codes of the page");
    let newer = crate::harness::browser::Shown::read(&browser.get(&format!("/login/{}", shown.ticket)).await.body);
    let code = scans(&server, &phone, &newer).await;
    let page = asks(&phone, &code).await;
    assert!(page.words().contains("Someone scanned an older code from the same page."), "{}", page.words());
    assert!(page.body.contains("value=\"shown\""), "{}", page.body);
}

#[tokio::test]
async fn sec_10_marked_networks_ask_for_more_and_blocked_ones_are_refused() {
    let server = server_with(|settings| {
        settings.login.verification.marked_networks = vec!["192.0.2.0/25".parse().expect("a network")];
        settings.login.verification.blocked_networks = vec!["192.0.2.128/25".parse().expect("a network")];
    })
    .await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let marked = Browser::new(&server, DESKTOP, "192.0.2.1");
    let code = scans(&server, &phone, &marked.show_code().await).await;
    let page = asks(&phone, &code).await;
    assert!(page.words().contains("a network that this site keeps an eye on"), "{}", page.words());
    assert!(page.body.contains("value=\"shown\""));

    let blocked = Browser::new(&server, DESKTOP, "192.0.2.200");
    let shown = blocked.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    let page = asks(&phone, &code).await;
    assert!(page.words().contains("That browser is in a network that is blocked here."), "{}", page.words());
    assert!(!page.body.contains("/api/approve"), "{}", page.body);
    approves(&phone, &code, &[("answer", "shown")]).await;
    assert_eq!(claims(&blocked, &shown).await.error(), "not_approved");
    phone.post("/api/deny", &[("code", &code)]).await;
    assert_eq!(claims(&blocked, &shown).await.error(), "denied");
}

#[tokio::test]
async fn sec_10_an_app_asks_for_more_of_a_known_browser_and_never_for_less() {
    let server = server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    signs_in_by_number(&server, &phone, &browser, &[("remember", "true")]).await;
    browser.post("/signout", &[]).await;
    let site = Site::register_with(&server, |app| app.options.approval = Rung::Number).await;
    let (_, shown) = site.shows(&browser, &[]).await;
    let code = scans(&server, &phone, &shown).await;
    let page = asks(&phone, &code).await;
    assert!(page.words().contains("The app asks for it.") && choices(&page).len() == 3, "{}", page.words());
    let right = number(&browser, &shown).await;
    approves(&phone, &code, &[("answer", &right)]).await;
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::OK);
    let lenient = Site::register(&server).await;
    let stranger = Browser::desktop(&server);
    let (_, shown) = lenient.shows(&stranger, &[]).await;
    let code = scans(&server, &phone, &shown).await;
    assert_eq!(choices(&asks(&phone, &code).await).len(), 3);
}

#[tokio::test]
async fn sec_10_a_session_whose_approval_asked_for_less_than_the_app_does_is_not_enough_for_it() {
    let server = server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    signs_in_by_number(&server, &phone, &browser, &[]).await;
    let strong = Site::register_with(&server, |app| app.options.approval = Rung::Type).await;
    let (_, shown) = strong.shows(&browser, &[]).await;
    let code = scans(&server, &phone, &shown).await;
    assert!(asks(&phone, &code).await.body.contains("value=\"shown\""), "it is asked for anew");
    let equal = Site::register_with(&server, |app| app.options.approval = Rung::Number).await;
    let begun = browser.get(&equal.sends_to(&[])).await;
    let page = browser.get(begun.location()).await;
    assert!(!page.body.contains("id=\"panel\""), "a number was given: {}", page.words());
}

#[tokio::test]
async fn an_operator_may_let_a_tap_be_enough_in_the_network_of_the_phone() {
    let server = server_with(|settings| settings.login.verification.same_network = Some(Rung::Tap)).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let near = Browser::new(&server, DESKTOP, phone.address());
    let shown = near.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    approves(&phone, &code, &[]).await;
    assert_eq!(claims(&near, &shown).await.status, StatusCode::OK);
}

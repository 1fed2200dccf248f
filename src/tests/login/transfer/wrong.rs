//! Wrong digits, wrong phones, wrong browsers, and codes of the wrong direction.

use reqwest::{Method, StatusCode};
use tessera::store::records::activity::{ActivityFilter, ActivityKind};

use super::{claim, not_claimed, offer, others, refusal, signed_in_desktop, take, types};
use crate::harness::browser::{Browser, DESKTOP, PHONE};
use crate::harness::server::{PASSWORD, Server};

#[tokio::test]
async fn sec_11_wrong_digits_end_the_code_at_the_third_time_and_a_form_sent_twice_counts_once() {
    let server = Server::start().await;
    let (desktop, phone) = (signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    let offered = offer(&server, &desktop).await;
    let shown = take(&phone, &offered).await;
    let wrong = others(&shown);
    let version = super::seq(&desktop, &offered).await;
    for _ in 0..5 {
        let form = [("digits", &*wrong), ("seq", &*version)];
        desktop.post(&format!("{}/digits", offered.page), &form).await;
    }
    assert!(desktop.get(&offered.page).await.words().contains("Check them and try again."));
    types(&desktop, &offered, &wrong).await;
    assert!(desktop.get(&offered.page).await.words().contains("One more try."));
    types(&desktop, &offered, &wrong).await;
    let page = desktop.get(&offered.page).await.words();
    assert!(page.contains("Wrong digits were typed three times"), "{page}");
    let form = [("digits", &*shown), ("seq", "5")];
    assert_eq!(refusal(&desktop, &format!("{}/digits", offered.page), Some(&form)).await.1, "denied");
    let of_phone = phone.get(&offered.code).await;
    assert!(of_phone.words().contains("Wrong digits were typed three times"), "{of_phone:?}");
    assert_eq!(not_claimed(&phone, &offered).await, "denied");
    assert!(!phone.is_signed_in().await);
    crate::harness::hang::until("the line of activity", async || {
        let filter = ActivityFilter { kind: Some(ActivityKind::SignInRefused), ..ActivityFilter::default() };
        server.app.records.activity(filter, 10).await.expect("answers").len() == 1
    })
    .await;
}

#[tokio::test]
async fn sec_05_a_second_phone_is_told_that_another_one_opened_the_code() {
    let server = Server::start().await;
    let (desktop, phone) = (signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    let other = phone.beside(PHONE, "203.0.113.99");
    let offered = offer(&server, &desktop).await;
    assert_eq!(other.get(&offered.code).await.status, StatusCode::OK, "opening changes nothing");
    let shown = take(&phone, &offered).await;
    for (path, form) in [(offered.code.clone(), None), (format!("{}/take", offered.code), Some(&[][..]))] {
        assert_eq!(refusal(&other, &path, form).await, (409, "taken".to_owned()));
    }
    for reply in [other.get(&offered.code).await, other.post(&format!("{}/take", offered.code), &[]).await] {
        assert!(reply.words().contains("Another phone opened this code first"), "{reply:?}");
        assert!(!reply.body.contains(&shown), "{reply:?}");
    }
    for path in ["claim", "decline"] {
        assert!(other.post(&format!("{}/{path}", offered.code), &[]).await.status.is_client_error());
    }
    types(&desktop, &offered, &shown).await;
    assert_eq!(refusal(&other, &offered.code, None).await.1, "taken");
    assert!(claim(&other, &offered).await.status.is_client_error());
    assert_eq!(claim(&phone, &offered).await.status, StatusCode::SEE_OTHER);
    for late in [other.get(&offered.code).await, claim(&other, &offered).await] {
        assert!(late.status.is_client_error(), "{late:?}");
    }
}

#[tokio::test]
async fn sec_02_only_the_browser_and_session_that_offer_may_watch_type_and_cancel() {
    let server = Server::start().await;
    let (desktop, phone) = (signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    let offered = offer(&server, &desktop).await;
    let shown = take(&phone, &offered).await;
    server.person("Bob").await;
    let bob = desktop.beside(DESKTOP, "198.51.100.7");
    bob.sign_in("bob", PASSWORD, "/").await;
    // Also with the key of the browser: another account has signed in there.
    let stolen = desktop.beside(DESKTOP, "198.51.100.1");
    stolen.set_cookie("__Host-tessera-browser", &desktop.cookie("__Host-tessera-browser").expect("a key"));
    stolen.sign_in("bob", PASSWORD, "/").await;
    let form = [("digits", &*shown), ("seq", "2")];
    for (browser, code) in [(&bob, "no_cookie"), (&stolen, "not_yours")] {
        assert_eq!(refusal(browser, &format!("{}/digits", offered.page), Some(&form)).await.1, code);
    }
    assert_eq!(stolen.get(&offered.page).await.location(), "/transfer");
    bob.set_cookie("__Host-tessera-browser", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(refusal(&bob, &format!("{}/digits", offered.page), Some(&form)).await.1, "other_browser");
    bob.post(&format!("{}/cancel", offered.page), &[]).await;
    assert!(bob.get(&offered.page).await.location().starts_with("/transfer"));
    assert_eq!(super::hears(&bob, &offered.page).await.error(), "other_browser");
    types(&desktop, &offered, &shown).await;
    assert_eq!(claim(&phone, &offered).await.status, StatusCode::SEE_OTHER, "nothing of that did harm");
}

#[tokio::test]
async fn a_code_in_the_wrong_direction_is_refused_and_says_which_one_it_is() {
    let server = Server::start().await;
    let desktop = signed_in_desktop(&server, "Alice").await;
    let offered = offer(&server, &desktop).await;
    let phone = Browser::signed_in(&server, "Bob").await;
    let code = offered.code.strip_prefix("/t/").expect("a code");
    let looked = phone.get(&format!("/s/{code}")).await;
    assert_eq!(refusal(&phone, &format!("/s/{code}"), None).await, (409, "other_direction".to_owned()));
    assert!(looked.words().contains("This code signs in a phone"), "{looked:?}");
    for step in ["scan", "approve", "deny"] {
        let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        let form = [("code", code), ("pressed", "true")];
        let reply = phone.send(Method::POST, &format!("/api/{step}"), &headers, Some(&form)).await;
        assert_eq!(reply.status, StatusCode::CONFLICT, "{step}: {reply:?}");
        assert!(reply.body.contains("other_direction"), "{step}: {reply:?}");
    }
    // The browser's page of the usual direction, with the same key.
    let ticket = offered.page.strip_prefix("/transfer/").expect("a ticket");
    assert_eq!(refusal(&desktop, &format!("/login/{ticket}/claim"), Some(&[])).await.1, "other_browser");

    let screen = Browser::desktop(&server).with_address("198.51.100.3".to_owned());
    let path = server.path_of(&screen.show_code().await).await;
    let usual = format!("/t/{}", path.strip_prefix("/s/").expect("a code"));
    for browser in [&phone, &Browser::phone(&server)] {
        let reply = browser.get(&usual).await;
        assert!(reply.words().contains("This code signs in another screen"), "{reply:?}");
        browser.get("/signin").await;
        for (path, form) in [(usual.clone(), None), (format!("{usual}/take"), Some(&[][..]))] {
            assert_eq!(refusal(browser, &path, form).await, (409, "other_direction".to_owned()));
        }
    }
    assert_eq!(refusal(&phone, "/t/AAAA", None).await.1, "malformed_code");
}

#[tokio::test]
async fn a_phone_that_is_signed_in_hears_who_is_and_what_continuing_does() {
    let server = Server::start().await;
    let desktop = signed_in_desktop(&server, "Alice").await;
    let same = Browser::phone(&server);
    same.sign_in("alice", PASSWORD, "/").await;
    let offered = offer(&server, &desktop).await;
    let page = same.get(&offered.code).await;
    assert!(page.words().contains("You are signed in already"), "{page:?}");
    assert!(!page.body.contains("/take\""), "{page:?}");
    same.post(&format!("{}/take", offered.code), &[]).await;
    assert!(desktop.get(&offered.page).await.body.contains("id=\"qr\""), "a press changes nothing either");

    let bob = Browser::signed_in(&server, "Bob").await;
    let before = bob.cookie("__Host-tessera-session").expect("a session");
    let page = bob.get(&offered.code).await.words();
    assert!(page.contains("Bob is signed in on this phone, and is signed out here if you continue."), "{page}");
    let shown = take(&bob, &offered).await;
    types(&desktop, &offered, &shown).await;
    assert_eq!(claim(&bob, &offered).await.status, StatusCode::SEE_OTHER);
    assert!(bob.get("/").await.words().contains("Alice"));
    let old = Browser::phone(&server);
    old.set_cookie("__Host-tessera-session", &before);
    assert!(!old.is_signed_in().await, "the session of before is over");
}

#[tokio::test]
async fn sec_13_the_browser_that_shows_the_code_cannot_take_it() {
    let server = Server::start().await;
    let desktop = signed_in_desktop(&server, "Alice").await;
    let offered = offer(&server, &desktop).await;
    // By its key, by its session, and after it signed out.
    let by_session = desktop.beside(DESKTOP, "198.51.100.1");
    let session = desktop.cookie("__Host-tessera-session").expect("a session");
    by_session.set_cookie("__Host-tessera-session", &session);
    let by_key = desktop.beside(DESKTOP, "198.51.100.1");
    by_key.set_cookie("__Host-tessera-browser", &desktop.cookie("__Host-tessera-browser").expect("a key"));
    for browser in [&desktop, &by_session, &by_key] {
        for (path, form) in [(offered.code.clone(), None), (format!("{}/take", offered.code), Some(&[][..]))] {
            assert_eq!(refusal(browser, &path, form).await, (409, "same_browser".to_owned()));
        }
    }
}

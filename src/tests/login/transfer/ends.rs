//! What ends an offer before a phone is signed in, and what ends with the browser afterwards.

use reqwest::StatusCode;
use tessera::store::records::activity::{ActivityFilter, ActivityKind};

use super::{claim, not_claimed, offer, refusal, signed_in_desktop, signs_in, take, types};
use crate::account::profile::account;
use crate::harness::browser::{Browser, PHONE};
use crate::harness::server::{PASSWORD, Server};

#[tokio::test]
async fn a_code_ends_after_two_minutes_and_the_digits_after_the_time_to_decide() {
    let server = Server::start().await;
    let desktop = signed_in_desktop(&server, "Alice").await;
    let offered = offer(&server, &desktop).await;
    server.pass(119);
    assert_eq!(Browser::phone(&server).get(&offered.code).await.status, StatusCode::OK);
    server.pass(1);
    assert_eq!(refusal(&Browser::phone(&server), &offered.code, None).await, (410, "expired".to_owned()));
    assert!(desktop.get(&offered.page).await.words().contains("This code has ended"));

    let phone = Browser::phone(&server);
    let offered = offer(&server, &desktop).await;
    let shown = take(&phone, &offered).await;
    let version = super::seq(&desktop, &offered).await;
    server.pass(120);
    let form = [("digits", &*shown), ("seq", &*version)];
    assert_eq!(refusal(&desktop, &format!("{}/digits", offered.page), Some(&form)).await.1, "expired");
    assert_eq!(not_claimed(&phone, &offered).await, "expired");

    let offered = offer(&server, &desktop).await;
    let shown = take(&phone, &offered).await;
    types(&desktop, &offered, &shown).await;
    server.pass(30);
    assert_eq!(not_claimed(&phone, &offered).await, "expired", "an approval is used at once");
    assert!(!phone.is_signed_in().await);
}

#[tokio::test]
async fn the_browser_cancels_and_the_phone_declines() {
    let server = Server::start().await;
    let (desktop, phone) = (signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    phone.get("/signin").await;
    for taken in [false, true] {
        let offered = offer(&server, &desktop).await;
        if taken {
            take(&phone, &offered).await;
        }
        for _ in 0..2 {
            let cancelled = desktop.post(&format!("{}/cancel", offered.page), &[]).await;
            assert_eq!((cancelled.status, cancelled.location()), (StatusCode::SEE_OTHER, &*offered.page));
        }
        assert!(desktop.get(&offered.page).await.words().contains("This code has ended"));
        assert_eq!(phone.get(&offered.code).await.status, StatusCode::GONE);
        assert_eq!(refusal(&phone, &format!("{}/take", offered.code), Some(&[])).await.1, "cancelled");
        assert!(claim(&phone, &offered).await.status.is_client_error());
    }
    let offered = offer(&server, &desktop).await;
    let shown = take(&phone, &offered).await;
    let version = super::seq(&desktop, &offered).await;
    for _ in 0..2 {
        let declined = phone.post(&format!("{}/decline", offered.code), &[]).await;
        assert_eq!((declined.status, declined.location()), (StatusCode::SEE_OTHER, &*offered.code));
    }
    let filter = ActivityFilter { kind: Some(ActivityKind::Denied), ..ActivityFilter::default() };
    let noted = server.app.records.activity(filter, 10).await.expect("answers");
    assert_eq!(noted.len(), 1, "however often the button is pressed");
    assert!(noted[0].line.detail.starts_with("Chrome, Android"), "which phone it was: {noted:?}");
    assert_eq!(noted[0].line.account, Some(account(&server, "alice").await.id));
    assert!(phone.get(&offered.code).await.words().contains("This phone was not signed in."));
    assert!(desktop.get(&offered.page).await.words().contains("The phone declined."));
    let form = [("digits", &*shown), ("seq", &*version)];
    desktop.post(&format!("{}/digits", offered.page), &form).await;
    assert_eq!(not_claimed(&phone, &offered).await, "denied");
}

#[tokio::test]
async fn nothing_is_given_once_the_session_of_the_browser_has_ended() {
    let server = Server::start().await;
    server.administrator("Root").await;
    let phone = Browser::phone(&server);
    for step in ["shown", "taken", "typed"] {
        for end in ["signed out", "ended elsewhere", "disabled"] {
            let name = format!("{step} {end}").replace(' ', "-");
            let desktop = signed_in_desktop(&server, &name).await;
            let phone = phone.beside(PHONE, "203.0.113.1");
            let offered = offer(&server, &desktop).await;
            if step != "shown" {
                let shown = take(&phone, &offered).await;
                if step == "typed" {
                    types(&desktop, &offered, &shown).await;
                }
            }
            match end {
                "signed out" => drop(desktop.post("/signout", &[]).await),
                "ended elsewhere" => {
                    let other = phone.beside(PHONE, "203.0.113.5");
                    other.sign_in(&name, PASSWORD, "/").await;
                    other.post("/account/devices", &[("end", "others")]).await;
                }
                _ => {
                    let found = server.app.records.account_by_username(&name).await.expect("answers").expect("there");
                    server.app.records.sign_out_account(found.0.id, server.clock.now()).await.expect("ends");
                }
            }
            if step == "shown" {
                phone.get("/signin").await;
                for (path, form) in [(offered.code.clone(), None), (format!("{}/take", offered.code), Some(&[][..]))] {
                    assert_eq!(refusal(&phone, &path, form).await, (410, "cancelled".to_owned()), "{name}");
                }
            }
            assert!(claim(&phone, &offered).await.status.is_client_error(), "{name}");
            assert!(!phone.is_signed_in().await, "{name}");
            assert!(!desktop.is_signed_in().await, "{name}");
        }
    }
}

#[tokio::test]
async fn the_session_of_the_phone_ends_with_the_browsers_and_no_later() {
    let server = Server::start().await;
    let (desktop, phone) = (signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    signs_in(&server, &desktop, &phone).await;
    let page = desktop.get("/account/devices").await;
    let own = page.body.split("This device").next().and_then(|before| before.rsplit("/account/devices/").next());
    assert!(own.is_some());
    let third = phone.beside(PHONE, "203.0.113.8");
    third.sign_in("alice", PASSWORD, "/").await;
    third.post("/account/devices", &[("end", "others"), ("scope", "all")]).await;
    assert!(!desktop.is_signed_in().await && !phone.is_signed_in().await);
}

#[tokio::test]
async fn the_other_direction_is_switched_off_by_a_setting_and_no_page_offers_it() {
    let server = Server::start_with(|settings| settings.login.transfer = false).await;
    let desktop = signed_in_desktop(&server, "Alice").await;
    for path in ["/account", "/account/devices"] {
        assert!(!desktop.get(path).await.body.contains("/transfer"), "{path}");
    }
    let code = format!("/t/{}", "A".repeat(40));
    for (path, is_form) in [
        ("/transfer".to_owned(), false),
        ("/transfer".to_owned(), true),
        ("/transfer/0123".to_owned(), false),
        ("/transfer/0123/digits".to_owned(), true),
        ("/transfer/0123/cancel".to_owned(), true),
        (code.clone(), false),
        (format!("{code}/take"), true),
        (format!("{code}/claim"), true),
        (format!("{code}/decline"), true),
    ] {
        let form = is_form.then_some(&[][..]);
        assert_eq!(refusal(&desktop, &path, form).await, (404, "transfer_off".to_owned()), "{path}");
    }
}

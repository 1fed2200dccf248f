//! The pages of this site while nobody signs in by scanning: each step of a ticket.

use reqwest::{Method, StatusCode};
use tessera::settings::{Scanning, Verification};
use tessera::ticket::ladder::Rung;

use super::{refusal, scan_off, shows_no_code, turned};
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::login::ladder::{approves, scans};
use crate::login::transfer;
use crate::operating::logs::listen;

#[tokio::test]
async fn sec_73_the_setting_takes_the_code_from_the_login_page_and_leaves_the_other_ways() {
    let server = Server::start_with(|settings| settings.login.scan = Scanning::Off).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    for path in ["/login", "/login?code=1", "/login?user=alice"] {
        let page = browser.get(path).await;
        assert!(page.status == StatusCode::OK && shows_no_code(&page), "{path}: {page:?}");
        assert!(page.body.contains("data-passkey=\"get\""), "a passkey is offered: {page:?}");
        assert!(page.body.contains("href=\"/signin\""), "and the password: {page:?}");
    }
    let other = Browser::phone(&server);
    assert!(shows_no_code(&other.get("/login").await), "a phone is offered no code for another one");
    assert_eq!(refusal(&browser, Method::GET, "/login", &[]).await, scan_off());
    for path in ["/scan", "/link", "/transfer"] {
        assert_eq!(refusal(&phone, Method::GET, path, &[]).await, scan_off(), "{path}");
        let page = phone.get(path).await.words();
        assert!(page.contains("Signing in by scanning is switched off"), "{page}");
    }
    assert_eq!(browser.sign_in("alice", crate::harness::server::PASSWORD, "/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn sec_73_the_switch_is_looked_at_when_a_code_is_shown_scanned_approved_and_claimed() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let shown = async || {
        let browser = Browser::desktop(&server);
        let shown = browser.show_code().await;
        (browser, shown)
    };
    // Each of them is one step further when it is switched off.
    let ((waiting, not_scanned), (asking, scanned), (ready, approved)) = (shown().await, shown().await, shown().await);
    let path = server.path_of(&not_scanned).await;
    let code_of_scanned = phone.scan(&scanned).await;
    phone.approve(&approved).await;
    let (lines, _guard) = listen();
    turned(&server, Scanning::Off).await;

    assert!(shows_no_code(&Browser::desktop(&server).get("/login").await), "issue");
    let code = path.trim_start_matches("/s/");
    let looked = phone.get(&path).await;
    assert_eq!(looked.status, StatusCode::FORBIDDEN, "{looked:?}");
    assert!(looked.words().contains("Signing in by scanning is switched off"), "{looked:?}");
    assert_eq!(refusal(&phone, Method::POST, "/api/scan", &[("code", code), ("pressed", "true")]).await.0, 403, "scan");
    let approve = [("code", code_of_scanned.as_str())];
    assert_eq!(refusal(&phone, Method::POST, "/api/approve", &approve).await.0, 403, "approve");
    let claim = format!("/login/{}/claim", approved.ticket);
    assert_eq!(refusal(&ready, Method::POST, &claim, &[]).await, scan_off(), "claim");
    assert!(!ready.is_signed_in().await);
    let refused = lines.text().lines().filter(|line| line.contains("code=\"scan_off\"")).count();
    assert!(refused >= 5, "{}", lines.text());

    // The pages that wait hear of it, and lead to the page that says why.
    for (browser, shown, seen) in
        [(&waiting, &not_scanned, "cancelled"), (&asking, &scanned, "cancelled"), (&ready, &approved, "denied")]
    {
        assert_eq!(browser.hears(shown).await["seen"], seen);
    }
    // Nothing of it works again once it is on.
    turned(&server, Scanning::On).await;
    assert_eq!(refusal(&ready, Method::POST, &claim, &[]).await.1, "denied");
    assert_eq!(refusal(&phone, Method::POST, "/api/approve", &approve).await.0, 410);
    let again = Browser::desktop(&server);
    phone.signs_in(&again).await;
    assert!(again.is_signed_in().await);
}

#[tokio::test]
async fn sec_73_a_page_that_waits_is_led_to_the_page_without_a_code_and_gets_no_newer_one() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let page = format!("/login/{}", shown.ticket);
    turned(&server, Scanning::Off).await;
    let led = browser.get(&page).await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/login?code=1"), "{led:?}");
    assert!(shows_no_code(&browser.get(led.location()).await));
    server.pass(40);
    assert_eq!(refusal(&browser, Method::POST, &format!("{page}/refresh"), &[]).await, scan_off());
}

#[tokio::test]
async fn sec_73_digits_that_are_typed_in_the_browser_approve_nothing_while_it_is_off() {
    let server = Server::start_with(|settings| {
        settings.login.verification = Verification { new_browser: Rung::Type, ..Verification::default() };
    })
    .await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    approves(&phone, &code, &[("answer", "shown")]).await;
    let digits = transfer::digits(&phone.get(&format!("/s/{code}")).await);
    let seq = browser.hears(&shown).await["seq"].to_string();
    turned(&server, Scanning::Off).await;
    let typed = [("digits", digits.as_str()), ("seq", &seq)];
    assert_eq!(refusal(&browser, Method::POST, &format!("/login/{}/digits", shown.ticket), &typed).await, scan_off());
    assert_eq!(browser.hears(&shown).await["seen"], "cancelled");
}

#[tokio::test]
async fn sec_73_what_waited_while_it_was_off_goes_on_at_no_step_once_it_is_on_again() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let shown = async || {
        let browser = Browser::desktop(&server);
        let shown = browser.show_code().await;
        (browser, shown)
    };
    let ((_, not_scanned), (_, scanned), (ready, approved)) = (shown().await, shown().await, shown().await);
    let path = server.path_of(&not_scanned).await;
    let code_of_scanned = phone.scan(&scanned).await;
    phone.approve(&approved).await;
    server.pass(1);
    // Nobody tries anything meanwhile.
    turned(&server, Scanning::Off).await;
    server.pass(1);
    turned(&server, Scanning::On).await;
    let code = path.trim_start_matches("/s/");
    assert_eq!(refusal(&phone, Method::POST, "/api/scan", &[("code", code), ("pressed", "true")]).await.0, 403, "scan");
    let approve = [("code", code_of_scanned.as_str())];
    assert_eq!(refusal(&phone, Method::POST, "/api/approve", &approve).await.0, 403, "approve");
    let claim = format!("/login/{}/claim", approved.ticket);
    assert_eq!(refusal(&ready, Method::POST, &claim, &[]).await, scan_off(), "claim");
    assert!(!ready.is_signed_in().await);
    let (fresh, shown) = shown().await;
    phone.approve(&shown).await;
    fresh.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert!(fresh.is_signed_in().await, "what is asked for from now on goes on");
}

#[tokio::test]
async fn sec_73_a_denial_and_a_cancellation_go_on_while_it_is_off() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let (denied, cancelled) = (browser.show_code().await, browser.show_code().await);
    let code = phone.scan(&denied).await;
    turned(&server, Scanning::Off).await;
    assert_eq!(phone.post("/api/deny", &[("code", &code)]).await.status, StatusCode::SEE_OTHER);
    browser.post(&format!("/login/{}/cancel", cancelled.ticket), &[]).await;
    assert_eq!(browser.hears(&denied).await["seen"], "denied");
    assert_eq!(browser.hears(&cancelled).await["seen"], "cancelled");
}

#[tokio::test]
async fn sec_73_the_other_direction_is_off_too_at_each_step() {
    let server = Server::start().await;
    let desktop = transfer::signed_in_desktop(&server, "Alice").await;
    let phone = |last: u8| Browser::phone(&server).with_address(format!("203.0.113.{last}"));
    let (first, second, third) = (phone(11), phone(12), phone(13));
    let offered = [
        transfer::offer(&server, &desktop).await,
        transfer::offer(&server, &desktop).await,
        transfer::offer(&server, &desktop).await,
    ];
    first.get(&offered[0].code).await;
    let digits = transfer::take(&second, &offered[1]).await;
    let right = transfer::take(&third, &offered[2]).await;
    transfer::types(&desktop, &offered[2], &right).await;
    let seq = transfer::seq(&desktop, &offered[1]).await;
    turned(&server, Scanning::Off).await;
    assert_eq!(refusal(&desktop, Method::POST, "/transfer", &[]).await, scan_off(), "issue");
    assert_eq!(refusal(&first, Method::GET, &offered[0].code, &[]).await, scan_off(), "look");
    assert_eq!(refusal(&first, Method::POST, &format!("{}/take", offered[0].code), &[]).await, scan_off(), "take");
    let typed = [("digits", digits.as_str()), ("seq", &seq)];
    let typing = refusal(&desktop, Method::POST, &format!("{}/digits", offered[1].page), &typed).await;
    assert_eq!(typing, scan_off(), "approve");
    assert_eq!(refusal(&third, Method::POST, &format!("{}/claim", offered[2].code), &[]).await, scan_off(), "claim");
    assert!(!third.is_signed_in().await);
}

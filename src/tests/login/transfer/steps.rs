//! The steps in their order, and the same step twice.

use reqwest::StatusCode;
use tessera::store::records::activity::{ActivityFilter, ActivityKind};

use super::{claim, digits, hears, not_claimed, offer, refusal, seq, signed_in_desktop, signs_in, take, types};
use crate::account::chooser::{adds, names};
use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};

#[tokio::test]
async fn a_phone_is_signed_in_by_a_signed_in_browser_with_digits_that_it_shows() {
    let server = Server::start().await;
    let (desktop, phone) = (signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    assert!(desktop.get("/account").await.body.contains("href=\"/transfer\""));
    assert!(desktop.get("/account/devices").await.body.contains("href=\"/transfer\""));
    let offered = offer(&server, &desktop).await;
    let page = desktop.get(&offered.page).await;
    assert!(page.body.contains("id=\"qr\"") && page.body.contains("<svg role=\"img\""), "{}", page.body);
    assert!(page.body.contains("http-equiv=\"refresh\" content=\"3;url=/transfer/"), "works without script");

    let asked = phone.get(&offered.code).await.words();
    assert!(asked.contains("Sign in as Alice?") && asked.contains("Chrome on Windows"), "{asked}");
    assert!(asked.contains("198.51.100.1"), "{asked}");
    let shown = take(&phone, &offered).await;
    assert_eq!(shown.len(), 4);
    assert!(!phone.is_signed_in().await);
    let page = desktop.get(&offered.page).await.words();
    assert!(page.contains("Chrome on Android opened the code") && page.contains("203.0.113.1"), "{page}");
    assert!(!page.contains(&shown), "the browser never has the digits");
    assert_eq!(not_claimed(&phone, &offered).await, "not_approved");

    let typed = types(&desktop, &offered, &shown).await;
    assert_eq!((typed.status, typed.location()), (StatusCode::SEE_OTHER, &*offered.page));
    let ready = phone.get(&offered.code).await;
    assert!(ready.body.contains("/claim\""), "{ready:?}");
    let claimed = claim(&phone, &offered).await;
    assert_eq!((claimed.status, claimed.location()), (StatusCode::SEE_OTHER, "/"), "{claimed:?}");
    assert!(phone.is_signed_in().await && phone.get("/").await.words().contains("Alice"));
    let done = desktop.get(&offered.page).await.words();
    assert!(done.contains("Your phone is signed in") && done.contains("Chrome on Android"), "{done}");

    let devices = desktop.get("/account/devices").await.words();
    assert!(devices.contains("Signed in by a scan, approved on: Chrome on Windows"), "{devices}");
    let filter = ActivityFilter::default();
    let lines = server.app.records.activity(filter, 10).await.expect("answers");
    let of = |kind| lines.iter().find(|line| line.line.kind == kind).map(|line| line.line.clone());
    let approved = of(ActivityKind::Approved).expect("a line of the browser");
    assert_eq!(approved.browser.as_deref(), Some("Chrome"));
    assert!(approved.detail.starts_with("Chrome, Android"), "{}", approved.detail);
    let signed_in = lines.iter().filter(|line| line.line.kind == ActivityKind::SignedIn);
    assert_eq!(signed_in.filter(|line| line.line.detail == "scan").count(), 1, "and one of the phone");
}

#[tokio::test]
async fn each_page_hears_what_the_other_side_does() {
    let server = Server::start().await;
    let (desktop, phone) = (signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    let offered = offer(&server, &desktop).await;
    assert!(hears(&desktop, &offered.page).await.body.contains("waiting"));
    assert_eq!(hears(&phone, &offered.code).await.error(), "no_cookie", "nothing before it took the code");
    let shown = take(&phone, &offered).await;
    assert!(hears(&desktop, &offered.page).await.body.contains("scanned"));
    assert!(hears(&phone, &offered.code).await.body.contains("scanned"));
    types(&desktop, &offered, &shown).await;
    assert!(hears(&phone, &offered.code).await.body.contains("approved"));
    claim(&phone, &offered).await;
    assert!(hears(&desktop, &offered.page).await.body.contains("claimed"));
}

#[tokio::test]
async fn every_button_may_be_pressed_twice_and_two_tabs_may_type() {
    let server = Server::start().await;
    let (desktop, phone) = (signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    let offered = offer(&server, &desktop).await;
    let shown = take(&phone, &offered).await;
    assert_eq!(take(&phone, &offered).await, shown, "the same digits again");
    let version = seq(&desktop, &offered).await;
    let tab = desktop.twin();
    for browser in [&desktop, &tab, &desktop] {
        let form = [("digits", &*shown), ("seq", &*version)];
        let typed = browser.post(&format!("{}/digits", offered.page), &form).await;
        assert_eq!((typed.status, typed.location()), (StatusCode::SEE_OTHER, &*offered.page), "{typed:?}");
    }
    // The answer to the first claim was lost, so the phone has its cookies of before.
    let lost = phone.twin();
    assert_eq!(claim(&phone, &offered).await.status, StatusCode::SEE_OTHER);
    assert_eq!(claim(&lost, &offered).await.status, StatusCode::SEE_OTHER);
    assert_eq!(phone.cookie("__Host-tessera-session"), lost.cookie("__Host-tessera-session"), "one session");
    assert_eq!(phone.get(&offered.code).await.location(), "/", "its page leads on");
    let filter = ActivityFilter { kind: Some(ActivityKind::Approved), ..ActivityFilter::default() };
    assert_eq!(server.app.records.activity(filter, 10).await.expect("answers").len(), 1);
}

#[tokio::test]
async fn digits_are_typed_in_any_width_and_with_spaces_and_nothing_else_counts_as_a_try() {
    let server = Server::start().await;
    let (desktop, phone) = (signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    let offered = offer(&server, &desktop).await;
    let shown = take(&phone, &offered).await;
    for typed in ["", "12", "12345", "abcd", "12x4"] {
        let reply = types(&desktop, &offered, typed).await;
        assert!(reply.location().ends_with("?malformed=1"), "{typed:?}: {reply:?}");
    }
    let page = desktop.get(&format!("{}?malformed=1", offered.page)).await.words();
    assert!(page.contains("Type the four digits that the phone shows."), "{page}");
    let wide: String = shown.chars().filter_map(|digit| char::from_u32(digit as u32 + 0xfee0)).collect();
    types(&desktop, &offered, &format!(" {}-{} ", &wide[..6], &wide[6..])).await;
    assert_eq!(claim(&phone, &offered).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn sec_16_the_browser_needs_a_fresh_proof_to_show_the_code_and_to_type_the_digits() {
    let server = Server::start().await;
    let (desktop, phone) = (signed_in_desktop(&server, "Alice").await, Browser::phone(&server));
    let asks = |reply: &crate::harness::browser::Reply| reply.location().starts_with("/account/proof?next=/transfer");
    let offered = offer(&server, &desktop).await;
    server.pass(110);
    let shown = take(&phone, &offered).await;
    server.pass(100);
    assert!(!asks(&types(&desktop, &offered, "0").await), "the proof is still fresh");
    let second = offer(&server, &desktop).await;
    let seen = take(&Browser::phone(&server), &second).await;
    server.pass(91);
    for reply in [desktop.get("/transfer").await, desktop.post("/transfer", &[]).await] {
        assert!(asks(&reply), "{reply:?}");
    }
    let late = types(&desktop, &second, &seen).await;
    assert!(late.location().starts_with(&format!("/account/proof?next={}", second.page)), "{late:?}");
    assert!(!shown.is_empty());
    // With a fresh proof the same code goes on.
    desktop.post("/account/proof", &[("password", PASSWORD), ("next", &second.page)]).await;
    let typed = types(&desktop, &second, &seen).await;
    assert_eq!(typed.location(), second.page);

    // A session that a scan opened has no proof at all, nor has the new one.
    let other = Browser::phone(&server);
    let third = signs_in(&server, &desktop, &other).await;
    assert!(asks(&other.post("/transfer", &[]).await), "{}", third.page);
    assert!(Browser::phone(&server).post("/transfer", &[]).await.location().starts_with("/signin"));
}

#[tokio::test]
async fn a_phone_without_cookies_is_told_before_it_takes_the_code() {
    let server = Server::start().await;
    let desktop = signed_in_desktop(&server, "Alice").await;
    let offered = offer(&server, &desktop).await;
    let phone = Browser::phone(&server);
    assert_eq!(refusal(&phone, &format!("{}/take", offered.code), Some(&[])).await.1, "no_cookie");
    assert_eq!(
        digits(&{
            take(&phone, &offered).await;
            phone.get(&offered.code).await
        })
        .len(),
        4
    );
}

#[tokio::test]
async fn sec_78_a_phone_that_repeats_its_claim_ends_no_other_account() {
    let server = Server::start().await;
    let desktop = signed_in_desktop(&server, "Alice").await;
    let phone = Browser::phone(&server);
    let offered = signs_in(&server, &desktop, &phone).await;
    server.person("Bob").await;
    adds(&phone, "bob", "/").await;
    let again = phone.get(&offered.code).await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, "/"), "Alice is signed in here, aside");
    assert_eq!(names(&phone).await, ["Bob", "Alice"]);
    // A page of before sends the claim once more: that takes Alice into use, and Bob is aside.
    assert_eq!(claim(&phone, &offered).await.status, StatusCode::SEE_OTHER);
    assert_eq!(names(&phone).await, ["Alice", "Bob"]);
}

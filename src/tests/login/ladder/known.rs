//! Browsers that an account made known.

use reqwest::StatusCode;
use tessera::ticket::ladder::Rung;

use super::{approves, asks, choices, claims, scans, server, server_with, signs_in_by_number};
use crate::harness::browser::{Browser, Shown};
use crate::harness::server::Server;

const KNOWN: &str = "__Host-tessera-known";
const DAY: u64 = 24 * 3600;

/// Signs a browser out by itself.
async fn leaves(browser: &Browser) {
    browser.post("/signout", &[]).await;
}

/// Whether a tap approves the next sign-in in this browser.
async fn is_known(server: &Server, phone: &Browser, browser: &Browser) -> bool {
    let shown = browser.show_code().await;
    let code = scans(server, phone, &shown).await;
    let page = asks(phone, &code).await;
    let offered = choices(&page);
    if offered.is_empty() {
        approves(phone, &code, &[]).await;
        assert_eq!(claims(browser, &shown).await.status, StatusCode::OK, "{page:?}");
        leaves(browser).await;
    } else {
        phone.post("/api/deny", &[("code", &code)]).await;
    }
    offered.is_empty()
}

#[tokio::test]
async fn sec_72_a_browser_becomes_known_by_the_tick_and_is_approved_by_a_tap_from_then_on() {
    let server = server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    signs_in_by_number(&server, &phone, &browser, &[]).await;
    leaves(&browser).await;
    assert!(browser.cookie(KNOWN).is_none(), "nobody ticked");
    assert!(!is_known(&server, &phone, &browser).await);
    signs_in_by_number(&server, &phone, &browser, &[("remember", "true")]).await;
    leaves(&browser).await;
    let id = browser.cookie(KNOWN).expect("an id");
    assert_eq!(id.len(), 43, "256 bits");
    assert!(is_known(&server, &phone, &browser).await, "its own sign-out forgets nothing");

    // Another account has the same id, and does not know it.
    server.person("Bob").await;
    let other = Browser::phone(&server);
    other.sign_in("bob", crate::harness::server::PASSWORD, "/").await;
    assert!(!is_known(&server, &other, &browser).await);
    signs_in_by_number(&server, &other, &browser, &[("remember", "true")]).await;
    leaves(&browser).await;
    assert_eq!(browser.cookie(KNOWN), Some(id), "a shared computer does not tell who used it");
    assert!(is_known(&server, &phone, &browser).await && is_known(&server, &other, &browser).await);
}

#[tokio::test]
async fn sec_72_a_tap_makes_no_browser_known_whatever_is_ticked() {
    let server = server_with(|settings| settings.login.verification.new_browser = Rung::Tap).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    approves(&phone, &code, &[("remember", "true")]).await;
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::OK);
    assert!(browser.cookie(KNOWN).is_none());
}

#[tokio::test]
async fn sec_72_a_browser_is_known_for_ninety_days_after_its_last_sign_in() {
    let server = server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    signs_in_by_number(&server, &phone, &browser, &[("remember", "true")]).await;
    leaves(&browser).await;
    let returns = async || {
        phone.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    };
    server.pass(89 * DAY);
    returns().await;
    assert!(is_known(&server, &phone, &browser).await);
    server.pass(89 * DAY);
    returns().await;
    assert!(is_known(&server, &phone, &browser).await, "each sign-in begins the time anew");
    server.pass(90 * DAY);
    returns().await;
    assert!(!is_known(&server, &phone, &browser).await);
}

#[tokio::test]
async fn sec_72_a_device_that_is_ended_a_shared_computer_and_a_sign_out_everywhere_are_forgotten() {
    let server = server().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let made_known = async |browser: &Browser| -> Shown {
        signs_in_by_number(&server, &phone, browser, &[("remember", "true")]).await
    };

    let disowned = Browser::desktop(&server);
    let shown = made_known(&disowned).await;
    let path = server.path_of(&shown).await;
    phone.post(&format!("{path}/disown"), &[]).await;
    assert!(!is_known(&server, &phone, &disowned).await, "this was not me");

    let shared = Browser::desktop(&server);
    signs_in_by_number(&server, &phone, &shared, &[("remember", "true"), ("stay", "visit")]).await;
    leaves(&shared).await;
    assert!(shared.cookie(KNOWN).is_none(), "a shared computer is not made known");
    made_known(&shared).await;
    leaves(&shared).await;
    let shown = shared.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    approves(&phone, &code, &[("stay", "visit")]).await;
    assert_eq!(claims(&shared, &shown).await.status, StatusCode::OK);
    leaves(&shared).await;
    assert!(!is_known(&server, &phone, &shared).await, "and is forgotten");

    let other = Browser::desktop(&server);
    made_known(&other).await;
    leaves(&other).await;
    let account = crate::account::profile::account(&server, "Alice").await.id;
    server.app.records.sign_out_account(account, server.clock.now()).await.expect("answers");
    phone.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    assert!(!is_known(&server, &phone, &other).await, "everything was ended");
}

#[tokio::test]
async fn sec_72_ending_other_devices_forgets_browsers_also_after_a_password_and_so_does_a_press() {
    let server = server().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let remembered = async || {
        let browser = Browser::desktop(&server);
        signs_in_by_number(&server, &phone, &browser, &[("remember", "true")]).await;
        leaves(&browser).await;
        browser
    };
    let posts = async |form: &[(&str, &str)]| phone.post("/account/devices", form).await.location().to_owned();

    let typed = remembered().await;
    typed.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    assert_eq!(posts(&[("end", "others"), ("scope", "only")]).await, "/account/devices?done=ended");
    assert!(!is_known(&server, &phone, &typed).await, "the device where the password was given was ended");

    let left = remembered().await;
    let open = Browser::desktop(&server);
    open.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    posts(&[("end", "others")]).await;
    assert!(!is_known(&server, &phone, &left).await, "although nobody was signed in there");

    let kept = remembered().await;
    let page = phone.get("/account/devices").await;
    assert!(page.words().contains("Your account remembers 1 browser."), "{}", page.words());
    assert!(is_known(&server, &phone, &kept).await);
    assert_eq!(posts(&[("end", "browsers")]).await, "/account/devices?done=forgotten");
    assert!(!is_known(&server, &phone, &kept).await);
    assert!(!phone.get("/account/devices").await.words().contains("remembered"), "there is nothing to forget");
}

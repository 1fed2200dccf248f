//! The other direction over two instances with one Redis, and over a restart.

use std::sync::Arc;

use reqwest::StatusCode;
use tessera::clock::Clock;
use tessera::ticket::time::Timestamp;

use super::{claim, hears, not_claimed, offer, others, refusal, take, types};
use crate::harness::browser::{Browser, DESKTOP, PHONE};
use crate::harness::pair::Pair;
use crate::harness::server::{PASSWORD, Server};

#[tokio::test]
async fn browser_and_phone_are_on_two_instances_over_redis() {
    let pair = Pair::start().await;
    pair.first.person("Alice").await;
    let desktop = pair.desktop();
    desktop.sign_in("alice", PASSWORD, "/").await;
    let phone = Browser::new(&pair.second, PHONE, "203.0.113.1");
    let offered = offer(&pair.first, &desktop).await;
    let shown = take(&phone, &offered).await;
    // What the phone shows is what the other instance expects.
    types(&desktop, &offered, &others(&shown)).await;
    assert!(hears(&phone, &offered.code).await.body.contains("scanned"));
    types(&desktop, &offered, &shown).await;
    assert!(hears(&phone, &offered.code).await.body.contains("approved"));
    // The browser goes on at the second instance, and the phone at the first.
    let moved = Browser::new(&pair.first, PHONE, "203.0.113.1");
    moved.set_cookie("__Host-tessera-browser", &phone.cookie("__Host-tessera-browser").expect("a key"));
    assert_eq!(claim(&moved, &offered).await.status, StatusCode::SEE_OTHER);
    assert!(moved.is_signed_in().await);
    let page = Browser::new(&pair.second, DESKTOP, "198.51.100.1");
    for name in ["__Host-tessera-browser", "__Host-tessera-session"] {
        page.set_cookie(name, &desktop.cookie(name).expect("a cookie"));
    }
    assert!(page.get(&offered.page).await.words().contains("Your phone is signed in"));
    assert!(claim(&phone, &offered).await.status.is_redirection(), "a repetition opens the same session");
    assert_eq!(phone.cookie("__Host-tessera-session"), moved.cookie("__Host-tessera-session"));
}

#[tokio::test]
async fn after_a_restart_without_redis_the_code_is_over_and_says_so_on_both_pages() {
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    let clock = Clock::manual(Timestamp::from_millis(1_800_000_000_000));
    let server = Server::start_in(Arc::clone(&folder), clock.clone(), |_| {}).await;
    let desktop = super::signed_in_desktop(&server, "Alice").await;
    let phone = Browser::phone(&server);
    let offered = offer(&server, &desktop).await;
    take(&phone, &offered).await;
    server.stopping.cancel();
    let again = Server::start_in(folder, clock, |_| {}).await;
    let (browser, taker) = (Browser::desktop(&again), Browser::phone(&again));
    for name in ["__Host-tessera-browser", "__Host-tessera-session"] {
        browser.set_cookie(name, &desktop.cookie(name).expect("a cookie"));
    }
    taker.set_cookie("__Host-tessera-browser", &phone.cookie("__Host-tessera-browser").expect("a key"));
    assert_eq!(browser.get(&offered.page).await.location(), "/transfer");
    assert_eq!(refusal(&taker, &offered.code, None).await, (410, "expired".to_owned()));
    assert_eq!(not_claimed(&taker, &offered).await, "expired");
}

//! A sign-in from a device or network that is new to the account is told on the account's other devices, and answered
//! there once.

use reqwest::StatusCode;
use tessera::store::records::PLACE_KNOWN;
use tessera::store::records::activity::{ActivityFilter, ActivityKind};
use tessera::store::records::links::LinkPurpose;

use super::links::{CHOSEN, link, press};
use crate::harness::browser::{Browser, DESKTOP, PHONE, Reply};
use crate::harness::server::{PASSWORD, Server};

/// The name of the session of which this page tells, if it tells of any.
fn told(page: &Reply) -> Option<String> {
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let news = page.body.split("class=\"new-device\"").nth(1)?;
    let name = news.split("action=\"/account/devices/").nth(1).and_then(|rest| rest.split('"').next());
    Some(name.expect("a form").to_owned())
}

async fn told_to(browser: &Browser) -> Option<String> {
    told(&browser.get("/").await)
}

async fn answers(browser: &Browser, name: &str, act: &str) -> String {
    browser.post(&format!("/account/devices/{name}"), &[("act", act)]).await.location().to_owned()
}

/// The details of the lines of activity about new devices, the newest first.
async fn noted(server: &Server) -> Vec<String> {
    let filter = ActivityFilter { kind: Some(ActivityKind::DeviceNew), ..ActivityFilter::default() };
    let lines = server.app.records.activity(filter, 10).await.expect("answers");
    lines.into_iter().map(|line| line.line.detail).collect()
}

#[tokio::test]
async fn a_sign_in_on_a_new_device_is_told_on_the_others_and_answered_once() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    assert_eq!((told_to(&phone).await, noted(&server).await), (None, vec![]), "the first sign-in of an account");

    let desktop = Browser::desktop(&server);
    desktop.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(told_to(&desktop).await, None, "not on the device itself");
    for path in ["/", "/account/profile", "/account/devices"] {
        let page = phone.get(path).await;
        assert!(told(&page).is_some(), "{path}: {page:?}");
        let words = page.words();
        assert!(words.contains("New sign-in to your account: Chrome on Windows, 198.51.100.1, just now."), "{words}");
    }
    assert_eq!(noted(&server).await, ["new device and network"]);
    let name = told_to(&phone).await.expect("told");
    for _ in 0..2 {
        assert_eq!(answers(&phone, &name, "known").await, "/account/devices?done=known");
    }
    assert_eq!(told_to(&phone).await, None);

    // The same device in the same network is known from then on.
    desktop.post("/signout", &[]).await;
    desktop.sign_in("alice", PASSWORD, "/").await;
    assert_eq!((told_to(&phone).await, noted(&server).await.len()), (None, 1));
    // In another network it is told.
    let moved = desktop.twin().with_address("192.0.2.99".to_owned());
    moved.sign_in("alice", PASSWORD, "/").await;
    assert!(told_to(&phone).await.is_some());
    assert_eq!(noted(&server).await, ["new network", "new device and network"]);
}

#[tokio::test]
async fn a_sign_in_that_was_not_the_owners_is_ended_where_it_is_told() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let thief = Browser::new(&server, DESKTOP, "192.0.2.66");
    thief.sign_in("alice", PASSWORD, "/").await;
    let bob = Browser::signed_in(&server, "Bob").await;
    assert_eq!(told_to(&bob).await, None, "another account is told nothing");
    let name = told_to(&phone).await.expect("told");
    answers(&bob, &name, "known").await;
    assert_eq!(told_to(&phone).await.as_ref(), Some(&name), "and answers nothing");
    assert_eq!(answers(&phone, &name, "end").await, format!("/account/devices/{name}"));
    assert!(!thief.is_signed_in().await && phone.is_signed_in().await);
    assert_eq!(told_to(&phone).await, None);
}

#[tokio::test]
async fn a_scan_is_told_on_other_devices_than_the_one_that_approved_it() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let tablet = Browser::new(&server, PHONE, "203.0.113.1");
    tablet.sign_in("alice", PASSWORD, "/").await;
    let name = told_to(&phone).await.expect("a new device in a known network");
    answers(&phone, &name, "known").await;
    let desktop = Browser::desktop(&server);
    phone.signs_in(&desktop).await;
    assert_eq!(told_to(&phone).await, None, "it showed all of that before it approved");
    assert!(told_to(&tablet).await.is_some());
    // Once: the next scan there is no news, although nobody has answered.
    desktop.post("/signout", &[]).await;
    phone.signs_in(&desktop).await;
    assert_eq!(told_to(&tablet).await, None);
}

#[tokio::test]
async fn a_device_that_was_not_used_for_ninety_days_is_new_again() {
    let server = Server::start().await;
    server.person("Alice").await;
    let (phone, desktop) = (Browser::phone(&server), Browser::desktop(&server));
    phone.sign_in("alice", PASSWORD, "/").await;
    server.clock.advance(PLACE_KNOWN / 2);
    desktop.sign_in("alice", PASSWORD, "/").await;
    server.clock.advance(PLACE_KNOWN / 2);
    phone.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(noted(&server).await.len(), 2, "the desktop, and the phone once more");
    phone.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(noted(&server).await.len(), 2);
}

#[tokio::test]
async fn a_new_device_is_told_until_it_is_answered_and_cannot_answer_itself() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let thief = Browser::new(&server, DESKTOP, "192.0.2.66");
    thief.sign_in("alice", PASSWORD, "/").await;
    let first = told_to(&phone).await.expect("told");
    assert_eq!(answers(&thief, &first, "known").await, "/account/devices?done=gone");
    // Nor does a later sign-in answer for an earlier one, nor see it.
    server.pass(1);
    let private = Browser::new(&server, DESKTOP, "192.0.2.66");
    private.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(
        (told_to(&private).await, &*answers(&private, &first, "known").await),
        (None, "/account/devices?done=gone")
    );
    answers(&phone, &told_to(&phone).await.expect("told of both"), "end").await;
    assert_eq!(told_to(&phone).await.as_ref(), Some(&first));
    // A second sign-in in the same browser ends the session of which the owner was told.
    thief.sign_in("alice", PASSWORD, "/").await;
    let second = told_to(&phone).await.expect("told of the session that took its place");
    assert_ne!(second, first);
    let lines = noted(&server).await.len();
    answers(&phone, &second, "end").await;
    thief.sign_in("alice", PASSWORD, "/").await;
    assert!(told_to(&phone).await.is_some(), "what the owner ended did not become known");
    assert_eq!(noted(&server).await.len(), lines + 1);
}

#[tokio::test]
async fn a_link_that_ends_nothing_is_told_on_the_other_devices() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let stranger = Browser::new(&server, DESKTOP, "192.0.2.66");
    let made = link(&server, "alice", LinkPurpose::Recover).await;
    press(&stranger, &made.path).await;
    assert_eq!(stranger.post(&made.enrol(), &[("password", CHOSEN)]).await.location(), "/");
    let name = told_to(&phone).await.expect("told");
    answers(&phone, &name, "end").await;
    assert!(!stranger.is_signed_in().await);

    // Where everything else ends, nobody is left to be told, and every other device is a new one.
    let desktop = Browser::desktop(&server);
    let made = link(&server, "alice", LinkPurpose::Recover).await;
    press(&desktop, &made.path).await;
    let chosen = [("password", PASSWORD), ("end_others", "on")];
    assert_eq!(desktop.post(&made.enrol(), &chosen).await.location(), "/");
    phone.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(told_to(&phone).await, None);
    assert!(told_to(&desktop).await.is_some());
}

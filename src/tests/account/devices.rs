//! What an account's owner does about their sessions, consents and password.

use reqwest::{Method, StatusCode};

use super::chooser::visits;
use crate::harness::browser::{Browser, DESKTOP, PHONE, Reply};
use crate::harness::pair::Pair;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Site, said};
use crate::watch::carriers::{close, event, open};
use crate::web::limits::strangers_guess;

const NEW: &str = "a sentence that nobody has guessed";

/// What the page calls each session that it lists, and whether it is said to be this device's.
pub fn listed(page: &Reply) -> Vec<(String, bool)> {
    let rows = page.body.split("<li class=\"with-act\">").skip(1);
    rows.map(|row| {
        let name = row.split("name=\"end\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        (name.expect("a form").to_owned(), row.contains("This device"))
    })
    .collect()
}

async fn ends(browser: &Browser, which: &str) -> String {
    browser.post("/account/devices", &[("end", which)]).await.location().to_owned()
}

/// The name of the session of this browser, as forms have it.
pub async fn own_name(browser: &Browser) -> String {
    let own = listed(&browser.get("/account/devices").await).into_iter().find(|(_, is_this)| *is_this);
    own.expect("its own").0
}

#[tokio::test]
async fn sec_14_whoever_changes_a_password_tries_no_more_of_them_than_others() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 4).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    // Each names two that might be it: as the one before, and as the one after.
    for guesses in [["first guess", "second guess"], ["third guess", "fourth guess"]] {
        let refused = changes(&phone, guesses[0], guesses[1], &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{guesses:?}");
    }
    assert_eq!(changes(&phone, "fifth guess", PASSWORD, &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
    server.pass(61);
    assert_eq!(changes(&phone, PASSWORD, NEW, &[]).await.location(), "/account/password?done=changed");
}

#[tokio::test]
async fn sec_60_a_person_sees_their_sessions_and_ends_them_on_every_instance() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    let (site, desktop, other) = (Site::register(&pair.first).await, pair.desktop(), pair.desktop());
    let bob = {
        pair.first.person("Bob").await;
        let bob = Browser::new(&pair.first, DESKTOP, "198.51.100.30");
        bob.sign_in("bob", PASSWORD, "/").await;
        bob
    };
    let offline = [("scope", "openid")];
    let code = said(&site.signs_in(&desktop, &phone, &offline).await, "code");
    let tokens = site.exchanges(&code).await;
    phone.signs_in(&other).await;

    let page = phone.get("/account/devices").await;
    let sessions = listed(&page);
    assert_eq!(sessions.len(), 3, "{page:?}");
    assert_eq!(sessions.iter().filter(|(_, is_this)| *is_this).count(), 1);
    assert_eq!(page.words().matches("Signed in by a scan, approved on: ").count(), 2, "{}", page.body);
    let of_desktop = listed(&desktop.get("/account/devices").await);
    let (name, _) = of_desktop.iter().find(|(_, is_this)| *is_this).expect("its own");

    // Another account's sessions are neither seen nor ended.
    assert_eq!(listed(&bob.get("/account/devices").await).len(), 1);
    assert_eq!(ends(&bob, name).await, "/account/devices?done=gone");
    for nobodys in ["", "x", &"A".repeat(43)] {
        assert_eq!(ends(&phone, nobodys).await, "/account/devices?done=gone");
    }
    assert!(desktop.is_signed_in().await);

    // The phone speaks to the one instance, the desktop to the other.
    assert_eq!(ends(&phone, name).await, "/account/devices?done=ended");
    assert!(!desktop.is_signed_in().await, "once the phone has its answer");
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert!(other.is_signed_in().await && phone.is_signed_in().await && bob.is_signed_in().await);
    assert_eq!(listed(&phone.get("/account/devices").await).len(), 2);

    phone.signs_in(&desktop).await;
    assert_eq!(ends(&phone, "others").await, "/account/devices?done=ended");
    assert!(!desktop.is_signed_in().await && !other.is_signed_in().await);
    assert!(phone.is_signed_in().await && bob.is_signed_in().await);
    assert!(!phone.get("/account/devices").await.body.contains("value=\"others\""), "there are no others");
}

#[tokio::test]
async fn sec_60_a_consent_that_is_taken_back_counts_on_every_instance() {
    let pair = Pair::start().await;
    let (site, phone, desktop) = (Site::register(&pair.first).await, pair.phone("Alice").await, pair.desktop());
    let offline = [("scope", "openid profile offline_access")];
    let tokens = site.exchanges(&site.code(&desktop, &phone, &offline).await).await;
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.text("name"), "Alice");
    let page = phone.get("/account/apps").await;
    assert!(page.body.contains(&site.id) && page.body.contains("Shop"), "{page:?}");
    let done = phone.post("/account/apps", &[("withdraw", &site.id)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).await.error(), "invalid_grant");
    assert!(desktop.is_signed_in().await, "the session here is another matter");
}

#[tokio::test]
async fn sec_60_a_page_of_sessions_is_for_whoever_is_signed_in() {
    let server = Server::start().await;
    let nobody = Browser::desktop(&server);
    for reply in [nobody.get("/account/devices").await, nobody.post("/account/devices", &[("end", "others")]).await] {
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/signin?next=/account/devices"));
    }
    let phone = Browser::signed_in(&server, "Alice").await;
    assert_eq!(ends(&phone, "others").await, "/account/devices?done=gone", "there is none");
    let own = listed(&phone.get("/account/devices").await).remove(0).0;
    ends(&phone, &own).await;
    assert!(!phone.is_signed_in().await, "this device is one of them");
}

async fn changes(browser: &Browser, old: &str, new: &str, beside: &[(&str, &str)]) -> Reply {
    browser.post("/account/password", &[&[("password", old), ("new_password", new)], beside].concat()).await
}

#[tokio::test]
async fn sec_59_a_password_is_changed_by_whoever_gives_the_one_before_and_other_sessions_end() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let other = Browser::new(&server, PHONE, "203.0.113.9");
    other.sign_in("alice", PASSWORD, "/").await;
    let form = phone.get("/account/password").await;
    for part in ["name=\"password\"", "name=\"new_password\"", "name=\"end_others\" checked", "current-password"] {
        assert!(form.body.contains(part), "{part}: {}", form.body);
    }
    for (old, new, said) in [
        ("not the password", NEW, "That is not your current password"),
        ("", NEW, "That is not your current password"),
        (PASSWORD, "short", "8 to 1024 characters"),
        (PASSWORD, &"x".repeat(1025), "8 to 1024 characters"),
    ] {
        let refused = changes(&phone, old, new, &[("end_others", "on")]).await;
        assert!(refused.body.contains("name=\"end_others\" checked"), "{}", refused.body);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
        assert!(refused.body.contains(said), "{}", refused.body);
        assert!(refused.header("set-cookie").is_empty());
    }
    let refused = changes(&phone, PASSWORD, "short", &[]).await;
    assert!(refused.body.contains("name=\"end_others\">"), "the box is as it was sent: {}", refused.body);
    assert!(phone.is_signed_in().await && other.is_signed_in().await, "nothing was changed");
    assert_eq!(other.sign_in("alice", PASSWORD, "/").await.status, StatusCode::SEE_OTHER);

    // Without the tick others go on.
    let before = phone.cookie("__Host-tessera-session");
    let done = changes(&phone, PASSWORD, NEW, &[]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/account/password?done=changed"));
    let twice = changes(&phone, PASSWORD, NEW, &[]).await;
    assert_eq!(
        (twice.status, twice.location()),
        (done.status, done.location()),
        "it is changed, whoever pressed twice"
    );
    assert!(phone.get(done.location()).await.body.contains("Your password is changed."));
    assert_ne!(phone.cookie("__Host-tessera-session"), before, "under a fresh token");
    assert!(other.is_signed_in().await);
    let old = Browser::new(&server, PHONE, "203.0.113.10");
    assert_eq!(old.sign_in("alice", PASSWORD, "/").await.status, StatusCode::UNAUTHORIZED);

    server.pass(60);
    let done = changes(&phone, NEW, PASSWORD, &[("end_others", "on")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{done:?}");
    assert!(phone.is_signed_in().await && !other.is_signed_in().await);
    let stale = Browser::phone(&server);
    stale.set_cookie("__Host-tessera-session", &before.expect("a session"));
    assert!(!stale.is_signed_in().await);
}

#[tokio::test]
async fn sec_59_guesses_at_the_old_password_are_limited() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(changes(&phone, "a guess", NEW, &[]).await.status);
    }
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
}

#[tokio::test]
async fn sec_14_no_stranger_who_guesses_at_a_name_keeps_its_owner_from_another_password() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    strangers_guess(&server, "alice").await;
    // Nor does one in the same network.
    Browser::phone(&server).sign_in("nobody", "guess", "/").await;
    assert_eq!(changes(&phone, PASSWORD, NEW, &[]).await.location(), "/account/password?done=changed");
    assert_eq!(changes(&phone, NEW, PASSWORD, &[]).await.status, StatusCode::TOO_MANY_REQUESTS, "one a minute is hers");
    server.pass(61);
    phone.post("/signout", &[]).await;
    strangers_guess(&server, "alice").await;
    assert_eq!(phone.sign_in("alice", NEW, "/").await.status, StatusCode::SEE_OTHER, "and the device is known");
}

#[tokio::test]
async fn sec_16_whoever_signed_in_by_a_scan_gives_the_password_before_it_is_changed() {
    let server = Server::start().await;
    let (phone, desktop) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    phone.signs_in(&desktop).await;
    let there = (StatusCode::SEE_OTHER, "/signin?next=/account/password&anew=password");
    let page = desktop.get("/account/password").await;
    assert_eq!((page.status, page.location()), there);
    // Whoever relayed the scan may know the password or not: it is asked for in a sign-in of its own.
    for old in ["a guess", PASSWORD] {
        let refused = changes(&desktop, old, NEW, &[]).await;
        assert_eq!((refused.status, refused.location()), there);
        let form = [("password", old), ("new_password", NEW)];
        let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        let told = desktop.send(Method::POST, "/account/password", &headers, Some(&form)).await;
        assert_eq!((told.status, &*told.error()), (StatusCode::FORBIDDEN, "password_needed"));
    }
    assert_eq!(phone.sign_in("alice", PASSWORD, "/").await.status, StatusCode::SEE_OTHER, "nothing was changed");
    desktop.sign_in("alice", PASSWORD, "/account/password").await;
    assert_eq!(changes(&desktop, PASSWORD, NEW, &[]).await.location(), "/account/password?done=changed");
}

#[tokio::test]
async fn a_device_has_the_name_that_its_owner_gave_it_and_keeps_it_with_another_password() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let path = format!("/account/devices/{}", own_name(&phone).await);
    for hidden in ["a\u{202e}b", "a\u{200b}b", "\u{200d}", "two\nlines", &"x".repeat(65)] {
        let refused = phone.post(&path, &[("act", "rename"), ("name", hidden)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{hidden:?}");
        assert!(refused.body.contains("aria-invalid=\"true\""), "{}", refused.body);
    }
    assert!(phone.get(&path).await.words().contains("Chrome on Android"), "nothing was changed");
    for name in ["<b>Küche</b> & 📱", "هاتف"] {
        let done = phone.post(&path, &[("act", "rename"), ("name", &format!(" {name} "))]).await;
        assert_eq!(done.location(), format!("{path}?done=renamed"));
        let shown = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let page = phone.get("/account/devices").await;
        assert!(page.body.contains(&format!("<span translate=\"no\">{shown}</span>")), "{}", page.body);
    }
    let changed = [("password", PASSWORD), ("new_password", "a sentence that nobody has guessed")];
    phone.post("/account/password", &changed).await;
    let page = phone.get("/account/devices").await;
    assert!(page.words().contains("هاتف") && page.words().contains("203.0.113.1"), "{}", page.words());
    let path = format!("/account/devices/{}", own_name(&phone).await);
    phone.post(&path, &[("act", "rename"), ("name", " ")]).await;
    assert!(phone.get("/account/devices").await.words().contains("Chrome on Android"));
}

#[tokio::test]
async fn a_visit_stays_one_with_another_password_and_its_open_page_notices_its_end() {
    let server = Server::start().await;
    let (phone, desktop) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    visits(&desktop, &phone).await;
    desktop.post("/account/proof", &[("password", PASSWORD), ("next", "/account/password")]).await;
    assert_eq!(changes(&desktop, PASSWORD, NEW, &[]).await.location(), "/account/password?done=changed");
    let mut socket = open(&desktop, "/session/watch", &[("origin", desktop.origin())]).await.expect("a socket");
    assert_eq!(event(&mut socket).await["signed_in"], true);
    // Half an hour without a use ends a visit. What an open page asks by itself is no use.
    server.pass(31 * 60);
    assert_eq!(close(&mut socket).await, Some(1000));
    assert!(!desktop.is_signed_in().await && phone.is_signed_in().await);
}

//! The same for what a person does with their own account and on the pages that sign them in.

use reqwest::StatusCode;

use super::{hidden, leads_to, pressed, uploaded};
use crate::account::devices::listed;
use crate::admin::logo::png;
use crate::harness::browser::{Browser, PHONE, Reply, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Site, consent_form, said};

const NEW: &str = "a sentence that nobody has guessed";
const SESSION: &str = "__Host-tessera-session";

/// The form of a change of the password, as its page shows it to this browser.
async fn form_of(browser: &Browser) -> String {
    hidden(&browser.get("/account/password").await, "action=\"/account/password\"", "attempt")
}

/// The session that an answer gives.
fn session_in(reply: &Reply) -> String {
    let cookies = reply.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    let mut session = cookies.filter_map(|line| line.strip_prefix(SESSION)?.strip_prefix('=')?.split(';').next());
    session.next().unwrap_or_else(|| panic!("no session in {reply:?}")).to_owned()
}

#[tokio::test]
async fn sec_59_whoever_changes_their_password_with_two_presses_stays_signed_in() {
    const CHANGED: &str = "/account/password?done=changed";
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for (old, new, ends_others) in [(PASSWORD, NEW, false), (NEW, PASSWORD, true)] {
        let other = Browser::new(&server, PHONE, "203.0.113.9");
        other.sign_in("alice", old, "/").await;
        let attempt = form_of(&phone).await;
        let form = [("attempt", &*attempt), ("password", old), ("new_password", new), ("end_others", "on")];
        let form = &form[..if ends_others { 4 } else { 3 }];
        // The browser keeps the answer to the last press, or to any, and goes on with the one session that there is.
        let answers = pressed(&phone, "/account/password", form).await;
        assert_eq!(leads_to(&answers), CHANGED);
        let sessions = answers.each_ref().map(session_in);
        assert!(sessions.iter().all(|session| *session == sessions[0]), "{sessions:?}");
        let renewed = phone.twin();
        renewed.set_cookie(SESSION, &sessions[0]);
        assert!(renewed.get(CHANGED).await.body.contains("Your password is changed."));
        assert_eq!(listed(&renewed.get("/account/devices").await).len(), if ends_others { 1 } else { 2 });
        assert_eq!(other.is_signed_in().await, !ends_others);
        // A press that was sent with the new session already changes nothing either.
        let third = renewed.twin().post("/account/password", form).await;
        assert_eq!(third.location(), CHANGED);
        assert!(renewed.is_signed_in().await);

        // The session before gives nothing else, and nothing to whoever did not make that press.
        assert!(!phone.is_signed_in().await);
        let page = form_of(&renewed).await;
        let another = [("attempt", &*page), form[1], form[2]];
        let guesses: [&[(&str, &str)]; 4] = [
            &form[1..],
            &another,
            &[form[0], form[1], ("new_password", "another sentence altogether")],
            &[form[0], ("password", "a guess"), form[2]],
        ];
        for guess in guesses {
            let refused = phone.twin().post("/account/password", guess).await;
            assert_eq!(refused.location(), "/signin?next=/account/password", "{guess:?}");
            assert_eq!(refused.header("set-cookie"), "", "{guess:?}");
        }
        let stranger = Browser::new(&server, PHONE, "203.0.113.10");
        assert_eq!(stranger.post("/account/password", form).await.location(), "/signin?next=/account/password");
        server.pass(10);
        let late = phone.twin().post("/account/password", form).await;
        assert_eq!((late.location(), late.header("set-cookie")), ("/signin?next=/account/password", ""));
        phone.set_cookie(SESSION, &sessions[0]);
    }
    // Nor does it open again what was ended since.
    let attempt = form_of(&phone).await;
    let form = [("attempt", &*attempt), ("password", PASSWORD), ("new_password", NEW)];
    let renewed = phone.twin();
    renewed.post("/account/password", &form).await;
    renewed.post("/signout", &[]).await;
    let ended = phone.post("/account/password", &form).await;
    assert_eq!((ended.location(), ended.header("set-cookie")), ("/signin?next=/account/password", ""));
}

#[tokio::test]
async fn whoever_signs_a_device_out_twice_is_told_the_same_twice() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let other = Browser::new(&server, PHONE, "203.0.113.9");
    for which in ["one", "others"] {
        other.sign_in("alice", PASSWORD, "/").await;
        let sessions = listed(&phone.get("/account/devices").await);
        let (name, _) = sessions.iter().find(|(_, is_this)| !is_this).expect("the other");
        let form = [("end", if which == "one" { name.as_str() } else { which })];
        assert_eq!(leads_to(&pressed(&phone, "/account/devices", &form).await), "/account/devices?done=ended");
        assert!(!other.is_signed_in().await && phone.is_signed_in().await, "{which}");
        server.pass(10);
        let late = phone.post("/account/devices", &form).await;
        assert_eq!(late.location(), "/account/devices?done=gone", "{which}");
    }
    let own = listed(&phone.get("/account/devices").await).remove(0).0;
    let ended = pressed(&phone, "/account/devices", &[("end", &own)]).await;
    assert_eq!(leads_to(&ended), "/signin?next=/account/devices", "this device is one of them");
    assert!(!phone.is_signed_in().await);
}

#[tokio::test]
async fn whoever_uploads_or_removes_a_picture_twice_has_done_it_once() {
    let server = Server::start().await;
    let alice = Browser::signed_in(&server, "Alice").await;
    let (path, file) = ("/account/profile/picture", png(64));
    let has_picture = async || alice.get("/account/profile").await.body.contains("form=\"remove\"");
    assert_eq!(leads_to(&uploaded(&alice, path, &file).await), "/account/profile?done=picture");
    assert!(has_picture().await);
    let removed = pressed(&alice, "/account/profile/picture/remove", &[]).await;
    assert_eq!(leads_to(&removed), "/account/profile?done=removed");
    assert!(!has_picture().await);
}

#[tokio::test]
async fn whoever_types_a_code_or_starts_over_with_two_presses_has_done_it_once() {
    let server = Server::start().await;
    let (phone, browser) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    let shown = browser.show_code().await;
    let page = leads_to(&pressed(&phone, "/link", &[("code", &shown.typed)]).await);
    assert!(phone.get(&page).await.body.contains("Confirm a sign-in"));
    let cancelled = leads_to(&pressed(&browser, &format!("/login/{}/cancel", shown.ticket), &[]).await);
    let next = Shown::read(&browser.get(&cancelled).await.body);
    assert_ne!(next.ticket, shown.ticket);
    assert!(phone.get(&page).await.body.contains("The other screen started over"));
    phone.approve(&next).await;
}

#[tokio::test]
async fn whoever_asks_twice_for_another_account_signs_in_as_that_one() {
    let server = Server::start().await;
    let (site, browser) = (Site::register(&server).await, Browser::desktop(&server));
    for name in ["Alice", "Bob"] {
        server.person(name).await;
    }
    browser.sign_in("alice", PASSWORD, "/").await;
    let path = browser.get(&site.sends_to(&[("prompt", "consent")])).await.location().to_owned();
    let account = consent_form(&browser.get(&path).await);
    let answers = pressed(&browser, &path, &[("decision", "another"), ("account", &account)]).await;
    for reply in &answers {
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
        Shown::read(&browser.get(reply.location()).await.body);
        assert!(browser.is_signed_in().await, "until somebody else is");
    }
    // Whichever of them is followed.
    let path = answers[1].location();
    browser.sign_in("bob", PASSWORD, path).await;
    let account = consent_form(&browser.get(path).await);
    let back = browser.post(path, &[("decision", "allow"), ("account", &account)]).await;
    assert_eq!(site.exchanges(&said(back.location(), "code")).await.status, StatusCode::OK, "{back:?}");
}

//! A link is used once: a person chooses their password, and is signed in.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;
use tessera::store::records::links::LinkPurpose;
use tessera::store::records::people::Role;

use super::{CHOSEN, account, invitation, lines, link, press};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Site, claims};
use crate::oauth::logout::page::{heard, listening};

#[tokio::test]
async fn an_invited_person_corrects_their_name_chooses_a_password_and_is_signed_in() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let made = invitation(&server, "Alice").await;
    let browser = Browser::desktop(&server);
    press(&browser, &made.path).await;
    for (name, password, says) in [
        ("", CHOSEN, "for the name that others see"),
        ("Al\u{200b}ice", CHOSEN, "cannot be seen"),
        ("Alice B.", "short", "8 to 1024 characters"),
        ("Alice B.", "password", "Many people use this password"),
    ] {
        let refused = browser.post(&made.enrol(), &[("display_name", name), ("password", password)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {password}");
        assert!(refused.body.contains(says) && !refused.body.contains(&format!("value=\"{password}\"")), "{refused:?}");
    }
    let done = browser.post(&made.enrol(), &[("display_name", "Alice B."), ("password", CHOSEN)]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/"));
    assert!(browser.get("/").await.body.contains(">Alice B.</h1>"));
    for kind in [ActivityKind::LinkUsed, ActivityKind::PasswordChanged, ActivityKind::SignedIn] {
        assert_eq!(lines(&server, "alice", kind).await, 1, "{kind:?}");
    }
    let other = Browser::new(&server, DESKTOP, "198.51.100.9");
    assert_eq!(other.sign_in("alice", CHOSEN, "/").await.status, StatusCode::SEE_OTHER);
    // What is gone back to says what happened.
    let back = browser.get(&made.path).await;
    assert!(back.status == StatusCode::GONE && back.body.contains("href=\"/signin\""), "{back:?}");
}

#[tokio::test]
async fn whoever_sends_the_form_twice_has_chosen_once_and_another_form_is_another() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let made = invitation(&server, "Alice").await;
    let browser = Browser::desktop(&server);
    press(&browser, &made.path).await;
    let (first, second, late) = (browser.twin(), browser.twin(), browser.twin());
    let form = [("display_name", "Alice"), ("password", CHOSEN)];
    let path = made.enrol();
    let (one, two) = tokio::join!(first.post(&path, &form), second.post(&path, &form));
    for reply in [one, two, browser.post(&path, &form).await] {
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/"), "{reply:?}");
    }
    for browser in [&first, &second, &browser] {
        assert!(browser.is_signed_in().await);
    }
    assert_eq!(first.cookie("__Host-tessera-session"), browser.cookie("__Host-tessera-session"), "one session");
    assert_eq!(lines(&server, "alice", ActivityKind::LinkUsed).await, 1);
    let other = late.post(&path, &[("display_name", "Alice"), ("password", "another sentence of hers")]).await;
    assert_eq!(other.status, StatusCode::GONE, "the form of another tab");
    assert_eq!(late.sign_in("alice", CHOSEN, "/").await.status, StatusCode::SEE_OTHER, "changed nothing");
    let stranger = Browser::new(&server, DESKTOP, "198.51.100.9");
    assert_eq!(stranger.post(&path, &form).await.status, StatusCode::GONE, "nobody else is signed in by it");
    server.pass(11);
    assert_eq!(browser.post(&path, &form).await.status, StatusCode::GONE, "nor anybody later");
}

#[tokio::test]
async fn sec_59_recovery_ends_all_other_sessions_and_apps_are_told_where_that_is_ticked() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let (uri, mut hear) = listening().await;
    let site = Site::register_with(&server, |app| app.options.backchannel_logout_uri = Some(uri)).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let tokens = site.exchanges(&site.code(&Browser::desktop(&server), &phone, &[]).await).await;
    let sub = claims(&tokens.text("id_token"))["sid"].clone();
    assert!(sub.is_string());
    let browser = Browser::new(&server, DESKTOP, "198.51.100.9");
    let recover = async |ticked: &[(&str, &str)], password: &str| {
        let made = link(&server, "alice", LinkPurpose::Recover).await;
        press(&browser, &made.path).await;
        let page = browser.get(&made.path).await;
        assert!(page.body.contains("Sign out everywhere else") && page.body.contains("checked"), "{page:?}");
        assert!(!page.body.contains("name=\"display_name\""), "a name is corrected by who was invited: {page:?}");
        let form = [&[("password", password), ("display_name", "Mallory")], ticked].concat();
        assert_eq!(browser.post(&made.enrol(), &form).await.location(), "/");
        assert!(browser.is_signed_in().await);
    };
    recover(&[], "the first of two sentences").await;
    assert!(phone.is_signed_in().await, "without the tick the others stay");
    recover(&[("end_others", "on")], CHOSEN).await;
    assert!(!phone.is_signed_in().await);
    assert_eq!(claims(&heard(&mut hear).await)["events"].as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(phone.sign_in("alice", PASSWORD, "/").await.status, StatusCode::UNAUTHORIZED, "the old one is void");
    assert_eq!(account(&server, "alice").await.display_name, "Alice");
}

#[tokio::test]
async fn sec_16_whoever_a_link_signed_in_gives_the_password_before_they_administer_anything() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    server.administrator("Grace").await;
    let made = link(&server, "grace", LinkPurpose::Recover).await;
    let browser = Browser::desktop(&server);
    press(&browser, &made.path).await;
    browser.post(&made.enrol(), &[("password", CHOSEN)]).await;
    assert!(browser.is_signed_in().await);
    for path in ["/admin/apps", "/account/password"] {
        let asked = browser.get(path).await;
        assert_eq!(asked.location(), format!("/signin?next={path}&anew=password"));
    }
    let proven = browser.post("/account/proof", &[("password", CHOSEN), ("next", "/admin/apps")]).await;
    assert_eq!(proven.location(), "/admin/apps");
    for path in ["/admin/apps", "/account/password"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(account(&server, "grace").await.role, Role::Admin);
}

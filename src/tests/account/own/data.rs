//! All that is stored about a person is theirs to download, and to delete after a day.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tessera::store::records::activity::ActivityKind;

use super::{id_of, kinds, waits_for};
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP, PHONE, Reply};
use crate::harness::pair::Pair;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Site, claims};
use crate::oauth::logout::page::{heard, listening};

const PATH: &str = "/account/data";
const DAY: u64 = 24 * 3600;

async fn asks(browser: &Browser, password: &str) -> Reply {
    let form = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA"), ("password", password), ("sure", "on")];
    browser.post("/account/data/delete", &form).await
}

#[tokio::test]
async fn all_that_is_stored_about_a_person_is_downloaded_without_a_secret() {
    let server = Server::start().await;
    let (site, desktop, phone) =
        (Site::register(&server).await, Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let tokens =
        site.exchanges(&site.code(&desktop, &phone, &[("scope", "openid profile offline_access")]).await).await;
    crate::account::profile::tells_everything(&phone).await;
    let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
    let form = Some(("application/x-www-form-urlencoded", Vec::new()));
    let sent = phone.try_send_body(Method::POST, "/account/data/download", &headers, form).await.expect("an answer");
    assert_eq!(sent.status, StatusCode::OK);
    assert_eq!(sent.header("content-disposition"), "attachment; filename=\"account.json\"");
    assert_eq!(sent.header("cache-control"), "no-store");
    let data: Value = serde_json::from_str(&sent.body).expect("JSON");
    assert_eq!((&data["account"]["display_name"], &data["account"]["city"]), (&"Alice".into(), &"Graz".into()));
    let count = |name: &str| data[name].as_array().map_or(0, Vec::len);
    assert_eq!((count("devices"), count("apps_allowed"), count("sign_ins_to_apps")), (2, 1, 1));
    assert_eq!((count("groups"), count("one_time_links")), (0, 0));
    assert!(count("activity") >= 4 && data["picture_jpeg_base64"].as_str().is_some_and(|text| text.len() > 100));
    // Nothing of what opens something, and no hash of it: in hexadecimal and in base64url alike.
    let alice = id_of(&server, "alice").await;
    let hashes = server.app.records.sessions_of(alice, server.clock.now()).await.expect("answers");
    let mut secrets = vec!["argon2".to_owned(), "password_hash".to_owned(), tokens.text("refresh_token")];
    secrets.extend(phone.cookie("__Host-tessera-session"));
    for session in hashes {
        use base64::Engine as _;
        secrets.push(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(session.token_hash.0));
        secrets.push(data_encoding::HEXLOWER.encode(&session.token_hash.0));
    }
    for secret in secrets {
        assert!(!secret.is_empty() && !sent.body.contains(&secret), "{secret}");
    }
    assert_eq!(kinds(&server, alice).await.last(), Some(&ActivityKind::DataDownloaded));
    let nobody = Browser::desktop(&server);
    assert_eq!(nobody.post("/account/data/download", &[]).await.location(), "/signin?next=/account/data");
}

#[tokio::test]
async fn an_account_is_deleted_a_day_after_its_owner_asked_once_and_its_apps_are_told() {
    let pair = Pair::start().await;
    let (uri, mut hear) = listening().await;
    let site = Site::register_with(&pair.first, |app| app.options.backchannel_logout_uri = Some(uri.clone())).await;
    let (phone, desktop) = (pair.phone("Alice").await, pair.desktop());
    let alice = id_of(&pair.first, "alice").await;
    let ask = [("scope", "openid offline_access")];
    let tokens = site.exchanges(&site.code(&desktop, &phone, &ask).await).await;

    for (form, said) in [
        (&[("password", PASSWORD)][..], "Tick the box to confirm"),
        (&[("password", "a guess"), ("sure", "on")], "That is not your current password"),
    ] {
        let refused = phone.post("/account/data/delete", form).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains(said), "{}", refused.body);
    }
    assert!(desktop.is_signed_in().await, "nothing was done");
    let twin = phone.twin();
    let done = asks(&phone, PASSWORD).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/account/data?done=asked"));
    assert_eq!(asks(&twin, PASSWORD).await.location(), "/account/data?done=asked", "the button was pressed twice");
    assert!(twin.is_signed_in().await && phone.is_signed_in().await && !desktop.is_signed_in().await);
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).await.error(), "invalid_grant");
    assert_eq!(claims(&heard(&mut hear).await)["sub"], claims(&tokens.text("id_token"))["sub"]);
    for path in ["/", "/account", PATH, "/account/profile", "/account/activity"] {
        let page = phone.get(path).await.body;
        assert!(page.contains("Your account will be deleted on 16 January 2027, 08:00 UTC."), "{path}: {page}");
    }

    // Whoever signs in within the day is told, and signs in to apps as ever.
    let other = Browser::new(&pair.second, PHONE, "203.0.113.9");
    other.sign_in("alice", PASSWORD, "/").await;
    assert!(other.get("/").await.body.contains("Keep my account"));
    let code = site.code(&desktop, &other, &ask).await;
    let tokens = site.exchanges(&code).await;
    for server in [&pair.first, &pair.second] {
        assert_eq!(server.app.accounts.delete_due().await.expect("answers"), 0);
    }
    pair.first.clock.advance(std::time::Duration::from_secs(DAY));
    let (first, second) = tokio::join!(pair.first.app.accounts.delete_due(), pair.second.app.accounts.delete_due());
    assert_eq!(first.expect("answers") + second.expect("answers"), 1, "on one instance");
    assert!(!other.is_signed_in().await && !phone.is_signed_in().await);
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).await.error(), "invalid_grant");
    assert_eq!(claims(&heard(&mut hear).await)["sub"], claims(&tokens.text("id_token"))["sub"]);
    assert_eq!(other.sign_in("alice", PASSWORD, "/").await.status, StatusCode::UNAUTHORIZED);
    let lines = kinds(&pair.first, alice).await;
    let count = |kind| lines.iter().filter(|one| **one == kind).count();
    assert_eq!((count(ActivityKind::DeletionAsked), count(ActivityKind::Deleted)), (1, 1), "{lines:?}");
    assert_eq!(count(ActivityKind::SignedOutEverywhere), 1, "{lines:?}");
}

#[tokio::test]
async fn whoever_changes_their_mind_within_the_day_keeps_their_account() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let alice = id_of(&server, "alice").await;
    asks(&phone, PASSWORD).await;
    server.pass(DAY - 1);
    let desktop = Browser::desktop(&server);
    desktop.sign_in("alice", PASSWORD, "/").await;
    for _ in 0..2 {
        assert_eq!(desktop.post("/account/data/keep", &[]).await.location(), "/account/data?done=kept");
    }
    let page = desktop.get("/account/data?done=kept").await.body;
    assert!(page.contains("Your account is kept.") && !page.contains("will be deleted"), "{page}");
    server.pass(DAY);
    assert_eq!(server.app.accounts.delete_due().await.expect("answers"), 0);
    assert!(phone.is_signed_in().await);
    let lines = kinds(&server, alice).await;
    assert_eq!(lines.iter().filter(|kind| **kind == ActivityKind::DeletionCancelled).count(), 1, "{lines:?}");
}

#[tokio::test]
async fn the_last_administrator_is_told_that_they_cannot_go() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    let refused = asks(&grace, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("You are the last administrator"), "{}", refused.body);
    assert!(!grace.get("/").await.body.contains("will be deleted"));
    server.administrator("Heidi").await;
    assert_eq!(asks(&grace, PASSWORD).await.location(), "/account/data?done=asked");
}

#[tokio::test]
async fn guesses_at_the_password_of_a_deletion_are_limited_and_noted() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 3).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let alice = id_of(&server, "alice").await;
    for _ in 0..3 {
        assert_eq!(asks(&phone, "a guess").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refused = asks(&phone, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    waits_for(&server, alice, ActivityKind::SignInRefused, 3).await;
    // A device that a scan signed in needs the password, too.
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.1");
    server.pass(61);
    phone.signs_in(&desktop).await;
    assert_eq!(asks(&desktop, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!desktop.get("/").await.body.contains("will be deleted"));
}

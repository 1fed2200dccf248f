//! All that is stored about a person is theirs to download, and to delete after a day.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tessera::store::records::activity::ActivityKind;

use super::{id_of, kinds};
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP, PHONE, Reply};
use crate::harness::pair::Pair;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Site, claims};
use crate::oauth::logout::page::{heard, listening};

const PATH: &str = "/account/data";
const DAY: u64 = 24 * 3600;

async fn asks(browser: &Browser) -> Reply {
    let form = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA"), ("sure", "on")];
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

    let refused = phone.post("/account/data/delete", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Tick the box to confirm"), "{}", refused.body);
    assert!(desktop.is_signed_in().await, "nothing was done");
    let twin = phone.twin();
    let done = asks(&phone).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/account/data?done=asked"));
    assert_eq!(asks(&twin).await.location(), "/account/data?done=asked", "the button was pressed twice");
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
    asks(&phone).await;
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
    let refused = asks(&grace).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("You are the last administrator"), "{}", refused.body);
    assert!(!grace.get("/").await.body.contains("will be deleted"));
    server.administrator("Heidi").await;
    assert_eq!(asks(&grace).await.location(), "/account/data?done=asked");
}

#[tokio::test]
async fn a_deletion_takes_a_fresh_proof_also_on_a_device_that_a_scan_signed_in() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.1");
    phone.signs_in(&desktop).await;
    for browser in [&phone, &desktop] {
        server.pass(300);
        let waits = asks(browser).await;
        assert_eq!(waits.status, StatusCode::FORBIDDEN);
        assert!(waits.body.contains("name=\"f.sure\" value=\"on\""), "{waits:?}");
        assert!(!browser.get("/").await.body.contains("will be deleted"));
    }
    let sent = [("form", "/account/data/delete"), ("f.sure", "on"), ("password", PASSWORD)];
    assert_eq!(desktop.post("/account/proof", &sent).await.status, StatusCode::OK);
    assert_eq!(asks(&desktop).await.location(), "/account/data?done=asked");
    assert!(desktop.is_signed_in().await && !phone.is_signed_in().await);
}

#[tokio::test]
async fn whoever_asks_for_a_deletion_with_two_presses_at_once_stays_signed_in() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let other = Browser::new(&server, PHONE, "203.0.113.9");
    other.sign_in("alice", PASSWORD, "/").await;
    let twin = phone.twin();
    let (one, two) = tokio::join!(asks(&phone), asks(&twin));
    for (browser, done) in [(&phone, one), (&twin, two)] {
        assert_eq!(done.location(), "/account/data?done=asked", "{done:?}");
        assert!(browser.is_signed_in().await);
    }
    assert!(!other.is_signed_in().await);
    // A later press of a page that was kept open ends what was opened since.
    other.sign_in("alice", PASSWORD, "/").await;
    let unticked = phone.post("/account/data/delete", &[("attempt", "AQEBAQEBAQEBAQEBAQEBAQ")]).await;
    assert!(unticked.words().contains("Tick the box to confirm"), "{unticked:?}");
    let form = [("attempt", "AQEBAQEBAQEBAQEBAQEBAQ"), ("sure", "on")];
    assert_eq!(phone.post("/account/data/delete", &form).await.location(), "/account/data?done=asked");
    assert!(phone.is_signed_in().await && !other.is_signed_in().await);
}

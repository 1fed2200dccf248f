//! Devices that show a code and have no browser.

use reqwest::StatusCode;
use tessera::store::records::app_options::Switch;

use tessera::store::records::apps::Dialect;

use crate::harness::browser::{Browser, Shown};
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site, claims};

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn television(server: &Server) -> Site {
    Site::register_with(server, |app| app.options.switches.set(Switch::DeviceGrant, true)).await
}

async fn begin(site: &Site) -> Answer {
    let begun = site.calls("/oauth/device", &[("scope", "openid profile offline_access")]).await;
    assert_eq!(begun.status, StatusCode::OK, "{begun:?}");
    begun
}

async fn ask(site: &Site, code: &str) -> Answer {
    site.calls("/oauth/token", &[("grant_type", DEVICE), ("device_code", code)]).await
}

fn typed(begun: &Answer) -> Shown {
    Shown { ticket: String::new(), typed: begun.text("user_code") }
}

#[tokio::test]
async fn sec_51_a_device_is_signed_in_by_the_code_that_it_shows() {
    let server = Server::start().await;
    let (site, phone) = (television(&server).await, Browser::signed_in(&server, "Alice").await);
    let begun = begin(&site).await;
    assert_eq!((begun.json["expires_in"].as_u64(), begun.json["interval"].as_u64()), (Some(300), Some(5)));
    assert_eq!(begun.text("verification_uri"), format!("{}/link", server.origin));
    let code = begun.text("device_code");
    assert_eq!(ask(&site, &code).await.error(), "authorization_pending");
    let scan = phone.scan(&typed(&begun)).await;
    assert_eq!(begun.text("verification_uri_complete"), format!("{}/s/{scan}", server.origin));
    let asked = phone.get(&format!("/s/{scan}")).await.body;
    assert!(asked.contains(&begun.text("user_code")) && asked.contains(">Shop</span></dd>"), "{asked}");
    server.pass(5);
    assert_eq!(ask(&site, &code).await.error(), "authorization_pending");
    phone.post("/api/approve", &[("code", &scan)]).await;
    // What the phone was shown is tokens for the app: the app cannot make a session here of it.
    let (ticket, key) = code.split_once('.').expect("two parts");
    let thief = Browser::desktop(&server);
    for (cookie, path) in [("__Host-tessera-browser", "login"), ("__Host-tessera-frame", "framed")] {
        thief.set_cookie(cookie, key);
        let claim = thief.fetch(reqwest::Method::POST, &format!("/{path}/{}/claim", uuid(ticket))).await;
        assert!(claim.status.is_client_error() && claim.header("set-cookie").is_empty(), "{claim:?}");
    }
    // Nor is it a code of that other dialect, which would draw it for everybody.
    let picture = thief.get(&format!("/connect/qrcode/{code}")).await;
    assert_eq!(picture.status, StatusCode::FORBIDDEN);
    let tokens = ask(&site, &code).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    assert_eq!(claims(&tokens.text("id_token"))["acr"], "urn:tessera:scan");
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.text("name"), "Alice");
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).await.status, StatusCode::OK);
    assert_eq!(ask(&site, &code).await.error(), "invalid_grant", "once");
}

#[tokio::test]
async fn sec_51_a_device_whose_answer_was_lost_gets_it_again_and_one_grant_for_one_approval() {
    let server = Server::start().await;
    let (site, phone) = (television(&server).await, Browser::signed_in(&server, "Alice").await);
    let app = server.app.clients.find(&site.id, Dialect::Oidc).await.expect("answers").expect("there");
    let begun = begin(&site).await;
    let code = begun.text("device_code");
    phone.approve(&typed(&begun)).await;
    // Claimed, and then the store failed, or the line did.
    let login = &server.app.login;
    let redeemed = server.app.grants.redeem_device(&login.flow, &login.consents, &login.limits, &app, &code);
    redeemed.await.expect("approved");
    let (first, again) = tokio::join!(ask(&site, &code), ask(&site, &code));
    for tokens in [&first, &again] {
        assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    }
    assert_eq!(first.text("refresh_token"), again.text("refresh_token"));
    assert_eq!(claims(&first.text("access_token"))["grant"], claims(&again.text("access_token"))["grant"]);
    server.pass(61);
    assert_eq!(ask(&site, &code).await.error(), "invalid_grant", "whoever asks that late has a copy");
    assert_eq!(site.refreshes(&first.text("refresh_token")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sec_51_a_device_hears_that_it_asks_too_often_that_somebody_said_no_and_that_it_is_over() {
    let server = Server::start().await;
    let (site, phone) = (television(&server).await, Browser::signed_in(&server, "Alice").await);
    let begun = begin(&site).await;
    let code = begun.text("device_code");
    for error in ["authorization_pending", "slow_down", "slow_down"] {
        assert_eq!(ask(&site, &code).await.error(), error);
    }
    server.pass(5);
    assert_eq!(ask(&site, &code).await.error(), "authorization_pending");
    let scan = phone.scan(&typed(&begun)).await;
    phone.post("/api/deny", &[("code", &scan)]).await;
    assert_eq!(ask(&site, &code).await.error(), "access_denied");

    let begun = begin(&site).await;
    server.pass(299);
    assert_eq!(ask(&site, &begun.text("device_code")).await.error(), "authorization_pending");
    server.pass(1);
    assert_eq!(ask(&site, &begun.text("device_code")).await.error(), "expired_token");
}

#[tokio::test]
async fn sec_51_the_device_grant_is_off_unless_an_app_was_given_it_and_a_code_is_its_apps() {
    let server = Server::start().await;
    let (site, other) = (television(&server).await, television(&server).await);
    let plain = Site::register(&server).await;
    let refused = plain.calls("/oauth/device", &[("scope", "openid")]).await;
    assert_eq!((refused.status, refused.error()), (StatusCode::BAD_REQUEST, "unauthorized_client".to_owned()));
    assert_eq!(ask(&plain, "x").await.error(), "unauthorized_client");
    assert_eq!(site.calls("/oauth/device", &[("scope", "phone")]).await.error(), "invalid_scope");
    let code = begin(&site).await.text("device_code");
    assert_eq!(ask(&other, &code).await.error(), "invalid_grant");
    let (ticket, key) = code.split_once('.').expect("two parts");
    for wrong in [ticket, key, &format!("{ticket}.{}", "A".repeat(43)), &format!("{}.{key}", "A".repeat(22)), "."] {
        assert_eq!(ask(&site, wrong).await.error(), "invalid_grant", "{wrong}");
    }
    assert_eq!(ask(&site, &code).await.error(), "authorization_pending");
    // Whoever reads the code off the screen cannot watch or claim it either.
    let thief = Browser::desktop(&server);
    thief.show_code().await;
    let id = uuid(ticket);
    let claim = thief.fetch(reqwest::Method::POST, &format!("/login/{id}/claim")).await;
    assert_eq!(claim.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sec_51_a_device_that_never_keeps_to_the_interval_is_slowed_down_and_still_signed_in() {
    let server = Server::start_with(|settings| settings.limits.requests_per_minute = 100_000).await;
    let (site, phone) = (television(&server).await, Browser::signed_in(&server, "Alice").await);
    let begun = begin(&site).await;
    let code = begun.text("device_code");
    let (mut pending, mut slowed) = (0, 0);
    // Twice a second of the machine's, and once a second of the clock: for most of the code's life.
    for second in 0..280 {
        for _ in 0..2 {
            match ask(&site, &code).await.error().as_str() {
                "authorization_pending" => pending += 1,
                "slow_down" => slowed += 1,
                other => panic!("{other} after {second} s"),
            }
        }
        server.pass(1);
    }
    assert!((50..=63).contains(&pending) && slowed > 450, "{pending} were answered, {slowed} were slowed down");
    let scan = phone.scan(&typed(&begun)).await;
    phone.post("/api/approve", &[("code", &scan)]).await;
    assert_eq!(ask(&site, &code).await.status, StatusCode::OK, "what is approved is given at once");
}

/// RFC 8628 §5.1: eight letters are strong while few of them may be tried.
#[tokio::test]
async fn sec_51_five_tries_at_a_code_are_all_that_an_account_has_in_a_minute_wherever_it_types() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 5).await;
    let (site, phone) = (television(&server).await, Browser::signed_in(&server, "Mallory").await);
    let begun = begin(&site).await;
    server.pass(60);
    for guess in ["BCDF-GHJK", "bcdfghjl", "XXXX-XXXX", "not a code", ""] {
        let reply = phone.post("/link", &[("code", guess)]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{guess}");
    }
    // The sixth is not looked at, though it is right; nor is it from another address of the same account.
    let elsewhere = phone.twin().with_address("203.0.113.200".to_owned());
    for browser in [&phone, &elsewhere] {
        let reply = browser.post("/link", &[("code", &begun.text("user_code"))]).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::TOO_MANY_REQUESTS, ""));
        assert!(!reply.header("retry-after").is_empty());
    }
    assert_eq!(ask(&site, &begun.text("device_code")).await.error(), "authorization_pending");
    server.pass(60);
    assert_eq!(phone.post("/link", &[("code", &begun.text("user_code"))]).await.status, StatusCode::SEE_OTHER);
}

fn uuid(text: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).expect("base64url");
    data_encoding::HEXLOWER.encode(&bytes)
}

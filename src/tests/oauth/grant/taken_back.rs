//! What is taken back while an app exchanges what it has: no token of it counts, whoever comes first.

use reqwest::{Method, StatusCode};
use tessera::server::ServerState;
use tessera::store::records::app_options::Switch;
use tessera::store::records::apps::{App, Dialect, Dialects};

use crate::harness::browser::{Browser, Shown};
use crate::harness::pair::Pair;
use crate::harness::server::Server;
use crate::harness::site::{Answer, BACK, Site, VERIFIER, query};
use crate::wechat;

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn all(app: &mut App) {
    app.dialects = Dialects::Both;
    app.options.switches.set(Switch::DeviceGrant, true);
}

async fn withdraws(phone: &Browser, site: &Site) {
    assert_eq!(phone.post("/account/apps", &[("withdraw", &site.id)]).await.status, StatusCode::SEE_OTHER);
}

/// A device shows a code, and somebody approves it.
async fn device_code(site: &Site, phone: &Browser) -> String {
    let begun = site.calls("/oauth/device", &[("scope", "openid offline_access")]).await;
    phone.approve(&Shown { ticket: String::new(), typed: begun.text("user_code") }).await;
    begun.text("device_code")
}

/// Between the two steps of an exchange.
async fn between(server: &ServerState, site: &Site, desktop: impl Fn() -> Browser, phone: &Browser) {
    let app = server.clients.find(&site.id, Dialect::Oidc).await.expect("answers").expect("there");
    let redeemed = async |code: &str| server.grants.redeem(&app, code, BACK, Some(VERIFIER)).await.expect("a code");

    let lives = redeemed(&site.code(&desktop(), phone, &[]).await).await;
    assert!(server.grants.activate_grant(&app, lives).await.is_ok());
    let withdrawn = redeemed(&site.code(&desktop(), phone, &[]).await).await;
    withdraws(phone, site).await;
    assert!(server.grants.activate_grant(&app, withdrawn).await.is_err(), "the consent was withdrawn");

    let browser = desktop();
    let (ends, outlasts) = (
        redeemed(&site.code(&browser, phone, &[]).await).await,
        redeemed(&site.code(&browser, phone, &[("scope", "openid offline_access"), ("prompt", "login")]).await).await,
    );
    browser.post("/signout", &[]).await;
    assert!(server.grants.activate_grant(&app, ends).await.is_err(), "the session is over");
    assert!(server.grants.activate_grant(&app, outlasts).await.is_ok(), "that was to outlast it");

    let (login, code) = (&server.login, device_code(site, phone).await);
    let redeemed = server.grants.redeem_device(&login.flow, &login.consents, &login.limits, &app, &code);
    let device = redeemed.await.expect("approved");
    withdraws(phone, site).await;
    assert!(server.grants.activate_grant(&app, device).await.is_err(), "the consent was withdrawn");
}

/// At the same moment.
async fn at_once(site: &Site, desktop: impl Fn() -> Browser, phone: &Browser) {
    for round in 0..16 {
        let code = site.code(&desktop(), phone, &[]).await;
        let (tokens, ()) = tokio::join!(site.exchanges(&code), withdraws(phone, site));
        let token = tokens.text("access_token");
        let info = site.userinfo(&token).await;
        assert_eq!(info.status, StatusCode::UNAUTHORIZED, "round {round}: {tokens:?}");

        let browser = desktop();
        let code = site.code(&browser, phone, &[]).await;
        let (tokens, _) = tokio::join!(site.exchanges(&code), browser.post("/signout", &[]));
        let info = site.userinfo(&tokens.text("access_token")).await;
        assert_eq!(info.status, StatusCode::UNAUTHORIZED, "round {round}: {tokens:?}");

        let code = device_code(site, phone).await;
        let form = [("grant_type", DEVICE), ("device_code", code.as_str())];
        let (tokens, ()) = tokio::join!(site.calls("/oauth/token", &form), withdraws(phone, site));
        // Where the device came last, its person allowed it after they took the same back.
        let is_allowed = phone.get("/account/apps").await.body.contains("Shop");
        let refreshed = site.refreshes(&tokens.text("refresh_token")).await;
        assert!(is_allowed || refreshed.status == StatusCode::BAD_REQUEST, "round {round}: {tokens:?}");

        let code = crate::harness::site::said(&crate::wechat::signs_in(site, &desktop(), phone).await, "code");
        let params = [("appid", site.id.as_str()), ("secret", &site.secret), ("code", &code)];
        let path = format!("/sns/oauth2/access_token?{}&grant_type=authorization_code", query(&params));
        let (tokens, ()) = tokio::join!(site.backend.send(Method::GET, &path, &[], None), withdraws(phone, site));
        let tokens = Answer::of(tokens);
        let params = [("access_token", tokens.text("access_token")), ("openid", tokens.text("openid"))];
        let params: Vec<_> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let path = format!("/sns/auth?{}", query(&params));
        let known = Answer::of(site.backend.send(Method::GET, &path, &[], None).await);
        assert_ne!(known.json["errcode"], 0, "round {round}: {tokens:?}");
    }
}

#[tokio::test]
async fn no_token_outlives_a_consent_or_a_session_that_ended_while_it_was_given() {
    let server = Server::start_with(|settings| {
        settings.limits.attempts_per_minute = 10_000;
        settings.limits.decisions_per_minute = 10_000;
        settings.limits.logins_per_minute = 10_000;
        settings.limits.requests_per_minute = 100_000;
    })
    .await;
    let (site, phone) = (Site::register_with(&server, all).await, Browser::signed_in(&server, "Alice").await);
    between(&server.app, &site, || Browser::desktop(&server), &phone).await;
    at_once(&site, || Browser::desktop(&server), &phone).await;
}

#[tokio::test]
async fn no_token_outlives_what_ended_at_another_instance_while_it_was_given() {
    let pair = Pair::start().await;
    let (site, phone) = (Site::register_with(&pair.first, all).await, pair.phone("Alice").await);
    between(&pair.first.app, &site, || pair.desktop(), &phone).await;
    at_once(&site, || pair.desktop(), &phone).await;
}

#[tokio::test]
async fn sec_35_a_code_for_an_address_that_was_taken_from_its_app_gives_nothing() {
    let server = Server::start().await;
    let (site, phone) = (Site::register_with(&server, all).await, Browser::signed_in(&server, "Alice").await);
    let code = site.code(&Browser::desktop(&server), &phone, &[]).await;
    let other = crate::harness::site::said(&wechat::signs_in(&site, &Browser::desktop(&server), &phone).await, "code");
    let leads_to = async |uri: &str| server.revise_app(&site.id, |app| app.redirect_uris = vec![uri.to_owned()]).await;
    leads_to("https://shop.example/elsewhere").await;
    assert_eq!(site.exchanges(&code).await.error(), "invalid_grant");
    assert_eq!(wechat::number(&wechat::exchange(&site, &other, &[]).await), 40029);
    leads_to(BACK).await;
    assert_eq!(site.exchanges(&code).await.error(), "invalid_grant", "it was used up");
    let fresh = site.code(&Browser::desktop(&server), &phone, &[]).await;
    assert_eq!(site.exchanges(&fresh).await.status, StatusCode::OK);
}

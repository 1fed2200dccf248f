//! The protocols of apps while nobody signs in by scanning, here or to the app.

use reqwest::{Method, StatusCode};
use tessera::settings::Scanning;
use tessera::store::records::app_options::{Switch, Verification};

use super::{OFF, refusal, scan_off, shows_no_code, turned};
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site};
use crate::login::api;
use crate::oauth::embed;
use crate::wechat;

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn metadata(browser: &Browser) -> serde_json::Value {
    Answer::of(browser.fetch(Method::GET, "/.well-known/openid-configuration").await).json
}

#[tokio::test]
async fn sec_73_a_visitor_of_an_app_is_offered_the_other_ways_where_it_is_off_for_the_app() {
    let server = Server::start().await;
    let (off, on) = (Site::register(&server).await, Site::register(&server).await);
    let phone = Browser::signed_in(&server, "Alice").await;
    let browser = Browser::desktop(&server);
    let (_, shown) = off.shows(&browser, &[]).await;
    let code = phone.scan(&shown).await;
    server.revise_app(&off.id, |app| app.options.scan = Scanning::Off).await;
    assert_eq!(refusal(&phone, Method::POST, "/api/approve", &[("code", &code)]).await.0, 403);
    assert_eq!(browser.hears(&shown).await["seen"], "cancelled", "it hears of it");
    let page = browser.get(browser.get(&off.sends_to(&[])).await.location()).await;
    assert!(page.words().contains("Shop takes no sign-ins by scanning at the moment."), "{page:?}");
    assert!(!page.body.contains("id=\"qr\"") && page.body.contains("id=\"here\""), "{page:?}");
    on.signs_in(&Browser::desktop(&server), &phone, &[]).await;
}

#[tokio::test]
async fn sec_73_an_app_that_takes_scans_only_is_led_back_to_without_a_sign_in() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.verification = Verification::Scan).await;
    turned(&server, Scanning::Off).await;
    let browser = Browser::desktop(&server);
    let page = browser.get(browser.get(&site.sends_to(&[])).await.location()).await;
    assert!(page.words().contains(OFF) && page.words().contains("Please try again later."), "{page:?}");
    assert!(!page.body.contains("data-passkey") && page.body.contains("leave=1"), "{page:?}");
}

#[tokio::test]
async fn sec_73_a_device_hears_access_denied_and_finds_no_grant_where_the_setting_is_off() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.switches.set(Switch::DeviceGrant, true)).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let begin = async || site.calls("/oauth/device", &[("scope", "openid")]).await;
    let poll = async |begun: &Answer| {
        let code = begun.text("device_code");
        site.calls("/oauth/token", &[("grant_type", DEVICE), ("device_code", &code)]).await
    };
    let (waiting, approved) = (begin().await, begin().await);
    let shown =
        |begun: &Answer| crate::harness::browser::Shown { ticket: String::new(), typed: begun.text("user_code") };
    phone.approve(&shown(&approved)).await;
    turned(&server, Scanning::Off).await;
    for refused in [begin().await, poll(&waiting).await, poll(&approved).await] {
        assert_eq!((refused.status, &*refused.error()), (StatusCode::BAD_REQUEST, "access_denied"), "{refused:?}");
    }
    turned(&server, Scanning::On).await;
    server.revise_app(&site.id, |app| app.options.scan = Scanning::Off).await;
    assert_eq!(begin().await.error(), "access_denied", "and where it is off for the app");
    assert!(metadata(&phone).await["device_authorization_endpoint"].is_string(), "others may use it");

    let server = Server::start_with(|settings| settings.login.scan = Scanning::Off).await;
    let found = metadata(&Browser::desktop(&server)).await;
    assert!(found["device_authorization_endpoint"].is_null(), "{found}");
    let grants = found["grant_types_supported"].as_array().expect("grants");
    assert!(!grants.iter().any(|grant| grant == DEVICE) && grants.len() == 3, "{found}");
}

#[tokio::test]
async fn sec_73_the_dialect_of_wechat_shows_no_code_and_refuses_in_its_own_number() {
    let server = Server::start().await;
    let (site, phone) = (wechat::forum(&server).await, Browser::signed_in(&server, "Alice").await);
    let (waiting, approved) = (wechat::uuid(&site).await, wechat::uuid(&site).await);
    let scan = wechat::scanned(&server, &phone, &approved).await;
    phone.post("/api/approve", &[("code", &scan)]).await;
    let code = wechat::scanned(&server, &phone, &waiting).await;
    turned(&server, Scanning::Off).await;
    let browser = Browser::desktop(&server);
    let page = browser.get(browser.get(&wechat::connect(&site, &[])).await.location()).await;
    assert!(shows_no_code(&page), "{page:?}");
    let begun = site.backend.send(Method::GET, &wechat::connect(&site, &[]), &[], None).await;
    assert!(begun.status == StatusCode::OK && begun.body.contains("\"errcode\":48001"), "{begun:?}");
    assert_eq!(refusal(&phone, Method::POST, "/api/approve", &[("code", &code)]).await.0, 403);
    for uuid in [waiting, approved] {
        assert_eq!(wechat::polled(&site, &uuid, "404").await, "window.wx_errcode=403;window.wx_code='';");
    }
}

#[tokio::test]
async fn sec_73_a_frame_says_so_to_its_visitor_and_tells_its_page_that_it_is_there() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.embed_origins = vec![embed::PAGE.to_owned()]).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let (path, page) = embed::opens(&browser, &site, &[]).await;
    let shown = embed::ticket(&page);
    phone.approve(&shown).await;
    turned(&server, Scanning::Off).await;
    let claim = format!("/framed/{}/claim", shown.ticket);
    assert_eq!(refusal(&browser, Method::POST, &claim, &[]).await, scan_off());
    let page = browser.get(&path).await;
    assert!(shows_no_code(&page) && page.body.contains("target=\"_top\""), "{page:?}");
    let policy = page.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors https://shop.example"), "{policy}");
    assert!(page.body.contains("data-origin=\"https://shop.example\"") && page.body.contains("ready"), "{page:?}");
}

#[tokio::test]
async fn sec_73_a_sites_own_app_gets_the_same_code_at_each_step() {
    let server = api::server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::phone(&server));
    let (shown, scanned) = (browser.show_code().await, browser.show_code().await);
    let token = api::token(&api::claims());
    let call = async |typed: &str, verb: &str| {
        let reply = api::call(&app, &format!("/v1/tickets/{typed}/{verb}"), &token).await;
        (reply.status.as_u16(), reply.error())
    };
    assert_eq!(call(&scanned.typed, "scan").await.0, 200);
    turned(&server, Scanning::Off).await;
    assert_eq!(call(&shown.typed, "scan").await, scan_off());
    assert_eq!(call(&scanned.typed, "approve").await, scan_off());
}

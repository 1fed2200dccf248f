//! What is typed: digits of the phone in the browser, and the end of the code on the phone.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;
use tessera::store::records::app_options::Switch;
use tessera::ticket::ladder::Rung;

use super::{approves, asks, claims, details, scans, seen, server, server_with};
use crate::harness::browser::{Browser, Reply, Shown};
use crate::harness::server::Server;
use crate::harness::site::{Site, claims as claims_of};
use crate::wechat;

/// The digits that a phone shows.
fn digits(page: &Reply) -> String {
    let shown = page.body.split("class=\"digits\"").nth(1).and_then(|rest| rest.split('>').nth(1));
    shown.and_then(|rest| rest.split('<').next()).unwrap_or_else(|| panic!("no digits: {}", page.body)).to_owned()
}

/// Other digits.
fn other(digits: &str) -> String {
    if digits == "1234" { "4321".to_owned() } else { "1234".to_owned() }
}

/// The browser sends digits, as its page does.
async fn types(browser: &Browser, shown: &Shown, typed: &str) -> Reply {
    let seq = browser.hears(shown).await["seq"].to_string();
    browser.post(&format!("/login/{}/digits", shown.ticket), &[("digits", typed), ("seq", &seq)]).await
}

async fn server_of_digits() -> Server {
    server_with(|settings| settings.login.verification.new_browser = Rung::Type).await
}

/// A phone scans and approves, and shows its digits.
async fn pledged(server: &Server, phone: &Browser, browser: &Browser) -> (Shown, String, String) {
    let shown = browser.show_code().await;
    let code = scans(server, phone, &shown).await;
    assert!(seen(browser, &shown).await["scanned"]["wrong"].is_null(), "the phone has not approved yet");
    approves(phone, &code, &[("answer", "shown")]).await;
    let digits = digits(&asks(phone, &code).await);
    assert_eq!(seen(browser, &shown).await["scanned"]["wrong"], 0);
    (shown, code, digits)
}

#[tokio::test]
async fn sec_10_the_digits_of_the_phone_approve_where_they_are_typed_in_the_browser() {
    let server = server_of_digits().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let (shown, _, digits) = pledged(&server, &phone, &browser).await;
    assert_eq!(claims(&browser, &shown).await.error(), "not_approved");
    let page = browser.get(&format!("/login/{}", shown.ticket)).await.body;
    assert!(page.contains("data-state=\"digits\"") && !page.contains("http-equiv=\"refresh\""), "{page}");
    let spaced = format!("{} {}", &digits[..2], &digits[2..]);
    let typed = types(&browser, &shown, &spaced).await;
    assert_eq!((typed.status, typed.location()), (StatusCode::SEE_OTHER, &*format!("/login/{}", shown.ticket)));
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::OK);
    let lines = details(&server, "Alice", ActivityKind::Approved).await;
    assert!(lines[0].ends_with("type: new_browser"), "{lines:?}");
}

#[tokio::test]
async fn sec_10_digits_have_three_tries_and_then_the_sign_in_is_denied() {
    let server = server_of_digits().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let (shown, code, digits) = pledged(&server, &phone, &browser).await;
    for malformed in ["", "12", "12345", "abcd"] {
        types(&browser, &shown, malformed).await;
    }
    assert_eq!(seen(&browser, &shown).await["scanned"]["wrong"], 0, "what is no digits is no try");
    let wrong = other(&digits);
    // A form that is sent twice is one try.
    let seq = browser.hears(&shown).await["seq"].to_string();
    for _ in 0..2 {
        browser.post(&format!("/login/{}/digits", shown.ticket), &[("digits", &wrong), ("seq", &seq)]).await;
    }
    assert_eq!(seen(&browser, &shown).await["scanned"]["wrong"], 1);
    types(&browser, &shown, &wrong).await;
    types(&browser, &shown, &wrong).await;
    let heard = browser.hears(&shown).await;
    assert_eq!((heard["seen"].as_str(), heard["notice"].as_str()), (Some("denied"), Some("wrong_typed")), "{heard}");
    let late = types(&browser, &shown, &digits).await;
    assert_eq!(late.status, StatusCode::GONE, "{late:?}");
    assert!(asks(&phone, &code).await.words().contains("typed too often"));
}

#[tokio::test]
async fn sec_10_digits_are_taken_from_the_browser_that_asks_and_from_no_other() {
    let server = server_of_digits().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let (shown, _, digits) = pledged(&server, &phone, &browser).await;
    let thief = Browser::desktop(&server);
    thief.show_code().await;
    for seq in 1..6 {
        let seq = seq.to_string();
        let path = format!("/login/{}/digits", shown.ticket);
        let typed = thief.post(&path, &[("digits", &digits), ("seq", &seq)]).await;
        assert_eq!(typed.status, StatusCode::FORBIDDEN, "{typed:?}");
    }
    types(&browser, &shown, &digits).await;
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sec_10_a_typed_code_asks_for_digits_of_a_new_browser() {
    let server = server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    let page = asks(&phone, &code).await;
    assert!(page.words().contains("The code was typed, not scanned."), "{}", page.words());
    approves(&phone, &code, &[("answer", "shown")]).await;
    types(&browser, &shown, &digits(&asks(&phone, &code).await)).await;
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sec_10_a_device_that_shows_no_number_is_approved_by_the_end_of_its_code() {
    let server = server().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let site = Site::register_with(&server, |app| app.options.switches.set(Switch::DeviceGrant, true)).await;
    let begins = async || {
        let begun = site.calls("/oauth/device", &[("scope", "openid")]).await;
        let shown = Shown { ticket: String::new(), typed: begun.text("user_code") };
        let code = scans(&server, &phone, &shown).await;
        (begun.text("device_code"), shown.typed, code)
    };
    let asks_for_tokens = async |code: &str| {
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        server.pass(5);
        site.calls("/oauth/token", &[("grant_type", grant), ("device_code", code)]).await
    };
    let (device, typed, code) = begins().await;
    let page = asks(&phone, &code).await.body;
    assert!(page.contains("id=\"code-end\"") && page.contains(&format!("{}-····", &typed[..4])), "{page}");
    assert!(!page.contains(&typed[5..]), "what is to be read on the device is not on the phone: {page}");
    approves(&phone, &code, &[]).await;
    assert_eq!(asks_for_tokens(&device).await.error(), "authorization_pending");
    let malformed = approves(&phone, &code, &[("answer", "B")]).await;
    assert!(phone.get(malformed.location()).await.words().contains("such as GHJK"), "{malformed:?}");
    approves(&phone, &code, &[("answer", &typed[5..].to_lowercase())]).await;
    let tokens = asks_for_tokens(&device).await;
    assert_eq!(claims_of(&tokens.text("id_token"))["acr"], "urn:tessera:scan:number", "{tokens:?}");

    let (device, typed, code) = begins().await;
    let wrong = if typed.ends_with("BBBB") { "CCCC" } else { "BBBB" };
    for _ in 0..2 {
        approves(&phone, &code, &[("answer", wrong)]).await;
        assert!(asks(&phone, &code).await.words().contains("Those letters don't match"));
    }
    approves(&phone, &code, &[("answer", wrong)]).await;
    assert_eq!(asks_for_tokens(&device).await.error(), "access_denied");
}

/// A program begins a sign-in. Returns the name by which it polls, and the code of its picture.
async fn program_code(server: &Server, site: &Site, program: &Browser) -> (String, String) {
    let begun = program.fetch(reqwest::Method::GET, &wechat::connect(site, &[])).await.body;
    let uuid =
        begun.split("/connect/qrcode/").nth(1).and_then(|rest| rest.split('"').next()).expect("a uuid").to_owned();
    let secret: tessera::login::keys::TicketSecret = uuid.parse().expect("a secret");
    let code = tessera::login::keys::ScanCode { ticket: secret.ticket, round: tessera::ticket::ids::Round(0) };
    (uuid, server.app.login.flow.link_text(code))
}

/// A program asks from where it runs, which is one address for all its people.
#[tokio::test]
async fn a_report_keeps_nobody_else_out_of_an_app_whose_program_shows_the_code() {
    let server = server_with(|settings| settings.login.verification.new_browser = Rung::Tap).await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::phone(&server));
    server.person("Bob").await;
    bob.sign_in("bob", crate::harness::server::PASSWORD, "/").await;
    let site = wechat::forum(&server).await;
    let program = Browser::new(&server, "program/1.0", "192.0.2.9");
    let (_, code) = program_code(&server, &site, &program).await;
    bob.post("/api/scan", &[("code", &code), ("pressed", "true")]).await;
    bob.post("/api/deny", &[("code", &code)]).await;
    let reported = bob.post(&format!("/s/{code}/report"), &[]).await;
    assert!(reported.location().ends_with("?reported=1"), "{reported:?}");
    let (_, code) = program_code(&server, &site, &program).await;
    alice.post("/api/scan", &[("code", &code), ("pressed", "true")]).await;
    let page = asks(&alice, &code).await;
    assert!(page.body.contains("action=\"/api/approve\""), "{}", page.words());
}

#[tokio::test]
async fn sec_10_a_program_that_shows_the_qr_code_alone_is_refused_without_a_passkey() {
    let server = server().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let site = wechat::forum(&server).await;
    let program = Browser::new(&server, "program/1.0", "192.0.2.9");
    let (uuid, code) = program_code(&server, &site, &program).await;
    phone.post("/api/scan", &[("code", &code), ("pressed", "true")]).await;
    let page = asks(&phone, &code).await;
    assert!(page.words().contains("Only a passkey can approve this sign-in"), "{}", page.words());
    assert!(!page.body.contains("/api/approve") && page.body.contains("/account/passkeys"), "{}", page.body);
    approves(&phone, &code, &[]).await;
    let polled = program.fetch(reqwest::Method::GET, &format!("/connect/l/qrconnect?uuid={uuid}&f=json")).await;
    assert!(polled.body.contains("404"), "it was scanned, and no more: {}", polled.body);
}

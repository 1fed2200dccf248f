//! A site's own app as the phone, and frames of an app's page.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tessera::settings::Verification;

use super::{scans, signs_in_by_number};
use crate::harness::browser::{Browser, Reply, Shown};
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site, claims as claims_of, said};
use crate::login::api;
use crate::oauth::embed;

async fn server() -> Server {
    api::server_with(|settings| settings.login.verification = Verification::default()).await
}

async fn says(app: &Browser, code: &str, verb: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {}", api::token(&api::claims()));
    let headers = [("authorization", bearer.as_str())];
    let body = Some(("application/json", body.to_string().into_bytes()));
    app.try_send_body(Method::POST, &format!("/v1/tickets/{code}/{verb}"), &headers, body).await.expect("an answer")
}

async fn scan_code(server: &Server, shown: &Shown) -> String {
    server.path_of(shown).await.trim_start_matches("/s/").to_owned()
}

#[tokio::test]
async fn sec_10_an_app_answers_with_the_number_and_one_that_does_not_is_told_what_is_asked() {
    let server = server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::phone(&server));
    let shown = browser.show_code().await;
    let code = scan_code(&server, &shown).await;
    let scanned = Answer::of(says(&app, &code, "scan", &json!({"pressed": true})).await);
    let asked = &scanned.json["facts"]["verification"];
    assert_eq!((&asked["kind"], &asked["reasons"]), (&json!("number"), &json!(["new_browser"])), "{scanned:?}");
    assert_eq!(asked["choices"].as_array().map(Vec::len), Some(3), "{asked}");
    assert!(scanned.json["seen"]["scanned"].get("number").is_none(), "the app is not told the right one");
    let refused = Answer::of(says(&app, &code, "approve", &json!({})).await);
    assert_eq!((refused.status, &*refused.error()), (StatusCode::CONFLICT, "verification_required"));
    assert_eq!(&refused.json["facts"]["verification"], asked, "{refused:?}");
    let right = browser.hears(&shown).await["seen"]["scanned"]["number"].clone();
    let approved = says(&app, &code, "approve", &json!({"answer": right})).await;
    assert_eq!(approved.status, StatusCode::OK, "{approved:?}");
    assert_eq!(super::claims(&browser, &shown).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sec_10_an_app_shows_the_digits_and_the_browser_types_them() {
    let server = server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::phone(&server));
    let shown = browser.show_code().await;
    // A typed code asks for digits.
    let scanned = Answer::of(says(&app, &shown.typed, "scan", &json!({"pressed": true})).await);
    assert_eq!(scanned.json["facts"]["verification"]["kind"], "type", "{scanned:?}");
    assert!(scanned.json["facts"]["verification"].get("digits").is_none(), "not before the app approves");
    let code = scanned.text("code");
    let pledged = Answer::of(says(&app, &code, "approve", &json!({"answer": "shown"})).await);
    assert!(pledged.json["seen"].get("scanned").is_some(), "it is not approved yet: {pledged:?}");
    let digits = pledged.json["facts"]["verification"]["digits"].as_str().expect("digits").to_owned();
    let seq = browser.hears(&shown).await["seq"].to_string();
    browser.post(&format!("/login/{}/digits", shown.ticket), &[("digits", &digits), ("seq", &seq)]).await;
    assert_eq!(super::claims(&browser, &shown).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sec_10_a_wrong_number_of_an_app_denies() {
    let server = server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::phone(&server));
    let shown = browser.show_code().await;
    let code = scan_code(&server, &shown).await;
    let scanned = Answer::of(says(&app, &code, "scan", &json!({"pressed": true})).await);
    let right = browser.hears(&shown).await["seen"]["scanned"]["number"].clone();
    let choices = scanned.json["facts"]["verification"]["choices"].as_array().expect("choices");
    let wrong = choices.iter().find(|choice| **choice != right).expect("another");
    let denied = Answer::of(says(&app, &code, "approve", &json!({"answer": wrong})).await);
    assert_eq!((denied.status, &denied.json["seen"]), (StatusCode::OK, &json!("denied")), "{denied:?}");
    assert_eq!(denied.json["notice"], "wrong_number");
}

#[tokio::test]
async fn sec_10_an_app_that_is_framed_shows_the_number_and_hears_how_the_person_signed_in() {
    let server = super::server().await;
    let site = Site::register_with(&server, |app| app.options.embed_origins = vec![embed::PAGE.to_owned()]).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let (_, page) = embed::opens(&browser, &site, &[]).await;
    let shown = embed::ticket(&page);
    let code = scans(&server, &phone, &shown).await;
    let heard = browser.fetch(Method::GET, &format!("/framed/{}/watch", shown.ticket)).await;
    let heard: Value = serde_json::from_str(&heard.body).expect("JSON");
    let right = heard["seen"]["scanned"]["number"].as_str().expect("a number").to_owned();
    super::approves(&phone, &code, &[("answer", &right)]).await;
    let claimed = browser.fetch(Method::POST, &format!("/framed/{}/claim", shown.ticket)).await;
    assert_eq!(claimed.status, StatusCode::OK, "{claimed:?}");

    // In a window of its own, the token says what the phone was asked for.
    let other = Site::register(&server).await;
    let visitor = Browser::desktop(&server);
    signs_in_by_number(&server, &phone, &visitor, &[]).await;
    let back = visitor.get(&other.sends_to(&[])).await.location().to_owned();
    crate::harness::site::decides(&visitor, &back, "allow").await;
    let back = visitor.get(&other.sends_to(&[])).await;
    let back = visitor.get(back.location()).await.location().to_owned();
    let tokens = other.exchanges(&said(&back, "code")).await;
    assert_eq!(claims_of(&tokens.text("id_token"))["acr"], "urn:tessera:scan:number", "{tokens:?}");
}

//! Clients of that platform that nobody here wrote: what they do with an answer, and how they ask for a frame.

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use tessera::clock::Clock;
use tessera::store::records::apps::{App, Dialects};

use super::{exchange, forum, refresh, signs_in, userinfo};
use crate::harness::browser::{Browser, PHONE};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Answer, BACK, Site, query, said};
use crate::oauth::embed::{PAGE, ticket};

/// A name as clients read it that take text without a charset for Latin-1, and undo that on the name.
fn undone(answer: &Answer, key: &str) -> String {
    assert_eq!(answer.reply.header("content-type"), "text/plain", "and no charset: {answer:?}");
    let text: String = answer.reply.body.bytes().map(char::from).collect();
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let latin = json[key].as_str().expect("a text").chars().map(|letter| u8::try_from(u32::from(letter)));
    let bytes: Result<Vec<u8>, _> = latin.collect();
    String::from_utf8(bytes.expect("Latin-1")).expect("UTF-8")
}

#[tokio::test]
async fn clients_that_undo_latin_1_read_every_name() {
    let server = Server::start().await;
    let site = forum(&server).await;
    for (user, name) in [("zoe", "Zoë 爱丽丝"), ("nina", "Нина"), ("fox", "🦊 Fuchs"), ("bob", "Bob")] {
        server.person_named(user, name).await;
        let phone = Browser::new(&server, PHONE, "203.0.113.9");
        phone.sign_in(user, PASSWORD, "/").await;
        let back = signs_in(&site, &Browser::desktop(&server), &phone).await;
        let tokens = exchange(&site, &said(&back, "code"), &[]).await;
        let info = userinfo(&site, &undone(&tokens, "access_token"), &undone(&tokens, "openid")).await;
        assert_eq!(undone(&info, "nickname"), name);
        assert_eq!(undone(&refresh(&site, &tokens.text("refresh_token"), &[]).await, "openid"), tokens.text("openid"));
    }
    // A refusal is read in the same way.
    for refused in [exchange(&site, "x", &[]).await, userinfo(&site, "x", "x").await, refresh(&site, "x", &[]).await] {
        assert!(undone(&refused, "errmsg").starts_with("invalid"), "{refused:?}");
    }
}

#[tokio::test]
async fn a_token_lives_as_long_as_is_said_from_the_moment_that_it_is_given() {
    // The machine's own clock goes on while an answer is made.
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    let server = Server::start_in(folder, Clock::system(), |_| {}).await;
    let (site, phone) = (forum(&server).await, Browser::signed_in(&server, "Alice").await);
    let back = signs_in(&site, &Browser::desktop(&server), &phone).await;
    let tokens = exchange(&site, &said(&back, "code"), &[]).await;
    assert_eq!(tokens.json["expires_in"], 7200, "{tokens:?}");
    for _ in 0..3 {
        let prolonged = refresh(&site, &tokens.text("refresh_token"), &[]).await;
        assert_eq!(prolonged.json["expires_in"], 7200, "{prolonged:?}");
    }
    let oidc = Site::register(&server).await;
    let tokens = oidc.exchanges(&oidc.code(&Browser::desktop(&server), &phone, &[]).await).await;
    assert_eq!(tokens.json["expires_in"], 600, "{tokens:?}");
}

#[tokio::test]
async fn no_token_is_said_to_outlive_its_grant() {
    let server = Server::start().await;
    let (site, phone) = (forum(&server).await, Browser::signed_in(&server, "Alice").await);
    let back = signs_in(&site, &Browser::desktop(&server), &phone).await;
    let again = exchange(&site, &said(&back, "code"), &[]).await.text("refresh_token");
    server.pass(30 * 24 * 3600 - 100);
    assert_eq!(refresh(&site, &again, &[]).await.json["expires_in"], 100);
}

/// The other page that may frame the code.
const OTHER: &str = "https://www.shop.example";

fn framed(app: &mut App) {
    app.dialects = Dialects::Both;
    app.options.embed_origins = vec![PAGE.to_owned(), OTHER.to_owned()];
}

/// The address of a frame as that platform's script builds it.
fn frame(site: &Site, other: &[(&str, &str)]) -> String {
    let mut params = vec![("appid", site.id.as_str()), ("scope", "snsapi_login"), ("redirect_uri", BACK)];
    params.extend([("state", "3d6be0a4"), ("login_type", "jssdk"), ("style", "white"), ("href", "")]);
    params.extend(other.iter().copied());
    format!("/connect/qrconnect?{}", query(&params))
}

#[tokio::test]
async fn a_frame_whose_address_a_component_built_is_shown_to_the_pages_of_its_app() {
    let server = Server::start().await;
    let (site, phone) = (Site::register_with(&server, framed).await, Browser::signed_in(&server, "Alice").await);
    let browser = Browser::desktop(&server);
    for (itself, leads) in
        [("default", "/embed/done/"), ("false", "/embed/done/"), ("true", "https://shop.example/signed-in?code=")]
    {
        let begun = browser.get(&frame(&site, &[("self_redirect", itself)])).await;
        assert!(begun.location().starts_with("/embed/go/"), "{itself}: {begun:?}");
        let page = browser.get(begun.location()).await;
        let policy = page.header("content-security-policy");
        assert!(policy.ends_with(&format!("frame-ancestors {PAGE} {OTHER}")), "{itself}: {policy}");
        let shown = ticket(&page);
        phone.approve(&shown).await;
        let claimed = browser.fetch(Method::POST, &format!("/framed/{}/claim", shown.ticket)).await;
        let next = Answer::of(claimed).text("next");
        assert!(next.starts_with(leads), "{itself}: {next}");
        if itself == "true" {
            continue;
        }
        // The page around is led there, since it does not listen; a link is for where the browser does not let it.
        let done = browser.get(&next).await;
        assert!(done.header("content-security-policy").ends_with(&format!("{PAGE} {OTHER}")), "{done:?}");
        assert!(done.body.contains("target=\"_top\"") && !done.body.contains("data-origin="), "{done:?}");
        let link = done.body.split("href=\"").find(|rest| rest.starts_with(BACK)).expect("a link");
        let link = link.split('"').next().unwrap_or_default().replace("&amp;", "&");
        assert_eq!(said(&link, "state"), "3d6be0a4");
        let tokens = exchange(&site, &said(&link, "code"), &[]).await;
        assert_eq!(tokens.json["expires_in"], 7200, "{tokens:?}");
    }
}

#[tokio::test]
async fn sec_27_no_frame_is_shown_to_pages_that_the_app_is_not_registered_with() {
    let server = Server::start().await;
    let (site, plain) = (Site::register_with(&server, framed).await, forum(&server).await);
    let browser = Browser::desktop(&server);
    for refused in [
        frame(&plain, &[]),
        frame(&site, &[("origin", "https://evil.example")]),
        frame(&site, &[("response_type", "token")]),
        frame(&site, &[]).replace("jssdk", "other"),
    ] {
        let page = browser.get(&refused).await;
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, ""), "{refused}");
        assert!(page.header("content-security-policy").ends_with("frame-ancestors 'none'"), "{refused}");
    }
    // Whose pages were taken from the app since is shown nothing any more.
    let begun = browser.get(&frame(&site, &[])).await;
    server.revise_app(&site.id, |app| app.options.embed_origins.clear()).await;
    assert_eq!(browser.get(begun.location()).await.status, StatusCode::BAD_REQUEST);
}

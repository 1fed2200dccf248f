//! Every page in the mirrored test language: it says so, it is laid out from right to left, and no English is left in it.
//! A text of English on such a page stands in the code and not in a table, so no translator would find it.

mod people;
mod devices;
mod style;

use reqwest::{Method, StatusCode};
use tessera::store::records::apps::Dialects;

use crate::admin::pages::{administrator, register};
use crate::harness::browser::{Browser, DESKTOP, PHONE, Reply, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site, decides, query};
use crate::oauth::embed;
use crate::wechat;

const COOKIE: &str = "__Host-tessera-language";

pub async fn server() -> Server {
    Server::start_with(|settings| settings.server.test_language = true).await
}

/// The browser, whose owner has chosen the mirrored language.
pub fn mirrored(browser: Browser) -> Browser {
    browser.set_cookie(COOKIE, "ar-XA");
    browser
}

/// What of a page is for people: its texts, and the attributes that are read out, outside of `translate="no"`.
fn said(html: &str) -> Vec<String> {
    let mut said = Vec::new();
    let mut parts = html.split('<').skip(1);
    while let Some(part) = parts.next() {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        for attribute in ["aria-label", "alt", "title"] {
            let value = tag.split(&format!(" {attribute}=\"")).nth(1).and_then(|rest| rest.split('"').next());
            said.extend(value.map(str::to_owned));
        }
        let is_skipped = ["script", "style", "noscript"].contains(&name)
            || tag.contains("translate=\"no\"")
            // Each language is named in itself.
            || tag.contains("id=\"language\"");
        if !is_skipped {
            said.push(text.to_owned());
            continue;
        }
        let mut open = 1;
        for part in parts.by_ref() {
            if part.strip_prefix('/').is_some_and(|end| end.starts_with(&format!("{name}>"))) {
                open -= 1;
            } else if part.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '>'])) {
                open += 1;
            }
            if open == 0 {
                said.extend(part.split_once('>').map(|(_, text)| text.to_owned()));
                break;
            }
        }
    }
    said.retain(|text| !text.trim().is_empty());
    said
}

/// The text without the names of characters that HTML writes in words, and without the site's name in a title.
fn letters_of(text: &str) -> String {
    let mut text = text.strip_suffix(" · Tessera").unwrap_or(text).to_owned();
    for written in ["&#x27;", "&#39;", "&quot;", "&lt;", "&gt;", "&amp;"] {
        text = text.replace(written, "");
    }
    text.chars().filter(char::is_ascii_alphabetic).collect()
}

/// The page is whole, mirrored, and has no letter of English.
pub fn holds(what: &str, reply: &Reply) {
    assert!(reply.body.contains("<html lang=\"ar-XA\" dir=\"rtl\""), "{what}: {}", reply.body);
    assert_eq!(reply.header("content-language"), "ar-XA", "{what}");
    let vary: Vec<&str> = reply.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok()).collect();
    assert!(vary.contains(&"accept-language") && vary.contains(&"cookie"), "{what}: {vary:?}");
    let said = said(&reply.body);
    assert!(said.len() >= 3, "{what}: the texts are found: {}", reply.body);
    for text in said {
        assert_eq!(letters_of(&text), "", "{what}: {text}");
    }
    if let Some(json) = reply.body.split(" data-shown=\"").nth(1).and_then(|rest| rest.split('"').next()) {
        let shown: serde_json::Value = serde_json::from_str(&json.replace("&quot;", "\"")).expect("JSON");
        let words = shown["words"].as_object().expect("words");
        assert!(words.len() > 10, "{words:?}");
        for (word, text) in words {
            assert_eq!(letters_of(text.as_str().expect("a text")), "", "{what}: {word}: {text}");
        }
    }
}

/// Opens a page that has to be whole and mirrored.
pub async fn look(browser: &Browser, path: &str) -> Reply {
    let reply = browser.get(path).await;
    holds(path, &reply);
    reply
}

#[tokio::test]
async fn the_first_pages_are_mirrored() {
    let server = server().await;
    let browser = mirrored(Browser::desktop(&server));
    let link = server.app.accounts.setup.link("");
    for path in ["/", &link, "/setup?token=x"] {
        look(&browser, path).await;
    }
    let token = link.split('=').nth(1).expect("a token");
    for (username, display_name, password) in [
        ("no name/", "Alice", PASSWORD),
        ("alice", "", PASSWORD),
        ("alice", "Al\u{200b}ice", PASSWORD),
        ("alice", "Alice", "short"),
        ("alice", "Alice", "password"),
    ] {
        let form = [("token", token), ("username", username), ("display_name", display_name), ("password", password)];
        let reply = browser.post("/setup", &form).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{reply:?}");
        holds("a first account that is refused", &reply);
    }
}

#[tokio::test]
async fn the_pages_of_a_stranger_are_mirrored() {
    let server = server().await;
    server.person("Alice").await;
    let desktop = mirrored(Browser::desktop(&server));
    let phone = mirrored(Browser::new(&server, PHONE, "203.0.113.7"));
    for path in ["/", "/signin", "/signin?next=/s/x", "/signin?anew=password", "/login", "/nothing", "/s/HALF"] {
        look(&desktop, path).await;
    }
    for path in ["/login", "/login?code=1"] {
        look(&phone, path).await;
    }
    let wrong = desktop.sign_in("alice", "not the password", "/").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    holds("a wrong password", &wrong);
    let cross = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    holds("another site", &desktop.send(Method::POST, "/signout", &cross, Some(&[])).await);

    let named = Server::start_with(|settings| {
        settings.server.test_language = true;
        settings.login.name_first = true;
    });
    look(&mirrored(Browser::desktop(&named.await)), "/login").await;
}

#[tokio::test]
async fn the_pages_of_an_account_are_mirrored() {
    let server = server().await;
    let browser = mirrored(Browser::signed_in(&server, "Alice").await);
    let other = Browser::new(&server, DESKTOP, "198.51.100.9");
    other.sign_in("alice", PASSWORD, "/").await;
    server.pass(100_000);
    for path in [
        "/",
        "/link",
        "/account/profile",
        "/account/profile?done=saved",
        "/account/profile?done=picture",
        "/account/profile?done=removed",
        "/account/devices",
        "/account",
        "/account/security",
        "/account/activity",
        "/account/activity?kind=denied",
        "/account/activity?from=x",
        "/account/data",
        "/account/profile?done=email",
        "/scan",
        "/account/devices?done=ended",
        "/account/devices?done=gone",
        "/account/password",
        "/account/password?done=changed",
    ] {
        look(&browser, path).await;
    }
    for (what, path, form) in [
        ("a code that is none", "/link", vec![("code", "x")]),
        ("a code that is over", "/link", vec![("code", "BCDF-GHJK")]),
        ("a profile without a name", "/account/profile", vec![("display_name", ""), ("gender", "x"), ("city", "a\nb")]),
        ("a wrong password", "/account/password", vec![("password", "x"), ("new_password", "tessera of tiles")]),
        ("a short password", "/account/password", vec![("password", PASSWORD), ("new_password", "x")]),
    ] {
        holds(what, &browser.post(path, &form).await);
    }
    holds("no picture", &browser.upload("/account/profile/picture", "picture", b"x").await);
}

#[tokio::test]
async fn the_pages_of_a_sign_in_by_scan_are_mirrored() {
    let server = server().await;
    let desktop = mirrored(Browser::desktop(&server));
    let phone = mirrored(Browser::signed_in(&server, "Alice").await);
    let shows = async || Shown::read(&look(&desktop, "/login").await.body);

    let shown = shows().await;
    let opening = server.path_of(&shown).await;
    look(&phone, &opening).await;
    let code = phone.scan(&shown).await;
    server.pass(12);
    let [phones, desktops] = [format!("/s/{code}"), format!("/login/{}", shown.ticket)];
    look(&phone, &phones).await;
    look(&desktop, &desktops).await;
    phone.post("/api/approve", &[("code", &code)]).await;
    look(&phone, &phones).await;
    look(&desktop, &desktops).await;
    desktop.fetch(Method::POST, &format!("{desktops}/claim")).await;
    look(&phone, &phones).await;

    desktop.post("/signout", &[]).await;
    let shown = shows().await;
    let code = phone.scan(&shown).await;
    let stranger = mirrored(Browser::new(&server, PHONE, "203.0.113.9"));
    server.person("Bob").await;
    stranger.sign_in("bob", PASSWORD, "/").await;
    look(&stranger, &format!("/s/{code}")).await;
    look(&phone, &format!("/s/{code}")).await;
    phone.post("/api/deny", &[("code", &code)]).await;
    look(&phone, &format!("/s/{code}")).await;
    look(&desktop, &format!("/login/{}", shown.ticket)).await;

    let shown = shows().await;
    let old = server.path_of(&shown).await;
    server.pass(1000);
    look(&phone, &old).await;
}

#[tokio::test]
async fn the_pages_that_an_app_leads_to_are_mirrored() {
    let server = server().await;
    let site = Site::register(&server).await;
    let browser = mirrored(Browser::signed_in(&server, "Alice").await);
    look(&browser, "/account/apps").await;
    for wrong in [("client_id", "x"), ("redirect_uri", "https://evil.example/")] {
        look(&browser, &site.sends_to(&[wrong])).await;
    }
    let asked = browser.get(&site.sends_to(&[])).await;
    look(&browser, asked.location()).await;
    holds("the way back", &decides(&browser, asked.location(), "allow").await);
    let asked = browser.get(&site.sends_to(&[("response_mode", "form_post")])).await;
    look(&browser, asked.location()).await;
    for path in ["/account/apps", "/account/apps?done=saved", "/account/apps?done=outdated"] {
        look(&browser, path).await;
    }
    server.revise_app(&site.id, |app| app.audience = tessera::store::records::people::Audience::NOBODY).await;
    look(&browser, browser.get(&site.sends_to(&[])).await.location()).await;
    let begun = browser.get("/oauth/logout").await;
    look(&browser, begun.location()).await;
    holds("a person who signed out", &browser.post(begun.location(), &[]).await);
}

/// The address in this attribute of the element that begins so.
pub fn address(page: &Reply, element: &str, attribute: &str) -> String {
    let found = page.body.split(element).nth(1).and_then(|rest| rest.split(&format!("{attribute}=\"")).nth(1));
    let found = found.and_then(|rest| rest.split('"').next());
    found.unwrap_or_else(|| panic!("no {attribute} of {element} in {page:?}")).replace("&amp;", "&")
}

#[tokio::test]
async fn the_language_that_an_app_asks_for_stays_that_of_its_request_to_the_end() {
    let server = server().await;
    let site = Site::register_with(&server, |app| {
        app.dialects = Dialects::Both;
        app.options.embed_origins = vec![embed::PAGE.to_owned()];
    })
    .await;
    server.person("Alice").await;
    // Nobody has chosen a language in this browser.
    let (browser, asks) = (Browser::desktop(&server), ("ui_locales", "nl-BE ar-XA"));
    let path = browser.get(&site.sends_to(&[asks])).await.location().to_owned();
    let page = look(&browser, &path).await;
    look(&browser, &format!("/login/{}", Shown::read(&page.body).ticket)).await;
    let form = look(&browser, &address(&page, "id=\"here\"", "href")).await;
    let fields = [("username", "alice"), ("password", "not the password"), ("next", path.as_str())];
    let wrong = browser.post(&address(&form, "<form", "action"), &fields).await;
    holds("a wrong password", &wrong);
    browser.sign_in("alice", PASSWORD, &path).await;
    look(&browser, &path).await;
    holds("the way back", &decides(&browser, &path, "allow").await);

    let stranger = Browser::desktop(&server);
    let from_a_site = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    let posted = stranger.send(Method::POST, "/oauth/authorize", &from_a_site, Some(&site.asks(&[asks]))).await;
    let pushed = site.calls("/oauth/par", &site.asks(&[asks])).await.text("request_uri");
    let pushed = query(&[("client_id", site.id.as_str()), ("request_uri", &pushed)]);
    let pushed = stranger.get(&format!("/oauth/authorize?{pushed}")).await;
    let in_the_dialect = stranger.get(&wechat::connect(&site, &[("lang", "ar-XA")])).await;
    for (what, begun) in [("a form", posted), ("a pushed request", pushed), ("WeChat's dialect", in_the_dialect)] {
        holds(what, &stranger.get(begun.location()).await);
    }
    let (_, frame) = embed::opens(&stranger, &site, &[asks]).await;
    holds("a frame", &frame);
    look(&stranger, &format!("/framed/{}", embed::ticket(&frame).ticket)).await;
}

#[tokio::test]
async fn error_pages_and_the_page_behind_a_claim_are_in_the_language_of_the_apps_request() {
    let server = server().await;
    let site = Site::register_with(&server, |app| app.options.embed_origins = vec![embed::PAGE.to_owned()]).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    // Nobody has chosen a language in this browser.
    let (browser, asks) = (Browser::desktop(&server), ("ui_locales", "ar-XA"));
    let (wrong, from_a_site) =
        ([asks, ("client_id", "x")], [("accept", "text/html"), ("sec-fetch-site", "cross-site")]);
    look(&browser, &site.sends_to(&wrong)).await;
    let posted = browser.send(Method::POST, "/oauth/authorize", &from_a_site, Some(&site.asks(&wrong))).await;
    holds("a form of an unknown app", &posted);
    let asked = phone.get(&site.sends_to(&[asks])).await;
    holds("a decision that is none", &decides(&phone, asked.location(), "x").await);
    let (_, shown) = site.shows(&browser, &[asks]).await;
    let claim = format!("/login/{}/claim", shown.ticket);
    holds("a claim too early", &browser.post(&claim, &[]).await);
    phone.approve(&shown).await;
    let claimed = browser.post(&claim, &[]).await;
    assert!(claimed.goes_on(), "{claimed:?}");
    holds("a claim", &claimed);
    holds("a second claim", &browser.post(&claim, &[]).await);
    let (_, frame) = embed::opens(&browser, &site, &[asks]).await;
    let framed = format!("/framed/{}/claim", embed::ticket(&frame).ticket);
    holds("a claim in a frame too early", &browser.post(&framed, &[]).await);
}

#[tokio::test]
async fn the_pages_of_an_administrator_are_mirrored() {
    let server = server().await;
    let admin = mirrored(administrator(&server).await);
    for path in ["/admin/apps", "/admin/apps/new", "/admin/log", "/admin/activity", "/admin/activity?kind=x"] {
        look(&admin, path).await;
    }
    let (site, page) = register(&server, &admin, "Shop").await;
    holds("a fresh secret", &page);
    let path = format!("/admin/apps/{}", site.id);
    let [saved, tried] = [format!("{path}?done=saved"), format!("{path}/tried/x")];
    for path in ["/admin/apps", &path, &saved, &tried, "/admin/log", "/admin/log?before=1"] {
        look(&admin, path).await;
    }
    for (what, uri) in
        [("an app of the same name", BACK), ("an app without an address", ""), ("an app at http", "http://a.example")]
    {
        holds(what, &admin.post("/admin/apps/new", &[("name", "Shop"), ("redirect_uri", uri)]).await);
    }
    holds("no logo", &admin.upload(&format!("{path}/logo"), "picture", b"x").await);
    admin.post(&format!("{path}/disable"), &[]).await;
    for path in ["/admin/apps", &path, "/admin/log"] {
        look(&admin, path).await;
    }
}

#[tokio::test]
async fn a_program_is_told_in_the_language_that_it_accepts() {
    let server = server().await;
    let browser = Browser::desktop(&server);
    let asks = async |language: &str| {
        let headers = [("accept", "application/json"), ("accept-language", language)];
        let reply = browser.send(Method::GET, "/nothing", &headers, None).await;
        let body: serde_json::Value = serde_json::from_str(&reply.body).expect("JSON");
        assert_eq!(body["error"], "not_found", "a code is in no language");
        (reply.header("content-language").to_owned(), body["message"].as_str().expect("a message").to_owned())
    };
    let (language, english) = asks("nl, en;q=0.5").await;
    assert_eq!(
        (&*language, &*english),
        ("en", "There is nothing here. The address may be mistyped, or the page has moved.")
    );
    let (language, message) = asks("nl, ar-XA;q=0.9, en;q=0.5").await;
    assert_eq!((&*language, &*letters_of(&message)), ("ar-XA", ""), "{message}");
}

#[tokio::test]
async fn no_server_offers_the_test_language_by_itself() {
    let server = Server::start().await;
    let browser = mirrored(Browser::desktop(&server));
    let headers = [("accept", "text/html"), ("accept-language", "ar-XA, ar;q=0.9")];
    let reply = browser.send(Method::GET, "/signin?ui_locales=ar-XA&lang=ar-XA", &headers, None).await;
    assert!(reply.body.contains("<html lang=\"en\" dir=\"ltr\""), "{}", reply.body);
}

//! Which language a page has, and how a person changes it.

use reqwest::{Method, StatusCode};
use tessera::text::Lang;

use crate::account::profile::tells;
use crate::harness::browser::{Browser, Reply, plain_client};
use crate::harness::server::{PASSWORD, Server};
use crate::wechat;

const COOKIE: &str = "__Host-tessera-language";

/// Opens a page in a browser that sends these languages.
async fn opens(browser: &Browser, path: &str, accepted: &str) -> Reply {
    let headers = [("accept", "text/html"), ("accept-language", accepted)];
    browser.send(Method::GET, path, &headers, None).await
}

fn lang(page: &Reply) -> &str {
    page.body.split("<html lang=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

#[tokio::test]
async fn a_page_is_in_the_language_of_its_reader_and_says_on_what_that_depends() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    for (accepted, tag) in [
        ("", "en"),
        ("en-GB", "en"),
        ("zh", "zh-Hans"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-HK", "zh-Hant"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-Hant-MO", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("ja-JP", "ja"),
        ("ru", "ru"),
        ("ko-KR", "ko"),
        ("de-AT", "de"),
        ("fr-CA", "fr"),
        ("es-419", "es"),
        ("pt-BR", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("it, de;q=0.5", "de"),
        ("it", "en"),
    ] {
        let page = opens(&browser, "/login", accepted).await;
        assert_eq!((lang(&page), page.header("content-language")), (tag, tag), "{accepted}");
        let varies = page.headers.get_all("vary").iter().filter_map(|line| line.to_str().ok()).collect::<Vec<_>>();
        let varies = varies.join(",").to_ascii_lowercase();
        assert!(varies.contains("accept-language") && varies.contains("cookie"), "{varies}");
        assert!(page.body.contains("href=\"/language\""), "every page leads to the languages");
    }
}

#[tokio::test]
async fn a_person_chooses_a_language_and_returns_to_the_page_they_came_from() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let from = format!("{}/signin?next=/account", browser.origin());
    let headers = [("accept", "text/html"), ("referer", from.as_str())];
    let page = browser.send(Method::GET, "/language", &headers, None).await;
    assert!(page.body.contains("name=\"next\" value=\"/signin?next=/account\""), "{}", page.body);
    for lang in Lang::TRANSLATED {
        assert!(page.body.contains(&format!("value=\"{}\"", lang.texts().tag)), "{lang:?}");
    }
    assert!(!page.body.contains("ar-XA"));
    let chosen = browser.post("/language", &[("lang", "ja"), ("next", "/signin?next=/account")]).await;
    assert_eq!((chosen.status, chosen.location()), (StatusCode::SEE_OTHER, "/signin?next=/account"));
    // It counts before what the browser sends and what an app asks for.
    for path in ["/login", "/signin?ui_locales=fr", "/nothing?lang=en"] {
        assert_eq!(lang(&opens(&browser, path, "de").await), "ja", "{path}");
    }
    for (lang, next) in [("xx", "/"), ("ar-XA", "/"), ("", "/")] {
        let refused = browser.post("/language", &[("lang", lang), ("next", next)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{lang}");
    }
    // Nobody is led to another site, or in a circle.
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", ""] {
        let chosen = browser.post("/language", &[("lang", "de"), ("next", next)]).await;
        assert_eq!(chosen.location(), "/", "{next}");
    }
    for from in ["https://evil.example/signin", &format!("{}/language", browser.origin()), "nonsense"] {
        let page = browser.send(Method::GET, "/language", &[("accept", "text/html"), ("referer", from)], None).await;
        assert!(page.body.contains("name=\"next\" value=\"/\""), "{from}: {}", page.body);
    }
}

/// The most that the login page may take, compressed as browsers get it, in bytes.
const LOGIN_PAGE: usize = 3_000;

#[tokio::test]
async fn the_login_page_is_short_in_every_language() {
    let server = Server::start().await;
    let client = plain_client().build().expect("a client");
    for lang in Lang::TRANSLATED {
        let tag = lang.texts().tag;
        let page = client.get(format!("{}/login", server.origin));
        let page = page.header("accept", "text/html").header("accept-encoding", "br").header("accept-language", tag);
        let page = page.send().await.expect("an answer");
        assert_eq!(
            (page.status(), page.headers()["content-encoding"].as_bytes()),
            (StatusCode::OK, &b"br"[..]),
            "{tag}"
        );
        let length = page.bytes().await.expect("a page").len();
        assert!(length <= LOGIN_PAGE, "{tag}: {length} bytes");
    }
}

#[test]
fn the_webassembly_has_no_text_of_any_language() {
    let wasm = std::fs::read("target/site/pkg/tessera.wasm").expect("`make site` makes it");
    let holds = |text: &str| wasm.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds("data-state"), "what it does hold is found");
    for lang in Lang::WITH_TEST_LANGUAGE {
        let texts = lang.texts();
        for text in [texts.common.sign_in, texts.login.here_instead, texts.signin.title, texts.panel.denied] {
            assert!(!holds(text), "{}: {text}", texts.tag);
        }
    }
}

#[tokio::test]
async fn no_other_site_changes_the_language() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let headers = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    let form = [("lang", "ja"), ("next", "/")];
    let refused = browser.send(Method::POST, "/language", &headers, Some(&form)).await;
    assert_eq!((refused.status, browser.cookie(COOKIE)), (StatusCode::FORBIDDEN, None));
}

#[tokio::test]
async fn a_browser_gets_the_language_of_the_profile_when_its_person_signs_in() {
    let server = Server::start().await;
    let first = Browser::signed_in(&server, "Alice").await;
    assert_eq!(first.cookie(COOKIE), None);
    tells(&first, &[("display_name", "Alice"), ("language", "zh-TW")]).await;
    assert_eq!(lang(&first.get("/account").await), "zh-Hant", "whoever names another language reads it from now on");
    let second = Browser::desktop(&server);
    second.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(lang(&second.get("/account").await), "zh-Hant");
    // What the person chose in a browser stays.
    let third = Browser::desktop(&server);
    third.post("/language", &[("lang", "en"), ("next", "/")]).await;
    third.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(lang(&third.get("/account").await), "en");
    // A language that is not offered changes nothing.
    tells(&third, &[("display_name", "Alice"), ("language", "it")]).await;
    assert_eq!(lang(&third.get("/account").await), "en");
}

#[tokio::test]
async fn the_dialect_of_wechat_is_chinese_unless_the_site_says_otherwise() {
    let server = Server::start().await;
    let site = wechat::forum(&server).await;
    for (asked, tag) in [("", "zh-Hans"), ("cn", "zh-Hans"), ("en", "en"), ("zh_TW", "de")] {
        let browser = Browser::desktop(&server);
        let begun = browser.get(&wechat::connect(&site, &[("lang", asked)])).await;
        let page = opens(&browser, begun.location(), "de").await;
        assert_eq!(lang(&page), tag, "{asked}");
    }
}

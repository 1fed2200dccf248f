//! Signing in anew, and who is asked when somebody else has signed in meanwhile.

use std::collections::HashSet;

use futures_util::future::join_all;
use reqwest::StatusCode;

use crate::harness::browser::{Browser, Reply, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Site, decides, said};

/// What the page that a browser is sent to says now.
async fn asked(browser: &Browser, path: &str) -> &'static str {
    let page = browser.get(path).await;
    match page.status {
        StatusCode::SEE_OTHER if !said(page.location(), "code").is_empty() => "code",
        StatusCode::OK if page.body.contains("id=\"qr\"") => "sign in",
        StatusCode::OK if page.body.contains("name=\"decision\"") => "consent",
        StatusCode::GONE => "over",
        _ => panic!("{page:?}"),
    }
}

async fn begins(browser: &Browser, site: &Site, other: &[(&str, &str)]) -> String {
    browser.get(&site.sends_to(other)).await.location().to_owned()
}

#[tokio::test]
async fn who_has_to_sign_in_anew_does_so_for_this_request_and_gets_one_code_for_it() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    for other in [("prompt", "login"), ("max_age", "0")] {
        let browser = Browser::desktop(&server);
        phone.signs_in(&browser).await;
        let (path, another) = (begins(&browser, &site, &[other]).await, begins(&browser, &site, &[other]).await);
        assert_eq!(asked(&browser, &path).await, "sign in", "{other:?}");
        // In another tab they sign in here, and for another request. That says nothing of this one.
        browser.sign_in("Alice", PASSWORD, "/").await;
        assert_eq!(asked(&browser, &path).await, "sign in", "{other:?}");
        browser.sign_in("Alice", PASSWORD, &another).await;
        assert_eq!(asked(&browser, &path).await, "sign in", "{other:?}");
        browser.sign_in("Alice", PASSWORD, &path).await;
        if asked(&browser, &path).await == "consent" {
            assert!(!said(decides(&browser, &path, "allow").await.location(), "code").is_empty());
        }
        // Whoever comes to this browser later gets no second code of the same sign-in.
        server.pass(10);
        assert_eq!(asked(&browser, &path).await, "over", "{other:?}");
        // By a scan it is the same, however many ask at once.
        let path = begins(&browser, &site, &[other]).await;
        let shown = Shown::read(&browser.get(&path).await.body);
        phone.approve(&shown).await;
        browser.fetch(reqwest::Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        let all: Vec<Reply> = join_all((0..64).map(|_| browser.get(&path))).await;
        let codes: HashSet<String> = all.iter().map(|reply| said(reply.location(), "code")).collect();
        assert!(codes.len() == 1 && !codes.contains(""), "{other:?}: {all:?}");
        server.pass(10);
        assert_eq!(asked(&browser, &path).await, "over", "{other:?}");
    }
    // A request that asks for nothing of the kind can be gone back to.
    let browser = Browser::desktop(&server);
    phone.signs_in(&browser).await;
    let path = begins(&browser, &site, &[("max_age", "60")]).await;
    assert_eq!([asked(&browser, &path).await, asked(&browser, &path).await], ["code", "code"]);
    // Whoever signed in for a request and then let its time pass signs in once more.
    let path = begins(&browser, &site, &[("prompt", "login"), ("max_age", "60")]).await;
    browser.sign_in("Alice", PASSWORD, &path).await;
    server.pass(61);
    assert_eq!(asked(&browser, &path).await, "sign in");
    browser.sign_in("Alice", PASSWORD, &path).await;
    assert_eq!(asked(&browser, &path).await, "code");
}

#[tokio::test]
async fn a_yes_counts_for_the_account_that_the_page_showed() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    server.person("Alice").await;
    server.person("Bob").await;
    let browser = Browser::desktop(&server);
    browser.sign_in("Alice", PASSWORD, "/").await;
    let path = begins(&browser, &site, &[]).await;
    let for_alice = crate::harness::site::consent_form(&browser.get(&path).await);
    browser.sign_in("Bob", PASSWORD, "/").await;
    for decision in ["allow", "deny"] {
        let page = browser.post(&path, &[("decision", decision), ("account", &for_alice)]).await;
        assert_eq!((page.status, page.location()), (StatusCode::OK, ""), "{page:?}");
        assert!(page.body.contains(">Bob</dd>") && !page.body.contains("Alice"), "{page:?}");
        assert_ne!(crate::harness::site::consent_form(&page), for_alice);
    }
    let nobody = browser.post(&path, &[("decision", "allow")]).await;
    assert_eq!(nobody.status, StatusCode::OK, "a form that shows nobody asks anew");
    assert!(!browser.get("/account/apps").await.body.contains("Shop"), "Bob has allowed nothing");
    let code = said(decides(&browser, &path, "allow").await.location(), "code");
    let tokens = site.exchanges(&code).await;
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.text("name"), "Bob");
}

#[tokio::test]
async fn an_app_may_have_its_visitor_sign_in_once_more_and_be_asked_once_more() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    server.person("Alice").await;
    let browser = Browser::desktop(&server);
    browser.sign_in("Alice", PASSWORD, "/").await;
    decides(&browser, &begins(&browser, &site, &[]).await, "allow").await;
    for (prompt, then) in [("login", "code"), ("login consent", "consent"), ("select_account login", "consent")] {
        let path = begins(&browser, &site, &[("prompt", prompt)]).await;
        assert_eq!(asked(&browser, &path).await, "sign in", "{prompt}");
        browser.sign_in("Alice", PASSWORD, &path).await;
        assert_eq!(asked(&browser, &path).await, then, "{prompt}");
    }
}

#[tokio::test]
async fn whoever_is_asked_may_use_another_account_and_keeps_the_one_that_they_have_until_then() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Bob").await);
    let public = Site::public(&server).await;
    server.person("Alice").await;
    for (site, prompt) in [(&site, "select_account"), (&public, "select_account"), (&site, "consent")] {
        let browser = Browser::desktop(&server);
        browser.sign_in("Alice", PASSWORD, "/").await;
        let path = begins(&browser, site, &[("prompt", prompt)]).await;
        let page = browser.get(&path).await;
        assert!(page.body.contains(">Alice</dd>") && page.body.contains(">Use another account</button>"), "{page:?}");
        let account = crate::harness::site::consent_form(&page);
        let another =
            browser.post(&path, &[("decision", "another"), ("account", &account)]).await.location().to_owned();
        assert_eq!(asked(&browser, &another).await, "sign in", "{prompt}");
        assert_eq!(asked(&browser, &path).await, "consent", "Alice has not gone: {prompt}");
        assert!(browser.is_signed_in().await, "{prompt}");
        // By a scan they have been asked on the phone, and go straight back with what the app asked for at first.
        let shown = Shown::read(&browser.get(&another).await.body);
        phone.approve(&shown).await;
        browser.fetch(reqwest::Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        let back = browser.get(&another).await;
        assert!(!said(back.location(), "code").is_empty() && said(back.location(), "state") == "s1", "{back:?}");
        assert!(browser.get("/").await.body.contains(">Bob</h1>"), "{prompt}");
    }
    // By a password too, and whoever signs in as the same person is asked as before.
    let browser = Browser::desktop(&server);
    browser.sign_in("Alice", PASSWORD, "/").await;
    let path = begins(&browser, &site, &[("prompt", "select_account")]).await;
    let account = crate::harness::site::consent_form(&browser.get(&path).await);
    let another = browser.post(&path, &[("decision", "another"), ("account", &account)]).await.location().to_owned();
    browser.sign_in("Alice", PASSWORD, &another).await;
    assert_eq!(asked(&browser, &another).await, "consent");
    let code = said(decides(&browser, &another, "allow").await.location(), "code");
    let tokens = site.exchanges(&code).await;
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.text("name"), "Alice");
    // An app that asks for one person has no use for another.
    let hint = tokens.text("id_token");
    let path = begins(&browser, &site, &[("prompt", "select_account"), ("id_token_hint", &hint)]).await;
    let page = browser.get(&path).await;
    assert!(page.body.contains(">Alice</dd>") && !page.body.contains("Use another account"), "{page:?}");
}

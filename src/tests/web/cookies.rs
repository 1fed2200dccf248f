//! A browser that keeps no cookies: switched off, or of a plain http address that is not on its own machine. It is told so,
//! and is led nowhere in a circle.

use reqwest::{Method, StatusCode};
use tessera::store::records::app_options::Verification;

use crate::harness::browser::{Browser, Reply};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::Site;
use crate::oauth::embed;

const SENTENCE: &str = "Your browser does not keep this site's cookie";

fn is_told(what: &str, reply: &Reply) {
    assert_eq!((reply.status, reply.location()), (StatusCode::FORBIDDEN, ""), "{what}: {reply:?}");
    let said = reply.body.replace("&#x27;", "'").replace("&#39;", "'");
    assert!(said.contains(SENTENCE), "{what}: {reply:?}");
    assert!(!said.contains("http-equiv=\"refresh\""), "{what}: {reply:?}");
}

#[tokio::test]
async fn a_login_page_of_a_browser_without_cookies_says_so_and_begins_no_other() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    for shown in [Browser::desktop(&server).show_code().await, site.shows(&Browser::desktop(&server), &[]).await.1] {
        phone.approve(&shown).await;
        // Each request comes without what the one before it set.
        let bare = || Browser::desktop(&server);
        is_told("the page again", &bare().get(&format!("/login/{}", shown.ticket)).await);
        is_told("a claim", &bare().post(&format!("/login/{}/claim", shown.ticket), &[]).await);
        is_told("starting over", &bare().post(&format!("/login/{}/cancel", shown.ticket), &[]).await);
        is_told("a frame", &bare().get(&format!("/framed/{}", shown.ticket)).await);
        for verb in ["watch", "watch?wait=0"] {
            let told = bare().fetch(Method::GET, &format!("/login/{}/{verb}", shown.ticket)).await;
            assert_eq!((told.status, told.error()), (StatusCode::FORBIDDEN, "no_cookie".to_owned()), "{verb}");
        }
        // A browser that keeps cookies and shows another code is no such browser: it begins again.
        let other = bare();
        other.show_code().await;
        let told = other.fetch(Method::GET, &format!("/login/{}/watch", shown.ticket)).await;
        assert_eq!((told.status, told.error()), (StatusCode::FORBIDDEN, "other_browser".to_owned()));
        assert_eq!(other.get(&format!("/login/{}", shown.ticket)).await.location(), "/login");
    }
}

#[tokio::test]
async fn a_frame_of_a_browser_without_cookies_says_so_in_the_page_of_its_app_and_leads_out() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for scan_only in [false, true] {
        let site = Site::register_with(&server, |app| {
            app.options.embed_origins = vec![embed::PAGE.to_owned()];
            app.options.verification = if scan_only { Verification::Scan } else { Verification::Any };
        });
        let site = site.await;
        let (path, page) = embed::opens(&Browser::desktop(&server), &site, &[]).await;
        let shown = embed::ticket(&page);
        phone.approve(&shown).await;
        let framed = format!("/framed/{}", shown.ticket);
        for (what, form) in [("", false), ("/claim", true), ("/cancel", true)] {
            let (bare, path) = (Browser::desktop(&server), format!("{framed}{what}"));
            let told = if form { bare.post(&path, &[]).await } else { bare.get(&path).await };
            is_told(&path, &told);
            let policy = told.header("content-security-policy");
            assert!(policy.ends_with(&format!("frame-ancestors {}", embed::PAGE)), "{path}: {policy}");
            assert!(told.body.contains("target=\"_top\""), "{path}: {told:?}");
        }
        let told = Browser::desktop(&server).get(&framed).await;
        let out = format!("href=\"{}\"", path.replace("/embed/go/", "/oauth/authorize/"));
        assert_eq!(told.body.contains(&out), !scan_only, "{told:?}");
    }
    // A ticket that is shown in no frame is shown in none.
    let shown = Browser::desktop(&server).show_code().await;
    let told = Browser::desktop(&server).get(&format!("/framed/{}", shown.ticket)).await;
    assert!(told.header("content-security-policy").ends_with("frame-ancestors 'none'"), "{told:?}");
}

#[tokio::test]
async fn the_first_account_is_not_made_in_a_browser_without_cookies_which_is_told_so() {
    let server = Server::start().await;
    let link = server.app.accounts.setup.link("");
    let token = link.split('=').nth(1).expect("a token");
    let page = Browser::desktop(&server).get(&link).await;
    assert!(page.body.contains("name=\"probed\" value=\"1\"") && !page.header("set-cookie").is_empty(), "{page:?}");
    let typed = [("token", token), ("username", "grace"), ("display_name", "Grace"), ("password", PASSWORD)];
    let form = [&typed[..], &[("probed", "1")]].concat();
    let told = Browser::desktop(&server).post("/setup", &form).await;
    is_told("a set-up", &told);
    assert!(told.body.contains("value=\"grace\"") && told.body.contains(token), "and may try again: {told:?}");
    assert!(!server.app.records.has_accounts().await.expect("answers"));
    let browser = Browser::desktop(&server);
    browser.get(&link).await;
    let done = browser.post("/setup", &form).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/"));
    assert!(browser.is_signed_in().await);
    // A program that has not asked for the form sends what it wants.
    let server = Server::start().await;
    let link = server.app.accounts.setup.link("");
    let typed = [("token", link.split('=').nth(1).expect("a token")), typed[1], typed[2], typed[3]];
    assert_eq!(Browser::desktop(&server).post("/setup", &typed).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_right_password_of_a_browser_without_cookies_says_so_too() {
    let server = Server::start().await;
    server.person("Alice").await;
    let form = |password| [("username", "alice"), ("password", password), ("next", "/link"), ("probed", "1")];
    for password in [PASSWORD, "a wrong one"] {
        let page = Browser::phone(&server).get("/signin?next=/link").await;
        assert!(page.body.contains("name=\"probed\" value=\"1\"") && !page.header("set-cookie").is_empty(), "{page:?}");
        let told = Browser::phone(&server).post("/signin", &form(password)).await;
        is_told("a password", &told);
        assert!(told.body.contains("id=\"password\""), "and may try again: {told:?}");
    }
    // Any cookie of ours that comes back is proof enough, and is not set once more.
    let phone = Browser::phone(&server);
    phone.get("/signin").await;
    assert_eq!(phone.post("/signin", &form("a wrong one")).await.status, StatusCode::UNAUTHORIZED);
    let done = phone.post("/signin", &form(PASSWORD)).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/link"));
    assert!(phone.get("/signin?anew=1").await.header("set-cookie").is_empty());
    let desktop = Browser::desktop(&server);
    desktop.show_code().await;
    assert!(desktop.get("/signin").await.header("set-cookie").is_empty());
    // A program that fills in the form without having asked for it is signed in as before.
    assert_eq!(Browser::phone(&server).sign_in("alice", PASSWORD, "/").await.status, StatusCode::SEE_OTHER);
}

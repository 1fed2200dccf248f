//! Signing out, asked for by an app; and what apps hear of it.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::post;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::harness::browser::{Browser, Reply};
use crate::harness::server::Server;
use crate::harness::site::{Site, claims, header, query};

const AFTER: &str = "https://shop.example/signed-out";

async fn shop(server: &Server) -> Site {
    Site::register_with(server, |app| app.options.post_logout_redirect_uris = vec![AFTER.to_owned()]).await
}

/// Somebody signed in to the app by a scan, and the app's ID token.
async fn signed_in(server: &Server, site: &Site, phone: &Browser) -> (Browser, String) {
    let browser = Browser::desktop(server);
    let tokens = site.exchanges(&site.code(&browser, phone, &[]).await).await;
    (browser, tokens.text("id_token"))
}

async fn asks(browser: &Browser, params: &[(&str, &str)]) -> Reply {
    let begun = browser.get(&format!("/oauth/logout?{}", query(params))).await;
    if begun.status == StatusCode::SEE_OTHER { browser.get(begun.location()).await } else { begun }
}

#[tokio::test]
async fn sec_52_an_app_that_proves_of_whom_it_speaks_signs_its_visitor_out() {
    let server = Server::start().await;
    let (site, phone) = (shop(&server).await, Browser::signed_in(&server, "Alice").await);
    let (browser, hint) = signed_in(&server, &site, &phone).await;
    // An old token proves it as well.
    server.pass(3600);
    let params = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTER), ("state", "a&b")];
    let done = asks(&browser, &params).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "https://shop.example/signed-out?state=a%26b"));
    assert!(!browser.is_signed_in().await);
    let again = asks(&browser, &params).await;
    assert_eq!(again.location(), done.location(), "who is signed out already goes on too");
    assert!(asks(&browser, &[]).await.body.contains("<h1>Signed out</h1>"));
}

#[tokio::test]
async fn sec_52_without_proof_or_with_somebody_elses_the_person_is_asked() {
    let server = Server::start().await;
    let (site, phone) = (shop(&server).await, Browser::signed_in(&server, "Alice").await);
    let bob = Browser::signed_in(&server, "Bob").await;
    let (browser, _) = signed_in(&server, &site, &phone).await;
    let (_, foreign) = signed_in(&server, &site, &bob).await;
    let (_, elsewhere) = signed_in(&server, &site, &phone).await;
    for hint in ["", "nonsense", &foreign, &elsewhere] {
        let params = [("client_id", site.id.as_str()), ("id_token_hint", hint), ("post_logout_redirect_uri", AFTER)];
        let begun = browser.get(&format!("/oauth/logout?{}", query(&params))).await;
        let question = browser.get(begun.location()).await;
        assert!(question.body.contains(">Sign out</button>"), "{question:?}");
        assert!(browser.is_signed_in().await, "a question signs nobody out");
        let evil = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
        let forced = browser.send(Method::POST, begun.location(), &evil, Some(&[])).await;
        assert_eq!(forced.status, StatusCode::FORBIDDEN);
        if hint == elsewhere {
            let done = browser.post(begun.location(), &[]).await;
            assert_eq!((done.goes_on(), done.location()), (true, AFTER));
        }
    }
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn sec_52_nobody_is_sent_to_an_address_that_is_not_registered_for_it() {
    let server = Server::start().await;
    let (site, phone) = (shop(&server).await, Browser::signed_in(&server, "Alice").await);
    let (browser, hint) = signed_in(&server, &site, &phone).await;
    for (name, params) in [
        (
            "another address",
            vec![("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "https://evil.example/")],
        ),
        ("nearly", vec![("id_token_hint", &hint), ("post_logout_redirect_uri", "https://shop.example/signed-out/")]),
        ("nobody's", vec![("client_id", "ts0000000000000000"), ("post_logout_redirect_uri", AFTER)]),
        (
            "that of signing in",
            vec![("id_token_hint", &hint), ("post_logout_redirect_uri", crate::harness::site::BACK)],
        ),
        ("another app", vec![("id_token_hint", &hint), ("client_id", "ts0000000000000000")]),
    ] {
        let refused = asks(&browser, &params).await;
        assert_eq!((refused.status, refused.location()), (StatusCode::BAD_REQUEST, ""), "{name}");
        assert!(browser.is_signed_in().await, "{name}");
    }
    // By POST it is the same, and the cookie comes with the navigation that follows.
    let cross = [("accept", "text/html"), ("sec-fetch-site", "cross-site"), ("origin", "https://shop.example")];
    let form = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTER)];
    let begun = Browser::desktop(&server).send(Method::POST, "/oauth/logout", &cross, Some(&form)).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(begun.location()).await.location(), AFTER);
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn sec_52_where_nobody_says_which_app_asks_the_person_is_asked_and_led_nowhere() {
    let server = Server::start().await;
    let (_, phone) = (shop(&server).await, Browser::signed_in(&server, "Alice").await);
    for params in [
        &[("post_logout_redirect_uri", AFTER), ("state", "s1")][..],
        &[("post_logout_redirect_uri", "https://evil.example/")],
        &[("post_logout_redirect_uri", AFTER), ("id_token_hint", "nonsense")],
        &[("post_logout_redirect_uri", AFTER), ("client_id", "")],
    ] {
        let browser = Browser::desktop(&server);
        phone.signs_in(&browser).await;
        let begun = browser.get(&format!("/oauth/logout?{}", query(params))).await;
        let question = browser.get(begun.location()).await;
        assert!(question.body.contains(">Sign out</button>"), "{params:?}: {question:?}");
        assert!(browser.is_signed_in().await, "{params:?}");
        let done = browser.post(begun.location(), &[]).await;
        assert!(done.location().is_empty() && done.body.contains("<h1>Signed out</h1>"), "{params:?}: {done:?}");
        assert!(!browser.is_signed_in().await, "{params:?}");
    }
}

#[tokio::test]
async fn sec_52_nobody_is_led_to_an_address_that_was_taken_from_its_app_since_they_were_asked() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for how in ["removed", "disabled"] {
        let site = shop(&server).await;
        let (browser, hint) = signed_in(&server, &site, &phone).await;
        let mut begun = Vec::new();
        for (name, value) in [("client_id", site.id.as_str()), ("id_token_hint", &hint)] {
            let asks = query(&[(name, value), ("post_logout_redirect_uri", AFTER)]);
            begun.push(browser.get(&format!("/oauth/logout?{asks}")).await.location().to_owned());
        }
        if how == "removed" {
            server.revise_app(&site.id, |app| app.options.post_logout_redirect_uris.clear()).await;
        } else {
            let id = site.id.parse().expect("an id");
            assert!(server.app.records.disable_app(id, server.operator()).await.expect("answers"));
        }
        let question = browser.get(&begun[0]).await;
        assert!(question.body.contains(">Sign out</button>"), "{how}: {question:?}");
        assert!(!question.header("content-security-policy").contains("shop.example"), "{how}: {question:?}");
        // They are signed out all the same: by a press, and where the app proved of whom it speaks.
        let done = browser.post(&begun[0], &[]).await;
        assert!(done.location().is_empty() && done.body.contains("<h1>Signed out</h1>"), "{how}: {done:?}");
        assert!(!browser.is_signed_in().await, "{how}");
        let done = browser.get(&begun[1]).await;
        assert!(done.location().is_empty() && done.body.contains("<h1>Signed out</h1>"), "{how}: {done:?}");
    }
}

#[tokio::test]
async fn whoever_a_disabled_app_sends_to_sign_out_can_do_so_and_is_led_nowhere() {
    let server = Server::start().await;
    let (site, phone) = (shop(&server).await, Browser::signed_in(&server, "Alice").await);
    let (browser, hint) = signed_in(&server, &site, &phone).await;
    let id = site.id.parse().expect("an id");
    assert!(server.app.records.disable_app(id, server.operator()).await.expect("answers"));
    for named in [("client_id", site.id.as_str()), ("id_token_hint", hint.as_str())] {
        for uri in [AFTER, "https://evil.example/", ""] {
            let question = asks(&browser, &[named, ("post_logout_redirect_uri", uri), ("state", "s1")]).await;
            assert!(question.body.contains(">Sign out</button>"), "{named:?} {uri}: {question:?}");
        }
    }
    assert!(browser.is_signed_in().await, "a question signs nobody out");
    let begun = query(&[("client_id", &site.id), ("post_logout_redirect_uri", AFTER)]);
    let begun = browser.get(&format!("/oauth/logout?{begun}")).await;
    let done = browser.post(begun.location(), &[]).await;
    assert!(done.location().is_empty() && done.body.contains("<h1>Signed out</h1>"), "{done:?}");
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn sec_14_a_flood_of_logout_requests_keeps_nobody_signed_in_who_wants_to_go() {
    let server = Server::start_with(|settings| settings.limits.tickets = 20).await;
    let (site, phone) = (shop(&server).await, Browser::signed_in(&server, "Alice").await);
    let browser = Browser::desktop(&server);
    phone.signs_in(&browser).await;
    let asks = |state| query(&[("client_id", &*site.id), ("post_logout_redirect_uri", AFTER), ("state", state)]);
    let question = browser.get(&format!("/oauth/logout?{}", asks("s1"))).await.location().to_owned();
    let state = "\\".repeat(2000);
    for of in 0..30 {
        let many = Browser::new(&server, crate::harness::browser::DESKTOP, &format!("198.51.100.{}", 100 + of % 3));
        let flood = if of % 2 == 0 { asks(&state) } else { query(&[("state", &state)]) };
        assert_eq!(many.get(&format!("/oauth/logout?{flood}")).await.status, StatusCode::SEE_OTHER);
    }
    let done = browser.post(&question, &[]).await;
    assert_eq!((done.goes_on(), done.location()), (true, "https://shop.example/signed-out?state=s1"));
    assert!(!browser.is_signed_in().await);
    let late = phone.get(&format!("/oauth/logout?{}", asks("s2"))).await;
    server.pass(600);
    assert_eq!(phone.get(late.location()).await.status, StatusCode::GONE, "ten minutes, and no longer");
}

/// An app that hears who signs out.
pub async fn listening() -> (String, mpsc::UnboundedReceiver<String>) {
    answering(&[]).await
}

/// The same, with these answers at first.
pub async fn answering(first: &[u16]) -> (String, mpsc::UnboundedReceiver<String>) {
    type Ear = (mpsc::UnboundedSender<String>, Arc<Mutex<VecDeque<u16>>>);
    let (heard, hear) = mpsc::unbounded_channel();
    let told = |State((heard, answers)): State<Ear>, body: String| async move {
        let answer = answers.lock().expect("not poisoned").pop_front().unwrap_or(200);
        let _ = heard.send(body);
        StatusCode::from_u16(answer).expect("a status")
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let uri = format!("http://{}/ended", listener.local_addr().expect("bound"));
    let answers = Arc::new(Mutex::new(VecDeque::from(first.to_vec())));
    let router = Router::new().route("/ended", post(told)).with_state((heard, answers));
    let router = router.route("/leads", post(|| async { Redirect::temporary("/ended") }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (uri, hear)
}

/// Somebody who hangs up in the middle of signing out.
async fn hangs_up(server: &Server, browser: &Browser) {
    let headers = browser.cookies();
    let mut ends = pin!(server.app.accounts.sessions.end(&headers));
    let begun = poll_fn(|context| Poll::Ready(ends.as_mut().poll(context).is_pending())).await;
    assert!(begun, "the store takes its time");
}

#[tokio::test]
async fn sec_52_a_sign_out_that_nobody_waits_for_is_one_for_apps_too() {
    let server = Server::start().await;
    let (uri, mut hear) = listening().await;
    let site = Site::register_with(&server, |app| app.options.backchannel_logout_uri = Some(uri)).await;
    let (phone, browser) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    let tokens = site.exchanges(&site.code(&browser, &phone, &[]).await).await;
    hangs_up(&server, &browser).await;
    assert_eq!(claims(&heard(&mut hear).await)["sid"], claims(&tokens.text("id_token"))["sid"]);
    assert!(!browser.is_signed_in().await);
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
}

/// The next logout token.
pub async fn heard(hear: &mut mpsc::UnboundedReceiver<String>) -> String {
    hear.recv().await.expect("told").strip_prefix("logout_token=").expect("a form").to_owned()
}

#[tokio::test]
async fn sec_52_a_session_that_another_sign_in_replaces_is_over_for_its_apps_too() {
    let server = Server::start().await;
    let (uri, mut hear) = listening().await;
    let site = Site::register_with(&server, |app| app.options.backchannel_logout_uri = Some(uri)).await;
    let (phone, ()) = (Browser::signed_in(&server, "Alice").await, server.person("Bob").await);
    for anew in ["Alice", "Bob"] {
        let browser = Browser::desktop(&server);
        let tokens = site.exchanges(&site.code(&browser, &phone, &[]).await).await;
        browser.sign_in(anew, crate::harness::server::PASSWORD, "/").await;
        assert!(browser.is_signed_in().await);
        let (said, id) = (claims(&heard(&mut hear).await), claims(&tokens.text("id_token")));
        assert_eq!((&said["sid"], &said["sub"]), (&id["sid"], &id["sub"]), "{anew}");
        assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED, "{anew}");
    }
}

#[tokio::test]
async fn sec_52_an_app_is_told_at_its_own_address_and_nobody_is_led_elsewhere() {
    let server = Server::start().await;
    let (uri, mut hear) = listening().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let leads = uri.replace("/ended", "/leads");
    for (uri, is_told) in [(leads, false), ("https://169.254.169.254/ended".to_owned(), false), (uri, true)] {
        let site = Site::register_with(&server, |app| app.options.backchannel_logout_uri = Some(uri)).await;
        let browser = Browser::desktop(&server);
        site.exchanges(&site.code(&browser, &phone, &[]).await).await;
        browser.post("/signout", &[]).await;
        if is_told {
            assert_eq!(claims(&heard(&mut hear).await)["aud"], site.id.as_str());
        }
    }
}

#[tokio::test]
async fn sec_52_apps_hear_by_the_back_channel_that_a_session_is_over() {
    let server = Server::start().await;
    let (uri, mut hear) = listening().await;
    let site = Site::register_with(&server, |app| app.options.backchannel_logout_uri = Some(uri)).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let browser = Browser::desktop(&server);
    let online = site.exchanges(&site.code(&browser, &phone, &[]).await).await;
    let asked = browser.get(&site.sends_to(&[("scope", "openid offline_access")])).await;
    let allowed = crate::harness::site::decides(&browser, asked.location(), "allow").await;
    let offline = site.exchanges(&crate::harness::site::said(allowed.location(), "code")).await;
    let id = claims(&online.text("id_token"));

    browser.post("/signout", &[]).await;
    let token = heard(&mut hear).await;
    let said = claims(&token);
    assert_eq!(header(&token)["typ"], "logout+jwt");
    for claim in ["iss", "aud", "sub", "sid"] {
        assert_eq!(said[claim], id[claim], "{claim}");
    }
    assert_eq!(said["events"]["http://schemas.openid.net/event/backchannel-logout"], serde_json::json!({}));
    assert!(said["jti"].is_string() && said["nonce"] == Value::Null);
    // Two grants of one session are one thing to tell: what is heard next is of the next session.
    let other = Browser::desktop(&server);
    let theirs = site.exchanges(&site.code(&other, &phone, &[]).await).await;
    other.post("/signout", &[]).await;
    assert_eq!(claims(&heard(&mut hear).await)["sid"], claims(&theirs.text("id_token"))["sid"]);
    assert_eq!(site.userinfo(&online.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
    // What was granted for while they are away goes on.
    assert_eq!(site.refreshes(&offline.text("refresh_token")).await.status, StatusCode::OK);
}

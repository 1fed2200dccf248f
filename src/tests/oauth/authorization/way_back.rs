//! The way back to a site: by a redirect that keeps no fragment of ours, and from a form of ours by a page, so that no policy
//! of ours depends on what the site does next.

use reqwest::{Method, StatusCode};
use tessera::store::records::app_options::Switch;
use tessera::store::records::apps::{App, Dialects};

use crate::harness::browser::{Browser, Reply, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site, decides, query, said};

const GOODBYE: &str = "https://shop.example/goodbye";

fn all(app: &mut App) {
    app.dialects = Dialects::Both;
    app.options.switches.set(Switch::ToldOfRefusals, true);
    app.options.post_logout_redirect_uris = vec![GOODBYE.to_owned()];
}

/// What an app's request is answered with, once its visitor has come to it.
async fn comes(browser: &Browser, begin: &str) -> Reply {
    browser.get(browser.get(begin).await.location()).await
}

#[tokio::test]
async fn a_fragment_of_ours_ends_with_every_redirect_to_a_site() {
    let server = Server::start().await;
    let (site, alice) = (Site::register_with(&server, all).await, Browser::signed_in(&server, "Alice").await);
    let nobody = Browser::desktop(&server);
    let asked = alice.get(&site.sends_to(&[])).await;
    decides(&alice, asked.location(), "allow").await;
    let wechat = crate::wechat::connect(&site, &[]);
    let path = nobody.get(&wechat).await.location().to_owned();
    let shown = Shown::read(&nobody.get(&path).await.body);
    alice.approve(&shown).await;
    let goodbye = |state: &str| {
        format!(
            "/oauth/logout?{}",
            query(&[("client_id", site.id.as_str()), ("post_logout_redirect_uri", GOODBYE), ("state", state),])
        )
    };
    let leave = nobody.get(&wechat).await.location().to_owned();
    for (what, begins, back) in [
        ("a code", BACK, comes(&alice, &site.sends_to(&[])).await),
        ("a wrong request", BACK, alice.get(&site.sends_to(&[("response_type", "token")])).await),
        ("nobody is signed in", BACK, comes(&nobody, &site.sends_to(&[("prompt", "none")])).await),
        ("a refusal in the other dialect", BACK, nobody.get(&format!("{leave}?leave=1")).await),
        ("signed out", GOODBYE, comes(&nobody, &goodbye("s1")).await),
        ("signed out, without state", GOODBYE, comes(&nobody, &goodbye("")).await),
        ("a code in the other dialect", BACK, {
            nobody.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
            nobody.get(&path).await
        }),
    ] {
        let location = back.header("location");
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{what}: {back:?}");
        assert!(location.starts_with(begins) && location.ends_with('#'), "{what}: {location}");
        assert_eq!(location.matches('#').count(), 1, "{what}: {location}");
    }
}

/// A page that goes on with script, without script and by hand; no form is left open behind it, and nothing keeps it.
fn goes_on(what: &str, done: &Reply, to: &str) {
    assert!(done.status == StatusCode::OK && done.header("location").is_empty(), "{what}: {done:?}");
    assert!(done.location().starts_with(to), "{what}: {to}: {done:?}");
    let address = done.location().replace('&', "&amp;");
    assert!(
        done.body.contains(&format!("<noscript><meta http-equiv=\"refresh\" content=\"0;url={address}\"")),
        "{what}: {done:?}"
    );
    assert!(done.body.contains("location.replace(document.getElementById('onward').href)"), "{what}: {done:?}");
    assert!(done.body.contains(">Continue</a>") && !done.body.contains("<form"), "{what}: {done:?}");
    assert_eq!(done.header("cache-control"), "no-store", "{what}");
}

#[tokio::test]
async fn a_form_of_ours_that_leads_to_a_site_ends_in_a_page_that_goes_on() {
    let server = Server::start().await;
    let (site, phone) = (Site::register_with(&server, all).await, Browser::signed_in(&server, "Alice").await);
    let browser = Browser::desktop(&server);
    let path = browser.get(&site.sends_to(&[])).await.location().to_owned();

    goes_on("a password", &browser.sign_in("Alice", PASSWORD, &path).await, &path);
    let question = browser.get(&path).await;
    assert!(question.header("content-security-policy").contains("form-action 'self';"), "{question:?}");
    goes_on("no", &decides(&browser, &path, "deny").await, &format!("{BACK}?error=access%5Fdenied"));
    let allowed = decides(&browser, &path, "allow").await;
    goes_on("yes", &allowed, &format!("{BACK}?code="));
    assert_eq!(site.exchanges(&said(allowed.location(), "code")).await.status, StatusCode::OK);
    // Whoever asks for a code by a form and has signed in meanwhile.
    goes_on("a code is asked for", &browser.get(&format!("{path}?code=1")).await, &format!("{BACK}?code="));
    // What no form led to is a redirect, as it ever was.
    assert!(browser.get(&path).await.header("location").starts_with(&format!("{BACK}?code=")));

    let logout = query(&[("client_id", site.id.as_str()), ("post_logout_redirect_uri", GOODBYE), ("state", "a&b")]);
    let question = browser.get(&format!("/oauth/logout?{logout}")).await.location().to_owned();
    assert!(browser.get(&question).await.header("content-security-policy").contains("form-action 'self';"));
    goes_on("signing out", &browser.post(&question, &[]).await, &format!("{GOODBYE}?state=a%26b"));
    assert!(!browser.is_signed_in().await);

    let (path, shown) = site.shows(&browser, &[]).await;
    phone.approve(&shown).await;
    let claim = format!("/login/{}/claim", shown.ticket);
    let attempt = "A".repeat(22);
    let form = [("attempt", attempt.as_str())];
    goes_on("a claim", &browser.post(&claim, &form).await, &path);
    let script = [("accept", "*/*"), ("sec-fetch-site", "same-origin")];
    let by_script = browser.send(Method::POST, &claim, &script, Some(&form)).await;
    assert_eq!(by_script.body, format!("{{\"next\":\"{path}\"}}"), "a script goes there by itself");
    // What stays here is a redirect, whichever form it was.
    let stays = browser.sign_in("Alice", PASSWORD, "/link").await;
    assert_eq!((stays.status, stays.header("location")), (StatusCode::SEE_OTHER, "/link"));
}

#[tokio::test]
async fn sec_27_in_a_frame_the_page_that_goes_on_is_for_that_page_around() {
    let server = Server::start().await;
    let origin = "https://shop.example";
    let site = Site::register_with(&server, |app| {
        app.dialects = Dialects::WeChat;
        app.options.embed_origins = vec![origin.to_owned()];
    })
    .await;
    let (frame, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let begin = crate::wechat::connect(&site, &[("origin", origin), ("self_redirect", "true")]);
    let shown = crate::oauth::embed::ticket(&comes(&frame, &begin).await);
    phone.approve(&shown).await;
    let done = frame.post(&format!("/framed/{}/claim", shown.ticket), &[]).await;
    goes_on("a frame", &done, &format!("{BACK}?code="));
    assert!(done.header("content-security-policy").ends_with("frame-ancestors https://shop.example"), "{done:?}");
}

#[tokio::test]
async fn every_address_that_is_registered_can_be_reached_whatever_a_policy_can_say() {
    let server = Server::start().await;
    for (of, uri) in [
        "http://[::1]:4000/signed-in",
        "http://127.0.0.1:4000/signed-in",
        "https://[2001:db8::7]/signed-in",
        "https://my_shop.example:8443/signed-in",
    ]
    .into_iter()
    .enumerate()
    {
        let site = Site::register_with(&server, |app| {
            app.redirect_uris = vec![uri.to_owned()];
            app.options.post_logout_redirect_uris = vec![uri.to_owned()];
        })
        .await;
        let host = uri.split('/').nth(2).expect("a host");
        let browser = Browser::signed_in(&server, &format!("Alice{of}")).await;
        let names = |reply: &Reply| reply.header("content-security-policy").contains(host);
        for (mode, leads) in [("query", format!("{uri}?code=")), ("form_post", String::new())] {
            let asks = [("redirect_uri", uri), ("response_mode", mode), ("prompt", "consent")];
            let path = browser.get(&site.sends_to(&asks)).await.location().to_owned();
            assert!(!names(&browser.get(&path).await), "{uri}");
            let done = decides(&browser, &path, "allow").await;
            assert!(done.location().starts_with(&leads) && !names(&done), "{uri}: {done:?}");
            // The page that posts to the site has no other form, and says nothing of forms.
            let is_posted = done.body.contains(&format!("method=\"post\" action=\"{uri}\""));
            let is_open = !done.header("content-security-policy").contains("form-action");
            assert_eq!((is_posted, is_open), (mode == "form_post", mode == "form_post"), "{uri}: {done:?}");
        }
        let logout = query(&[("client_id", site.id.as_str()), ("post_logout_redirect_uri", uri)]);
        let question = browser.get(&format!("/oauth/logout?{logout}")).await.location().to_owned();
        assert!(!names(&browser.get(&question).await), "{uri}");
        goes_on(uri, &browser.post(&question, &[]).await, uri);
    }
}

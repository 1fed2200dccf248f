//! What an administrator sets for an app, and no request can undo: how visitors sign in, and how long tokens live.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tessera::store::records::app_options::{Switch, TokenLifetimes, Verification};
use tessera::store::records::apps::App;

use crate::harness::browser::{Browser, DESKTOP, PHONE, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Answer, BACK, Site, claims, said};
use crate::oauth::embed::{PAGE, opens};

const HOUR: u64 = 3600;
const OFFLINE: (&str, &str) = ("scope", "openid offline_access");

fn verified(how: Verification) -> impl Fn(&mut App) {
    move |app| app.options.verification = how
}

/// Where a visitor comes to.
async fn goes(browser: &Browser, site: &Site, other: &[(&str, &str)]) -> (String, crate::harness::browser::Reply) {
    let begun = browser.get(&site.sends_to(other)).await;
    let path = begun.location().to_owned();
    let page = browser.get(&format!("{path}?code=1")).await;
    (path, page)
}

#[tokio::test]
async fn where_the_administrator_wants_it_the_person_signs_in_anew_each_time() {
    let server = Server::start().await;
    let site = Site::register_with(&server, verified(Verification::Fresh)).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    site.signs_in(&browser, &phone, &[]).await;
    server.pass(1);
    for other in [&[][..], &[("prompt", "consent")], &[("max_age", "3600")], &[("acr_values", "urn:tessera:password")]]
    {
        let (_, page) = goes(&browser, &site, other).await;
        assert!(page.body.contains("id=\"qr\"") && page.body.contains("/signin?"), "{other:?}: {page:?}");
    }
    let (_, silent) = goes(&browser, &site, &[("prompt", "none")]).await;
    assert_eq!(said(silent.location(), "error"), "login_required");
    // A yes without a fresh sign-in counts for nothing.
    let (path, _) = goes(&browser, &site, &[]).await;
    assert_eq!(browser.post(&path, &[("decision", "allow")]).await.location(), path);
    // By password as well as by a scan.
    let back = browser.sign_in("Alice", PASSWORD, &path).await;
    assert_eq!(back.location(), path);
    let back = browser.get(&path).await;
    assert!(back.location().starts_with(&format!("{BACK}?code=")), "{back:?}");
    let tokens = site.exchanges(&said(back.location(), "code")).await;
    assert_eq!(claims(&tokens.text("id_token"))["acr"], "urn:tessera:password");
}

#[tokio::test]
async fn where_the_administrator_wants_a_scan_no_password_and_no_scan_for_another_will_do() {
    let server = Server::start().await;
    let (site, other) =
        (Site::register_with(&server, verified(Verification::Scan)).await, Site::register(&server).await);
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    site.signs_in(&browser, &phone, &[]).await;
    server.pass(1);
    let (path, page) = goes(&browser, &site, &[("acr_values", "urn:tessera:password")]).await;
    assert!(page.body.contains("id=\"qr\"") && !page.body.contains("/signin"), "{page:?}");
    assert!(page.words().contains(" asks you to sign in by a scan."), "{page:?}");
    let (_, silent) = goes(&browser, &site, &[("prompt", "none")]).await;
    assert_eq!(said(silent.location(), "error"), "login_required");
    // A password, and a scan that was approved for another app or for this site, lead to the code again.
    browser.sign_in("Alice", PASSWORD, &path).await;
    assert!(browser.get(&path).await.body.contains("id=\"qr\""));
    assert_eq!(browser.post(&path, &[("decision", "allow")]).await.location(), path);
    server.pass(1);
    other.signs_in(&browser, &phone, &[("prompt", "login")]).await;
    assert!(browser.get(&path).await.body.contains("id=\"qr\""), "that scan was for another app");
    let own = Browser::new(&server, DESKTOP, "198.51.100.30");
    let (path, _) = goes(&own, &site, &[]).await;
    phone.signs_in(&own).await;
    let shown = Shown::read(&own.get(&path).await.body);
    phone.approve(&shown).await;
    own.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let back = own.get(&path).await;
    let tokens = site.exchanges(&said(back.location(), "code")).await;
    assert_eq!(claims(&tokens.text("id_token"))["acr"], "urn:tessera:scan");
    // On a phone, too: there is no way in on the spot to be shown first.
    let begun = phone.get(&site.sends_to(&[])).await;
    let page = phone.get(begun.location()).await;
    assert!(page.body.contains("id=\"qr\"") && !page.body.contains("/signin"), "{page:?}");
}

#[tokio::test]
async fn where_nothing_but_a_scan_will_do_nothing_else_is_offered_whoever_says_so() {
    const SCAN: (&str, &str) = ("acr_values", "urn:tessera:scan");
    let server = Server::start().await;
    let framed = |app: &mut App| app.options.embed_origins = vec![PAGE.to_owned()];
    let (plain, strict) = (
        Site::register_with(&server, framed).await,
        Site::register_with(&server, |app| {
            framed(app);
            app.options.verification = Verification::Scan;
        })
        .await,
    );
    let alice = Browser::signed_in(&server, "Alice").await;
    for (at, (site, asks)) in [(&plain, &[SCAN][..]), (&strict, &[])].into_iter().enumerate() {
        let at = |of: usize| format!("198.51.100.{}", 40 + 10 * at + of);
        // Whoever is there: on a desktop, on a phone, and on one where somebody has given a password.
        for browser in [Browser::new(&server, DESKTOP, &at(0)), Browser::new(&server, PHONE, &at(1)), alice.twin()] {
            let begun = browser.get(&site.sends_to(asks)).await;
            let page = browser.get(begun.location()).await;
            assert!(page.body.contains("id=\"qr\"") && !page.body.contains("/signin"), "{page:?}");
            assert!(page.words().contains(" asks you to sign in by a scan."), "{page:?}");
        }
        let (_, frame) = opens(&Browser::new(&server, DESKTOP, &at(2)), site, asks).await;
        assert!(frame.body.contains("id=\"qr\"") && !frame.body.contains("on this device"), "{frame:?}");
        // And the scan is enough.
        let browser = Browser::new(&server, PHONE, &at(3));
        let tokens = site.exchanges(&site.code(&browser, &alice, asks).await).await;
        assert_eq!(claims(&tokens.text("id_token"))["acr"], "urn:tessera:scan");
    }
    // Where a password is as good, or nothing is said, it is offered as ever.
    for asks in [&[("acr_values", "urn:tessera:scan urn:tessera:password")][..], &[]] {
        let phone = Browser::new(&server, PHONE, "198.51.100.70");
        let page = phone.get(phone.get(&plain.sends_to(asks)).await.location()).await;
        assert!(page.body.contains("Sign in on this phone"), "{page:?}");
    }
}

#[tokio::test]
async fn tokens_live_as_long_as_their_app_has_them() {
    let server = Server::start().await;
    let token_lifetimes = TokenLifetimes { access_token_minutes: 2, refresh_idle_hours: 3, refresh_max_hours: 5 };
    let site = Site::register_with(&server, |app| {
        app.options.token_lifetimes = token_lifetimes;
        app.options.switches.set(Switch::ClientCredentials, true);
    })
    .await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let begin = async |address| {
        let code = site.code(&Browser::new(&server, DESKTOP, address), &phone, &[OFFLINE]).await;
        site.exchanges(&code).await
    };
    let lives = |answer: &Answer, name: &str| {
        let claims = claims(&answer.text(name));
        claims["exp"].as_u64().expect("a time") - claims["iat"].as_u64().expect("a time")
    };
    let tokens = begin("198.51.100.10").await;
    let own = site.calls("/oauth/token", &[("grant_type", "client_credentials")]).await;
    for (answer, name) in [(&tokens, "access_token"), (&tokens, "id_token"), (&own, "access_token")] {
        assert_eq!((lives(answer, name), answer.json["expires_in"].as_u64()), (120, Some(120)), "{name}");
    }
    let active = async |token: &str| site.calls("/oauth/introspect", &[("token", token)]).await.json["active"] == true;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    assert!(active(&access).await);
    server.pass(120);
    assert!(!active(&access).await && active(&refresh).await);
    assert_eq!(site.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);

    // Used every two hours, it lives for five; its last access token does not outlast it.
    server.pass(2 * HOUR);
    let second = site.refreshes(&refresh).await;
    server.pass(2 * HOUR);
    let third = site.refreshes(&second.text("refresh_token")).await;
    assert_eq!((second.status, third.status), (StatusCode::OK, StatusCode::OK));
    server.pass(HOUR - 180);
    let last = site.refreshes(&third.text("refresh_token")).await;
    assert_eq!((last.json["expires_in"].as_u64(), lives(&last, "access_token")), (Some(60), 60));
    server.pass(60);
    assert_eq!(site.refreshes(&last.text("refresh_token")).await.error(), "invalid_grant");
    phone.sign_in("Alice", PASSWORD, "/").await;
    let unused = begin("198.51.100.11").await.text("refresh_token");
    server.pass(3 * HOUR);
    assert_eq!(site.refreshes(&unused).await.error(), "invalid_grant");
}

#[tokio::test]
async fn sec_40_a_copy_of_a_refresh_token_is_found_out_also_where_the_lives_were_changed_meanwhile() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let change = async |hours: u16| {
        server.revise_app(&site.id, |app| app.options.token_lifetimes.refresh_idle_hours = hours).await;
    };
    let code = site.code(&Browser::desktop(&server), &phone, &[OFFLINE]).await;
    let first = site.exchanges(&code).await.text("refresh_token");
    let second = site.refreshes(&first).await;
    change(2160).await;
    let again = site.refreshes(&first).await;
    assert_eq!(again.json["refresh_token"], second.json["refresh_token"], "an answer that was lost is given again");
    change(1).await;
    server.pass(60);
    let late: Value = site.refreshes(&first).await.json;
    assert_eq!(late["error"], "invalid_grant");
    assert_eq!(site.refreshes(&second.text("refresh_token")).await.error(), "invalid_grant", "all of it is over");
}

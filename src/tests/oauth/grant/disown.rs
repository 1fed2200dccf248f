//! "That was not me": whoever approved a scan takes back all that came of it.

use reqwest::{Method, StatusCode};
use tessera::store::records::app_options::Switch;
use tessera::store::records::apps::{App, Dialects};

use crate::harness::browser::{Browser, Shown};
use crate::harness::pair::Pair;
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site, claims, decides, query, said};
use crate::oauth::logout::page::{heard, listening};

const OFFLINE: [(&str, &str); 1] = [("scope", "openid offline_access")];

/// Somebody approves what another browser shows for this app; the code that the phone scanned, and where the app's
/// request goes on.
async fn approves(site: &Site, browser: &Browser, phone: &Browser) -> (String, String) {
    let (path, shown) = site.shows(browser, &OFFLINE).await;
    let code = phone.approve(&shown).await;
    let claimed = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!(claimed.status, StatusCode::OK, "{claimed:?}");
    (code, path)
}

async fn disowns(phone: &Browser, code: &str) {
    let page = phone.get(&format!("/s/{code}")).await;
    assert!(page.body.contains(&format!("action=\"/s/{code}/disown\"")), "{page:?}");
    let done = phone.post(&format!("/s/{code}/disown"), &[]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/account/devices?done=ended"), "{done:?}");
    assert!(phone.get(done.location()).await.body.contains("Signed out, including the sites"));
}

/// Nothing that these tokens open is open.
async fn is_worth_nothing(site: &Site, tokens: &Answer) {
    let refreshed = site.refreshes(&tokens.text("refresh_token")).await;
    assert_eq!((refreshed.status, &*refreshed.error()), (StatusCode::BAD_REQUEST, "invalid_grant"), "{tokens:?}");
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
    for which in ["access_token", "refresh_token"] {
        let known = site.calls("/oauth/introspect", &[("token", &tokens.text(which))]).await;
        assert_eq!(known.reply.body, "{\"active\":false}", "{which}");
    }
}

#[tokio::test]
async fn sec_15_whoever_says_that_it_was_not_them_ends_the_session_and_every_token_that_came_of_it() {
    let server = Server::start().await;
    let (uri, mut hear) = listening().await;
    let site = Site::register_with(&server, |app| app.options.backchannel_logout_uri = Some(uri.clone())).await;
    let other = Site::register_with(&server, |app| app.options.backchannel_logout_uri = Some(uri)).await;
    let earlier = Site::register(&server).await;
    let (phone, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let thief = Browser::desktop(&server);
    let asked = phone.get(&earlier.sends_to(&OFFLINE)).await.location().to_owned();
    let own = earlier.exchanges(&said(decides(&phone, &asked, "allow").await.location(), "code")).await;
    server.pass(1);
    let (code, path) = approves(&site, &thief, &phone).await;
    let first = site.exchanges(&said(thief.get(&path).await.location(), "code")).await;
    server.pass(1);
    // From there the thief goes on to another app, and holds a code of each that is not used yet.
    let asked = thief.get(&other.sends_to(&OFFLINE)).await.location().to_owned();
    let second = other.exchanges(&said(decides(&thief, &asked, "allow").await.location(), "code")).await;
    let again = async |site: &Site| {
        let path = thief.get(&site.sends_to(&OFFLINE)).await.location().to_owned();
        said(thief.get(&path).await.location(), "code")
    };
    let (held, elsewhere) = (again(&site).await, again(&other).await);
    let third = earlier.exchanges(&again(&earlier).await).await;
    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK));
    assert!(!held.is_empty() && !elsewhere.is_empty());

    // Nobody but who approved can say so.
    for stranger in [&bob, &Browser::desktop(&server)] {
        let refused = stranger.post(&format!("/s/{code}/disown"), &[]).await;
        assert!(refused.status.is_client_error(), "{refused:?}");
    }
    assert!(thief.is_signed_in().await);

    disowns(&phone, &code).await;
    assert!(!thief.is_signed_in().await && phone.is_signed_in().await);
    is_worth_nothing(&site, &first).await;
    is_worth_nothing(&other, &second).await;
    is_worth_nothing(&earlier, &third).await;
    for (site, code) in [(&site, &held), (&other, &elsewhere)] {
        assert_eq!(site.exchanges(code).await.error(), "invalid_grant", "a code that was made before");
    }
    let mut told = [claims(&heard(&mut hear).await)["aud"].clone(), claims(&heard(&mut hear).await)["aud"].clone()];
    told.sort_by_key(ToString::to_string);
    let mut apps = [site.id.as_str(), other.id.as_str()];
    apps.sort_unstable();
    assert_eq!(told, apps, "both apps hear of it");
    // The app has to ask again.
    let (_, shown) = site.shows(&Browser::desktop(&server), &OFFLINE).await;
    let scanned = phone.scan(&shown).await;
    assert!(phone.get(&format!("/s/{scanned}")).await.body.contains(">Approve</button>"));
    let allowed = phone.get("/account/apps").await.body;
    for app in [&site, &other] {
        assert!(!allowed.contains(&app.id), "what the thief allowed is not allowed any more");
    }
    assert!(allowed.contains(&earlier.id), "what was allowed before is");
    assert_eq!(earlier.refreshes(&own.text("refresh_token")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sec_15_whoever_is_disowned_keeps_nothing_that_they_approved_meanwhile() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.switches.set(Switch::DeviceGrant, true)).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let [thief, second, third, desktop] = [(); 4].map(|()| Browser::desktop(&server));
    phone.signs_in(&desktop).await;
    let shown = thief.show_code().await;
    let code = phone.approve(&shown).await;
    thief.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    // Before their session is disowned, the thief approves what other browsers and a device of theirs show.
    thief.signs_in(&second).await;
    second.signs_in(&third).await;
    let begun = site.calls("/oauth/device", &OFFLINE).await;
    third.approve(&Shown { ticket: String::new(), typed: begun.text("user_code") }).await;
    let device =
        [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", &begun.text("device_code"))];
    let tokens = site.calls("/oauth/token", &device).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    for browser in [&thief, &second, &third] {
        assert!(browser.is_signed_in().await);
    }

    disowns(&phone, &code).await;
    for browser in [&thief, &second, &third] {
        assert!(!browser.is_signed_in().await);
    }
    is_worth_nothing(&site, &tokens).await;
    assert!(phone.is_signed_in().await && desktop.is_signed_in().await, "what the phone approved itself");
}

#[tokio::test]
async fn sec_15_a_repeated_claim_opens_nothing_of_what_was_disowned() {
    let server = Server::start().await;
    let (phone, thief) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    let shown = thief.show_code().await;
    let code = phone.approve(&shown).await;
    let early = phone.post(&format!("/s/{code}/disown"), &[]).await;
    assert!(early.status.is_client_error(), "nobody has taken it yet: {early:?}");
    let (path, attempt) = (format!("/login/{}/claim", shown.ticket), [("attempt", "AAAAAAAAAAAAAAAAAAAAAA")]);
    assert_eq!(thief.post(&path, &attempt).await.status, StatusCode::SEE_OTHER);
    disowns(&phone, &code).await;
    thief.post(&path, &attempt).await;
    assert!(!thief.is_signed_in().await);
    disowns(&phone, &code).await; // and saying so twice changes nothing
}

#[tokio::test]
async fn sec_15_a_device_that_was_not_theirs_is_signed_out() {
    let server = Server::start().await;
    let all = |app: &mut App| {
        app.options.switches.set(Switch::DeviceGrant, true);
        app.dialects = Dialects::Both;
    };
    let (site, phone) = (Site::register_with(&server, all).await, Browser::signed_in(&server, "Alice").await);
    let begun = site.calls("/oauth/device", &OFFLINE).await;
    let code = phone.approve(&Shown { ticket: String::new(), typed: begun.text("user_code") }).await;
    let device =
        [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", &begun.text("device_code"))];
    let tokens = site.calls("/oauth/token", &device).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    disowns(&phone, &code).await;
    is_worth_nothing(&site, &tokens).await;

    // A visitor of a site that speaks WeChat's dialect.
    let desktop = Browser::desktop(&server);
    let path = desktop.get(&crate::wechat::connect(&site, &[])).await.location().to_owned();
    let shown = Shown::read(&desktop.get(&path).await.body);
    let code = phone.approve(&shown).await;
    desktop.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let back = desktop.get(&path).await.location().to_owned();
    let params = [("appid", site.id.as_str()), ("secret", &site.secret), ("code", &said(&back, "code"))];
    let exchange = format!("/sns/oauth2/access_token?{}&grant_type=authorization_code", query(&params));
    let tokens = Answer::of(site.backend.send(Method::GET, &exchange, &[], None).await);
    disowns(&phone, &code).await;
    let (token, openid) = (tokens.text("access_token"), tokens.text("openid"));
    let asks = format!("/sns/auth?{}", query(&[("access_token", token.as_str()), ("openid", &openid)]));
    let known = Answer::of(site.backend.send(Method::GET, &asks, &[], None).await);
    assert!(known.json["errcode"].as_i64().is_some_and(|code| code != 0), "{known:?}");
    assert!(!desktop.is_signed_in().await);
}

#[tokio::test]
async fn sec_15_it_counts_on_every_instance_once_the_phone_has_its_answer() {
    let pair = Pair::start().await;
    let (site, phone, thief) = (Site::register(&pair.first).await, pair.phone("Alice").await, pair.desktop());
    let (code, path) = approves(&site, &thief, &phone).await;
    let tokens = site.exchanges(&said(thief.get(&path).await.location(), "code")).await;
    assert!(thief.is_signed_in().await && tokens.status == StatusCode::OK);
    disowns(&phone, &code).await;
    assert!(!thief.is_signed_in().await);
    is_worth_nothing(&site, &tokens).await;
}

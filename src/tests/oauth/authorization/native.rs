//! Native apps: their visitors come back to a scheme of the app's own (RFC 8252 §7.1), exactly as it is registered.

use reqwest::{Method, StatusCode};
use tessera::crypto::random::random;
use tessera::oauth::{AppSecret, NewApp};
use tessera::store::records::app_options::AppOptions;
use tessera::store::records::apps::Dialects;
use tessera::store::records::people::Audience;
use tessera::ticket::ids::AppId;
use tessera::ticket::time::Timestamp;

use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{BACK, Site, VERIFIER, said};

const OWN: &str = "com.example.app:/signed-in";
const EMPTY_HOST: &str = "com.example.app:///signed-in";

async fn native(server: &Server) -> Site {
    let site = Site::public(server).await;
    server.revise_app(&site.id, |app| app.redirect_uris = vec![OWN.to_owned(), EMPTY_HOST.to_owned()]).await;
    site
}

#[tokio::test]
async fn the_visitor_of_a_native_app_comes_back_to_its_scheme() {
    let server = Server::start().await;
    let (site, phone) = (native(&server).await, Browser::signed_in(&server, "Alice").await);
    for uri in [OWN, EMPTY_HOST] {
        let browser = Browser::desktop(&server);
        let (path, shown) = site.shows(&browser, &[("redirect_uri", uri)]).await;
        assert!(browser.get(&path).await.body.contains(">com.example.app<"), "where it leads is named");
        phone.approve(&shown).await;
        let claim = format!("/login/{}/claim", shown.ticket);
        browser.fetch(Method::POST, &claim).await;
        let back = browser.get(&path).await;
        assert!(back.location().starts_with(&format!("{uri}?code=")), "{back:?}");
        let code = said(back.location(), "code");
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", site.id.as_str()),
            ("code", &code),
            ("redirect_uri", uri),
            ("code_verifier", VERIFIER),
        ];
        let tokens = site.backend.send(Method::POST, "/oauth/token", &[], Some(&form)).await;
        assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    }
}

#[tokio::test]
async fn sec_35_nothing_but_the_registered_scheme_and_path_is_led_to() {
    let server = Server::start().await;
    let (site, browser) = (native(&server).await, Browser::desktop(&server));
    for wrong in [
        "com.example.app:/signed-in/",
        "com.example.app:/Signed-in",
        "com.example.app://signed-in",
        "com.example.app:signed-in",
        "com.example.app:/signed-in?x",
        "com.example.app:/signed-in#x",
        "com.example.app2:/signed-in",
        "COM.example.app:/signed-in",
        "com.example:/signed-in",
        "https://com.example.app/signed-in",
    ] {
        let refused = browser.get(&site.sends_to(&[("redirect_uri", wrong)])).await;
        assert_eq!((refused.status, refused.location()), (StatusCode::BAD_REQUEST, ""), "{wrong}");
    }
    // No form is posted to an app on a device.
    let form = [("redirect_uri", OWN), ("response_mode", "form_post")];
    assert_eq!(browser.get(&site.sends_to(&form)).await.status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_scheme_of_its_own_is_registered_with_a_public_app_alone_and_nothing_is_posted_there() {
    let registers = |has_secret: bool, uris: &[&str], change: &dyn Fn(&mut AppOptions)| {
        let redirect_uris = uris.iter().map(|uri| (*uri).to_owned()).collect();
        let mut options = AppOptions::default();
        change(&mut options);
        let app = NewApp {
            name: "Shop".to_owned(),
            redirect_uris,
            dialects: Dialects::Oidc,
            has_secret,
            options,
            audience: Audience::Everyone,
        };
        let (id, secret) = (AppId::from_random(random()), AppSecret::from_random(random()));
        app.register(id, secret, Timestamp::from_millis(0)).map(|_| ()).map_err(|why| why.to_string())
    };
    let own = || vec![OWN.to_owned()];
    let after = |options: &mut AppOptions| options.post_logout_redirect_uris = own();
    assert_eq!(registers(false, &[OWN, EMPTY_HOST, "http://127.0.0.1/cb"], &after), Ok(()));
    for refused in [
        registers(true, &[OWN], &|_| {}),
        registers(true, &[BACK, EMPTY_HOST], &|_| {}),
        registers(true, &[BACK], &after),
    ] {
        assert!(refused.as_ref().is_err_and(|why| why.contains("native app, which is public")), "{refused:?}");
    }
    assert!(registers(false, &[BACK], &|options| options.backchannel_logout_uri = Some(OWN.to_owned())).is_err());
    assert!(registers(false, &[BACK], &|options| options.embed_origins = own()).is_err());
}

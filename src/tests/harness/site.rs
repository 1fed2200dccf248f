//! A third-party site: what it asks, what its visitor does, and what it gets.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tessera::crypto::random::random;
use tessera::oauth::{AppSecret, NewApp};
use tessera::store::records::app_options::AppOptions;
use tessera::store::records::apps::{App, Dialects};
use tessera::store::records::people::Audience;
use tessera::ticket::ids::AppId;

use super::browser::{Browser, Reply, Shown};
use super::server::Server;

/// Where the site of these tests has people sent back to.
pub const BACK: &str = "https://shop.example/signed-in";
/// A verifier, and its challenge.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A third-party site.
pub struct Site {
    pub id: String,
    pub secret: String,
    /// What speaks for it: a server of its own, without cookies.
    pub backend: Browser,
}

/// An answer as JSON.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub json: Value,
    pub reply: Reply,
}

impl Answer {
    pub fn of(reply: Reply) -> Self {
        Self { status: reply.status, json: serde_json::from_str(&reply.body).unwrap_or_default(), reply }
    }

    pub fn text(&self, key: &str) -> String {
        self.json[key].as_str().unwrap_or_default().to_owned()
    }

    pub fn error(&self) -> String {
        self.text("error")
    }
}

impl Site {
    pub async fn register(server: &Server) -> Self {
        Self::register_with(server, |_| {}).await
    }

    /// A confidential site with changed rights.
    pub async fn register_with(server: &Server, change: impl FnOnce(&mut App)) -> Self {
        Self::registered(server, true, change).await
    }

    /// A public one.
    pub async fn public(server: &Server) -> Self {
        Self::registered(server, false, |_| {}).await
    }

    async fn registered(server: &Server, has_secret: bool, change: impl FnOnce(&mut App)) -> Self {
        let registered = server.app.records.apps().await.expect("answers").len();
        let app = NewApp {
            // People have to tell them apart.
            name: if registered == 0 { "Shop".to_owned() } else { format!("Shop {}", registered + 1) },
            redirect_uris: vec![BACK.to_owned()],
            dialects: Dialects::Oidc,
            has_secret,
            options: AppOptions::default(),
            audience: Audience::Everyone,
        };
        let (id, secret) = (AppId::from_random(random()), AppSecret::from_random(random()));
        let (mut app, secret) = app.register(id, secret, server.clock.now()).expect("right");
        change(&mut app);
        assert!(server.app.records.add_app(app, server.operator()).await.expect("answers").expect("told apart"));
        let secret = secret.map(|secret| secret.expose()).unwrap_or_default();
        Self { id: id.to_string(), secret, backend: Browser::new(server, "shop/1.0", "192.0.2.80") }
    }

    /// The parameters of an ordinary request, these instead or beside.
    pub fn asks<'a>(&'a self, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut params = BTreeMap::from([
            ("client_id", self.id.as_str()),
            ("redirect_uri", BACK),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("state", "s1"),
            ("nonce", "n1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        params.extend(other.iter().copied());
        params.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The address that the site sends its visitor to.
    pub fn sends_to(&self, other: &[(&str, &str)]) -> String {
        format!("/oauth/authorize?{}", query(&self.asks(other)))
    }

    /// A visitor who is not signed in here signs in by a scan; the address that they come back to.
    pub async fn signs_in(&self, browser: &Browser, phone: &Browser, other: &[(&str, &str)]) -> String {
        let (path, shown) = self.shows(browser, other).await;
        phone.approve(&shown).await;
        let claimed = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        assert_eq!(claimed.status, StatusCode::OK, "{claimed:?}");
        let back = browser.get(&path).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{back:?}");
        back.location().to_owned()
    }

    /// A visitor sees the code.
    pub async fn shows(&self, browser: &Browser, other: &[(&str, &str)]) -> (String, Shown) {
        let begun = browser.get(&self.sends_to(other)).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{begun:?}");
        let path = begun.location().to_owned();
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{page:?}");
        (path, Shown::read(&page.body))
    }

    /// The same until the site has a code.
    pub async fn code(&self, browser: &Browser, phone: &Browser, other: &[(&str, &str)]) -> String {
        said(&self.signs_in(browser, phone, other).await, "code")
    }

    /// The site calls an endpoint, with its secret in the header.
    pub async fn calls(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let basic = format!(
            "Basic {}",
            base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", self.id, self.secret))
        );
        Answer::of(self.backend.send(Method::POST, path, &[("authorization", &basic)], Some(form)).await)
    }

    /// The site exchanges a code.
    pub async fn exchanges(&self, code: &str) -> Answer {
        self.calls("/oauth/token", &exchange(code)).await
    }

    /// The site uses a refresh token.
    pub async fn refreshes(&self, token: &str) -> Answer {
        self.calls("/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// The site asks who it is.
    pub async fn userinfo(&self, access_token: &str) -> Answer {
        let bearer = format!("Bearer {access_token}");
        Answer::of(self.backend.send(Method::GET, "/oauth/userinfo", &[("authorization", &bearer)], None).await)
    }
}

/// Whom a consent page asks, as its form says it.
pub fn consent_form(page: &Reply) -> String {
    let value = page.body.split("name=\"account\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_else(|| panic!("no form in {page:?}")).to_owned()
}

/// A person answers the question behind this path.
pub async fn decides(browser: &Browser, path: &str, decision: &str) -> Reply {
    let account = consent_form(&browser.get(path).await);
    browser.post(path, &[("decision", decision), ("account", &account)]).await
}

/// The form that exchanges a code.
pub fn exchange(code: &str) -> Vec<(&str, &str)> {
    vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)]
}

/// A query out of pairs.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let quoted =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    pairs.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect::<Vec<_>>().join("&")
}

/// What an address says in its query.
pub fn said(address: &str, name: &str) -> String {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
    let value = value.map_or("", |(_, value)| value);
    percent_encoding::percent_decode_str(value).decode_utf8().expect("text").into_owned()
}

/// The claims of a token, unchecked.
pub fn claims(token: &str) -> Value {
    let body = token.split('.').nth(1).expect("a token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).expect("base64url")).expect("JSON")
}

/// The header of a token.
pub fn header(token: &str) -> Value {
    let head = token.split('.').next().expect("a token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).expect("base64url")).expect("JSON")
}

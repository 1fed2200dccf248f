//! The OpenID Foundation's plans for a provider, module by module, as far as they can be run without their suite: by the
//! configuration that the suite is given (`end2end/conformance`), over this server's plain pages.

mod basic;
mod logout;
mod page;
mod suite;

use std::collections::BTreeMap;
use std::path::Path;
use tessera::store::records::app_options::Switch;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use self::page::Page;
use self::suite::{At, SUITE, Suite};
use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site, query};

/// How the answer of an authorization request comes back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Default,
    FormPost,
}

/// A provider under test, at the address that the configuration names.
struct Provider {
    server: Server,
    config: Value,
    origin: String,
    mode: Mode,
}

/// A client of the suite.
struct Client {
    id: String,
    secret: String,
}

/// A sign-in that came back: the tokens, and the claims of the ID token.
struct SignedIn {
    code: String,
    tokens: Answer,
    id: Value,
}

impl SignedIn {
    fn auth_time(&self) -> u64 {
        self.id["auth_time"].as_u64().expect("auth_time")
    }
}

impl Provider {
    async fn start(mode: Mode) -> Self {
        let config = std::fs::read_to_string("end2end/conformance/tessera.json").expect("the configuration");
        let config: Value = serde_json::from_str(&config).expect("JSON");
        let discovery = config["server"]["discoveryUrl"].as_str().expect("an address");
        let origin = discovery.strip_suffix("/.well-known/openid-configuration").expect("of the metadata").to_owned();
        let url = origin.as_str().into();
        let server = Server::start_with(|settings| {
            settings.public_url = url;
            settings.oauth.apps_file = Some(Path::new("end2end/conformance/apps.toml").to_owned());
            settings.limits.attempts_per_minute = 10_000;
            settings.limits.logins_per_minute = 10_000;
            settings.limits.requests_per_minute = 100_000;
        })
        .await;
        server.person("conformance").await;
        Self { server, config, origin, mode }
    }

    /// A browser that knows nothing yet, for one module.
    fn suite<'a>(&'a self, module: &'a str) -> Suite<'a> {
        let browser = Browser::at(&self.origin, self.server.port(), DESKTOP, "198.51.100.1");
        Suite::new(&self.config, module, browser)
    }

    /// What the suite asks by itself.
    fn caller(&self) -> Browser {
        Browser::at(&self.origin, self.server.port(), "suite/1.0", "192.0.2.1")
    }

    fn client(&self, name: &str) -> Client {
        let text = |key: &str| self.config[name][key].as_str().expect("a client").to_owned();
        Client { id: text("client_id"), secret: text("client_secret") }
    }

    async fn metadata(&self) -> Answer {
        let answer = self.caller().send(Method::GET, "/.well-known/openid-configuration", &[], None).await;
        Answer::of(answer)
    }

    /// The parameters of the suite's ordinary request, these instead or beside; an empty one is left out.
    fn asks<'a>(&self, client: &'a Client, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
        let callback = format!("{SUITE}callback");
        let ordinary = [
            ("client_id", client.id.as_str()),
            ("redirect_uri", &callback),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "s/+ ~"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("response_mode", if self.mode == Mode::FormPost { "form_post" } else { "" }),
        ];
        let mut params: BTreeMap<&str, String> = ordinary.map(|(name, value)| (name, value.to_owned())).into();
        params.extend(other.iter().map(|(name, value)| (*name, (*value).to_owned())));
        params.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    fn address(&self, client: &Client, other: &[(&str, &str)]) -> String {
        let params = self.asks(client, other);
        let params: Vec<_> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        format!("{}/oauth/authorize?{}", self.origin, query(&params))
    }

    /// The browser is sent to the authorization endpoint.
    async fn sends(&self, suite: &Suite<'_>, other: &[(&str, &str)]) -> At {
        suite.visits(&self.address(&self.client("client"), other)).await
    }

    /// What came back names this server and what the client asked with, and came by the mode that it asked for.
    fn came_back(&self, at: &At) -> BTreeMap<String, String> {
        let back = at.back();
        let is_by_form = !at.posted.is_empty();
        assert_eq!(is_by_form, self.mode == Mode::FormPost, "{at:?}");
        assert!(!is_by_form || !at.url.contains('?'), "{at:?}");
        assert_eq!((back["state"].as_str(), back["iss"].as_str()), ("s/+ ~", self.origin.as_str()), "{at:?}");
        back
    }

    /// The same with an error that the suite takes.
    fn refused(&self, at: &At, errors: &[&str]) {
        let back = self.came_back(at);
        assert!(errors.contains(&back["error"].as_str()) && !back.contains_key("code"), "{errors:?}: {back:?}");
    }

    /// A client signs its visitor in, and what it gets is right in every part.
    async fn signs_in(&self, suite: &Suite<'_>, other: &[(&str, &str)]) -> (At, SignedIn) {
        let at = self.sends(suite, other).await;
        let signed_in = self.exchanges(&self.client("client"), &at, other).await;
        (at, signed_in)
    }

    async fn exchanges(&self, client: &Client, at: &At, other: &[(&str, &str)]) -> SignedIn {
        let back = self.came_back(at);
        let code = back.get("code").unwrap_or_else(|| panic!("no code: {back:?}")).clone();
        let tokens = self.token(client, &exchange(&code)).await;
        assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
        assert_eq!(tokens.reply.header("cache-control"), "no-store");
        assert_eq!(tokens.text("token_type"), "Bearer");
        let nonce = other.iter().find(|(name, _)| *name == "nonce").map_or("n-0S6_WzA2Mj", |(_, value)| value);
        let id = self.verified(client, &tokens, nonce).await;
        SignedIn { code, tokens, id }
    }

    /// `client_secret_basic`
    async fn token(&self, client: &Client, form: &[(&str, String)]) -> Answer {
        let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", client.id, client.secret)));
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let headers = [("authorization", basic.as_str())];
        Answer::of(self.caller().send(Method::POST, "/oauth/token", &headers, Some(&form)).await)
    }

    /// OpenID Connect Core §3.1.3.7: the ID token, signed by a key that is published, for this client and now.
    async fn verified(&self, client: &Client, tokens: &Answer, nonce: &str) -> Value {
        let token = tokens.text("id_token");
        let head = decode_header(&token).expect("a token");
        assert_eq!(head.alg, Algorithm::RS256);
        let published = self.caller().send(Method::GET, "/oauth/jwks", &[], None).await;
        let set: JwkSet = serde_json::from_str(&published.body).expect("keys");
        let key =
            DecodingKey::from_jwk(set.find(head.kid.as_deref().expect("a kid")).expect("published")).expect("a key");
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&[&client.id]);
        validation.set_issuer(&[&self.origin]);
        // By the clock of this server, which stands where the test put it.
        validation.validate_exp = false;
        let id = decode::<Value>(&token, &key, &validation).expect("signed here").claims;
        let now = self.server.clock.now().as_millis() / 1000;
        let at = |name: &str| id[name].as_u64().unwrap_or_else(|| panic!("no {name}"));
        assert!(at("iat") <= now && at("exp") > now && at("auth_time") <= now);
        assert_eq!(id["nonce"].as_str().unwrap_or_default(), nonce);
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, tokens.text("access_token").as_bytes());
        assert_eq!(id["at_hash"], URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
        id
    }

    async fn userinfo(&self, method: Method, access_token: &str) -> Answer {
        let bearer = format!("Bearer {access_token}");
        Answer::of(self.caller().send(method, "/oauth/userinfo", &[("authorization", &bearer)], None).await)
    }
}

/// The form that exchanges a code.
fn exchange(code: &str) -> Vec<(&'static str, String)> {
    let plain = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", &format!("{SUITE}callback"))];
    plain.map(|(name, value)| (name, value.to_owned())).into()
}

#[tokio::test]
async fn sec_55_config_op_what_is_published_holds() {
    let provider = Provider::start(Mode::Default).await;
    let metadata = provider.metadata().await;
    assert_eq!((metadata.status, metadata.reply.header("content-type")), (StatusCode::OK, "application/json"));
    let json = &metadata.json;
    assert_eq!(json["issuer"], provider.origin.as_str(), "what it was asked under");
    let has = |name: &str, value: &str| json[name].as_array().is_some_and(|list| list.iter().any(|one| one == value));
    assert!(has("response_types_supported", "code") && has("scopes_supported", "openid"));
    assert!(
        has("id_token_signing_alg_values_supported", "RS256") && !has("id_token_signing_alg_values_supported", "none")
    );
    assert!(has("grant_types_supported", "authorization_code") && has("subject_types_supported", "public"));
    assert!(has("claims_supported", "sub") && has("code_challenge_methods_supported", "S256"));
    for (name, value) in json.as_object().expect("metadata") {
        let is_address = name.ends_with("_endpoint") || name == "jwks_uri";
        assert!(!is_address || value.as_str().is_some_and(|url| url.starts_with("https://")), "{name}: {value}");
    }
    // RP-Initiated Logout asks for one more.
    assert!(json["end_session_endpoint"].is_string());
    let keys = Answer::of(provider.caller().send(Method::GET, "/oauth/jwks", &[], None).await).json["keys"].clone();
    for key in keys.as_array().expect("keys") {
        assert!(key["kid"].is_string() && key["use"] == "sig", "{key}");
        for secret in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key[secret].is_null(), "a private key is published");
        }
    }
}

#[tokio::test]
async fn sec_55_basic_op_every_module_of_the_plan_holds() {
    basic::plan(Mode::Default).await;
}

#[tokio::test]
async fn sec_55_form_post_op_every_module_of_the_plan_holds() {
    basic::plan(Mode::FormPost).await;
}

#[tokio::test]
async fn sec_55_a_device_is_signed_in_by_plain_forms_alone() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.switches.set(Switch::DeviceGrant, true)).await;
    let begun = site.calls("/oauth/device", &[("scope", "openid")]).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let press = async |reply: Reply, kind: &str, target: &str, typed: &[(&str, String)]| {
        let page = Page::of(&reply.body);
        let button = page.find(kind, target).unwrap_or_else(|| panic!("no {target}: {reply:?}"));
        let typed = typed.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let (to, form) = page.pressed(button, &typed);
        let form = form.expect("a form");
        let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = phone.post(&to, &form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{done:?}");
        phone.get(done.location()).await
    };
    let asked = press(phone.get("/link").await, "class", "primary", &[("code", begun.text("user_code"))]).await;
    press(asked, "class", "approve", &[]).await;
    let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    let tokens = site.calls("/oauth/token", &[grant, ("device_code", &begun.text("device_code"))]).await;
    assert!(tokens.json["id_token"].is_string(), "{tokens:?}");
}

#[tokio::test]
async fn sec_55_rp_initiated_logout_op_every_module_of_the_plan_holds() {
    logout::plan().await;
}

//! Each error of the RFCs, given by a real request; and why some are never given.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use tessera::settings::Scanning;
use tessera::store::records::app_options::Switch;
use tessera::store::records::people::Audience;

use reqwest::{Method, StatusCode};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::harness::browser::{Browser, Reply, Shown};
use crate::harness::pair::Pair;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Answer, Site, decides, said};

/// Whom an error is for, where it is defined, and its codes.
const DEFINED: [(&str, &[&str]); 7] = [
    (
        "RFC 6749 §4.1.2.1, §5.2",
        &[
            "invalid_request",
            "unauthorized_client",
            "access_denied",
            "unsupported_response_type",
            "invalid_scope",
            "server_error",
            "temporarily_unavailable",
            "invalid_client",
            "invalid_grant",
            "unsupported_grant_type",
        ],
    ),
    ("RFC 6750 §3.1", &["invalid_request", "invalid_token", "insufficient_scope"]),
    ("RFC 7009 §2.2.1", &["unsupported_token_type"]),
    ("RFC 7636 §4.4.1, §4.6", &["invalid_request", "invalid_grant"]),
    ("RFC 8628 §3.5", &["authorization_pending", "slow_down", "access_denied", "expired_token"]),
    ("RFC 9126 §2.3", &["invalid_request", "invalid_client"]),
    (
        "OpenID Connect Core §3.1.2.6",
        &[
            "interaction_required",
            "login_required",
            "account_selection_required",
            "consent_required",
            "invalid_request_uri",
            "invalid_request_object",
            "request_not_supported",
            "request_uri_not_supported",
            "registration_not_supported",
        ],
    ),
];

/// What this server never answers, and why. RP-Initiated Logout has no codes: a wrong request is shown to the person;
/// and of Back-Channel Logout the app is the one that may refuse.
const NEVER: [(&str, &str); 5] = [
    ("server_error", "what breaks may work in a moment, and is called temporarily_unavailable"),
    ("unsupported_token_type", "a token of every type that is given here can be revoked"),
    ("interaction_required", "login_required or consent_required says which"),
    ("invalid_request_uri", "one that is over names no address to answer to: the person is told"),
    ("invalid_request_object", "request objects are not read, whatever they hold"),
];

/// The variants of the error, each with its code, as the source has them.
fn variants() -> BTreeMap<String, String> {
    let source = include_str!("../../oauth/error.rs");
    let codes = source.split("pub fn code(").nth(1).and_then(|rest| rest.split("\n    }\n").next()).expect("the codes");
    let mut known = BTreeMap::new();
    for arm in codes.split(',').filter(|arm| arm.contains("=>")) {
        let (names, code) = arm.split_once("=>").expect("an arm");
        for name in names.split("Self::").skip(1) {
            let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
            known.insert(name, code.trim().trim_matches('"').to_owned());
        }
    }
    assert!(known.len() > 15, "{known:?}");
    known
}

/// What was heard, by the variant that it is meant to come from.
struct Heard(RefCell<BTreeMap<&'static str, String>>);

impl Heard {
    /// An app's own call was refused.
    fn told(&self, variant: &'static str, status: u16, answer: &Answer) {
        assert_eq!(answer.status.as_u16(), status, "{variant}: {answer:?}");
        assert!(!answer.text("error_description").is_empty(), "{variant}: {answer:?}");
        assert_eq!(answer.reply.header("content-type"), "application/json", "{variant}");
        assert_eq!(answer.reply.header("cache-control"), "no-store", "{variant}");
        self.0.borrow_mut().insert(variant, answer.error());
    }

    /// A visitor was sent back with it.
    fn sent(&self, variant: &'static str, back: &Reply) {
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{variant}: {back:?}");
        assert!(!said(back.location(), "error_description").is_empty(), "{variant}: {back:?}");
        assert_eq!(said(back.location(), "state"), "s1", "{variant}");
        self.0.borrow_mut().insert(variant, said(back.location(), "error"));
    }
}

#[tokio::test]
async fn each_error_of_the_rfcs_is_given_by_a_request_or_never_for_a_reason() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let device = Site::register_with(&server, |app| {
        app.options.switches.set(Switch::DeviceGrant, true);
        app.options.switches.set(Switch::ClientCredentials, true);
    })
    .await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let heard = Heard(RefCell::default());

    let token = async |site: &Site, form: &[(&str, &str)]| site.calls("/oauth/token", form).await;
    let other = "Basic eDp5";
    let two = [("authorization", other)];
    let form = [("grant_type", "password"), ("client_id", "x"), ("client_secret", "y")];
    let both = site.backend.send(Method::POST, "/oauth/token", &two, Some(&form)).await;
    heard.told("InvalidRequest", 400, &Answer::of(both));
    let missing = token(&site, &[]).await;
    assert_eq!(missing.text("error_description"), "the parameter grant_type is missing");
    heard.told("Missing", 400, &missing);
    let stranger = site.backend.send(Method::POST, "/oauth/token", &two, Some(&[])).await;
    heard.told("InvalidClient", 401, &Answer::of(stranger));
    heard.told("InvalidGrant", 400, &site.exchanges("x").await);
    heard.told("UnauthorizedClient", 400, &token(&site, &[("grant_type", "client_credentials")]).await);
    heard.told("UnsupportedGrantType", 400, &token(&site, &[("grant_type", "password")]).await);

    let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    let begin = async || device.calls("/oauth/device", &[("scope", "openid")]).await;
    let begun = begin().await;
    let ask = async |begun: &Answer| token(&device, &[grant, ("device_code", &begun.text("device_code"))]).await;
    heard.told("AuthorizationPending", 400, &ask(&begun).await);
    heard.told("SlowDown", 400, &ask(&begun).await);
    let scan = phone.scan(&Shown { ticket: String::new(), typed: begun.text("user_code") }).await;
    phone.post("/api/deny", &[("code", &scan)]).await;
    heard.told("AccessDenied", 400, &ask(&begun).await);
    let late = begin().await;
    server.pass(300);
    heard.told("ExpiredToken", 400, &ask(&late).await);

    let bearer = async |line: &str| {
        let headers = [("authorization", line)];
        let headers = if line.is_empty() { &headers[..0] } else { &headers[..] };
        Answer::of(site.backend.send(Method::GET, "/oauth/userinfo", headers, None).await)
    };
    let none = bearer("").await;
    assert_eq!(none.reply.header("www-authenticate"), "Bearer realm=\"tessera\"", "and no code (RFC 6750 §3.1)");
    heard.told("NoToken", 401, &none);
    let own = token(&device, &[("grant_type", "client_credentials")]).await.text("access_token");
    for (variant, status, line) in
        [("InvalidToken", 401, "Bearer x".to_owned()), ("InsufficientScope", 403, format!("Bearer {own}"))]
    {
        let answer = bearer(&line).await;
        let challenge = format!("error=\"{}\"", answer.error());
        assert!(answer.reply.header("www-authenticate").contains(&challenge), "{answer:?}");
        heard.told(variant, status, &answer);
    }

    for (variant, other) in [
        ("UnsupportedResponseType", ("response_type", "token")),
        ("InvalidScope", ("scope", "phone")),
        ("RequestNotSupported", ("request", "eyJhbGciOiJub25lIn0.e30.")),
        ("RequestUriNotSupported", ("request_uri", "https://shop.example/request")),
        ("RegistrationNotSupported", ("registration", "{}")),
    ] {
        heard.sent(variant, &browser.get(&site.sends_to(&[other])).await);
    }
    let quietly = async |browser: &Browser| {
        let begun = browser.get(&site.sends_to(&[("prompt", "none")])).await;
        browser.get(begun.location()).await
    };
    heard.sent("LoginRequired", &quietly(&browser).await);
    server.person("Bob").await;
    let several = Browser::desktop(&server);
    several.sign_in("Alice", PASSWORD, "/").await;
    several.post("/accounts", &[("act", "add"), ("next", "/")]).await;
    several.sign_in("Bob", PASSWORD, "/").await;
    several.post("/signout", &[]).await;
    heard.sent("AccountSelectionRequired", &quietly(&several).await);
    phone.sign_in("Alice", PASSWORD, "/").await;
    heard.sent("ConsentRequired", &quietly(&phone).await);
    server.revise_app(&site.id, |app| app.audience = Audience::NOBODY).await;
    heard.sent("MayNotUse", &quietly(&phone).await);
    server.revise_app(&site.id, |app| app.audience = Audience::Everyone).await;

    server.revise_app(&device.id, |app| app.options.scan = Scanning::Off).await;
    heard.told("ScanOff", 400, &device.calls("/oauth/device", &[("scope", "openid")]).await);
    server.revise_app(&device.id, |app| app.options.scan = Scanning::On).await;

    when_the_store_is_full(&heard).await;
    heard.told("TooMany", 429, &too_often(&server, &device).await);
    let heard = heard.0.into_inner();
    for (variant, code) in variants() {
        assert_eq!(heard.get(variant.as_str()), Some(&code), "{variant} is given by no request");
    }
    let given: BTreeSet<&str> = heard.values().map(String::as_str).collect();
    let never: BTreeSet<&str> = NEVER.iter().map(|(code, _)| *code).collect();
    for (rfc, codes) in DEFINED {
        for code in codes {
            assert!(given.contains(code) != never.contains(code), "{code} ({rfc}) is given, or never is");
        }
    }
}

/// Redis takes no more: neither requests that apps push nor those that browsers bring, nor codes.
async fn when_the_store_is_full(heard: &Heard) {
    let pair = Pair::start().await;
    let (site, phone) = (Site::register(&pair.first).await, pair.phone("Alice").await);
    let asked = phone.get(&site.sends_to(&[])).await;
    decides(&phone, asked.location(), "allow").await;
    let (silent, seen) = (phone.get(&site.sends_to(&[("prompt", "none")])).await, phone.get(&site.sends_to(&[])).await);
    pair.stores.0.cli(&["CONFIG", "SET", "maxmemory", "1"]);
    heard.told("TemporarilyUnavailable", 503, &site.calls("/oauth/par", &site.asks(&[])).await);
    heard.sent("TemporarilyUnavailable", &pair.desktop().get(&site.sends_to(&[])).await);
    // Whoever sees a page may wait on it, and where none may be shown the app is told.
    heard.sent("TemporarilyUnavailable", &phone.get(silent.location()).await);
    assert_eq!(phone.get(seen.location()).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn where_no_page_may_be_shown_the_app_is_told_that_the_records_failed() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    let (silent, seen) = (phone.get(&site.sends_to(&[("prompt", "none")])).await, phone.get(&site.sends_to(&[])).await);
    let records = SqliteConnectOptions::new().filename(server.folder.path().join("tessera.db"));
    let mut records = records.connect().await.expect("opens");
    for [away, back] in [
        ["ALTER TABLE sessions RENAME TO away", "ALTER TABLE away RENAME TO sessions"],
        ["ALTER TABLE consents RENAME TO away", "ALTER TABLE away RENAME TO consents"],
    ] {
        sqlx::query(away).execute(&mut records).await.expect("renamed");
        let told = phone.get(silent.location()).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{away}: {told:?}");
        let said = ["error", "state"].map(|name| said(told.location(), name));
        assert_eq!(said, ["temporarily_unavailable", "s1"], "{away}");
        assert_eq!(phone.get(seen.location()).await.status, StatusCode::SERVICE_UNAVAILABLE, "{away}: a page may wait");
        sqlx::query(back).execute(&mut records).await.expect("renamed");
    }
}

/// Who asks too often is told when to come back, and not that something is broken.
async fn too_often(server: &Server, device: &Site) -> Answer {
    let told = loop {
        let told = device.calls("/oauth/device", &[("scope", "openid")]).await;
        if told.status == StatusCode::TOO_MANY_REQUESTS {
            break told;
        }
    };
    let public = Site::public(server).await;
    let pushed = public.backend.send(Method::POST, "/oauth/par", &[], Some(&public.asks(&[]))).await;
    for told in [&told.reply, &pushed] {
        let is_soon = told.header("retry-after").parse().is_ok_and(|seconds: u64| (1..=60).contains(&seconds));
        assert!(told.status == StatusCode::TOO_MANY_REQUESTS && is_soon, "{told:?}");
    }
    told
}

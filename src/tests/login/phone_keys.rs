//! The keys of phones' tokens where their issuer publishes them: rotated, withdrawn, slow to come, away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::signature::Ed25519KeyPair;
use axum::Json;
use axum::http::HeaderMap;
use axum::routing::get;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tessera::settings::{PhoneKeys, PhoneSettings};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::api::claims;
use crate::harness::browser::{Browser, Reply};
use crate::harness::server::Server;

/// A key of the issuer's.
struct Key {
    kid: &'static str,
    private: EncodingKey,
}

impl Key {
    fn new(kid: &'static str) -> Self {
        let pair: Pkcs8V1Der<'_> = Ed25519KeyPair::generate().and_then(|key| key.as_der()).expect("a key");
        Self { kid, private: EncodingKey::from_ed_der(pair.as_ref()) }
    }

    fn public(&self) -> Jwk {
        let mut jwk = Jwk::from_encoding_key(&self.private, Algorithm::EdDSA).expect("a key");
        jwk.common.key_id = Some(self.kid.to_owned());
        jwk
    }

    /// A token that outlasts the test.
    fn token(&self) -> String {
        let (mut header, mut claims) = (Header::new(Algorithm::EdDSA), claims());
        header.kid = Some(self.kid.to_owned());
        claims["exp"] = json!(4_000_000_000_u64);
        encode(&header, &claims, &self.private).expect("signs")
    }
}

/// Where the issuer publishes its keys.
#[derive(Clone)]
struct Issuer {
    url: String,
    /// `None` while it answers nobody.
    published: watch::Sender<Option<Value>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    async fn start(keys: &[&Key]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/keys", listener.local_addr().expect("bound"));
        let issuer = Self { url, published: watch::Sender::new(None), asked: Arc::default() };
        issuer.publishes(keys);
        let host = issuer.clone();
        let answer = get(async move || {
            host.asked.fetch_add(1, Ordering::SeqCst);
            let mut published = host.published.subscribe();
            let set = published.wait_for(Option::is_some).await.expect("the issuer lives").clone();
            Json(set)
        });
        let router = axum::Router::new().route("/keys", answer);
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    fn publishes(&self, keys: &[&Key]) {
        let keys: Vec<Jwk> = keys.iter().map(|key| key.public()).collect();
        self.published.send_replace(Some(json!({ "keys": keys })));
    }

    /// What it answers from now on is no key set.
    fn breaks(&self) {
        self.published.send_replace(Some(json!("out of order")));
    }

    /// From now on it keeps whoever asks waiting.
    fn stalls(&self) {
        self.published.send_replace(None);
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Returns once it was asked this often.
    async fn is_asked(&self, times: usize) {
        while self.asked() < times {
            tokio::task::yield_now().await;
        }
    }

    async fn server(&self) -> Server {
        let url = self.url.clone();
        Server::start_with(move |settings| {
            settings.phone = Some(PhoneSettings {
                issuer: "https://issuer.example".to_owned(),
                audience: "tessera".to_owned(),
                algorithms: vec![Algorithm::EdDSA],
                keys: PhoneKeys::Url(url),
                leeway: std::time::Duration::from_secs(30),
            });
        })
        .await
    }
}

/// How an app is answered that comes with a token of this key: what it asks about is nothing, and that comes second.
async fn comes(server: &Server, key: &Key) -> (StatusCode, String) {
    let bearer = format!("Bearer {}", key.token());
    let path = format!("/v1/tickets/{}/scan", "A".repeat(40));
    let reply: Reply = Browser::phone(server).send(Method::POST, &path, &[("authorization", &bearer)], None).await;
    (reply.status, reply.error())
}

fn let_in() -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, "forged_code".to_owned())
}

fn refused() -> (StatusCode, String) {
    (StatusCode::UNAUTHORIZED, "invalid_token".to_owned())
}

/// A request with a token of this key whose client hangs up once the issuer was asked this often.
async fn hangs_up(server: &Server, issuer: &Issuer, key: &Key, times: usize) {
    let tokens = server.app.login.phone_tokens.clone().expect("there are");
    let mut headers = HeaderMap::new();
    headers.insert("authorization", format!("Bearer {}", key.token()).parse().expect("a header"));
    let request = tokio::spawn(async move { tokens.account(&headers).await.map(|_| ()) });
    issuer.is_asked(times).await;
    request.abort();
    assert!(request.await.is_err_and(|error| error.is_cancelled()));
}

#[tokio::test]
async fn whoever_hangs_up_while_keys_are_fetched_keeps_nobody_out() {
    let (old, new, unknown) = (Key::new("old"), Key::new("new"), Key::new("unknown"));
    let issuer = Issuer::start(&[&old]).await;
    let server = issuer.server().await;
    // After a start nothing is known yet.
    issuer.stalls();
    hangs_up(&server, &issuer, &unknown, 1).await;
    issuer.publishes(&[&old]);
    assert_eq!(comes(&server, &old).await, let_in());

    server.pass(30);
    issuer.stalls();
    hangs_up(&server, &issuer, &unknown, 2).await;
    issuer.publishes(&[&old, &new]);
    assert_eq!(comes(&server, &new).await, let_in(), "a rotated key is read");
    assert_eq!(issuer.asked(), 2, "what was begun went on");
}

#[tokio::test]
async fn a_withdrawn_key_ends_within_ten_minutes() {
    let (old, new) = (Key::new("old"), Key::new("new"));
    let issuer = Issuer::start(&[&old, &new]).await;
    let server = issuer.server().await;
    assert_eq!(comes(&server, &old).await, let_in());
    issuer.publishes(&[&new]);
    server.pass(299);
    assert_eq!(comes(&server, &old).await, let_in());
    assert_eq!(issuer.asked(), 1);
    server.pass(301);
    assert_eq!(comes(&server, &old).await, refused(), "also where nobody came for a while");
    assert_eq!(comes(&server, &new).await, let_in());
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn nobody_whose_key_is_known_waits_for_a_slow_issuer() {
    let (key, unknown) = (Key::new("known"), Key::new("unknown"));
    let issuer = Issuer::start(&[&key]).await;
    let server = issuer.server().await;
    assert_eq!(comes(&server, &key).await, let_in());
    issuer.stalls();
    server.pass(300);
    let waits = async { comes(&server, &unknown).await };
    let others = async {
        issuer.is_asked(2).await;
        for _ in 0..3 {
            assert_eq!(comes(&server, &key).await, let_in());
        }
        assert_eq!(issuer.asked(), 2, "one at a time");
        issuer.publishes(&[&key, &unknown]);
    };
    assert_eq!(tokio::join!(waits, others).0, let_in());
}

#[tokio::test]
async fn keys_of_an_issuer_that_is_away_count_for_an_hour() {
    let key = Key::new("known");
    let issuer = Issuer::start(&[&key]).await;
    let server = issuer.server().await;
    assert_eq!(comes(&server, &key).await, let_in());
    issuer.breaks();
    server.pass(3599);
    assert_eq!(comes(&server, &key).await, let_in());
    server.pass(1);
    let unavailable = (StatusCode::SERVICE_UNAVAILABLE, "keys_unavailable".to_owned());
    assert_eq!(comes(&server, &key).await, unavailable);
    issuer.publishes(&[&key]);
    server.pass(30);
    assert_eq!(comes(&server, &key).await, let_in(), "and again once it is back");
}

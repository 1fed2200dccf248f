//! A text in the place of a key set (RFC 7517), of a phone's issuer and of an app: it is refused, or it holds keys by which
//! a token that was signed by nobody is still worth nothing.
#![no_main]

use std::time::Duration;

use axum::http::HeaderMap;
use jsonwebtoken::Algorithm;
use libfuzzer_sys::fuzz_target;
use tessera::account::phone_token::PhoneTokens;
use tessera::clock::Clock;
use tessera::oauth::{AppSecret, NewApp};
use tessera::settings::{PhoneKeys, PhoneSettings};
use tessera::store::records::app_options::AppOptions;
use tessera::store::records::apps::Dialects;
use tessera_fuzz::{APP, BACK, NOW, file_of, house};

/// `{"alg":…,"kid":"a"}` with the claims of a phone, and 64 bytes that are no signature of them.
const TOKENS: [&str; 3] = [
    "eyJhbGciOiJFZERTQSIsImtpZCI6ImEifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoidGVzc2VyYSIsInN1YiI6ImEiLCJleHAiOjE5MDAwMDAwMDB9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoidGVzc2VyYSIsInN1YiI6ImEiLCJleHAiOjE5MDAwMDAwMDB9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoidGVzc2VyYSIsInN1YiI6ImEiLCJleHAiOjE5MDAwMDAwMDB9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
];

fuzz_target!(|data: &[u8]| {
    let settings = PhoneSettings {
        issuer: "https://issuer.example".to_owned(),
        audience: "tessera".to_owned(),
        algorithms: vec![Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256],
        keys: PhoneKeys::File(file_of(data).1),
        leeway: Duration::from_secs(30),
    };
    let house = house();
    if let Ok(tokens) = PhoneTokens::new(&settings, house.app.records.clone(), Clock::manual(NOW)) {
        for token in TOKENS {
            let mut headers = HeaderMap::new();
            headers.insert("authorization", format!("Bearer {token}").parse().expect("a header"));
            assert!(house.runtime.block_on(tokens.account(&headers)).is_err(), "{}", String::from_utf8_lossy(data));
        }
    }
    let Ok(jwks) = serde_json::from_slice(data) else { return };
    let app = NewApp {
        name: "Shop".to_owned(),
        redirect_uris: vec![BACK.to_owned()],
        dialects: Dialects::Oidc,
        has_secret: false,
        options: AppOptions { jwks: Some(jwks), ..AppOptions::default() },
    };
    // Refused with a reason, or taken whole.
    let _ = app.register(APP.parse().expect("an id"), AppSecret::from_random([1; 32]), NOW);
});

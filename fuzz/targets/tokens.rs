//! A text in the place of a token, wherever one is read: nobody is let in by it, and nobody is signed out.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use jsonwebtoken::Algorithm;
use libfuzzer_sys::fuzz_target;
use tessera::settings::{PhoneKeys, PhoneSettings};
use tessera_fuzz::{APP, House, file_of};

/// The public keys of RFC 8037 §A.2 and RFC 7517 §A.1; nobody here has the private halves.
const KEYS: &str = r#"{"keys":[
    {"kty":"OKP","crv":"Ed25519","kid":"ed","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    {"kty":"EC","crv":"P-256","kid":"ec","alg":"ES256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}
]}"#;

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    House::start(|settings| {
        settings.phone = Some(PhoneSettings {
            issuer: "https://issuer.example".to_owned(),
            audience: "tessera".to_owned(),
            algorithms: vec![Algorithm::EdDSA, Algorithm::ES256],
            keys: PhoneKeys::File(file_of(KEYS.as_bytes()).1),
            leeway: Duration::from_secs(30),
        });
    })
});

fuzz_target!(|data: &[u8]| {
    let bearer = [b"Bearer ", data].concat();
    for (method, path) in [(Method::POST, "/v1/tickets/BCDF-GHJK/scan"), (Method::GET, "/oauth/userinfo")] {
        let headers: [(&str, &[u8]); 1] = [("authorization", &bearer)];
        let Some(answer) = HOUSE.ask(method, path, &headers, Vec::new()) else { continue };
        assert!(matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST), "{}", answer.status);
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let quoted: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let form: [(&str, &[u8]); 1] = [("content-type", b"application/x-www-form-urlencoded")];
    for body in [
        format!(
            "grant_type=client_credentials&client_id={APP}&client_assertion={quoted}\
             &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        ),
        format!("grant_type=refresh_token&client_id={APP}&client_secret=x&refresh_token={quoted}"),
    ] {
        let answer = HOUSE.ask(Method::POST, "/oauth/token", &form, body.into_bytes()).expect("an answer");
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
    // A hint that is none signs nobody out and leads nowhere.
    HOUSE.ask(Method::GET, &format!("/oauth/logout?id_token_hint={quoted}"), &[], Vec::new());
});

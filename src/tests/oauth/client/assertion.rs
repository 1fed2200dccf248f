//! Apps that prove themselves by a key of their own (RFC 7523).

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::signature::Ed25519KeyPair;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::server::Server;
use crate::harness::site::{Answer, BACK, Site};

/// An app, and the key that it proves itself by.
struct Keyed {
    site: Site,
    key: EncodingKey,
}

impl Keyed {
    async fn register(server: &Server) -> Self {
        let pair: Pkcs8V1Der<'_> = Ed25519KeyPair::generate().and_then(|key| key.as_der()).expect("a key");
        let key = EncodingKey::from_ed_der(pair.as_ref());
        let keys = vec![Jwk::from_encoding_key(&key, Algorithm::EdDSA).expect("a key")];
        let jwks = serde_json::to_value(JwkSet { keys }).expect("JSON");
        let site = Site::register_with(server, |app| app.options.jwks = Some(jwks)).await;
        Self { site, key }
    }

    /// What it says of itself, for a minute, with this changed.
    fn says(&self, server: &Server, id: &str, name: &str, value: Value) -> String {
        let now = server.clock.now().as_millis() / 1000;
        let app = self.site.id.as_str();
        let mut claims = json!({ "iss": app, "sub": app, "aud": server.origin, "exp": now + 60, "jti": id });
        claims[name] = value;
        encode(&Header::new(Algorithm::EdDSA), &claims, &self.key).expect("signs")
    }

    /// Pushes a request, and proves itself by this.
    async fn pushes(&self, assertion: &str) -> Answer {
        let form = [
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
            ("response_type", "code"),
            ("scope", "openid"),
            ("redirect_uri", BACK),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ];
        Answer::of(self.site.backend.send(Method::POST, "/oauth/par", &[], Some(&form)).await)
    }
}

#[tokio::test]
async fn what_an_app_signs_to_prove_itself_is_for_this_server_for_a_while_and_once() {
    let server = Server::start().await;
    let app = Keyed::register(&server).await;
    let (issuer, now) = (&server.origin, server.clock.now().as_millis() / 1000);
    // RFC 9126 §2 names all three.
    let ours = ["", "/oauth/token", "/oauth/par"].map(|path| json!(format!("{issuer}{path}")));
    for (at, aud) in ours.iter().cloned().chain([json!(["https://other.example", issuer])]).enumerate() {
        let pushed = app.pushes(&app.says(&server, &format!("ours-{at}"), "aud", aud)).await;
        assert_eq!(pushed.status, StatusCode::CREATED, "{at}: {pushed:?}");
    }
    for (name, value) in [
        ("aud", json!("https://other.example")),
        ("aud", json!(format!("{issuer}/oauth/userinfo"))),
        ("aud", json!(format!("{issuer}.evil.example"))),
        ("aud", json!([])),
        ("iss", json!("ts0000000000000000")),
        ("exp", json!(now)),
        ("exp", json!(now + 24 * 3600)),
        ("nbf", json!(now + 3600)),
    ] {
        let refused = app.pushes(&app.says(&server, "not ours", name, value.clone())).await;
        let told = (refused.status, refused.error());
        assert_eq!(told, (StatusCode::UNAUTHORIZED, "invalid_client".to_owned()), "{name}: {value}");
    }
    let again = app.pushes(&app.says(&server, "ours-0", "aud", json!(issuer))).await;
    assert_eq!(again.error(), "invalid_client", "its name was used before");
}

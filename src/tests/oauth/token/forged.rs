//! Tokens that nobody here made, and tokens that are for something else.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tessera::store::records::app_options::SigningAlgorithm;

use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{Site, claims, header};

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}.", part(header), part(claims))
}

#[tokio::test]
async fn sec_46_a_token_is_taken_as_what_it_is_and_only_with_our_signature() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for algorithm in SigningAlgorithm::ALL {
        let site = Site::register_with(&server, |app| app.options.id_token_signed_response_alg = algorithm).await;
        let tokens = site.exchanges(&site.code(&Browser::desktop(&server), &phone, &[]).await).await;
        let (access, id) = (tokens.text("access_token"), tokens.text("id_token"));
        assert_eq!(
            (header(&access)["alg"].as_str(), header(&access)["typ"].as_str()),
            (Some(algorithm.name()), Some("at+jwt"))
        );
        assert_eq!((header(&id)["alg"].as_str(), header(&id)["typ"].as_str()), (Some(algorithm.name()), Some("JWT")));
        assert_eq!(site.userinfo(&access).await.status.as_u16(), 200);
        let (head, body) = (header(&access), claims(&access));
        let parts: Vec<&str> = access.split('.').collect();
        let other: Vec<&str> = id.split('.').collect();
        let with = |key: &str, value: Value| {
            let mut head = head.clone();
            head[key] = value;
            head
        };
        let secret = EncodingKey::from_secret(b"a key that everybody knows, since it is published");
        let mut by_secret = Header::new(Algorithm::HS256);
        by_secret.typ = Some("at+jwt".to_owned());
        by_secret.kid = head["kid"].as_str().map(str::to_owned);
        let forged = [
            id.clone(),                                        // an ID token
            format!("{}.{}.{}", other[0], parts[1], other[2]), // with the claims of the other
            format!("{}.{}.{}", parts[0], parts[1], other[2]), // with its signature
            format!("{}.{}.", parts[0], parts[1]),             // without any
            unsigned(&with("alg", json!("none")), &body),
            unsigned(&with("alg", json!("NONE")), &body),
            encode(&by_secret, &body, &secret).expect("signs"),
            format!("{access}x"),
            access.replace('.', ""),
            String::new(),
            "a.b.c".to_owned(),
            "x".repeat(9000),
        ];
        for token in forged {
            let refused = site.userinfo(&token).await;
            assert_eq!(refused.status.as_u16(), 401, "{token}");
        }
    }
}

#[tokio::test]
async fn sec_46_keys_that_a_token_brings_along_are_not_looked_at() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let site =
        Site::register_with(&server, |app| app.options.id_token_signed_response_alg = SigningAlgorithm::EdDsa).await;
    let tokens = site.exchanges(&site.code(&Browser::desktop(&server), &phone, &[]).await).await;
    let access = tokens.text("access_token");
    let theirs: Pkcs8V1Der<'_> = Ed25519KeyPair::generate().and_then(|key| key.as_der()).expect("a key");
    let key = EncodingKey::from_ed_der(theirs.as_ref());
    let jwk = jsonwebtoken::jwk::Jwk::from_encoding_key(&key, Algorithm::EdDSA).expect("a key");
    let mut head = Header::new(Algorithm::EdDSA);
    head.typ = Some("at+jwt".to_owned());
    head.jwk = Some(jwk);
    head.jku = Some("https://evil.example/keys".to_owned());
    head.x5u = Some("https://evil.example/chain".to_owned());
    for kid in [header(&access)["kid"].as_str().map(str::to_owned), Some("theirs".to_owned()), None] {
        head.kid = kid;
        let forged = encode(&head, &claims(&access), &key).expect("signs");
        assert_eq!(site.userinfo(&forged).await.status.as_u16(), 401);
    }
    let no_token = site.backend.send(reqwest::Method::GET, "/oauth/userinfo", &[], None).await;
    assert_eq!((no_token.status.as_u16(), no_token.header("www-authenticate")), (401, "Bearer realm=\"tessera\""));
    let in_query = format!("/oauth/userinfo?access_token={access}");
    assert_eq!(site.backend.send(reqwest::Method::GET, &in_query, &[], None).await.status.as_u16(), 401);
}

//! Client authentication (RFC 6749 §2.3): a secret in the header or in the body (§2.3.1), a client assertion,
//! which is a token that the app signed (RFC 7523), or none for a public client, which relies on PKCE. A
//! request uses one method only.

use std::borrow::Cow;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, decode_header};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::clients::Clients;
use super::secret::AppSecret;
use crate::crypto::jws::verified_claims;
use crate::oauth::error::OAuthError;
use crate::oauth::params::{Param, Params};
use crate::store::records::apps::{App, Dialect};
use crate::store::single_use::{Holder, Kind, OnceName};
use crate::ticket::time::Timestamp;
use crate::web::bounds::TOKEN_BYTES;

/// The `client_assertion_type` of a client assertion (RFC 7523 §2.2).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The algorithms for client assertions. HMAC is not one of them: it needs the secret, of which only a hash
/// is kept.
const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
/// The longest lifetime of a client assertion. It is short, because the server remembers used assertions until they
/// expire.
const ASSERTION_MOST: Duration = Duration::from_secs(300);
/// How far the clock of an app may be ahead of this server's.
const LEEWAY: Duration = Duration::from_secs(30);

impl Clients {
    /// Authenticates the app that sends a request (RFC 6749 §2.3) by one of four methods:
    /// `client_secret_basic`, `client_secret_post`, `private_key_jwt`, or `none` for a public client. A client
    /// assertion is recorded as used, and is refused a second time.
    ///
    /// # Errors
    /// `invalid_client` if the app is unknown or disabled or its credentials are wrong or missing;
    /// `invalid_request` if the request uses two methods or names two apps.
    pub async fn authenticate(&self, headers: &HeaderMap, params: &Params) -> Result<App, OAuthError> {
        let basic = headers.get(AUTHORIZATION).map(|line| line.to_str().unwrap_or_default());
        let (secret, assertion) = (params.get(Param::ClientSecret), params.get(Param::ClientAssertion));
        match (basic, secret, assertion) {
            (Some(line), None, None) => {
                let (id, secret) = read_basic(line).ok_or(OAuthError::InvalidClient)?;
                if params.get(Param::ClientId).is_some_and(|named| named != id) {
                    return Err(OAuthError::InvalidRequest("client_id is not the app of the Authorization header"));
                }
                let app = self.named(&id).await?;
                // RFC 6749 §2.3.1: an empty secret is the same as none, and a public client has none.
                if secret.is_empty() { unproved(app) } else { proved_by(&secret, app) }
            }
            (None, Some(secret), None) => proved_by(secret, self.named(params.need(Param::ClientId)?).await?),
            (None, None, Some(assertion)) => self.by_assertion(params, assertion).await,
            (None, None, None) => {
                unproved(self.named(params.get(Param::ClientId).ok_or(OAuthError::InvalidClient)?).await?)
            }
            _ => Err(OAuthError::InvalidRequest("prove who you are in one way, not in two")),
        }
    }

    async fn named(&self, id: &str) -> Result<App, OAuthError> {
        self.find(id, Dialect::Oidc).await?.ok_or(OAuthError::InvalidClient)
    }

    async fn by_assertion(&self, params: &Params, assertion: &str) -> Result<App, OAuthError> {
        if params.get(Param::ClientAssertionType) != Some(ASSERTION) || assertion.len() > TOKEN_BYTES {
            return Err(OAuthError::InvalidClient);
        }
        // Claims without a check of the signature: they only say whose key to check it with.
        let named: Claims = insecure_decode_claims(assertion).map_err(|_| OAuthError::InvalidClient)?;
        let app = self.named(&named.sub).await?;
        let claims = verify(&app, assertion).ok_or(OAuthError::InvalidClient)?;
        let now = self.clock.now();
        let at = |seconds: u64| Timestamp::from_millis(seconds.saturating_mul(1000));
        let in_time = !at(claims.exp).is_over(now)
            && at(claims.exp) <= now + ASSERTION_MOST + LEEWAY
            && claims.nbf.is_none_or(|nbf| at(nbf) <= now + LEEWAY);
        // RFC 9126 §2: an assertion with a pushed request may also name that endpoint as its audience.
        let rest = |aud: &str| aud.strip_prefix(self.site.origin()).map(str::to_owned);
        let is_ours = |aud: &String| matches!(rest(aud).as_deref(), Some("" | "/oauth/token" | "/oauth/par"));
        let is_for_us = match &claims.aud {
            Audience::One(aud) => is_ours(aud),
            Audience::Many(all) => all.iter().any(is_ours),
        };
        let is_itself = claims.iss == claims.sub && params.get(Param::ClientId).is_none_or(|id| id == claims.sub);
        if !in_time || !is_for_us || !is_itself {
            return Err(OAuthError::InvalidClient);
        }
        // RFC 7523 §3: an assertion is used once (`jti`).
        let name = OnceName::of(Kind::Proof, &[claims.sub.as_bytes(), claims.jti.as_bytes()]);
        if self.once.keep(&name, Holder::app(app.id), Vec::new(), now, at(claims.exp)).await? {
            Ok(app)
        } else {
            Err(OAuthError::InvalidClient)
        }
    }
}

/// Accepts an app that sent no credentials, if it is a public client, and returns it; otherwise fails with
/// `invalid_client`.
fn unproved(app: App) -> Result<App, OAuthError> {
    if app.is_confidential() { Err(OAuthError::InvalidClient) } else { Ok(app) }
}

fn proved_by(secret: &str, app: App) -> Result<App, OAuthError> {
    if AppSecret::fits(secret, &app) { Ok(app) } else { Err(OAuthError::InvalidClient) }
}

/// Reads the id and the secret from a Basic `Authorization` header; `None` if it is malformed. Both were
/// form-encoded before they were joined (RFC 6749 §2.3.1).
fn read_basic(line: &str) -> Option<(String, String)> {
    let (scheme, value) = line.split_once(' ')?;
    let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(Cow::into_owned);
    scheme.eq_ignore_ascii_case("basic").then(|| Some((plain(id)?, plain(secret)?)))?
}

/// The claims of a client assertion (RFC 7523 §3).
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: u64,
    jti: String,
    #[serde(default)]
    nbf: Option<u64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

fn verify(app: &App, assertion: &str) -> Option<Claims> {
    let header = decode_header(assertion).ok()?;
    let set: JwkSet = serde_json::from_value(app.options.jwks.clone()?).ok()?;
    let jwk = match &header.kid {
        Some(kid) => set.find(kid)?,
        None => set.keys.first().filter(|_| set.keys.len() == 1)?,
    };
    let key = DecodingKey::from_jwk(jwk).ok().filter(|key| key.family() == header.alg.family())?;
    if ALGORITHMS.contains(&header.alg) { verified_claims(assertion, header.alg, &key) } else { None }
}

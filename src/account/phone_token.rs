//! Verifies the bearer token of the operator's own mobile app. The account is determined by the token's
//! issuer and subject alone. Issuer, audience and algorithms are configured; what the token says about keys
//! (`jku`, `x5u`, `jwk`) must never be used.

mod error;
mod keys;

pub use error::TokenError;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use self::keys::{PublishedKeys, find};
use super::DisplayName;
use crate::about;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::settings::{PhoneKeys, PhoneSettings};
use crate::store::records::{Account, Records, Vouched};
use crate::ticket::ids::AccountId;
use crate::web::bounds::TOKEN_BYTES;

/// Smallest number of bytes of a shared secret: as many as the hash of HS256 has (RFC 7518 §3.2).
const SECRET_BYTES_LEAST: usize = 32;

#[derive(Debug, Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    preferred_username: Option<String>,
    #[serde(default)]
    picture: Option<String>,
}

/// Verifies the bearer tokens of the operator's own mobile app, and finds the accounts that they name; cheap to
/// clone.
#[derive(Clone)]
pub struct PhoneTokens(Arc<Inner>);

struct Inner {
    settings: PhoneSettings,
    source: Source,
    records: Records,
    clock: Clock,
}

enum Source {
    Secret(DecodingKey),
    Set(JwkSet),
    Url(PublishedKeys),
}

impl Source {
    fn read(settings: &PhoneSettings, clock: &Clock) -> Result<Self, String> {
        let read = |setting: &str, path: &Path| {
            std::fs::read(path).map_err(|error| format!("{setting}: {}: {error}", path.display()))
        };
        match &settings.keys {
            PhoneKeys::Secret(path) => {
                let bytes = read("phone.secret_file", path)?;
                let secret = bytes.trim_ascii();
                if secret.len() < SECRET_BYTES_LEAST {
                    return Err(format!(
                        "phone.secret_file: {}: the secret has {} bytes; it needs {SECRET_BYTES_LEAST}",
                        path.display(),
                        secret.len()
                    ));
                }
                Ok(Self::Secret(DecodingKey::from_secret(secret)))
            }
            PhoneKeys::File(path) => {
                let set = serde_json::from_slice(&read("phone.jwks_file", path)?)
                    .map_err(|error| format!("phone.jwks_file: {} is not a JWK set: {error}", path.display()))?;
                Ok(Self::Set(set))
            }
            PhoneKeys::Url(url) => PublishedKeys::new(url, clock.clone()).map(Self::Url),
        }
    }
}

impl std::fmt::Debug for PhoneTokens {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("PhoneTokens")
    }
}

impl PhoneTokens {
    /// Makes a verifier with the keys that the configuration names. Returns an error line for the operator if the
    /// keys are wrong.
    pub fn new(settings: &PhoneSettings, records: Records, clock: Clock) -> Result<Self, String> {
        let source = Source::read(settings, &clock)?;
        Ok(Self(Arc::new(Inner { settings: settings.clone(), source, records, clock })))
    }

    /// Checks that the keys which the configuration names can be read and used; returns an error line for the
    /// operator if not. Keys at a URL are not fetched.
    pub fn check_keys(settings: &PhoneSettings, clock: &Clock) -> Result<(), String> {
        Source::read(settings, clock).map(|_| ())
    }

    /// Verifies the bearer token in these headers and returns the account of its issuer and subject. The
    /// account is created at first use, and its name and picture are updated from the token. The request's log
    /// lines get the account. A disabled account is an error.
    pub async fn account(&self, headers: &HeaderMap) -> Result<Account, TokenError> {
        let token = bearer(headers).ok_or(TokenError::Missing)?;
        let claims = self.check(token).await?;
        let shown = [claims.name.as_deref(), claims.preferred_username.as_deref(), Some(&claims.sub)];
        let display_name = shown.into_iter().flatten().find_map(DisplayName::lenient).ok_or(TokenError::Invalid)?;
        let vouched = Vouched {
            fresh_id: AccountId::from_random(random()),
            issuer: self.0.settings.issuer.clone(),
            subject: claims.sub,
            display_name: display_name.as_str().to_owned(),
            picture: claims.picture.filter(|picture| picture.starts_with("https://") && picture.len() <= 1024),
            now: self.0.clock.now(),
        };
        let account = self.0.records.vouched_account(vouched).await?;
        about::account(account.id);
        if account.is_disabled { Err(TokenError::Disabled) } else { Ok(account) }
    }

    async fn check(&self, token: &str) -> Result<Claims, TokenError> {
        let settings = &self.0.settings;
        let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
        if !settings.algorithms.contains(&header.alg) {
            return Err(TokenError::Invalid);
        }
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are checked below, against this server's clock.
        validation.validate_exp = false;
        let key = self.key(header.alg, header.kid.as_deref()).await?;
        let claims = decode::<Claims>(token, &key, &validation).map_err(|_| TokenError::Invalid)?.claims;

        let now = Duration::from_millis(self.0.clock.now().as_millis()).as_secs_f64();
        let leeway = settings.leeway.as_secs_f64();
        let in_time = now < claims.exp + leeway && claims.nbf.is_none_or(|nbf| nbf <= now + leeway);
        let is_subject = !claims.sub.is_empty() && claims.sub.len() <= 255;
        if in_time && is_subject { Ok(claims) } else { Err(TokenError::Invalid) }
    }

    async fn key(&self, algorithm: Algorithm, kid: Option<&str>) -> Result<DecodingKey, TokenError> {
        match &self.0.source {
            Source::Secret(key) => Ok(key.clone()),
            Source::Set(set) => find(set, algorithm, kid).ok_or(TokenError::Invalid),
            Source::Url(keys) => keys.find(algorithm, kid).await,
        }
    }
}

/// Returns the bearer token of a request from its `Authorization` header (RFC 6750 §2.1); `None` if there is
/// none or it is too long. No other place is read: a token in a URL ends up in logs.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && token.len() <= TOKEN_BYTES).then(|| token.trim())
}

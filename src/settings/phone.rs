//! The checked table `[phone]`: whose tokens are accepted from mobile apps, and by which keys.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use jsonwebtoken::{Algorithm, AlgorithmFamily};

use super::tables::Phone;
use super::wrong::WrongSetting;

/// Which bearer tokens are accepted from mobile apps.
#[derive(Clone, Debug)]
pub struct PhoneSettings {
    /// The `iss` that a token must have.
    pub issuer: String,
    /// The `aud` that a token must have.
    pub audience: String,
    /// The signature algorithms that are accepted; never empty.
    pub algorithms: Vec<Algorithm>,
    /// The keys that check the signatures.
    pub keys: PhoneKeys,
    /// The greatest difference between the clocks of the issuer and this server.
    pub leeway: Duration,
}

/// Where the keys of phone tokens are.
#[derive(Clone, Debug)]
pub enum PhoneKeys {
    /// A JWK set in a file.
    File(PathBuf),
    /// A JWK set at an https address, or at an http address of this machine.
    Url(String),
    /// A shared secret in a file.
    Secret(PathBuf),
}

impl Phone {
    /// Checks the table; `None` if it is empty, so that no mobile app is accepted.
    pub(super) fn check(&self) -> Result<Option<PhoneSettings>, WrongSetting> {
        let keys = [
            self.jwks_file.clone().map(PhoneKeys::File),
            self.jwks_url.clone().map(PhoneKeys::Url),
            self.secret_file.clone().map(PhoneKeys::Secret),
        ];
        let mut keys = keys.into_iter().flatten();
        let (first, second) = (keys.next(), keys.next());
        if first.is_none() && self.issuer.is_none() && self.audience.is_none() && self.algorithms.is_empty() {
            return Ok(None);
        }
        let needed = |key: &str| WrongSetting::new(key, "is needed where [phone] is used");
        let issuer = self.issuer.clone().ok_or_else(|| needed("phone.issuer"))?;
        let audience = self.audience.clone().ok_or_else(|| needed("phone.audience"))?;
        let (Some(keys), None) = (first, second) else {
            return Err(WrongSetting::new(
                "phone.jwks_file",
                "exactly one of jwks_file, jwks_url, secret_file is needed",
            ));
        };
        if let PhoneKeys::Url(url) = &keys
            && !(url.starts_with("https://")
                || url.starts_with("http://localhost:")
                || url.starts_with("http://127.0.0.1:"))
        {
            return Err(WrongSetting::new(
                "phone.jwks_url",
                format_args!("{url:?} does not start with https://, as in https://accounts.example.com/jwks.json"),
            ));
        }
        if self.leeway_seconds > 300 {
            return Err(WrongSetting::new("phone.leeway_seconds", "may be 0 to 300"));
        }
        Ok(Some(PhoneSettings {
            issuer,
            audience,
            algorithms: self.algorithms(matches!(keys, PhoneKeys::Secret(_)))?,
            keys,
            leeway: Duration::from_secs(self.leeway_seconds),
        }))
    }

    /// Checks the algorithms. A public key must never be used as a shared secret, so the two kinds cannot be
    /// mixed.
    fn algorithms(&self, shared_secret: bool) -> Result<Vec<Algorithm>, WrongSetting> {
        let wrong = |what: String| WrongSetting::new("phone.algorithms", what);
        let mut algorithms = Vec::new();
        for name in &self.algorithms {
            let algorithm =
                Algorithm::from_str(name).map_err(|_| wrong(format!("{name:?} is not a signature algorithm")))?;
            if (algorithm.family() == AlgorithmFamily::Hmac) != shared_secret {
                return Err(wrong(format!(
                    "{name} goes with {}",
                    if shared_secret { "a JWK set" } else { "secret_file" }
                )));
            }
            algorithms.push(algorithm);
        }
        if algorithms.is_empty() {
            return Err(wrong("at least one is needed, for example [\"ES256\"]".to_owned()));
        }
        Ok(algorithms)
    }
}

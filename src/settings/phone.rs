//! `[phone]`: the issuer of the tokens of a mobile app, and the keys that verify them.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use jsonwebtoken::{Algorithm, AlgorithmFamily};
use serde::{Deserialize, Serialize};

use super::wrong_setting::WrongSetting;

/// The table `[phone]`, not checked yet: which bearer tokens of a mobile app are accepted, so that the app can
/// approve sign-ins.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Phone {
    /// The required `iss` of a token.
    pub issuer: Option<String>,
    /// The required `aud` of a token.
    pub audience: Option<String>,
    /// The accepted signature algorithms.
    pub algorithms: Vec<String>,
    /// A file with the keys that verify the tokens, as a JWK set.
    pub jwks_file: Option<PathBuf>,
    /// The URL of the keys that verify the tokens, as a JWK set.
    pub jwks_url: Option<String>,
    /// A file with a shared secret that verifies the tokens, for HS256, HS384 and HS512.
    pub secret_file: Option<PathBuf>,
    /// The largest tolerated difference in seconds between the clocks of the tokens' issuer and this server.
    pub leeway_seconds: u64,
}

impl Default for Phone {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: None,
            algorithms: Vec::new(),
            jwks_file: None,
            jwks_url: None,
            secret_file: None,
            leeway_seconds: 30,
        }
    }
}

/// The checked `[phone]`: which bearer tokens of a mobile app are accepted for its user, so that the app can
/// approve sign-ins.
#[derive(Clone, Debug)]
pub struct PhoneSettings {
    /// The required `iss` of a token.
    pub issuer: String,
    /// The required `aud` of a token.
    pub audience: String,
    /// The accepted signature algorithms; never empty.
    pub algorithms: Vec<Algorithm>,
    /// Where the keys come from that verify the tokens.
    pub keys: PhoneKeys,
    /// The largest tolerated difference between the clocks of the tokens' issuer and this server.
    pub leeway: Duration,
}

/// Where the keys come from that verify the tokens of a mobile app.
#[derive(Clone, Debug)]
pub enum PhoneKeys {
    /// A JWK set in a file.
    File(PathBuf),
    /// A JWK set at an `https` URL, or at an `http` URL on this machine.
    Url(String),
    /// A shared secret in a file.
    Secret(PathBuf),
}

impl Phone {
    /// Checks the table `[phone]`; `None` if it is empty, so that no tokens are accepted. Fails if a required key is
    /// missing or a value is wrong.
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

    /// Parses the names of the accepted signature algorithms; having none is an error. `shared_secret` says whether the
    /// key is in `secret_file`: HMAC requires that, and all other algorithms a JWK set, so that a public key is never
    /// used as a shared secret.
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

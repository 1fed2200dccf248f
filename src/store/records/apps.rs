//! Apps as they are stored: third-party sites that sign people in through this server.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::pictures::PictureId;
use super::seen::Fingerprint;
use crate::ticket::ids::AppId;
use crate::ticket::time::Timestamp;

/// SHA-256 of an app's secret: it recognises the secret and opens nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AppSecretHash(pub [u8; 32]);

impl fmt::Debug for AppSecretHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AppSecretHash")
    }
}

/// The protocol that an app speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Dialect {
    /// OpenID Connect.
    Oidc,
    /// The protocol of WeChat's open platform.
    WeChat,
    /// Both of them.
    Both,
}

impl Dialect {
    /// Returns the word for the dialect, on the command line and in the table.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns whether an app of this dialect also speaks the other one.
    pub fn includes(self, other: Self) -> bool {
        self == Self::Both || self == other
    }

    /// Returns the dialect of this word.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// An app: a client in the words of OAuth 2.0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The public name of the app in the protocols: `client_id`, `appid`.
    pub id: AppId,
    /// The name that people are shown.
    pub name: String,
    /// The protocol that the app speaks.
    pub dialect: Dialect,
    /// The redirect URIs to which people may be sent back.
    pub redirect_uris: Vec<String>,
    /// The hashes of its valid secrets, the newest first: none for a public app, two after a rotation.
    pub secrets: Vec<AppSecretHash>,
    /// The time of the registration.
    pub created_at: Timestamp,
    /// The time since which the app signs no one in any more.
    pub disabled_at: Option<Timestamp>,
    /// The options of the app.
    pub options: AppOptions,
}

impl App {
    /// Returns whether the app can authenticate, by a secret or by keys of its own. A public app cannot.
    pub fn proves_itself(&self) -> bool {
        !self.secrets.is_empty() || self.options.jwks.is_some()
    }

    /// Returns a fingerprint of the settings, which changes when they are changed. The logo is not part of them.
    pub fn fingerprint(&self) -> Fingerprint {
        let options = AppOptions { logo: None, ..self.options.clone() };
        Fingerprint::over(&(&self.name, self.dialect, &self.redirect_uris, options))
    }

    /// Returns a fingerprint of the newest secret.
    pub fn secret_fingerprint(&self) -> Fingerprint {
        Fingerprint::over(&self.secrets.first().map(|newest| &newest.0[..]))
    }
}

/// The options of an app. A newer server may know more of them; an older row has the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a right of its own")]
pub struct AppOptions {
    /// The algorithm with which its ID tokens are signed.
    pub algorithm: SigningAlgorithm,
    /// Whether the app gets pairwise subject identifiers (OpenID Connect Core §8.1), not the same as other apps.
    pub is_pairwise: bool,
    /// Whether the app may do without PKCE, because it is older than PKCE; never for a public app.
    pub is_without_pkce: bool,
    /// Whether the app must push its authorization requests (RFC 9126).
    pub is_pushed_only: bool,
    /// Whether the app may use the device authorization grant (RFC 8628).
    pub has_device_grant: bool,
    /// Whether the app may use the client credentials grant (RFC 6749 §4.4).
    pub has_client_credentials: bool,
    /// Whether its ID tokens also carry the claims of the userinfo endpoint (OpenID Connect Core §5.4), for libraries
    /// that read nothing else.
    pub has_profile_in_id_token: bool,
    /// The addresses to which people may be sent after they signed out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The address that is told when a person signed out (OpenID Connect Back-Channel Logout).
    pub backchannel_logout_uri: Option<String>,
    /// The public keys by which the app authenticates instead of by a secret: a JWK set (RFC 7523).
    pub jwks: Option<serde_json::Value>,
    /// The origins whose pages may show the code of the app in a frame.
    pub embed_origins: Vec<String>,
    /// In WeChat's dialect: whether a refusal leads back to the app too, with the state alone.
    pub is_told_of_refusals: bool,
    /// In WeChat's dialect: whether any path on the host of a redirect URI is accepted, as on that platform.
    pub is_matched_by_host: bool,
    /// How its visitors must have signed in.
    pub verification: Verification,
    /// The logo that is shown beside the name; without one, the initials are shown.
    pub logo: Option<PictureId>,
    /// The lifetimes of its tokens.
    #[serde(flatten)]
    pub lives: TokenLives,
}

/// How a visitor of an app must have signed in. A request cannot ask for less.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Verification {
    /// In any way: an existing session is accepted.
    #[default]
    Any,
    /// After the app asked, each time anew: by password or by a scan.
    Fresh,
    /// By a scan that was approved for this app after it asked; a password is not accepted.
    Scan,
}

impl Verification {
    /// All values.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().expect("it is as long as that");

    /// Returns the word for it, on the command line and in the table.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns the value of this word.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// The lifetimes of the tokens of an app. WeChat's dialect has lifetimes of its own, on which its clients rely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenLives {
    /// The lifetime of an access token, and of the ID token beside it, in minutes.
    pub access_token_minutes: u16,
    /// The hours after which a grant ends if no refresh token of it is used.
    pub refresh_idle_hours: u16,
    /// The hours after which a grant ends in any case.
    pub refresh_max_hours: u16,
}

impl Default for TokenLives {
    /// BCP 247 §6.1.10 demands short-lived access tokens, and ASVS 10.4.8 an end of every grant.
    fn default() -> Self {
        Self { access_token_minutes: 10, refresh_idle_hours: 30 * 24, refresh_max_hours: 365 * 24 }
    }
}

impl TokenLives {
    /// Returns the lifetime of an access token.
    pub fn access(self) -> Duration {
        Duration::from_secs(u64::from(self.access_token_minutes) * 60)
    }

    /// Returns the lifetime of a grant that is not used.
    pub fn refresh_idle(self) -> Duration {
        Duration::from_secs(u64::from(self.refresh_idle_hours) * 3600)
    }

    /// Returns the longest lifetime of a grant.
    pub fn refresh_max(self) -> Duration {
        Duration::from_secs(u64::from(self.refresh_max_hours) * 3600)
    }
}

/// The algorithm with which tokens are signed (RFC 7518 §3.1, RFC 8037).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, which every relying party supports.
    #[default]
    #[serde(rename = "RS256")]
    #[strum(serialize = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    #[strum(serialize = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    #[strum(serialize = "EdDSA")]
    EdDsa,
}

impl SigningAlgorithm {
    /// All algorithms.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().expect("it is as long as that");

    /// Returns the registered name of the algorithm.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the algorithm of this name.
    pub fn of(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

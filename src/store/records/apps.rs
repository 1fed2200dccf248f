//! Apps as they are kept: third-party sites that sign people in through this server.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::pictures::PictureId;
use super::seen::Fingerprint;
use crate::ticket::ids::AppId;
use crate::ticket::time::Timestamp;

/// SHA-256 of an app's secret: recognises the secret, opens nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AppSecretHash(pub [u8; 32]);

impl fmt::Debug for AppSecretHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AppSecretHash")
    }
}

/// Which protocol an app speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Dialect {
    /// OpenID Connect.
    Oidc,
    /// That of WeChat's open platform.
    WeChat,
    /// Either.
    Both,
}

impl Dialect {
    /// The word for it, on the command line and in the table.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether whoever speaks this speaks that too.
    pub fn includes(self, other: Self) -> bool {
        self == Self::Both || self == other
    }

    /// The dialect of this word.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// One app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its public name in the protocols: `client_id`, `appid`.
    pub id: AppId,
    /// What people are shown.
    pub name: String,
    /// Which protocol it speaks.
    pub dialect: Dialect,
    /// Where it may have people sent back to.
    pub redirect_uris: Vec<String>,
    /// Its secrets that count, the newest first: none for a public app, two after one was rotated.
    pub secrets: Vec<AppSecretHash>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Since when it signs nobody in any more.
    pub disabled_at: Option<Timestamp>,
    /// What it may have beside.
    pub options: AppOptions,
}

impl App {
    /// Whether it can prove who it is: by a secret, or by keys of its own. A public app cannot.
    pub fn proves_itself(&self) -> bool {
        !self.secrets.is_empty() || self.options.jwks.is_some()
    }

    /// By which to tell whether its settings were changed. Its logo is none of them.
    pub fn fingerprint(&self) -> Fingerprint {
        let options = AppOptions { logo: None, ..self.options.clone() };
        Fingerprint::over(&(&self.name, self.dialect, &self.redirect_uris, options))
    }

    /// By which to tell whether it got another secret.
    pub fn secret_fingerprint(&self) -> Fingerprint {
        Fingerprint::over(&self.secrets.first().map(|newest| &newest.0[..]))
    }
}

/// What an app may have; a newer server may know more of it, and an older row has the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a right of its own")]
pub struct AppOptions {
    /// What its ID tokens are signed with.
    pub algorithm: SigningAlgorithm,
    /// Whether people have a name of their own at this app (OpenID Connect Core §8.1), not the same at all apps.
    pub is_pairwise: bool,
    /// Whether it may do without PKCE, because it is older than that; never for a public app.
    pub is_without_pkce: bool,
    /// Whether its requests have to be pushed (RFC 9126).
    pub is_pushed_only: bool,
    /// Whether it may show codes on devices without a browser (RFC 8628).
    pub has_device_grant: bool,
    /// Whether it may get tokens for itself (RFC 6749 §4.4).
    pub has_client_credentials: bool,
    /// Whether its ID tokens say of people what the userinfo endpoint says (OpenID Connect Core §5.4), for libraries that
    /// read nothing else.
    pub has_profile_in_id_token: bool,
    /// Where people may be sent after they signed out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it hears that somebody signed out (OpenID Connect Back-Channel Logout).
    pub backchannel_logout_uri: Option<String>,
    /// The public keys by which it proves itself instead of by a secret: a JWK set (RFC 7523).
    pub jwks: Option<serde_json::Value>,
    /// Origins whose pages may show its code in a frame.
    pub embed_origins: Vec<String>,
    /// In WeChat's dialect: a refusal leads back to the app too, with its state alone.
    pub is_told_of_refusals: bool,
    /// In WeChat's dialect: any path on the host of a redirect URI will do, as on that platform.
    pub is_matched_by_host: bool,
    /// How its visitors have to have signed in.
    pub verification: Verification,
    /// What stands beside its name; its initials where there is none.
    pub logo: Option<PictureId>,
    /// How long its tokens live.
    #[serde(flatten)]
    pub lives: TokenLives,
}

/// How a visitor of an app has to have signed in. No request can ask for less.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Verification {
    /// However they did: a session that is there will do.
    #[default]
    Any,
    /// Since the app asked: each time anew, by password or by a scan.
    Fresh,
    /// By a scan that was approved for this very app since it asked; no password will do.
    Scan,
}

impl Verification {
    /// All of them.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().expect("it is as long as that");

    /// The word for it, on the command line and in the table.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The way of this word.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// How long the tokens of an app live. WeChat's dialect has lives of its own, which its clients rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenLives {
    /// Minutes of an access token, and of the ID token beside it.
    pub access_token_minutes: u16,
    /// Hours after which a grant ends of which no refresh token was used,
    pub refresh_idle_hours: u16,
    /// and after which it ends in any case.
    pub refresh_max_hours: u16,
}

impl Default for TokenLives {
    /// BCP 247 §6.1.10 wants access tokens short, and ASVS 10.4.8 an end of every grant.
    fn default() -> Self {
        Self { access_token_minutes: 10, refresh_idle_hours: 30 * 24, refresh_max_hours: 365 * 24 }
    }
}

impl TokenLives {
    /// The life of an access token.
    pub fn access(self) -> Duration {
        Duration::from_secs(u64::from(self.access_token_minutes) * 60)
    }

    /// The life of a grant that is not used.
    pub fn refresh_idle(self) -> Duration {
        Duration::from_secs(u64::from(self.refresh_idle_hours) * 3600)
    }

    /// The life of a grant.
    pub fn refresh_max(self) -> Duration {
        Duration::from_secs(u64::from(self.refresh_max_hours) * 3600)
    }
}

/// What tokens are signed with (RFC 7518 §3.1, RFC 8037).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, which every relying party knows.
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
    /// All of them.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().expect("it is as long as that");

    /// Its registered name.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The algorithm of this name.
    pub fn of(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

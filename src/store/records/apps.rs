//! Apps as they are stored: other sites and programs that sign people in through this server (clients of
//! OAuth 2.0).

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::app_options::AppOptions;
use super::fingerprint::Fingerprint;
use super::people::Audience;
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;

/// The SHA-256 hash of an app's client secret. The server stores it instead of the secret, and can check a
/// secret with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AppSecretHash(pub [u8; 32]);

impl fmt::Debug for AppSecretHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AppSecretHash")
    }
}

/// The result of `Records::rotate_app_secret`, which gives an app a new secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretRotation {
    /// The new secret is the newest one of the app.
    Done,
    /// It was the newest one before, because the rotation is a repetition. Nothing was changed.
    Same,
    /// The newest secret is not the one that the author of the rotation saw, because another author rotated it. Nothing was
    /// changed.
    Meanwhile,
    /// There is no such app, or it has no secret. Nothing was changed.
    NoSecret,
}

/// The protocol of one request: OpenID Connect or WeChat's dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Dialect {
    /// OpenID Connect.
    Oidc,
    /// The protocol of WeChat's open platform.
    WeChat,
}

impl Dialect {
    /// Returns the word for the dialect, as a form has it and the names of stored codes.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Parses the word for a dialect, as [`Self::word`] returns it; `None` if the text is not one of these words.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// The protocols that an app speaks: OpenID Connect, WeChat's dialect, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Dialects {
    /// OpenID Connect alone.
    Oidc,
    /// The protocol of WeChat's open platform alone.
    WeChat,
    /// Both of them.
    Both,
}

impl Dialects {
    /// Returns the word for these dialects, on the command line and in the database.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns whether an app of these dialects speaks this one.
    pub fn includes(self, dialect: Dialect) -> bool {
        match dialect {
            Dialect::Oidc => self != Self::WeChat,
            Dialect::WeChat => self != Self::Oidc,
        }
    }

    /// Parses the word for dialects, as [`Self::word`] returns it; `None` if the text is not one of these words.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// An app that is registered here: a site or program that signs people in through this server, a client of OAuth 2.0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The public name of the app in the protocols: `client_id`, `appid`.
    pub id: AppId,
    /// The name that people are shown.
    pub name: String,
    /// The protocols that the app speaks.
    pub dialects: Dialects,
    /// The redirect URIs to which people may be sent back.
    pub redirect_uris: Vec<String>,
    /// The hashes of its valid secrets, the newest first: none for an app without a secret, two after a rotation.
    pub secrets: Vec<AppSecretHash>,
    /// The time of the registration.
    pub created_at: Timestamp,
    /// The time since which the app is disabled and signs no one in; `None` if it is enabled.
    pub disabled_at: Option<Timestamp>,
    /// The options of the app.
    pub options: AppOptions,
    /// Who may use the app.
    pub audience: Audience,
    /// The account that asked for the app and looks after it; `None` if only administrators do.
    pub owner: Option<AccountId>,
}

impl App {
    /// Returns whether the app is a confidential client, which authenticates by a secret or by keys of its own;
    /// a public client cannot (RFC 6749 §2.1).
    pub fn is_confidential(&self) -> bool {
        !self.secrets.is_empty() || self.options.jwks.is_some()
    }

    /// Returns the address from which a person starts the app: its home page or, without one, the origin of its first
    /// redirect URI at an https address. `None` if it has neither, such as a program on people's own devices.
    pub fn start_address(&self) -> Option<String> {
        let origin = |uri: &String| {
            let rest = uri.strip_prefix("https://")?;
            let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
            Some(format!("https://{host}/"))
        };
        self.options.client_uri.clone().or_else(|| self.redirect_uris.iter().find_map(origin))
    }

    /// Returns a fingerprint of the app's name, dialects, redirect URIs, options and audience, which is different after
    /// any of them was changed. The logo and the secrets are not part of it.
    pub fn fingerprint(&self) -> Fingerprint {
        let options = AppOptions { logo: None, ..self.options.clone() };
        Fingerprint::over(&(&self.name, self.dialects, &self.redirect_uris, options, &self.audience))
    }

    /// Returns a fingerprint of the newest secret, or of the lack of one; it is different after a rotation of the
    /// secret.
    pub fn secret_fingerprint(&self) -> Fingerprint {
        Fingerprint::over(&self.secrets.first().map(|newest| &newest.0[..]))
    }
}

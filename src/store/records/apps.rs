//! Apps as they are stored: other sites and programs that sign people in through this server (clients of
//! OAuth 2.0).

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::app_options::AppOptions;
use super::fingerprint::Fingerprint;
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

    /// Returns whether an app of this dialect speaks the other one.
    pub fn includes(self, other: Self) -> bool {
        self == Self::Both || self == other
    }

    /// Parses what [`Self::word`] returns; `None` if it is not one of these words.
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
    /// The time since which the app is disabled and signs no one in.
    pub disabled_at: Option<Timestamp>,
    /// The options of the app.
    pub options: AppOptions,
}

impl App {
    /// Returns whether the app is a confidential client, which authenticates by a secret or by keys of its own; a public
    /// client cannot (RFC 6749 §2.1).
    pub fn is_confidential(&self) -> bool {
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

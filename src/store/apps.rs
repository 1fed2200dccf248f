//! Apps as they are kept: third-party sites that sign people in through this server.

use crate::ticket::ids::AppId;
use crate::ticket::time::Timestamp;

/// SHA-256 of an app's secret: recognises the secret, opens nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AppSecretHash(pub [u8; 32]);

impl std::fmt::Debug for AppSecretHash {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("AppSecretHash")
    }
}

/// Which protocol an app speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        match self {
            Self::Oidc => "oidc",
            Self::WeChat => "wechat",
            Self::Both => "both",
        }
    }

    /// The dialect of this word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Oidc, Self::WeChat, Self::Both].into_iter().find(|dialect| dialect.word() == word)
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
}

//! What the handlers of this feature work with.

use std::time::Duration;

use super::client::secret::AppSecret;
use super::error::OAuthError;
use super::token::opaque::Handles;
use super::token::signing_keys::Keys;
use super::token::subject::Subjects;
use crate::about;
use crate::clock::Clock;
use crate::crypto::hash::Keyed;
use crate::login::Login;
use crate::picture::Pictures;
use crate::store::Fault;
use crate::store::records::apps::{App, Dialect};
use crate::store::records::grants::{Grant, GrantId};
use crate::store::records::{Account, Records};
use crate::store::single_use::Once;
use crate::ticket::time::Timestamp;

/// A code is exchanged within this (ASVS 10.4.3 asks for a minute at most).
pub const CODE_LIFE: Duration = Duration::from_secs(60);
/// In WeChat's dialect it is as there.
pub const WECHAT_CODE_LIFE: Duration = Duration::from_secs(600);
/// A person has this long to sign in, or out, from the app's request on: twice as long as a page renews its code.
pub const REQUEST_LIFE: Duration = Duration::from_secs(600);
/// An app has this long to send its visitor with a request that it pushed (RFC 9126 §2.2).
pub const PUSHED_LIFE: Duration = Duration::from_secs(90);

/// What the handlers of this feature work with.
#[derive(Clone, Debug)]
pub struct OAuth {
    /// The sign-in that every request leads to.
    pub login: Login,
    /// Where apps, grants and consents are kept.
    pub records: Records,
    /// Logos of apps.
    pub pictures: Pictures,
    /// Where codes and requests are kept.
    pub once: Once,
    /// What signs tokens.
    pub keys: Keys,
    /// What makes refresh tokens.
    pub handles: Handles,
    /// What the codes of claims, and of steps that may be repeated, follow from.
    pub codes: Keyed,
    /// What follows from attempts of administrators to make something.
    pub attempts: Keyed,
    /// What people are called.
    pub subjects: Subjects,
    /// The time.
    pub clock: Clock,
}

impl OAuth {
    /// `iss`: this server's name in all protocols.
    pub fn issuer(&self) -> &str {
        self.login.site.origin()
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An app that speaks this dialect and may sign people in. The request is about whatever app it names.
    pub async fn app(&self, id: &str, dialect: Dialect) -> Result<Option<App>, Fault> {
        let Ok(id) = id.parse() else { return Ok(None) };
        about::app(id);
        let app = self.records.known_app(id).await?;
        Ok(app.filter(|app| app.disabled_at.is_none() && app.dialect.includes(dialect)))
    }

    /// A grant, and whose it is. The request is about it, and so about its app and its account.
    pub async fn grant(&self, id: GrantId) -> Result<Option<(Grant, Option<Account>)>, Fault> {
        let known = self.records.grant(id).await?;
        if let Some((grant, _)) = &known {
            say_about(grant);
        }
        Ok(known)
    }

    /// Whether this text is a secret of the app.
    pub fn is_secret_of(app: &App, text: &str) -> Result<(), OAuthError> {
        if AppSecret::fits(text, app) { Ok(()) } else { Err(OAuthError::InvalidClient) }
    }
}

/// The request is about the app and the account of this grant.
pub fn say_about(grant: &Grant) {
    about::app(grant.app);
    if let Some(account) = grant.account {
        about::account(account);
    }
}

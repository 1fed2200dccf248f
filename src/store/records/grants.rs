//! What people allowed apps: consents, which last until they are withdrawn, and grants, one a sign-in, which all tokens
//! of that sign-in live and die with.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::OpenedBy;
use super::apps::App;
use super::seen::Fingerprint;
use crate::consent::field::Allowed;
use crate::consent::scope::Scopes;
use crate::crypto::base64url;
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::time::Timestamp;

/// A grant that is over is remembered for this long, so that its tokens are told "revoked" for as long as they could live.
pub const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// A grant's name, in all its tokens. Opens nothing by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct GrantId(pub [u8; 16]);

impl From<GrantId> for String {
    fn from(id: GrantId) -> Self {
        URL_SAFE_NO_PAD.encode(id.0)
    }
}

impl TryFrom<String> for GrantId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        base64url::decode(&text).map(Self).ok_or("not the name of a grant")
    }
}

/// One sign-in to an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its name.
    pub id: GrantId,
    /// The app.
    pub app: AppId,
    /// Who signed in; `None` where the app speaks for itself.
    pub account: Option<AccountId>,
    /// The session that it came from.
    pub session: Option<SessionTokenHash>,
    /// The session in which the scan was approved that it came from; `None` where a session of its own stands between, or
    /// where a phone app's token spoke for the person.
    pub approved_in: Option<SessionTokenHash>,
    /// What the app may know and do.
    pub scopes: Scopes,
    /// How that session was opened.
    pub opened_by: Option<OpenedBy>,
    /// And when.
    pub signed_in_at: Timestamp,
    /// Which of its tokens counts: one more with every rotation.
    pub generation: u32,
    /// It is over when it was not used until then.
    pub idle_until: Timestamp,
    /// It is over then in any case.
    pub ends_at: Timestamp,
    /// Until when an access token counts that does not say so itself.
    pub access_ends_at: Timestamp,
    /// When it was revoked.
    pub ended_at: Option<Timestamp>,
    /// When its present generation was made.
    pub turned_at: Timestamp,
}

impl Grant {
    /// Whether its tokens count.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && !self.idle_until.is_over(now) && !self.ends_at.is_over(now)
    }
}

/// An app that an account lets know something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The app.
    pub app: App,
    /// What it lets it know.
    pub allowed: Allowed,
    /// Since when.
    pub given_at: Timestamp,
}

/// What came of beginning a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantStart {
    /// It lives, and tokens of it may be given.
    Started,
    /// One of this name was there, perhaps as ended: the same code was used before.
    CodeReplayed,
    /// Its person took their consent back since they said yes, or signed out, or disowned the session or the one in which
    /// it was approved, or an operator signed them out.
    Revoked,
}

/// What changes of a grant when one of its tokens is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The generation that was used: only while it is the present one.
    pub from: u32,
    /// The generation after it; the same where no token is replaced.
    pub to: u32,
    /// The new end of an unused grant.
    pub idle_until: Timestamp,
    /// The new end of its opaque access token.
    pub access_ends_at: Timestamp,
}

/// When somebody said what an app may know. What they said later stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Just now. What is remembered of a time after the present one was said by a clock that was set back since, and so
    /// it was said before.
    Now {
        /// When they said it,
        at: Timestamp,
        /// and the present time, when that is to be kept.
        present: Timestamp,
    },
    /// Earlier, on a phone, and only now it is to count. Whatever is remembered as later stands, also where only the clock
    /// of another instance is ahead.
    Earlier(Timestamp),
}

impl Fingerprint {
    /// By which to tell whether what an account lets an app know was changed.
    pub fn of_consent(allowed: &Allowed) -> Self {
        Self::over(&(allowed.scopes.to_string(), allowed.fields.to_string()))
    }
}

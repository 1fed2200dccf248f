//! Consents and grants. A consent is what an account lets an app know, and lasts until it is withdrawn. A
//! grant is one sign-in to an app; the tokens of that sign-in are valid only as long as the grant.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::OpenedBy;
use super::apps::App;
use super::fingerprint::Fingerprint;
use crate::consent::field::Allowed;
use crate::consent::scope::Scopes;
use crate::crypto::base64url;
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::time::Timestamp;

/// How long an ended grant is remembered, so that its tokens are answered with "revoked" for as long as they
/// could live.
pub const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// The id of a grant, which is in all its tokens. It is no secret.
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

/// A grant: one sign-in to an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The id of the grant.
    pub id: GrantId,
    /// The app to which the person signed in.
    pub app: AppId,
    /// The account that signed in; `None` if the app acts for itself.
    pub account: Option<AccountId>,
    /// The session that the grant came from.
    pub session: Option<SessionTokenHash>,
    /// The session in which the scan was approved from which the grant came directly; `None` if it came from a session
    /// of its own, or if the approval was by a phone app's token.
    pub approved_in: Option<SessionTokenHash>,
    /// The scopes of the app.
    pub scopes: Scopes,
    /// How that session was opened.
    pub opened_by: Option<OpenedBy>,
    /// The time at which the person signed in.
    pub signed_in_at: Timestamp,
    /// The generation of its refresh token, which grows by one with every rotation.
    pub generation: u32,
    /// The grant is over if it is not used until this time.
    pub idle_until: Timestamp,
    /// The grant is over at this time in any case.
    pub ends_at: Timestamp,
    /// The end of its opaque access token, which does not contain its end.
    pub access_ends_at: Timestamp,
    /// The time at which the grant was revoked.
    pub ended_at: Option<Timestamp>,
    /// The time at which the present generation was issued.
    pub turned_at: Timestamp,
}

impl Grant {
    /// Returns whether the grant is valid: neither revoked nor over.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && !self.idle_until.is_over(now) && !self.ends_at.is_over(now)
    }
}

/// A consent: what an account allows one app to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The app.
    pub app: App,
    /// The scopes and fields that it may know.
    pub allowed: Allowed,
    /// The time at which the account allowed these scopes.
    pub given_at: Timestamp,
}

/// The result of starting a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantStart {
    /// The grant is active, and its tokens may be issued.
    Started,
    /// There is a grant of this id, perhaps an ended one: the same code was used before.
    CodeReplayed,
    /// The person withdrew their consent after they gave it, or signed out, or disowned the session or the one in which
    /// it was approved, or an operator signed them out.
    Revoked,
}

/// The change of a grant when its refresh token is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The generation that was used; the change is made only if it is the present one.
    pub from: u32,
    /// The generation after the change; the same if no token is replaced.
    pub to: u32,
    /// The new end of the grant if it is not used.
    pub idle_until: Timestamp,
    /// The new end of its opaque access token.
    pub access_ends_at: Timestamp,
}

/// The time at which a person decided what an app may know. A later decision is not overwritten by an earlier
/// one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Just now. A stored decision whose time is after the present one was made by a clock that was set back
    /// since, so it counts as earlier.
    Now {
        /// The time of the decision.
        at: Timestamp,
        /// The present time, when the decision is stored.
        present: Timestamp,
    },
    /// Earlier, on a phone, and it is stored only now. A stored decision with a later time is kept, even if
    /// only the clock of another instance is ahead.
    Earlier(Timestamp),
}

impl Fingerprint {
    /// Returns a fingerprint of what an account lets an app know, which changes when that is changed.
    pub fn of_consent(allowed: &Allowed) -> Self {
        Self::over(&(allowed.scopes.to_string(), allowed.fields.to_string()))
    }
}

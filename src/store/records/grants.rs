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
use crate::ticket::ladder::Rung;
use crate::ticket::time::Timestamp;

/// How long a grant stays stored after its end, so that its tokens are answered with "revoked" for as long as they
/// could be valid.
pub const ENDED_GRANT_KEPT: Duration = Duration::from_secs(24 * 3600);

/// The id of a grant, which all its tokens contain. It is no secret.
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

/// A grant: one sign-in of an account to an app, or one access of an app for itself with client credentials (RFC
/// 6749 §4.4). Its tokens are valid only as long as the grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The id of the grant.
    pub id: GrantId,
    /// The app to which the person signed in.
    pub app: AppId,
    /// The account that signed in; `None` if the app acts for itself.
    pub account: Option<AccountId>,
    /// The browser's session that the grant came from; `None` for a device, a frame or a program of WeChat's
    /// dialect, which have no session, and if the app acts for itself.
    pub session: Option<SessionTokenHash>,
    /// The session in which a scan was approved, if the grant came from that scan directly and not from a
    /// browser's session; otherwise `None`. Also `None` if a phone app's token approved the scan.
    pub approved_in: Option<SessionTokenHash>,
    /// The scopes that the app got with the grant.
    pub scopes: Scopes,
    /// How the person signed in; `None` if the app acts for itself.
    #[serde(flatten, with = "opening")]
    pub opened_by: Option<OpenedBy>,
    /// What the approval of a scan asked of the phone; [`Rung::Tap`] for a grant of another sign-in.
    #[serde(default)]
    pub rung: Rung,
    /// The time at which the person signed in, or at which an app that acts for itself got the grant.
    pub signed_in_at: Timestamp,
    /// The generation of its refresh token, which grows by one with every rotation.
    pub generation: u32,
    /// The grant is over if it is not used until this time.
    pub idle_until: Timestamp,
    /// The time at which the grant ends even if it is used.
    pub ends_at: Timestamp,
    /// The end of its opaque access token, which is not in the token itself. It is read in WeChat's dialect only: an
    /// access token of OpenID Connect contains its own end.
    pub access_ends_at: Timestamp,
    /// The time at which the grant was revoked; `None` if it was not.
    pub ended_at: Option<Timestamp>,
    /// The time of the last use of its refresh token. Until the first use it is the time at which the grant was made;
    /// if the grant is of an authorization code, that is when the code was made, before the grant starts.
    pub turned_at: Timestamp,
}

impl Grant {
    /// Returns whether the grant is valid at this time: it was not revoked, and neither its idle end nor its
    /// absolute end is reached.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && !self.idle_until.is_over(now) && !self.ends_at.is_over(now)
    }
}

/// A consent: what an account allows one app to know about it, until it is withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The app.
    pub app: App,
    /// The scopes and fields that it may know.
    pub allowed: Allowed,
    /// The time at which the account allowed these scopes.
    pub given_at: Timestamp,
}

/// The result of `Records::begin_grant`, which starts a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantStart {
    /// The grant is stored and active, and its tokens may be issued.
    Started,
    /// There is a grant of this id, perhaps an ended one: the same code was used before.
    CodeReplayed,
    /// The person withdrew their consent after they gave it, or signed out, or disowned the session or the one in which
    /// it was approved, or an operator signed them out.
    Revoked,
}

/// The change of a grant when its refresh token is used: the new generation and the new ends.
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

/// When a person decided what an app may know, and whether the decision is stored at once or later. A later
/// decision is not overwritten by an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedAt {
    /// The decision was made just now. A stored decision with a time after the present time was made before a
    /// clock was set back, so it counts as earlier.
    Now {
        /// The time of the decision.
        at: Timestamp,
        /// The present time, when the decision is stored.
        present: Timestamp,
    },
    /// The decision was made earlier, on a phone, and is stored only now. A stored decision with a later time
    /// is kept, even if only the clock of another instance is ahead.
    Earlier(Timestamp),
}

impl Fingerprint {
    /// Returns a fingerprint of the scopes and fields that an account lets an app know. It is different after
    /// any of them was changed.
    pub fn of_consent(allowed: &Allowed) -> Self {
        Self::over(&(allowed.scopes.to_string(), allowed.fields.to_string()))
    }
}

/// How a grant in an authorization code says how the person signed in: as its table does, so that a server of an earlier
/// version reads it as well.
mod opening {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::OpenedBy;

    #[derive(Serialize, Deserialize)]
    enum Word {
        Password,
        Scan,
    }

    #[derive(Serialize, Deserialize)]
    struct Opening {
        opened_by: Option<Word>,
        #[serde(default)]
        by_passkey: i64,
    }

    #[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub fn serialize<S: Serializer>(opened_by: &Option<OpenedBy>, to: S) -> Result<S::Ok, S::Error> {
        let word = |opened_by| if opened_by == OpenedBy::Scan { Word::Scan } else { Word::Password };
        let by_passkey = opened_by.map_or(0, |opened_by| opened_by.stored().1);
        Opening { opened_by: opened_by.map(word), by_passkey }.serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<OpenedBy>, D::Error> {
        let Opening { opened_by, by_passkey } = Opening::deserialize(from)?;
        let word = opened_by.map(|word| match word {
            Word::Password => OpenedBy::Password,
            Word::Scan => OpenedBy::Scan,
        });
        Ok(word.and_then(|word| OpenedBy::of_stored(word.stored().0, by_passkey)))
    }
}

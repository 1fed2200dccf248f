//! What people allowed apps: consents, which last until they are withdrawn, and grants, one a sign-in, which all tokens
//! of that sign-in live and die with.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::Fault;
use super::apps::App;
use super::postgres;
use super::records::{Account, OpenedBy, Records, SessionTokenHash, on_postgres, read, write, write_whole};
use super::sqlite;
use crate::measure;
use crate::ticket::field::{Allowed, Fields};
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::scope::Scopes;
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
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or("not the name of a grant")
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
    /// What the app may know and do: words separated by spaces.
    pub scopes: String,
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

impl Records {
    /// Keeps a grant; `false` where one of this name is kept already, perhaps as ended.
    pub async fn add_grant(&self, grant: Grant) -> Result<bool, Fault> {
        write!(self, one add_grant(&grant))
    }

    /// Whether what a grant stands on is there: that its person lets its app know anything, and, unless it was to outlast
    /// it, the session that it came from.
    pub async fn is_grounded(&self, grant: &Grant, now: Timestamp) -> Result<bool, Fault> {
        let outlasts = Scopes::parse(&grant.scopes).outlast_a_session();
        let session = grant.session.filter(|_| !outlasts);
        match grant.account {
            Some(account) => read!(self, is_grounded(account, grant.app, session, now)),
            None => Ok(true),
        }
    }

    /// A grant and its account.
    pub async fn grant(&self, id: GrantId) -> Result<Option<(Grant, Option<Account>)>, Fault> {
        read!(self, grant(id))
    }

    /// Uses a grant's token; `false` where another generation counts, or the grant is over.
    pub async fn turn_grant(&self, id: GrantId, turn: Turn, now: Timestamp) -> Result<bool, Fault> {
        write!(self, one turn_grant(id, turn, now))
    }

    /// Ends a grant, which may not even have begun: then it never will.
    pub async fn end_grant(&self, grant: Grant, now: Timestamp) -> Result<(), Fault> {
        let ended = Grant { ended_at: Some(now), ..grant };
        write!(self, end_grant(&ended, now))
    }

    /// Ends a session at once and for good: it is remembered as ended, so that nobody opens it again. With it end the
    /// grants that came from it, but for those that were to outlast it; says which came from it, ended or not.
    pub async fn end_session(&self, session: SessionTokenHash, now: Timestamp) -> Result<Vec<Grant>, Fault> {
        let ended = write_whole!(self, end_session(session, now))?;
        let later = write!(self, end_grants_of_session(session, now))?;
        Ok(and_later(ended, later))
    }

    /// The same for a session that its owner says they never opened: what was to outlast it ends as well.
    pub async fn disown_session(&self, session: SessionTokenHash, now: Timestamp) -> Result<Vec<Grant>, Fault> {
        let ended = self.end_session(session, now).await?;
        let outlasting = write!(self, end_every_grant_of_session(session, now))?;
        Ok(and_later(ended, outlasting))
    }

    /// What this account lets this app know; `None` where it was never asked, or took it back.
    pub async fn consent(&self, account: AccountId, app: AppId) -> Result<Option<Allowed>, Fault> {
        read!(self, consent(account, app))
    }

    /// All that this account lets apps know, the newest first.
    pub async fn consents(&self, account: AccountId) -> Result<Vec<Consent>, Fault> {
        read!(self, consents(account))
    }

    /// An account lets an app know this since `now`, and no longer what it was before. What it said of it later stands.
    pub async fn give_consent(
        &self,
        account: AccountId,
        app: AppId,
        allowed: Allowed,
        now: Timestamp,
    ) -> Result<(), Fault> {
        write!(self, give_consent(account, app, &allowed, now))
    }

    /// Changes since `now` what of its owner an app may know; `false` where there is no consent, perhaps because it was
    /// withdrawn, or where they said something of it later.
    pub async fn change_consent(
        &self,
        account: AccountId,
        app: AppId,
        fields: Fields,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        write!(self, change_consent(account, app, fields, now))
    }

    /// An account takes its consent back, and with it all that came of it; says which grants that were.
    pub async fn withdraw_consent(&self, account: AccountId, app: AppId, now: Timestamp) -> Result<Vec<Grant>, Fault> {
        let ended = write_whole!(self, withdraw_consent(account, app, now))?;
        let later = write!(self, end_grants_of_account(account, app, now))?;
        Ok(and_later(ended, later))
    }
}

/// What ended, and what was found by looking once more after that was committed: a grant that began meanwhile saw what it
/// stands on as it was, and was kept before it looked.
fn and_later(mut ended: Vec<Grant>, mut later: Vec<Grant>) -> Vec<Grant> {
    later.retain(|grant| !ended.iter().any(|known| known.id == grant.id));
    ended.append(&mut later);
    ended
}

//! What ends before its time, and what of it apps are still to be told. Whoever ends something writes down, in the same
//! transaction, which apps hear of it by their back channel: so an end that holds is told, across a restart too. Nothing
//! begins beside an end unseen: [`Records::begin_grant`] and [`Records::add_session`] hold what a grant or a session stands
//! on until it is kept.

use std::time::Duration;

use tokio::sync::futures::Notified;
use tokio::time::timeout;

use super::Fault;
use super::postgres;
use super::records::{Records, SessionRow, on_postgres, read, write, write_whole};
use super::sqlite;
use crate::measure;
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::machine::Claimed;
use crate::ticket::time::Timestamp;

/// After the first try to tell an app the next waits for this long, after each further one for twice as long. It is
/// longer than an app may take to answer, so that no two instances tell the same thing at once.
pub const FIRST_PAUSE: Duration = Duration::from_secs(10);

/// What an app is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogoutNotice {
    /// Its place: a later end has a higher one.
    pub seq: u64,
    /// The app.
    pub app: AppId,
    /// Who is signed out.
    pub account: AccountId,
    /// The session that ended; `None` where all sign-ins of the account to this app did.
    pub session: Option<SessionTokenHash>,
    /// When it ended. The app may be told hours later, and somebody may have signed in to it anew by then.
    pub ended_at: Timestamp,
    /// How often it was tried to tell it, with the present try.
    pub tries: u64,
}

/// What an operator ended of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignedOut {
    /// Browsers and phones that were signed in.
    pub sessions: u64,
    /// Sign-ins to apps that could still be used.
    pub grants: u64,
}

/// A password that its owner changes: what of the account was seen when they gave the one before, and what is to be.
#[derive(Clone)]
pub struct PasswordChange {
    /// The epoch in which the password before was given.
    pub seen: Epoch,
    /// The hash that it fitted, as a PHC string.
    pub before: String,
    /// The hash of the new one.
    pub after: String,
    /// Whether whatever the account has ends with it.
    pub ends_all: bool,
    /// The session in which its owner goes on.
    pub goes_on_in: SessionRow,
}

impl Records {
    /// Ends a session at once and for good: it is remembered as ended, so that nobody opens it again. With it end the
    /// grants that came from it, but for those that were to outlast it; all apps that it signed in to are told.
    pub async fn end_session(&self, session: SessionTokenHash, now: Timestamp) -> Result<(), Fault> {
        self.told(write_whole!(self, end_session(session, now)))
    }

    /// The same for a session that its owner says they never opened: what was to outlast it ends as well, or does not begin
    /// any more, and the app that it was opened for is allowed nothing. Whatever was approved in it was approved by whoever
    /// had it, and is disowned with it: sessions, what was approved in those, and grants. Returns which sessions were
    /// disowned by this.
    pub async fn disown_session(
        &self,
        session: SessionTokenHash,
        account: AccountId,
        app: Option<AppId>,
        now: Timestamp,
    ) -> Result<Vec<SessionTokenHash>, Fault> {
        self.told(write_whole!(self, disown_session(session, account, app, now)))
    }

    /// Ends whatever an account has: its sessions, all its grants, and what it approved or was promised and nobody
    /// claimed yet. It is in another epoch then, and nothing of an earlier one counts, wherever it is kept.
    pub async fn sign_out_account(&self, account: AccountId, now: Timestamp) -> Result<SignedOut, Fault> {
        self.told(write_whole!(self, sign_out_account(account, None, now)))
    }

    /// The same, and from then on another password opens the account.
    pub async fn replace_password(
        &self,
        account: AccountId,
        password_hash: String,
        now: Timestamp,
    ) -> Result<SignedOut, Fault> {
        self.told(write_whole!(self, sign_out_account(account, Some(password_hash.as_str()), now)))
    }

    /// Its owner gives an account another password; whatever was opened by the one before ends with it where they say so,
    /// and then nothing that began with the one before is kept any more. The session in which they go on opens in the same
    /// moment, so that whoever finds the password changed finds that session too. Says how many sessions ended; `None`
    /// where what they saw is not so any more.
    pub async fn change_password(
        &self,
        account: AccountId,
        change: PasswordChange,
        now: Timestamp,
    ) -> Result<Option<u64>, Fault> {
        self.told(write_whole!(self, change_password(account, &change, now)))
    }

    /// An account takes its consent back, and with it all that came of it; says how many grants that were.
    pub async fn withdraw_consent(&self, account: AccountId, app: AppId, now: Timestamp) -> Result<usize, Fault> {
        self.told(write_whole!(self, withdraw_consent(account, app, now)))
    }

    /// Whether an approval that was claimed still counts: not where its account, or the session that gave it, was signed
    /// out since.
    pub async fn approval_counts(&self, claimed: &Claimed, now: Timestamp) -> Result<bool, Fault> {
        self.is_signed_in(claimed.account(), claimed.epoch(), claimed.approved_in(), now).await
    }

    /// Whether somebody is still signed in: in this epoch of their account, and where they have a session, in that one.
    pub async fn is_signed_in(
        &self,
        account: AccountId,
        epoch: Epoch,
        session: Option<SessionTokenHash>,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        read!(self, approval_counts(account, epoch, session, now))
    }

    /// The apps that are to be told something by now; whoever waits for longest comes first.
    pub async fn apps_to_tell(&self, now: Timestamp) -> Result<Vec<AppId>, Fault> {
        read!(self, apps_to_tell(now))
    }

    /// Takes so much at most of what an app is to be told by now. It is this instance's until the pause after this try is
    /// over; who tells it says so ([`Records::drop_logout_notice`]), and what is not said to be told is tried again.
    pub async fn take_logout_notices(&self, app: AppId, most: u16, now: Timestamp) -> Result<Vec<LogoutNotice>, Fault> {
        write!(self, one take_logout_notices(app, most, now))
    }

    /// An app was told, or never will be.
    pub async fn drop_logout_notice(&self, notice: LogoutNotice) -> Result<(), Fault> {
        write!(self, one drop_logout_notice(notice.seq))
    }

    /// Returns when this instance has written down something that apps are to be told; also where that was before the
    /// call, unless another call was told of it.
    pub fn noted(&self) -> Notified<'_> {
        self.ends_noted().notified()
    }

    /// Whoever tells apps what ended looks for it.
    pub(super) fn told<T>(&self, ended: Result<T, Fault>) -> Result<T, Fault> {
        self.ends_noted().notify_one();
        ended
    }
}

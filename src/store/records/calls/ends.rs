//! TODO ends

use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::ends::{LogoutNotice, PasswordChange, SignedOut};
use crate::store::records::{Records, on_postgres, read, write, write_whole};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::machine::Claimed;
use crate::ticket::time::Timestamp;
use tokio::sync::futures::Notified;
use tokio::time::timeout;

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
    pub(in crate::store) fn told<T>(&self, ended: Result<T, Fault>) -> Result<T, Fault> {
        self.ends_noted().notify_one();
        ended
    }
}

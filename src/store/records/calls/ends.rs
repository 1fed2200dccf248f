//! The methods of the records about what ends before its time.

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
    /// Ends a session at once and for good: it is remembered as ended, so that it cannot be opened again. The grants
    /// that came from it end too, except those that outlast a session; all apps that it signed in to are told.
    pub async fn end_session(&self, session: SessionTokenHash, now: Timestamp) -> Result<(), Fault> {
        self.told(write_whole!(self, end_session(session, now)))
    }

    /// Disowns a session that its owner says they never opened. It ends as by [`end_session`](Self::end_session), and
    /// grants that outlast it end as well, or cannot start any more; the app that it was opened for loses its consent.
    /// Everything that was approved in it counts as approved by an intruder and is disowned too: sessions, what was
    /// approved in those, and grants. Returns the sessions that this call disowned.
    pub async fn disown_session(
        &self,
        session: SessionTokenHash,
        account: AccountId,
        app: Option<AppId>,
        now: Timestamp,
    ) -> Result<Vec<SessionTokenHash>, Fault> {
        self.told(write_whole!(self, disown_session(session, account, app, now)))
    }

    /// Ends everything that an account has open: its sessions, all its grants, and approvals and codes that are not
    /// used yet. It starts a new epoch of the account, and nothing of an earlier one counts, wherever it is kept.
    pub async fn sign_out_account(&self, account: AccountId, now: Timestamp) -> Result<SignedOut, Fault> {
        self.told(write_whole!(self, sign_out_account(account, None, now)))
    }

    /// Ends everything that an account has open, as by [`sign_out_account`](Self::sign_out_account), and sets another
    /// password.
    pub async fn replace_password(
        &self,
        account: AccountId,
        password_hash: String,
        now: Timestamp,
    ) -> Result<SignedOut, Fault> {
        self.told(write_whole!(self, sign_out_account(account, Some(password_hash.as_str()), now)))
    }

    /// Changes the password of an account by its owner. If the change says so, everything that the account has open
    /// ends, and nothing that began with the previous password is kept any more. The session in which the owner
    /// continues is opened in the same transaction, so that no one finds the new password without that session. Returns
    /// the number of ended sessions; `None` if what the owner saw has changed since.
    pub async fn change_password(
        &self,
        account: AccountId,
        change: PasswordChange,
        now: Timestamp,
    ) -> Result<Option<u64>, Fault> {
        self.told(write_whole!(self, change_password(account, &change, now)))
    }

    /// Withdraws the consent of an account for an app, and ends all grants that came of it; returns their number.
    pub async fn withdraw_consent(&self, account: AccountId, app: AppId, now: Timestamp) -> Result<usize, Fault> {
        self.told(write_whole!(self, withdraw_consent(account, app, now)))
    }

    /// Returns whether an approval that was claimed still counts: it does not if its account, or the session that gave
    /// it, was signed out since.
    pub async fn approval_counts(&self, claimed: &Claimed, now: Timestamp) -> Result<bool, Fault> {
        self.is_signed_in(claimed.account(), claimed.epoch(), claimed.approved_in(), now).await
    }

    /// Returns whether an account is still signed in: in this epoch, and in this session if there is one.
    pub async fn is_signed_in(
        &self,
        account: AccountId,
        epoch: Epoch,
        session: Option<SessionTokenHash>,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        read!(self, approval_counts(account, epoch, session, now))
    }

    /// Returns the apps that are to be told something by now, the one that waits for longest first.
    pub async fn apps_to_tell(&self, now: Timestamp) -> Result<Vec<AppId>, Fault> {
        read!(self, apps_to_tell(now))
    }

    /// Takes at most `most` notices that an app is to be told by now. They belong to this instance until the pause
    /// after this try is over. A notice that was delivered is dropped by [`Records::drop_logout_notice`]; one that is
    /// not dropped is tried again.
    pub async fn take_logout_notices(&self, app: AppId, most: u16, now: Timestamp) -> Result<Vec<LogoutNotice>, Fault> {
        write!(self, one take_logout_notices(app, most, now))
    }

    /// Drops a notice: the app was told, or never will be.
    pub async fn drop_logout_notice(&self, notice: LogoutNotice) -> Result<(), Fault> {
        write!(self, one drop_logout_notice(notice.seq))
    }

    /// Returns when this instance has stored something that apps are to be told, also if that was before the call,
    /// unless another call was notified of it.
    pub fn noted(&self) -> Notified<'_> {
        self.ends_noted().notified()
    }

    /// Wakes the task that tells apps what ended.
    pub(in crate::store) fn told<T>(&self, ended: Result<T, Fault>) -> Result<T, Fault> {
        self.ends_noted().notify_one();
        ended
    }
}

//! The methods of the records that end sessions, grants and consents before their time.

use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::directory::act::ActedBy;
use crate::store::records::early_ends::{LogoutNotice, PasswordChange, SignedOut};
use crate::store::records::{Records, SessionRow, on_postgres, read, write_query, write_whole};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::machine::Claimed;
use crate::ticket::time::Timestamp;
use tokio::sync::futures::Notified;
use tokio::time::timeout;

impl Records {
    /// Ends a session at once and for good: it stays stored as ended, so that it cannot be opened again. The grants
    /// that came from it end too, except those that outlast a session. Logout notices are stored for the apps to
    /// which it signed in. Does nothing to a session that has ended before.
    pub async fn end_session(&self, session: SessionTokenHash, now: Timestamp) -> Result<(), Fault> {
        self.wake_sender(write_whole!(self, end_session(session, now)))
    }

    /// Ends a session that its owner did not mean to open, as [`end_session`](Self::end_session) does, with all
    /// its grants, also those that outlast a session. The sessions and grants that were approved in it end
    /// likewise, and so on. The app for which it was opened, and every app that got a consent since these
    /// sessions began, lose their consent. Returns the sessions that this call disowned.
    pub async fn disown_session(
        &self,
        session: SessionTokenHash,
        account: AccountId,
        app: Option<AppId>,
        now: Timestamp,
    ) -> Result<Vec<SessionTokenHash>, Fault> {
        self.wake_sender(write_whole!(self, disown_session(session, account, app, now)))
    }

    /// Ends everything that an account has open: its sessions, all its grants, and unused approvals and codes. It
    /// increases the epoch of the account by one; everything that began in an earlier epoch is refused, wherever it
    /// is stored. Logout notices are stored for its apps. Returns how many sessions and grants ended.
    pub async fn sign_out_account(&self, account: AccountId, now: Timestamp) -> Result<SignedOut, Fault> {
        self.wake_sender(write_whole!(self, sign_out_account(account, None, now)))
    }

    /// Ends everything that an account has open, as [`sign_out_account`](Self::sign_out_account) does, and replaces
    /// its password hash. It does not check the previous password, which an operator does not know.
    pub async fn replace_password(
        &self,
        account: AccountId,
        password_hash: String,
        now: Timestamp,
    ) -> Result<SignedOut, Fault> {
        self.wake_sender(write_whole!(self, sign_out_account(account, Some(password_hash.as_str()), now)))
    }

    /// Does the same as [`replace_password`](Self::replace_password), removes the passkeys of the account, and stores the
    /// lines of activity about it. Returns how much ended, and how many passkeys were removed.
    pub async fn replace_ways_in(
        &self,
        account: AccountId,
        password_hash: String,
        by: ActedBy,
    ) -> Result<(SignedOut, u64), Fault> {
        self.wake_sender(write_whole!(self, replace_ways_in(account, &password_hash, &by)))
    }

    /// Ends everything that an account has open, as [`sign_out_account`](Self::sign_out_account) does, opens the session in
    /// which its owner goes on, and returns `true`. Returns `false` and changes nothing if the account is missing, disabled
    /// or not in the epoch `seen`.
    pub async fn begin_anew(
        &self,
        goes_on_from: SessionTokenHash,
        goes_on_in: SessionRow,
        seen: Epoch,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        self.wake_sender(write_whole!(self, begin_anew(goes_on_from, &goes_on_in, seen, now)))
    }

    /// Changes the password of an account by its owner, opens the new session of the owner and, if `ends_all` of
    /// the change is set, ends all other sessions and all grants. Returns the number of ended sessions. Returns
    /// `None` and changes nothing if the account is missing or disabled, or if its password or epoch is not the one
    /// in the change any more.
    pub async fn change_password(
        &self,
        account: AccountId,
        change: PasswordChange,
        now: Timestamp,
    ) -> Result<Option<u64>, Fault> {
        self.wake_sender(write_whole!(self, change_password(account, &change, now)))
    }

    /// Withdraws the consent of an account for an app, ends all grants of the account at this app, and stores a
    /// logout notice for the app if there was a consent or a grant. Returns the number of grants that it ended.
    pub async fn withdraw_consent(&self, account: AccountId, app: AppId, now: Timestamp) -> Result<usize, Fault> {
        self.wake_sender(write_whole!(self, withdraw_consent(account, app, now)))
    }

    /// Returns whether an approval that a browser claimed is still valid: it is not if the account that approved
    /// was signed out or disabled, or if the session in which it approved has ended.
    pub async fn is_approval_valid(&self, claimed: &Claimed, now: Timestamp) -> Result<bool, Fault> {
        self.is_signed_in(claimed.account(), claimed.epoch(), claimed.approved_in(), now).await
    }

    /// Returns whether an account is still signed in: it has this epoch and is not disabled, and the session, if one
    /// is given, belongs to it and has not ended.
    pub async fn is_signed_in(
        &self,
        account: AccountId,
        epoch: Epoch,
        session: Option<SessionTokenHash>,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        read!(self, is_approval_valid(account, epoch, session, now))
    }

    /// Returns the apps that have a logout notice which is due, the app whose notice has been due for longest first.
    pub async fn apps_to_tell(&self, now: Timestamp) -> Result<Vec<AppId>, Fault> {
        read!(self, apps_to_tell(now))
    }

    /// Takes at most `most` due logout notices for an app, counts a try for each, and postpones each until the
    /// pause after this try is over, so that no other instance takes it. A delivered notice is dropped by
    /// [`Records::drop_logout_notice`]; any other is sent again.
    pub async fn take_logout_notices(&self, app: AppId, most: u16, now: Timestamp) -> Result<Vec<LogoutNotice>, Fault> {
        write_query!(self, one take_logout_notices(app, most, now))
    }

    /// Deletes a stored logout notice, because it was delivered or will never be.
    pub async fn drop_logout_notice(&self, notice: LogoutNotice) -> Result<(), Fault> {
        write_query!(self, one drop_logout_notice(notice.seq))
    }

    /// Waits until this instance has ended, or tried to end, a session, a grant or a consent, so that a logout
    /// notice may have been stored. Returns at once if that happened before the call and woke no other call.
    pub fn noted(&self) -> Notified<'_> {
        self.ends_noted().notified()
    }

    /// Wakes the task that sends logout notices to apps, also if `ended` is an error, and returns `ended`
    /// unchanged.
    pub(in crate::store) fn wake_sender<T>(&self, ended: Result<T, Fault>) -> Result<T, Fault> {
        self.ends_noted().notify_one();
        ended
    }
}

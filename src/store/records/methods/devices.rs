//! The methods of the records about the devices on which an account is signed in.

use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::{
    Records, SessionEnd, SessionEnding, SessionRow, on_postgres, read, write_query, write_whole,
};
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Ends a session of an account at once and for good, with what the order names beside it, and stores logout notices
    /// for the apps. An approval that was given in an ended session is void unless it was claimed. Returns the sessions
    /// that ended; none if the session is not one of the account or had ended before.
    pub async fn end_session_by(&self, order: SessionEnding, now: Timestamp) -> Result<Vec<SessionTokenHash>, Fault> {
        self.wake_sender(write_whole!(self, end_session_by(&order, now)))
    }

    /// Returns a session and how it ended; `None` if it is not stored, or not any more.
    pub async fn session_end(&self, session: SessionTokenHash) -> Result<Option<SessionEnd>, Fault> {
        read!(self, session_end(session))
    }

    /// Stores the name that its owner gives to the device of a session, or removes it, and returns `true`; `false` if
    /// the account has no such session that is valid.
    pub async fn rename_session(
        &self,
        account: AccountId,
        session: SessionTokenHash,
        name: Option<String>,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        write_query!(self, one rename_session(account, session, name.as_deref(), now))
    }

    /// Stores that a sign-in from a new device or network was the owner's, so that they are told no more of it, and
    /// returns `true`; `false` if they were not told of it.
    pub async fn confirm_session(&self, account: AccountId, session: SessionTokenHash) -> Result<bool, Fault> {
        write_query!(self, one confirm_session(account, session))
    }

    /// Returns the valid sessions of an account of which its owner is to be told in the session `own`, because their device
    /// or network was new to the account: the newest first, and at most [`UNUSUAL_TOLD`](crate::store::records::UNUSUAL_TOLD)
    /// of them. The session `own` is not among them, nor are those that were approved in it.
    pub async fn unusual_sessions(
        &self,
        account: AccountId,
        own: SessionTokenHash,
        now: Timestamp,
    ) -> Result<Vec<SessionRow>, Fault> {
        read!(self, unusual_sessions(account, own, now))
    }
}

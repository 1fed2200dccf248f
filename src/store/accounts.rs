//! What an operator does to accounts as a whole: who there is, who signs in no more, and who is gone.

use tokio::time::timeout;

use super::Fault;
use super::ends::SignedOut;
use super::postgres;
use super::records::{Account, Records, on_postgres, read, write, write_alone};
use super::sqlite;
use crate::measure;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// An account as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// The issuer and the subject of the phone's token that vouches for it, where one does.
    pub vouched_by: Option<(String, String)>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What became of a wish to have an account sign in no more, or to be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is done, and this ended with it.
    Done(SignedOut),
    /// It is the last administrator that signs in, and stays so: else nobody could look after the apps.
    IsTheLast,
}

impl Records {
    /// Every account, the oldest first.
    pub async fn accounts(&self) -> Result<Vec<Listed>, Fault> {
        read!(self, accounts())
    }

    /// Ends whatever an account has, as [`Records::sign_out_account`] does, and begins nothing of it until it is enabled: no
    /// session, no sign-in to an app, no approval.
    pub async fn disable_account(&self, id: AccountId, now: Timestamp) -> Result<Removal, Fault> {
        self.told(write_alone!(self, "accounts", disable_account(id, now)))
    }

    /// Lets a disabled account sign in again.
    pub async fn enable_account(&self, id: AccountId) -> Result<(), Fault> {
        write!(self, one enable_account(id))
    }

    /// Ends whatever an account has, and forgets it and all that is its own. What it did to apps stays in their log.
    pub async fn delete_account(&self, id: AccountId, now: Timestamp) -> Result<Removal, Fault> {
        self.told(write_alone!(self, "accounts", delete_account(id, now)))
    }
}

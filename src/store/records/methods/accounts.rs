//! The methods of the records about accounts, and about what happened to them.

use crate::measure;
use crate::store::Fault;
use crate::store::records::accounts::{Listed, Removal};
use crate::store::records::activity::{Activity, ActivityFilter, NewActivity};
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::people::Email;
use crate::store::records::{Account, Records, on_postgres, read, write_alone, write_query};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Returns every account for the list of an operator, the oldest first.
    pub async fn accounts(&self) -> Result<Vec<Listed>, Fault> {
        read!(self, accounts(self.ways_in()))
    }

    /// Returns the account with this e-mail address, in whatever letter case; `None` if there is none, or if several share it
    /// because none of them has proven it.
    pub async fn account_by_email(&self, email: &Email) -> Result<Option<Account>, Fault> {
        let key = email.key();
        read!(self, account_by_email(&key))
    }

    /// Disables an account and ends everything that it has open, as [`Records::sign_out_account`] does; the result
    /// tells how much. Until it is enabled again it cannot open a session, sign in to an app or approve. The last
    /// administrator that can sign in is not disabled.
    pub async fn disable_account(&self, id: AccountId, now: Timestamp) -> Result<Removal, Fault> {
        let ways = self.ways_in();
        self.wake_sender(write_alone!(self, "accounts", disable_account(ways, id, now)))
    }

    /// Enables a disabled account, so that it can sign in again; does nothing if it is enabled or does not exist.
    pub async fn enable_account(&self, id: AccountId) -> Result<(), Fault> {
        write_query!(self, one enable_account(id))
    }

    /// Ends everything that an account has open, and deletes it with everything that belongs to it; the result
    /// tells how much ended. Its lines in the log of changes to apps stay. The last administrator that can sign in
    /// is not deleted.
    pub async fn delete_account(&self, id: AccountId, now: Timestamp) -> Result<Removal, Fault> {
        let ways = self.ways_in();
        self.wake_sender(write_alone!(self, "accounts", delete_account(ways, id, now)))
    }

    /// Returns whether the owner of an account can sign in with a password or a passkey at this server.
    pub async fn has_way_in(&self, account: AccountId) -> Result<bool, Fault> {
        read!(self, has_way_in(self.ways_in(), account))
    }

    /// Returns whether there are accounts, and no administrator among them that can sign in.
    pub async fn lacks_administrator(&self) -> Result<bool, Fault> {
        read!(self, lacks_administrator(self.ways_in()))
    }

    /// Stores a line of activity.
    pub async fn add_activity(&self, line: NewActivity) -> Result<(), Fault> {
        write_query!(self, one add_activity(&line))
    }

    /// Returns at most `most` lines of activity that the filter selects, the newest first.
    pub async fn activity(&self, filter: ActivityFilter, most: u32) -> Result<Vec<Activity>, Fault> {
        read!(self, activity(&filter, most))
    }

    /// Deletes the lines of activity up to this time, and returns how many there were.
    pub async fn sweep_activity(&self, older_than: Timestamp) -> Result<u64, Fault> {
        write_query!(self, one sweep_activity(older_than))
    }
}

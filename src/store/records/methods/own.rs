//! The methods of the records about what the owner of an account does with it as a whole, and about the receipts of
//! its approvals.

use crate::measure;
use crate::store::Fault;
use crate::store::records::accounts::{DeletionAsked, DueDeletion, EmailChange};
use crate::store::records::apps::App;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::grants::{Grant, GrantId};
use crate::store::records::people::Email;
use crate::store::records::receipts::{Chain, CheckpointRow, ReceiptAdded, ReceiptRow};
use crate::store::records::{Records, on_postgres, read, write_alone, write_query, write_whole};
use crate::ticket::ids::{AccountId, TicketId};
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Replaces the e-mail address of an account, or removes it if `to` is `None`; the result tells whether it was done.
    /// The address counts as unproven if `verified_at` is `None`; if not, other accounts that did not prove it lose it. An
    /// address that another account has proven, in whatever letter cases, or that is the user name of another one is taken,
    /// and an unproven one of another account is unless they are [shared](crate::store::records::accounts::UnprovenAddresses::Shared).
    pub async fn change_email(
        &self,
        id: AccountId,
        to: Option<Email>,
        verified_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<EmailChange, Fault> {
        let unproven = self.unproven_addresses();
        write_alone!(self, "accounts", change_email(id, to.as_ref(), verified_at, unproven, now))
    }

    /// Stores that the owner of an account asked for its deletion at `due_at`. If they asked before, the earlier time
    /// stays. The last administrator that can sign in cannot ask.
    pub async fn ask_deletion(&self, id: AccountId, due_at: Timestamp) -> Result<DeletionAsked, Fault> {
        let ways = self.ways_in();
        write_alone!(self, "accounts", ask_deletion(ways, id, due_at))
    }

    /// Takes the request for the deletion of an account back and returns `true`; `false` if there is none.
    pub async fn keep_account(&self, id: AccountId) -> Result<bool, Fault> {
        write_query!(self, one keep_account(id))
    }

    /// Returns at most `most` accounts that are to be deleted now, the one that is due longest first.
    pub async fn accounts_to_delete(&self, now: Timestamp, most: u32) -> Result<Vec<AccountId>, Fault> {
        read!(self, accounts_to_delete(now, most))
    }

    /// Deletes an account whose owner asked for it, if it is due, as [`Records::delete_account`] does, and stores the
    /// line of activity about it. Of several callers, also on several instances, one does it; the others get
    /// [`DueDeletion::NotDue`].
    pub async fn delete_due_account(&self, id: AccountId, now: Timestamp) -> Result<DueDeletion, Fault> {
        let ways = self.ways_in();
        self.wake_sender(write_alone!(self, "accounts", delete_due_account(ways, id, now)))
    }

    /// Returns the enabled apps that an account may use at this moment, in the order of their names.
    pub async fn apps_for(&self, account: AccountId) -> Result<Vec<App>, Fault> {
        read!(self, apps_for(account))
    }

    /// Returns at most `most` stored grants of an account, also those that are over, the latest sign-in first. `after` is
    /// the last grant of the page before: its sign-in and its id.
    pub async fn grants_of(
        &self,
        account: AccountId,
        after: Option<(Timestamp, GrantId)>,
        most: u32,
    ) -> Result<Vec<Grant>, Fault> {
        read!(self, grants_of(account, after, most))
    }

    /// Stores a receipt, if its number is the next one of its account and its ticket has none yet.
    pub async fn add_receipt(&self, row: ReceiptRow) -> Result<ReceiptAdded, Fault> {
        write_query!(self, add_receipt(&row))
    }

    /// Returns the receipt of an account for a ticket; `None` if there is none.
    pub async fn receipt_for(&self, account: AccountId, ticket: TicketId) -> Result<Option<ReceiptRow>, Fault> {
        read!(self, receipt_for(account, ticket))
    }

    /// Returns the ends of the chain of an account; those of an empty one if there is no such account.
    pub async fn receipt_chain(&self, account: AccountId) -> Result<Chain, Fault> {
        read!(self, receipt_chain(account))
    }

    /// Returns at most `most` receipts of an account that come after the one of this number, in their order.
    pub async fn receipts_after(&self, account: AccountId, seq: u64, most: u32) -> Result<Vec<ReceiptRow>, Fault> {
        read!(self, receipts_after(account, seq, most))
    }

    /// Returns of at most `most` accounts the last receipt that was made up to this time.
    pub async fn old_receipts(&self, older_than: Timestamp, most: u32) -> Result<Vec<ReceiptRow>, Fault> {
        read!(self, old_receipts(older_than, most))
    }

    /// Deletes the receipts of an account up to the number of this checkpoint, and stores the checkpoint in their place; both
    /// or nothing. A later checkpoint that is stored already stays.
    pub async fn prune_receipts(&self, checkpoint: CheckpointRow) -> Result<(), Fault> {
        write_whole!(self, prune_receipts(&checkpoint))
    }
}

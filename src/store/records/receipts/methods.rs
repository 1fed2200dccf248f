//! The methods of the records about receipts of approvals.

use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::receipts::{Chain, CheckpointRow, ReceiptAdded, ReceiptKeyRow, ReceiptRow};
use crate::store::records::{Records, on_postgres, read, write_query, write_whole};
use crate::ticket::ids::{AccountId, TicketId};
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
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

    /// Returns every key that signed receipts, the oldest first.
    pub async fn receipt_keys(&self) -> Result<Vec<ReceiptKeyRow>, Fault> {
        read!(self, receipt_keys())
    }

    /// Stores a key that signs receipts and returns `true`; `false` and stores nothing if another one follows the same key.
    pub async fn add_receipt_key(&self, key: ReceiptKeyRow) -> Result<bool, Fault> {
        write_query!(self, one add_receipt_key(&key))
    }

    /// Deletes the private halves of the keys whose successor was made up to this time.
    pub async fn retire_receipt_keys(&self, followed_before: Timestamp) -> Result<(), Fault> {
        write_query!(self, one retire_receipt_keys(followed_before))
    }
}

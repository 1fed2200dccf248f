//! What is stored of receipts.

use std::fmt;

use crate::ticket::ids::{AccountId, TicketId};
use crate::ticket::time::Timestamp;

/// A receipt as the records have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    /// The account that approved.
    pub account: AccountId,
    /// The number in the account's chain; the first is 1.
    pub seq: u64,
    /// The ticket that was approved.
    pub ticket: TicketId,
    /// The time of the approval.
    pub at: Timestamp,
    /// The signed line.
    pub line: String,
}

/// What stands in the place of the receipts of an account that were deleted because of their age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointRow {
    /// The account.
    pub account: AccountId,
    /// The number of the last receipt that was deleted.
    pub seq: u64,
    /// SHA-256 of the line of that receipt.
    pub hash: [u8; 32],
    /// The signed line.
    pub line: String,
}

/// The two ends of the chain of an account, and how many receipts are between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// The number of receipts that are stored.
    pub count: u64,
    /// The newest receipt; `None` if none is stored.
    pub newest: Option<ReceiptRow>,
    /// What stands in the place of deleted ones; `None` if none were deleted.
    pub checkpoint: Option<CheckpointRow>,
}

/// What came of storing a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptAdded {
    /// It is stored.
    Done,
    /// It is not, because another one has its number, or because its ticket has a receipt already.
    Behind,
    /// It is not, because there is no such account.
    NoAccount,
}

/// A key that signs receipts, as the records have it.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiptKeyRow {
    /// The id of the key in the header of what it signed.
    pub kid: String,
    /// The public half: 32 bytes of Ed25519.
    pub public: Vec<u8>,
    /// The private half, encrypted; `None` once nothing is signed with it any more.
    pub sealed: Option<Vec<u8>>,
    /// The time at which it was made.
    pub created_at: Timestamp,
    /// A hash of the id, the public half and the time, keyed with the server's secret. A key without the right one does not
    /// count.
    pub vouched: Vec<u8>,
    /// The id of the key before; empty for the first. No two keys follow the same one.
    pub follows: String,
}

impl fmt::Debug for ReceiptKeyRow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("ReceiptKeyRow").field(&self.kid).finish()
    }
}

//! The receipts of approvals, as they are stored: signed lines in a chain for each account, the checkpoints that stand where
//! old ones were deleted, and the keys that sign them.

mod receipt;
pub(in crate::store) mod queries;

pub use self::receipt::{Chain, CheckpointRow, ReceiptAdded, ReceiptKeyRow, ReceiptRow};

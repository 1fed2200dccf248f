//! The receipts of a person's own approvals: what the activity page says of them ([`section`]), and their download
//! ([`download`]). What a phone remembers of them is in [`receipt_heads`](crate::account::receipt_heads).

pub mod download;
pub mod section;

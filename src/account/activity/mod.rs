//! What happened to accounts, for their owners and for administrators: a line for each sign-in, approval, refusal and
//! change.
//!
//! [`ActivityLog`] stores the lines and [`Whence`] says from where a request came. [`budget`] bounds the lines that people
//! cause about one account, [`query`] reads the filter of a page, [`rows`] renders lines and [`export`] writes them as CSV
//! ([`cells`]) and as JSON Lines.

mod budget;
mod cells;
mod log;
mod whence;
pub mod export;
pub mod query;
pub mod rows;

pub use self::budget::{EMAIL_CHANGED, EMAIL_PROVEN};
pub use self::log::ActivityLog;
pub use self::whence::Whence;

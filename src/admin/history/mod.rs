//! What happened: to accounts, and to apps.

pub mod activity;
pub mod log;
pub mod reports;

//! Accounts and groups as an administrator works on them: which accounts a list shows, what is changed, and by whom. Each
//! change writes its line of activity in the same transaction.

pub mod act;
pub mod filter;
mod group;
pub mod person;

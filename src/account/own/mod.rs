//! The pages of a person's own account below `/account`: the overview of its sections, sign-in and security, activity,
//! and its data with the deletion of the account. The profile, the devices and the password have modules of their own.
//!
//! | request | what |
//! |---|---|
//! | `GET /account` | links to all sections: [`overview`] |
//! | `GET /account/security` | shows the ways to sign in: [`overview`] |
//! | `POST /account/security/scan` | switches the sign-in by scan of the account: [`scan`] |
//! | `GET /account/activity`, `…/export` | shows and exports what happened to the account: [`activity`] |
//! | `POST /account/activity/receipts`, `…/accept` | sends the receipts of approvals, or takes them as they are: [`receipts`] |
//! | `GET /account/data` | offers the download and the deletion: [`data`] |
//! | `POST /account/data/download` | sends all that is stored about the account: [`download`] |
//! | `POST /account/data/delete`, `…/keep` | asks for the deletion, and takes that back: [`data`] |
//!
//! [`due`] deletes the accounts whose day is over.

pub mod activity;
mod banner;
pub mod data;
pub mod download;
mod due;
pub mod overview;
pub mod paths;
pub mod receipts;
pub mod scan;

pub use self::banner::deletion_banner;
pub use self::paths::{ASKED, SCAN, SECURITY, TRANSFER};

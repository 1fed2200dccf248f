//! The pages on which people who manage people make one-time links: to invite a person, or to let one back in who cannot
//! sign in any more. For everyone else these pages do not exist.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /admin/people/{id}/links` | lists the links of an account, with what became of them |
//! | `POST /admin/people/{id}/invite`, `recover` | makes a link, shown once |
//! | `POST /admin/people/{id}/links/withdraw` | withdraws the links that still work |
//!
//! Only an administrator makes links for an administrator. Making one needs a fresh proof.

mod make;
mod manager;
mod page;

pub(super) use self::make::{invite, page, recover, withdraw};

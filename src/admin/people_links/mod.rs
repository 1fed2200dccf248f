//! The pages on which people who manage people make one-time links: to invite a person, or to let one back in who cannot
//! sign in any more. For everyone else these pages do not exist.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /admin/people/{id}/links` | lists the links of an account, with what became of them |
//! | `POST /admin/people/{id}/invite`, `recover` | makes a link, shown once |
//! | `POST /admin/people/{id}/links/withdraw` | withdraws the links that still work |
//!
//! Only an administrator makes links for an administrator, or for a member of a group that grants rights.

mod linked;
mod make;
mod page;

use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;

use super::Administration;
use super::people::require_people::managers;
use crate::account::Accounts;
use crate::web::routes::{Routes, get, post};

/// Makes the routes of these pages.
pub fn routes<S>(accounts: Accounts) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Administration: FromRef<S>,
    Accounts: FromRef<S>,
{
    Routes::new()
        .route("/admin/people/{id}/links", get(make::page))
        .route("/admin/people/{id}/links/withdraw", post(make::withdraw))
        .route("/admin/people/{id}/invite", post(make::invite))
        .route("/admin/people/{id}/recover", post(make::recover))
        .layer(from_fn_with_state(accounts, managers))
}

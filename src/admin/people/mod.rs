//! The pages on which people are added, found and changed, for administrators and for those whose role is to manage people.
//! For everyone else these pages do not exist.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /admin/people` | lists people, with a search and filters: [`list`] |
//! | `GET`, `POST /admin/people/new` | adds a person: [`edit`] |
//! | `GET`, `POST /admin/people/{id}` | shows a person and changes the details: [`edit`] |
//! | `POST /admin/people/{id}/role`, `groups` | changes the role and the groups: [`acts`] |
//! | `POST /admin/people/{id}/sign-out`, `disable`, `enable` | ends sign-ins, forbids and allows them: [`acts`] |
//! | `POST /admin/people/{id}/scan` | switches the sign-in by scan of a person: [`acts`] |
//! | `GET`, `POST /admin/people/{id}/delete` | asks, and deletes the account: [`delete`] |
//!
//! All routes are behind [`require_people`], and [`rights`] says what each role may do. The pages are rendered in
//! [`page`], [`sections`] and [`fields`]; [`form`] reads the forms.

mod acts;
mod delete;
mod edit;
pub mod fields;
pub mod form;
mod links;
mod list;
pub mod nav;
mod page;
pub mod require_people;
mod rights;
mod sections;
mod shown;

use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;

pub use self::edit::{derived, refused};
use super::Administration;
use crate::account::Accounts;
use crate::account::session::Sessions;
use crate::web::routes::{Routes, get, post};

/// Makes the routes of the pages about people.
pub fn routes<S>(accounts: Accounts) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Administration: FromRef<S>,
    Sessions: FromRef<S>,
{
    Routes::new()
        .route("/admin/people", get(list::page))
        .route("/admin/people/new", get(edit::blank).post(edit::add))
        .route("/admin/people/{id}", get(edit::show).post(edit::change))
        .route("/admin/people/{id}/role", post(acts::role))
        .route("/admin/people/{id}/groups", post(acts::groups))
        .route("/admin/people/{id}/sign-out", post(acts::sign_out))
        .route("/admin/people/{id}/sessions", post(acts::end_session))
        .route("/admin/people/{id}/disable", post(acts::disable))
        .route("/admin/people/{id}/enable", post(acts::enable))
        .route("/admin/people/{id}/scan", post(acts::scan))
        .route("/admin/people/{id}/delete", get(delete::ask).post(delete::delete))
        .layer(from_fn_with_state(accounts, require_people::managers))
}

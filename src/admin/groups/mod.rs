//! The pages about groups, for administrators and for those whose role is to manage people. Only administrators add, change
//! and delete groups, and only they change the members of groups that grant rights.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /admin/groups` | lists the groups: [`list`] |
//! | `GET`, `POST /admin/groups/new` | adds a group: [`edit`] |
//! | `GET`, `POST /admin/groups/{id}` | shows a group and its members, and changes its settings: [`edit`] |
//! | `POST /admin/groups/{id}/members` | adds and removes a member: [`members`] |
//! | `GET`, `POST /admin/groups/{id}/delete` | asks, and deletes the group: [`delete`] |

mod delete;
mod edit;
mod form;
mod list;
mod members;
mod page;
mod shown;

use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;

use super::Administration;
use super::people::require_people::managers;
use crate::account::Accounts;
use crate::web::routes::{Routes, get, post};

/// Makes the routes of the pages about groups.
pub fn routes<S>(accounts: Accounts) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Administration: FromRef<S>,
{
    Routes::new()
        .route("/admin/groups", get(list::page))
        .route("/admin/groups/new", get(edit::blank).post(edit::add))
        .route("/admin/groups/{id}", get(edit::show).post(edit::change))
        .route("/admin/groups/{id}/members", post(members::change))
        .route("/admin/groups/{id}/delete", get(delete::ask).post(delete::delete))
        .layer(from_fn_with_state(accounts, managers))
}

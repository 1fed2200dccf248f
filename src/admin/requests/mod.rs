//! Requests for apps, on which administrators decide. While `[oauth] requests` is off, these pages do not exist.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /admin/requests` | lists all requests, the open ones first: [`list`] |
//! | `GET /admin/requests/{request}` | shows one of them: [`decide`] |
//! | `POST /admin/requests/{request}/approve` | registers the app, or makes the change: [`approve`] |
//! | `POST /admin/requests/{request}/decline` | declines the request with a reason: [`decide`] |
//!
//! [`page`] renders a request, [`facts`] what is known of it, and [`state`] has what the pages of the people who ask
//! share with these.

mod approve;
mod decide;
pub mod facts;
pub mod list;
mod page;
pub mod state;

use axum::extract::FromRef;

use self::state::AppRequests;
use crate::web::routes::{Routes, get, post};

/// Makes the routes of these pages. The caller puts them behind the check that an administrator sends the request.
pub fn routes<S>() -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    AppRequests: FromRef<S>,
{
    Routes::new()
        .route("/admin/requests", get(list::page))
        .route("/admin/requests/{request}", get(decide::show))
        .route("/admin/requests/{request}/approve", post(approve::approve))
        .route("/admin/requests/{request}/decline", post(decide::decline))
}

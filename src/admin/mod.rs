//! The pages on which administrators register and manage apps, which do not exist for everyone else; and the pages of
//! people who ask for an app and look after it.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /admin/apps` | lists all apps: [`list`] |
//! | `GET`, `POST /admin/apps/new` | registers an app: [`edit`] |
//! | `GET`, `POST /admin/apps/{id}` | shows and changes an app: [`edit`] |
//! | `POST /admin/apps/{id}/secret` | makes a new secret, shown once: [`shown_once`] |
//! | `POST /admin/apps/{id}/disable`, `enable` | forbids and allows sign-ins to the app: [`edit`] |
//! | `POST /admin/apps/{id}/logo`, `logo/remove` | sets and removes the app's logo: [`logo`] |
//! | `POST /admin/apps/{id}/try` | signs the administrator in through the app: [`trial`] |
//! | `GET /admin/apps/{id}/tried/{trial}` | shows what the app would have received: [`trial`] |
//! | `GET /admin/log` | shows what was done to apps, by whom and when: [`history::log`] |
//! | `GET /admin/activity`, `…/export` | shows and exports what happened to accounts: [`history::activity`] |
//! | `GET /admin/reports` | lists the sign-ins that people reported: [`history::reports`] |
//! | `GET /admin/security`, `POST …/scan` | shows what protects the sign-in by scan, and switches it: [`security`] |
//! | `/admin/requests…` | the apps that people ask for: [`requests`] |
//! | `/apps…` | the pages of the people who ask, and of those who look after an app: [`owned`] |
//!
//! The routes of [`owned`] are for everyone who is signed in. The pages about people and groups are in [`people`],
//! [`people_links`] and [`groups`]; those whose role is to manage people may open them too. All other routes are behind
//! [`require_admin`]. Every request to these pages that changes something needs a fresh proof
//! ([`proof`](crate::account::proof)). The pages of apps are rendered in [`page`], [`sections`], [`fields`], [`audience`] and
//! [`snippets`]; [`form`] reads the form of an app.

mod audience;
mod edit;
mod fields;
mod form;
mod history;
mod groups;
mod list;
mod logo;
mod people;
mod owned;
mod requests;
mod require_admin;
mod page;
mod people_links;
mod sections;
mod security;
mod shown_once;
mod snippets;
mod state;
mod trial;

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::from_fn_with_state;

pub use self::requests::state::AppRequests;
pub use self::state::Administration;
use crate::account::Accounts;
use crate::account::session::Sessions;
use crate::login::flow::Flow;
use crate::oauth::Trials;
use crate::picture::Pictures;
use crate::web::bounds::UPLOAD_BYTES;
use crate::web::routes::{Routes, get, post};
use crate::wechat::Sns;

/// Makes the routes that take a logo, which may be larger than a form. Its body is read only if an administrator sends
/// it, or a person who may look after an app.
pub fn uploads<S>(accounts: Accounts, app_requests: AppRequests) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Administration: FromRef<S>,
    Sessions: FromRef<S>,
    AppRequests: FromRef<S>,
    Pictures: FromRef<S>,
{
    Routes::new()
        .route("/admin/apps/{id}/logo", post(logo::upload))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES))
        .layer(from_fn_with_state(accounts.clone(), require_admin::administrators))
        .merge(owned::uploads(accounts.sessions, app_requests))
}

/// Makes all other routes of these pages.
pub fn routes<S>(accounts: Accounts, app_requests: AppRequests) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Administration: FromRef<S>,
    Sessions: FromRef<S>,
    AppRequests: FromRef<S>,
    Trials: FromRef<S>,
    Sns: FromRef<S>,
    Accounts: FromRef<S>,
    Flow: FromRef<S>,
{
    Routes::new()
        .route("/admin/apps", get(list::page))
        .route("/admin/apps/new", get(edit::blank).post(edit::register))
        .route("/admin/apps/{id}", get(edit::show).post(edit::change))
        .route("/admin/apps/{id}/secret", post(edit::rotate))
        .route("/admin/apps/{id}/disable", post(edit::disable))
        .route("/admin/apps/{id}/enable", post(edit::enable))
        .route("/admin/apps/{id}/try", post(trial::begin))
        .route("/admin/log", get(history::log::page))
        .route("/admin/reports", get(history::reports::page))
        .route(security::PATH, get(security::page))
        .route(security::SWITCH, post(security::turn))
        .route(history::activity::PATH, get(history::activity::page))
        .route(history::activity::EXPORT, get(history::activity::export))
        .route("/admin/apps/{id}/logo/remove", post(logo::remove))
        .layer(from_fn_with_state(accounts.clone(), require_admin::administrators))
        .merge(people::routes(accounts.clone()))
        .merge(people_links::routes(accounts.clone()))
        .merge(groups::routes(accounts.clone()))
        .merge(
            Routes::new()
                .route("/admin/apps/{id}/tried/{trial}", get(trial::show))
                .layer(from_fn_with_state(accounts.clone(), require_admin::returning)),
        )
        .merge(
            requests::routes()
                .layer(from_fn_with_state(accounts.clone(), require_admin::administrators))
                .layer(from_fn_with_state(app_requests.clone(), requests::state::only_if_on)),
        )
        .merge(owned::routes(accounts.sessions, app_requests))
}

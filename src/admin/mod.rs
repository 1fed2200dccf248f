//! Pages on which an administrator registers apps and looks after them. To anybody else there is nothing here.
//!
//! | request | what |
//! |---|---|
//! | `GET /admin/apps` | all apps: [`list`] |
//! | `GET`, `POST /admin/apps/new` | registers one: [`edit`] |
//! | `GET`, `POST /admin/apps/{id}` | how to connect it; changes it |
//! | `POST /admin/apps/{id}/secret` | a new secret, shown once: [`shown_once`] |
//! | `POST /admin/apps/{id}/disable`, `enable` | whether it signs anybody in |
//! | `POST /admin/apps/{id}/logo`, `logo/remove` | what stands beside its name: [`logo`] |
//! | `POST /admin/apps/{id}/try` | signs the administrator in through it: [`trial`] |
//! | `GET /admin/apps/{id}/tried/{trial}` | what the app would have received |
//! | `GET /admin/log` | what was done, by whom and when: [`log`] |

mod edit;
mod fields;
mod form;
mod list;
mod log;
mod logo;
mod require_admin;
mod page;
mod shown_once;
mod snippets;
mod trial;

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::from_fn_with_state;

use crate::oauth::OAuth;
use crate::web::bounds::UPLOAD_BYTES;
use crate::web::routes::{Routes, get, post};

/// What takes more than a form has: a file. Whoever is no administrator is refused before any of it is read.
pub fn uploads<S>(oauth: OAuth) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    OAuth: FromRef<S>,
{
    Routes::new()
        .route("/admin/apps/{id}/logo", post(logo::upload))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES))
        .layer(from_fn_with_state(oauth, require_admin::administrators))
}

/// The routes of this feature.
pub fn routes<S>(oauth: OAuth) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    OAuth: FromRef<S>,
{
    Routes::new()
        .route("/admin/apps", get(list::page))
        .route("/admin/apps/new", get(edit::blank).post(edit::register))
        .route("/admin/apps/{id}", get(edit::show).post(edit::change))
        .route("/admin/apps/{id}/secret", post(edit::rotate))
        .route("/admin/apps/{id}/disable", post(edit::disable))
        .route("/admin/apps/{id}/enable", post(edit::enable))
        .route("/admin/apps/{id}/try", post(trial::begin))
        .route("/admin/log", get(log::page))
        .route("/admin/apps/{id}/logo/remove", post(logo::remove))
        .layer(from_fn_with_state(oauth.clone(), require_admin::administrators))
        .merge(
            Routes::new()
                .route("/admin/apps/{id}/tried/{trial}", get(trial::show))
                .layer(from_fn_with_state(oauth, require_admin::returning)),
        )
}

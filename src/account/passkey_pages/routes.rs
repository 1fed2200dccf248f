//! The routes of passkeys.

use axum::extract::FromRef;

use super::{PATH, add, approvals, approvals_switch, offer, one, options, page, well_known};
use crate::account::session::Sessions;
use crate::account::state::Accounts;
use crate::web::routes::{Routes, get, post};

/// Returns the routes of passkeys.
pub fn routes<S>() -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Accounts: FromRef<S>,
    Sessions: FromRef<S>,
{
    Routes::new()
        .route("/passkey/options/sign-in", post(options::sign_in))
        .route("/passkey/options/prove", post(options::prove))
        .route("/passkey/options/add", post(options::add))
        .route("/passkey/options/link", post(options::link))
        .route("/passkey/options/set-up", post(options::set_up))
        .route(PATH, get(page::page).post(add::add))
        .route(offer::PATH, post(offer::answer))
        .route(approvals_switch::PATH, post(approvals::change))
        .route("/account/passkeys/{name}", post(one::act))
        .route("/.well-known/webauthn", get(well_known::webauthn))
        .route("/.well-known/passkey-endpoints", get(well_known::endpoints))
}

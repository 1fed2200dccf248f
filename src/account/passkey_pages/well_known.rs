//! What browsers and password managers ask about the passkeys of this site.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::PATH;
use crate::account::state::Accounts;
use crate::web::problem::Problem;

/// `GET /.well-known/webauthn`: the origins that may use the passkeys of this domain (WebAuthn Level 3 §5.11). 404 if only
/// the origin of this server may.
pub async fn webauthn(State(accounts): State<Accounts>) -> Result<Response, Problem> {
    let further = accounts.passkeys.origins();
    if further.is_empty() {
        return Err(Problem::not_found());
    }
    let origins: Vec<&str> = [accounts.site.origin()].into_iter().chain(further.iter().map(String::as_str)).collect();
    Ok(Json(json!({ "origins": origins })).into_response())
}

/// `GET /.well-known/passkey-endpoints`: where people add and manage passkeys (W3C, Passkey Endpoints Well-Known URL). 404
/// if there can be no passkeys at the address of this server.
pub async fn endpoints(State(accounts): State<Accounts>) -> Result<Response, Problem> {
    if accounts.passkeys.unavailable().is_some() {
        return Err(Problem::not_found());
    }
    let page = format!("{}{PATH}", accounts.site.origin());
    Ok(Json(json!({ "enroll": page, "manage": page })).into_response())
}

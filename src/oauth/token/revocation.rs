//! `POST /oauth/revoke` (RFC 7009): an app revokes a token. All tokens of a sign-in belong together, so the
//! grant ends.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::opaque::OpaqueKind;
use super::tokens::Tokens;
use crate::oauth::client::clients::Clients;
use crate::oauth::error::OAuthError;
use crate::oauth::params::{Param, Params};

/// `POST /oauth/revoke`: authenticates the app, and ends the grant to which one of its access or refresh tokens
/// belongs, so that all tokens of this grant become invalid. A token that is unknown, not valid or another app's gets
/// the same answer (RFC 7009 §2.2), but nothing ends.
pub async fn revoke(
    State(clients): State<Clients>,
    State(tokens): State<Tokens>,
    headers: HeaderMap,
    params: Params,
) -> Result<StatusCode, OAuthError> {
    let app = clients.authenticate(&headers, &params).await?;
    let token = params.need(Param::Token)?;
    let grant = match tokens.opaque.read(token, OpaqueKind::Refresh) {
        Some(token) => tokens.grant(token.grant).await?.map(|(grant, _)| grant),
        None => tokens.open_access(token).await?.map(|(_, grant, _)| grant),
    };
    if let Some(grant) = grant.filter(|grant| grant.app == app.id) {
        tokens.records.end_grant(grant, tokens.clock.now()).await?;
    }
    Ok(StatusCode::OK)
}

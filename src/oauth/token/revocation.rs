//! `POST /oauth/revoke` (RFC 7009): an app revokes a token. All tokens of a sign-in belong together, so the
//! grant ends.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::opaque::Purpose;
use super::tokens::Tokens;
use crate::oauth::client::clients::Clients;
use crate::oauth::error::OAuthError;
use crate::oauth::params::{Param, Params};

/// `POST /oauth/revoke`: authenticates the app, and ends the grant of one of its tokens. The answer is the
/// same for an unknown token (§2.2), and a token of another app is left alone.
pub async fn revoke(
    State(clients): State<Clients>,
    State(tokens): State<Tokens>,
    headers: HeaderMap,
    params: Params,
) -> Result<StatusCode, OAuthError> {
    let app = clients.authenticate(&headers, &params).await?;
    let token = params.need(Param::Token)?;
    let grant = match tokens.handles.read(token, Purpose::Refresh) {
        Some(handle) => tokens.grant(handle.grant).await?.map(|(grant, _)| grant),
        None => tokens.open_access(token).await?.map(|(_, grant, _)| grant),
    };
    if let Some(grant) = grant.filter(|grant| grant.app == app.id) {
        tokens.records.end_grant(grant, tokens.clock.now()).await?;
    }
    Ok(StatusCode::OK)
}

//! The endpoint `POST /oauth/revoke` (RFC 7009), at which an app gives a token back. This ends the whole
//! grant.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::opaque::Purpose;
use super::tokens::Tokens;
use crate::oauth::client::clients::Clients;
use crate::oauth::error::OAuthError;
use crate::oauth::params::Params;

/// `POST /oauth/revoke`: ends the grant of a token. The answer is the same if there is no such token (§2.2),
/// and tokens of other apps are not touched.
pub async fn revoke(
    State(clients): State<Clients>,
    State(tokens): State<Tokens>,
    headers: HeaderMap,
    params: Params,
) -> Result<StatusCode, OAuthError> {
    let app = clients.authenticate(&headers, &params).await?;
    let token = params.need("token")?;
    let grant = match tokens.handles.read(token, Purpose::Refresh) {
        Some(handle) => tokens.grant(handle.grant).await?.map(|(grant, _)| grant),
        None => tokens.open_access(token).await?.map(|(_, grant, _)| grant),
    };
    if let Some(grant) = grant.filter(|grant| grant.app == app.id) {
        tokens.records.end_grant(grant, tokens.clock.now()).await?;
    }
    Ok(StatusCode::OK)
}

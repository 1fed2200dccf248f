//! `POST /oauth/revoke` (RFC 7009): an app gives a token back. Tokens live and die with their grant, so all of it ends.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::opaque::Purpose;
use crate::oauth::client::authentication::authenticate;
use crate::oauth::error::OAuthError;
use crate::oauth::params::Params;
use crate::oauth::state::OAuth;

/// `POST /oauth/revoke`: the same answer whether there was such a token or not (§2.2), and another app's is left alone.
pub async fn revoke(State(oauth): State<OAuth>, headers: HeaderMap, params: Params) -> Result<StatusCode, OAuthError> {
    let app = authenticate(&oauth, &headers, &params).await?;
    let token = params.need("token")?;
    let grant = match oauth.handles.read(token, Purpose::Refresh) {
        Some(handle) => oauth.grant(handle.grant).await?.map(|(grant, _)| grant),
        None => oauth.open_access(token).await?.map(|(_, grant, _)| grant),
    };
    if let Some(grant) = grant.filter(|grant| grant.app == app.id) {
        oauth.records.end_grant(grant, oauth.now()).await?;
    }
    Ok(StatusCode::OK)
}

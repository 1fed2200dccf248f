//! The token endpoint (RFC 6749 §3.2).

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;

use super::device;
use super::grants::Grants;
use super::start::TokenAnswer;
use crate::login::Consents;
use crate::login::flow::Flow;
use crate::oauth::client::clients::Clients;
use crate::oauth::error::OAuthError;
use crate::oauth::params::Params;
use crate::web::limits::Limits;

/// `POST /oauth/token`: authenticates the app, and exchanges an authorization code, a refresh token, a device
/// code or the app's own credentials for tokens.
pub async fn token(
    State(clients): State<Clients>,
    State(grants): State<Grants>,
    State(flow): State<Flow>,
    State(consents): State<Consents>,
    State(limits): State<Limits>,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<TokenAnswer>, OAuthError> {
    let app = clients.authenticate(&headers, &params).await?;
    let tokens = match params.need("grant_type")? {
        "authorization_code" => {
            let (code, uri) = (params.need("code")?, params.need("redirect_uri")?);
            let redeemed = grants.redeem(&app, code, uri, params.get("code_verifier")).await?;
            grants.activate_grant(&app, redeemed).await?
        }
        "refresh_token" => grants.refresh(&app, params.need("refresh_token")?, params.get("scope")).await?,
        device::GRANT_TYPE => {
            let redeemed = grants.redeem_device(&flow, &consents, &limits, &app, params.need("device_code")?).await?;
            grants.activate_grant(&app, redeemed).await?
        }
        "client_credentials" => grants.tokens_for_app(&app, params.get("scope")).await?,
        _ => return Err(OAuthError::UnsupportedGrantType),
    };
    Ok(Json(tokens))
}

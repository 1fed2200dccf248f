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
use crate::oauth::params::{Param, Params};
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
    let tokens = match params.need(Param::GrantType)? {
        "authorization_code" => {
            let (code, uri) = (params.need(Param::Code)?, params.need(Param::RedirectUri)?);
            let redeemed = grants.redeem(&app, code, uri, params.get(Param::CodeVerifier)).await?;
            grants.activate_grant(&app, redeemed).await?
        }
        "refresh_token" => grants.refresh(&app, params.need(Param::RefreshToken)?, params.get(Param::Scope)).await?,
        device::GRANT_TYPE => {
            let redeemed =
                grants.redeem_device(&flow, &consents, &limits, &app, params.need(Param::DeviceCode)?).await?;
            grants.activate_grant(&app, redeemed).await?
        }
        "client_credentials" => grants.tokens_for_app(&app, params.get(Param::Scope)).await?,
        _ => return Err(OAuthError::UnsupportedGrantType),
    };
    Ok(Json(tokens))
}

//! `POST /oauth/introspect` (RFC 7662): tells an app whether a token is valid. An app learns of its own
//! tokens only; for a token of another app the answer is the same as for an unknown one.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;

use super::claims::{AccessClaims, seconds};
use super::opaque::{OpaqueKind, accepts_refresh};
use super::tokens::Tokens;
use crate::oauth::client::clients::Clients;
use crate::oauth::error::OAuthError;
use crate::oauth::params::{Param, Params};
use crate::store::records::apps::App;

/// The introspection response (RFC 7662 §2.2).
#[derive(Default, Serialize)]
pub struct Introspected {
    active: bool,
    #[serde(flatten)]
    access: Option<AccessClaims>,
    #[serde(flatten)]
    refresh: Option<Refresh>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
}

/// The claims in the response for a refresh token.
#[derive(Serialize)]
pub struct Refresh {
    iss: String,
    sub: String,
    client_id: String,
    scope: String,
    exp: u64,
}

/// `POST /oauth/introspect`: authenticates the app, and returns whether one of its access or refresh tokens is active,
/// with the claims. For a token that is not valid or is another app's, or whose person may not use the app any more,
/// the answer is `active: false` and nothing else.
/// A public client gets `invalid_client`.
pub async fn introspect(
    State(clients): State<Clients>,
    State(tokens): State<Tokens>,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Introspected>, OAuthError> {
    let app = clients.authenticate(&headers, &params).await?;
    if !app.is_confidential() {
        // RFC 7662 §2.1: the caller is authenticated, and anyone could name a public client.
        return Err(OAuthError::InvalidClient);
    }
    Ok(Json(tokens.introspected(&app, params.need(Param::Token)?).await?.unwrap_or_default()))
}

impl Tokens {
    async fn introspected(&self, app: &App, token: &str) -> Result<Option<Introspected>, OAuthError> {
        if let Some((claims, grant, _)) = self.open_access(token).await? {
            let known = Introspected {
                active: true,
                access: Some(claims),
                token_type: Some("Bearer"),
                ..Introspected::default()
            };
            return Ok((grant.app == app.id && self.still_permits(app, &grant).await?).then_some(known));
        }
        let Some(token) = self.opaque.read(token, OpaqueKind::Refresh) else { return Ok(None) };
        let Some((grant, _)) = self.grant(token.grant).await? else { return Ok(None) };
        if grant.app != app.id
            || !grant.is_valid(self.clock.now())
            || !accepts_refresh(&grant, token.generation, self.clock.now())
            || !self.still_permits(app, &grant).await?
        {
            return Ok(None);
        }
        let refresh = Refresh {
            iss: self.issuer().to_owned(),
            sub: self.subject(app, &grant),
            client_id: app.id.to_string(),
            scope: grant.scopes.to_string(),
            exp: seconds(grant.idle_until.min(grant.ends_at)),
        };
        Ok(Some(Introspected { active: true, refresh: Some(refresh), ..Introspected::default() }))
    }
}

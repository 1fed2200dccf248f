//! `/oauth/userinfo` (OpenID Connect Core §5.3): who signed in, as far as the app may know.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;

use super::claims::{AccessClaims, UserInfo, seconds};
use super::error::OAuthError;
use super::keys::Kind;
use super::provider::OAuth;
use crate::account::phone_token::bearer;
use crate::store::apps::Dialect;
use crate::store::grants::Grant;
use crate::store::records::Account;
use crate::ticket::scope::{Scope, Scopes};

/// `GET`, `POST /oauth/userinfo`
pub async fn userinfo(State(oauth): State<OAuth>, headers: HeaderMap) -> Result<Json<UserInfo>, OAuthError> {
    // RFC 6750 §2.1 alone: a token in an address ends up in logs.
    let token = bearer(&headers).ok_or(OAuthError::NoToken)?;
    oauth.userinfo_of(token).await.map(Json)
}

impl OAuth {
    /// Who it is, to whoever has this access token.
    pub async fn userinfo_of(&self, token: &str) -> Result<UserInfo, OAuthError> {
        let (claims, grant, account) = self.open_access(token).await?.ok_or(OAuthError::InvalidToken)?;
        // Those of the token: it may be good for less than its grant.
        let scopes = Scopes::parse(&claims.scope);
        let account = account.filter(|_| scopes.has(Scope::OpenId));
        let account = account.ok_or(OAuthError::InsufficientScope)?;
        let app = self.app(&claims.client_id, Dialect::Oidc).await?.ok_or(OAuthError::InvalidToken)?;
        let released = self.release(&app, account, &scopes).await?;
        Ok(self.user_info(self.subject(&app, &grant), released))
    }

    /// An access token of this server that counts now, with its grant and whose it is.
    pub async fn open_access(&self, token: &str) -> Result<Option<(AccessClaims, Grant, Option<Account>)>, OAuthError> {
        let now = self.now();
        let claims = self.keys.open::<AccessClaims>(token, Kind::Access).await?;
        let Some(claims) = claims
            .filter(|claims| claims.iss == self.issuer() && claims.aud == self.issuer() && claims.exp > seconds(now))
        else {
            return Ok(None);
        };
        let Some((grant, account)) = self.records.grant(claims.grant).await? else { return Ok(None) };
        Ok(grant.lives(now).then_some((claims, grant, account)))
    }
}

//! `/oauth/userinfo` (OpenID Connect Core §5.3): the claims about the signed-in person that the app may know.

use axum::Json;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::Method;

use super::claims::{AccessClaims, UserInfo, seconds};
use super::signing_keys::TokenKind;
use super::tokens::Tokens;
use crate::account::phone_token::bearer;
use crate::consent::scope::{Scope, Scopes};
use crate::oauth::client::clients::Clients;
use crate::oauth::error::OAuthError;
use crate::oauth::params::{Param, Params, is_form};
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::apps::{App, Dialect};
use crate::store::records::grants::Grant;

/// `GET`, `POST /oauth/userinfo`: returns the claims about the person to whom the access token of the request belongs,
/// as far as the token's app may know them.
pub async fn userinfo(
    State(clients): State<Clients>,
    State(tokens): State<Tokens>,
    request: Request,
) -> Result<Json<UserInfo>, OAuthError> {
    tokens.userinfo_of(&clients, &token_of(request).await?).await.map(Json)
}

/// Returns the access token of a request, from the header `Authorization` (RFC 6750 §2.1) or a form (§2.2). Fails if
/// the request has both or none. A token in a URL (§2.3) is not read, because it would end up in logs.
async fn token_of(request: Request) -> Result<String, OAuthError> {
    let in_header = bearer(request.headers()).map(str::to_owned);
    // Some clients send a body of another type beside the header, which is ignored.
    let in_form = if *request.method() == Method::POST && is_form(request.headers()) {
        Params::from_request(request, &()).await?.get(Param::AccessToken).map(str::to_owned)
    } else {
        None
    };
    match (in_header, in_form) {
        (Some(_), Some(_)) => Err(OAuthError::InvalidRequest("send the access token in one way, not in two")),
        (Some(token), None) | (None, Some(token)) => Ok(token),
        (None, None) => Err(OAuthError::NoToken),
    }
}

impl Tokens {
    /// Returns the claims about the person of this access token that its app may know.
    ///
    /// # Errors
    /// `invalid_token` if the token is not valid, if its app is disabled or does not use OpenID Connect any more, or if
    /// the person may not use the app any more;
    /// `insufficient_scope` if the token lacks the scope `openid` or is not about a person.
    pub async fn userinfo_of(&self, clients: &Clients, token: &str) -> Result<UserInfo, OAuthError> {
        let (claims, grant, account) = self.open_access(token).await?.ok_or(OAuthError::InvalidToken)?;
        // The scopes of the token: they may be fewer than those of its grant.
        let scopes = Scopes::parse(&claims.scope);
        let account = account.filter(|_| scopes.has(Scope::OpenId));
        let account = account.ok_or(OAuthError::InsufficientScope)?;
        let app = clients.find(&claims.client_id, Dialect::Oidc).await?.ok_or(OAuthError::InvalidToken)?;
        if !self.still_permits(&app, &grant).await? {
            tracing::info!("an access token is refused: its person may not use the app any more");
            return Err(OAuthError::InvalidToken);
        }
        Ok(self.userinfo_for(&app, &grant, account, &scopes).await?)
    }

    /// Returns the claims about the person of a grant that its app may know with a token of these scopes.
    pub async fn userinfo_for(
        &self,
        app: &App,
        grant: &Grant,
        account: Account,
        scopes: &Scopes,
    ) -> Result<UserInfo, Fault> {
        let released = self.released_claims(app, account, scopes).await?;
        Ok(UserInfo { sub: self.subject(app, grant), person: self.person_claims(released) })
    }

    /// Returns whether the person of a grant may use the app now; always `true` for a grant of the app itself. Access
    /// tokens live on for some minutes after a person was removed from the groups of an app, so what this server says of
    /// them depends on it.
    pub(super) async fn still_permits(&self, app: &App, grant: &Grant) -> Result<bool, Fault> {
        match grant.account {
            Some(account) => self.records.may_use(account, app).await,
            None => Ok(true),
        }
    }

    /// Returns the claims of an access token that this server signed, with its grant and account; `None` if the text is
    /// no such token, the token has expired, or its grant has ended. There is no account if the app acts for itself.
    /// The later log lines of the request name the app and the account of the grant.
    pub async fn open_access(&self, token: &str) -> Result<Option<(AccessClaims, Grant, Option<Account>)>, OAuthError> {
        let now = self.clock.now();
        let claims = self.keys.open::<AccessClaims>(token, TokenKind::Access).await?;
        let Some(claims) = claims
            .filter(|claims| claims.iss == self.issuer() && claims.aud == self.issuer() && claims.exp > seconds(now))
        else {
            return Ok(None);
        };
        let Some((grant, account)) = self.grant(claims.grant).await? else { return Ok(None) };
        Ok(grant.is_valid(now).then_some((claims, grant, account)))
    }
}

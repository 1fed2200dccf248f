//! `POST /oauth/token`: an app exchanges what it has for tokens.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;

use super::code::{Redeemed, new_grant};
use crate::consent::scope::{Scope, Scopes};
use crate::oauth::client::authentication::authenticate;
use crate::oauth::error::OAuthError;
use crate::oauth::params::Params;
use crate::oauth::state::OAuth;
use crate::oauth::token::claims::{Told, access_life};
use crate::oauth::token::opaque::{Handle, LOST_ANSWER, Purpose, accepts_refresh};
use crate::store::records::apps::App;
use crate::store::records::grants::{Grant, GrantId, GrantStart, Turn};
use crate::ticket::approval::Epoch;

/// RFC 8628 §3.4
pub const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// RFC 6749 §5.1
#[derive(Debug, Serialize)]
pub struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
}

/// `POST /oauth/token`
pub async fn token(State(oauth): State<OAuth>, headers: HeaderMap, params: Params) -> Result<Json<Tokens>, OAuthError> {
    let app = authenticate(&oauth, &headers, &params).await?;
    let tokens = match params.need("grant_type")? {
        "authorization_code" => {
            let (code, uri) = (params.need("code")?, params.need("redirect_uri")?);
            let redeemed = oauth.redeem(&app, code, uri, params.get("code_verifier")).await?;
            oauth.begin_grant(&app, redeemed).await?
        }
        "refresh_token" => oauth.refresh(&app, params.need("refresh_token")?, params.get("scope")).await?,
        DEVICE => {
            let redeemed = oauth.redeem_device(&app, params.need("device_code")?).await?;
            oauth.begin_grant(&app, redeemed).await?
        }
        "client_credentials" => oauth.for_itself(&app, params.get("scope")).await?,
        _ => return Err(OAuthError::UnsupportedGrantType),
    };
    Ok(Json(tokens))
}

impl OAuth {
    /// The first tokens of a grant, which is kept before anybody holds one.
    pub async fn begin_grant(&self, app: &App, redeemed: Redeemed) -> Result<Tokens, OAuthError> {
        let Redeemed { mut grant, epoch, nonce, is_repeatable } = redeemed;
        match self.records.begin_grant(grant.clone(), epoch, self.now()).await? {
            GrantStart::Started => {}
            GrantStart::CodeReplayed if is_repeatable => grant = self.just_begun(grant.id).await?,
            GrantStart::CodeReplayed => {
                return Err(OAuthError::InvalidGrant("the code was used before; what it gave is revoked"));
            }
            GrantStart::Revoked => {
                return Err(OAuthError::InvalidGrant("the person has signed out since, or taken their consent back"));
            }
        }
        self.tokens(app, &grant, &Scopes::parse(&grant.scopes), nonce).await
    }

    /// A grant that began a moment ago, and of which nothing was used yet.
    async fn just_begun(&self, id: GrantId) -> Result<Grant, OAuthError> {
        let now = self.now();
        let is_new =
            |grant: &Grant| grant.lives(now) && grant.generation == 0 && !(grant.turned_at + LOST_ANSWER).is_over(now);
        let found = self.grant(id).await?.map(|(grant, _)| grant).filter(is_new);
        found.ok_or(OAuthError::InvalidGrant("this was exchanged before"))
    }

    /// RFC 6749 §6 with rotation (RFC 9700 §4.14): each refresh token gives its successor, and counts itself for a minute
    /// more, unless the successor was used; so an answer that was lost on the way can be asked for again, and so can two
    /// processes of one app ask at once. Whoever comes later, or with an older one, has a copy: all tokens of the grant end.
    async fn refresh(&self, app: &App, token: &str, scope: Option<&str>) -> Result<Tokens, OAuthError> {
        const WRONG: OAuthError = OAuthError::InvalidGrant("this app has no such refresh token, or it is over");
        let Some(handle) = self.handles.read(token, Purpose::Refresh) else { return Err(WRONG) };
        let now = self.now();
        let Some((mut grant, _)) = self.grant(handle.grant).await? else { return Err(WRONG) };
        // RFC 9700 §4.14: bound to its app.
        if grant.app != app.id || !grant.lives(now) {
            return Err(WRONG);
        }
        let granted = Scopes::parse(&grant.scopes);
        let scopes = scope.map_or_else(|| granted.clone(), Scopes::parse);
        if scopes.is_empty() || !granted.cover(&scopes) {
            return Err(OAuthError::InvalidScope);
        }
        if handle.generation == grant.generation {
            let to = grant.generation.checked_add(1).ok_or(WRONG)?;
            let idle_until = now + app.options.lives.refresh_idle();
            let turn = Turn { from: grant.generation, to, idle_until, access_ends_at: grant.access_ends_at };
            // Where another request came first, it made the successor that this one gets too.
            if !self.records.turn_grant(grant.id, turn, now).await? {
                let Some((as_it_is, _)) = self.grant(handle.grant).await? else { return Err(WRONG) };
                if as_it_is.generation != to || !as_it_is.lives(now) {
                    return Err(WRONG);
                }
            }
            grant.generation = to;
        } else if !accepts_refresh(&grant, handle.generation, now) {
            tracing::warn!("a refresh token was used again; its grant is revoked");
            self.records.end_grant(grant, now).await?;
            return Err(OAuthError::InvalidGrant(
                "the refresh token was used before; all tokens of its grant are revoked",
            ));
        }
        self.tokens(app, &grant, &scopes, None).await
    }

    /// RFC 6749 §4.4: no person, so no ID token and no refresh token; and no scope, because all of them are about one.
    async fn for_itself(&self, app: &App, scope: Option<&str>) -> Result<Tokens, OAuthError> {
        if !app.options.has_client_credentials || !app.proves_itself() {
            return Err(OAuthError::UnauthorizedClient("this app may not get tokens for itself"));
        }
        if scope.is_some_and(|scope| !scope.is_empty()) {
            return Err(OAuthError::InvalidScope);
        }
        let grant = new_grant(app, None, &Scopes::default(), self.now());
        self.begin_grant(app, Redeemed { grant, epoch: Epoch::default(), nonce: None, is_repeatable: false }).await
    }

    /// What an ID token says of its person, at an app that wants to read it there.
    async fn told_with_tokens(&self, app: &App, grant: &Grant, scopes: &Scopes) -> Result<Option<Told>, OAuthError> {
        if !app.options.has_profile_in_id_token {
            return Ok(None);
        }
        let Some((_, Some(account))) = self.grant(grant.id).await? else { return Ok(None) };
        Ok(Some(self.told(self.release(app, account, scopes).await?)))
    }

    async fn tokens(
        &self,
        app: &App,
        grant: &Grant,
        scopes: &Scopes,
        nonce: Option<String>,
    ) -> Result<Tokens, OAuthError> {
        let access_token = self.access_token(app, grant, scopes).await?;
        let id_token = if scopes.has(Scope::OpenId) {
            let told = self.told_with_tokens(app, grant, scopes).await?;
            Some(self.id_token(app, grant, nonce, &access_token, told).await?)
        } else {
            None
        };
        let handle = Handle { purpose: Purpose::Refresh, grant: grant.id, generation: grant.generation };
        let is_offline = Scopes::parse(&grant.scopes).has(Scope::OfflineAccess);
        Ok(Tokens {
            access_token,
            token_type: "Bearer",
            expires_in: access_life(app, grant, self.now()).as_secs(),
            refresh_token: is_offline.then(|| self.handles.write(handle)),
            id_token,
            scope: scopes.to_string(),
        })
    }
}

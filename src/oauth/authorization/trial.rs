//! A trial: an administrator signs in through an app as its visitors do, and sees what the app would have
//! received.
//!
//! The response comes back to an address of this server that no app is registered with. It is the redirect
//! URI of requests that this module made and kept, and of none that came from outside. Only the administrator
//! who began the trial can finish it. Its code is bound to a PKCE verifier that never leaves this server, so
//! it cannot be exchanged elsewhere, not even by the app. Its grant is ended before the result is shown.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::request::AuthorizationRequest;
use super::requests::{Requests, path_of};
use super::response::Back;
use crate::consent::scope::{Scope, Scopes};
use crate::crypto::random::random_id;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::grants::Grants;
use crate::oauth::grant::pkce::challenge_of;
use crate::oauth::grant::start::Redeemed;
use crate::oauth::params::AppState;
use crate::oauth::pending::REQUEST_LIFE;
use crate::oauth::token::signing_keys::TokenKind;
use crate::store::Fault;
use crate::store::records::apps::{App, Dialect};
use crate::store::single_use::{Holder, Kind, OnceName, Taken};
use crate::ticket::ids::{AccountId, AppId};

/// The scopes that a trial in OpenID Connect asks for: all that an app may ask for and that have claims.
/// `offline_access` has none, and the refresh token that it brings would be ended before it is shown.
const OIDC: [Scope; 5] = [Scope::OpenId, Scope::Profile, Scope::Email, Scope::Address, Scope::Groups];

/// What is kept of a trial until its administrator comes back from the sign-in.
#[derive(Debug, Serialize, Deserialize)]
pub struct Trial {
    /// The protocol that is tried.
    pub dialect: Dialect,
    uri: String,
    state: String,
    nonce: String,
    verifier: String,
}

/// What an app would have received in a trial in OpenID Connect.
#[derive(Debug)]
pub struct Received {
    /// The answer of the token endpoint.
    pub tokens: Value,
    /// The claims of the ID token; its signature was checked.
    pub claims: Value,
    /// The answer of the userinfo endpoint.
    pub userinfo: Value,
}

/// Begins and ends trials, in which an administrator signs in through an app to see what it would receive;
/// cheap to clone.
#[derive(Clone, Debug)]
pub struct Trials {
    /// Keeps the authorization requests of trials.
    pub requests: Requests,
    /// Exchanges the authorization codes of trials.
    pub grants: Grants,
}

impl Trials {
    /// Begins a trial of an app in one of its dialects, by the administrator `by`: stores the trial and an
    /// authorization request for it, and returns the path at which the administrator's browser goes on.
    pub async fn begin(&self, app: &App, dialect: Dialect, by: AccountId) -> Result<String, Fault> {
        let Requests { pending, tokens, .. } = &self.requests;
        let (id, verifier) = (random_id(), format!("{}{}", random_id(), random_id()));
        let scopes = match dialect {
            Dialect::WeChat => [Scope::SnsapiLogin].as_slice(),
            Dialect::Oidc => &OIDC,
        };
        let words: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
        let trial = Trial {
            dialect,
            uri: format!("{}/admin/apps/{}/tried/{id}", tokens.issuer(), app.id),
            state: random_id(),
            nonce: random_id(),
            verifier,
        };
        let holder = Holder::account(by, app.id);
        pending.keep_as(&name(app.id, by, &id), holder, &trial, REQUEST_LIFE).await?;
        let back = Back { state: Some(AppState::Text(trial.state)), ..Back::new(&trial.uri, dialect) };
        let request = AuthorizationRequest {
            nonce: Some(trial.nonce),
            challenge: challenge_of(&trial.verifier),
            trial: Some(by),
            ..AuthorizationRequest::new(app, back, Scopes::parse(&words.join(" ")))
        };
        Ok(path_of(self.requests.keep_for(holder, &request).await?))
    }

    /// Takes the trial `id` from which this administrator comes back. Returns it with `true`, or with `false` if it was
    /// taken less than ten seconds ago. Returns `None` and takes nothing if there is no such trial, or if `state` is
    /// not the one that it was begun with.
    pub async fn take(
        &self,
        app: &App,
        by: AccountId,
        id: &str,
        state: Option<&str>,
    ) -> Result<Option<(Trial, bool)>, Fault> {
        let pending = &self.requests.pending;
        let name = name(app.id, by, id);
        let Some(kept) = pending.read_again(&name).await? else { return Ok(None) };
        let trial: Trial = serde_json::from_slice(&kept).map_err(|_| Fault::Unreadable("a trial"))?;
        if state != Some(&trial.state) {
            return Ok(None);
        }
        let is_first = matches!(pending.take(&name).await?, Taken::First(_));
        Ok(Some((trial, is_first)))
    }

    /// Exchanges the code of a trial in OpenID Connect as the app would. Returns what the app would have
    /// received, and ends the grant.
    pub async fn receive(&self, app: &App, trial: &Trial, code: &str) -> Result<Received, OAuthError> {
        let redeemed = self.grants.redeem(app, code, &trial.uri, Some(&trial.verifier)).await?;
        let grant = redeemed.grant.clone();
        let received = self.receive_tokens(app, trial, redeemed).await;
        self.requests.records.end_grant(grant, self.requests.clock.now()).await?;
        received
    }

    async fn receive_tokens(&self, app: &App, trial: &Trial, redeemed: Redeemed) -> Result<Received, OAuthError> {
        let tokens = &self.requests.tokens;
        let grant = redeemed.grant.clone();
        let answer = serde_json::to_value(self.grants.activate_grant(app, redeemed).await?).expect("tokens are JSON");
        let text = |name: &str| answer[name].as_str().unwrap_or_default();
        let claims = tokens.keys.open::<Value>(text("id_token"), TokenKind::Id).await?;
        let claims = claims.filter(|claims| claims["nonce"] == trial.nonce.as_str());
        let claims = claims.ok_or(OAuthError::TemporarilyUnavailable)?;
        // Not by the access token: the administrator may be somebody who may not use the app.
        let account = tokens.grant(grant.id).await?.and_then(|(_, account)| account);
        let account = account.ok_or(OAuthError::TemporarilyUnavailable)?;
        let userinfo = tokens.userinfo_for(app, &grant, account, &grant.scopes).await?;
        let userinfo = serde_json::to_value(userinfo).expect("claims are JSON");
        Ok(Received { tokens: answer, claims, userinfo })
    }
}

/// Returns the name under which a trial is kept. The administrator is part of it, so that no other account
/// can find the trial or use it up.
fn name(app: AppId, by: AccountId, id: &str) -> OnceName {
    OnceName::of(Kind::Trial, &[app.to_string().as_bytes(), by.as_bytes(), id.as_bytes()])
}

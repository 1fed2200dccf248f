//! A trial: an administrator signs in through an app as its visitors do, and sees what the app would have received.
//!
//! The answer comes back to an address of this server that no app is registered with. It is the redirect URI of requests
//! that this module made and kept, and of none that came from outside; only the administrator who began the trial can
//! finish it; its code is bound to a verifier that never leaves this server, so nobody else can exchange it, not even the
//! app; and what came of it is ended before it is shown.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::endpoint::path_of;
use super::pending::encode;
use super::request::{AuthorizationRequest, Prompt};
use super::response::Back;
use crate::consent::scope::{Scope, Scopes};
use crate::crypto::random::random_id;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::code::Redeemed;
use crate::oauth::grant::pkce::challenge_of;
use crate::oauth::params::AppState;
use crate::oauth::state::{OAuth, REQUEST_LIFE};
use crate::oauth::token::signing_keys;
use crate::store::Fault;
use crate::store::records::apps::{App, Dialect};
use crate::store::single_use::{Holder, Kind, OnceName, Taken};
use crate::ticket::ids::{AccountId, AppId};

/// What is kept of a trial until its administrator comes back.
#[derive(Debug, Serialize, Deserialize)]
pub struct Trial {
    /// The protocol that is tried.
    pub dialect: Dialect,
    uri: String,
    state: String,
    nonce: String,
    verifier: String,
}

/// What an app receives in OpenID Connect.
#[derive(Debug)]
pub struct Received {
    /// The answer of the token endpoint.
    pub tokens: Value,
    /// The claims of the ID token; its signature was checked.
    pub claims: Value,
    /// The answer of the userinfo endpoint.
    pub userinfo: Value,
}

impl OAuth {
    /// Begins a trial of an app in one of its dialects; returns the path at which it goes on.
    pub async fn begin_trial(&self, app: &App, dialect: Dialect, by: AccountId) -> Result<String, Fault> {
        let (id, verifier) = (random_id(), format!("{}{}", random_id(), random_id()));
        let scopes = match dialect {
            Dialect::WeChat => [Scope::SnsapiLogin].as_slice(),
            Dialect::Oidc | Dialect::Both => &[Scope::OpenId, Scope::Profile],
        };
        let words: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
        let trial = Trial {
            dialect,
            uri: format!("{}/admin/apps/{}/tried/{id}", self.issuer(), app.id),
            state: random_id(),
            nonce: random_id(),
            verifier,
        };
        let now = self.now();
        let holder = Holder::account(by, app.id);
        self.once.keep(&name(app.id, by, &id), holder, encode(&trial), now, now + REQUEST_LIFE).await?;
        let request = AuthorizationRequest {
            app: app.id,
            back: Back {
                uri: trial.uri,
                is_form_post: false,
                state: Some(AppState::Text(trial.state)),
                dialect,
                is_told_of_refusals: true,
            },
            scopes: Scopes::parse(&words.join(" ")),
            nonce: Some(trial.nonce),
            challenge: challenge_of(&trial.verifier),
            prompt: Prompt::Any,
            max_age: None,
            wants_scan: false,
            known_sub: None,
            login_hint: None,
            embed: None,
            trial: Some(by),
        };
        Ok(path_of(&self.keep(Kind::Request, holder, &request, REQUEST_LIFE).await?))
    }

    /// The trial that this administrator comes back from, once, with the state that it was begun with; and whether it is for
    /// the first time, or a repetition of that.
    pub async fn take_trial(
        &self,
        app: &App,
        by: AccountId,
        id: &str,
        state: Option<&str>,
    ) -> Result<Option<(Trial, bool)>, Fault> {
        let (name, now) = (name(app.id, by, id), self.now());
        let is_first = matches!(self.once.take(&name, now).await?, Taken::First(_));
        let Some(kept) = self.once.read_again(&name, now).await? else { return Ok(None) };
        let trial: Trial = serde_json::from_slice(&kept).map_err(|_| Fault::Unreadable("a trial"))?;
        Ok((state == Some(&trial.state)).then_some((trial, is_first)))
    }

    /// Exchanges the code of a trial as the app would, reads what comes of it, and ends it.
    pub async fn receive(&self, app: &App, trial: &Trial, code: &str) -> Result<Received, OAuthError> {
        let redeemed = self.redeem(app, code, &trial.uri, Some(&trial.verifier)).await?;
        let grant = redeemed.grant.clone();
        let received = self.receive_tokens(app, trial, redeemed).await;
        self.records.end_grant(grant, self.now()).await?;
        received
    }

    async fn receive_tokens(&self, app: &App, trial: &Trial, redeemed: Redeemed) -> Result<Received, OAuthError> {
        let tokens = serde_json::to_value(self.begin_grant(app, redeemed).await?).expect("tokens are JSON");
        let text = |name: &str| tokens[name].as_str().unwrap_or_default();
        let claims = self.keys.open::<Value>(text("id_token"), signing_keys::Kind::Id).await?;
        let claims = claims.filter(|claims| claims["nonce"] == trial.nonce.as_str());
        let claims = claims.ok_or(OAuthError::TemporarilyUnavailable)?;
        let userinfo = self.userinfo_of(text("access_token")).await?;
        let userinfo = serde_json::to_value(userinfo).expect("claims are JSON");
        Ok(Received { tokens, claims, userinfo })
    }
}

/// The administrator is part of the name: to anybody else there is no such trial, and nobody can use it up.
fn name(app: AppId, by: AccountId, id: &str) -> OnceName {
    OnceName::of(Kind::Trial, &[app.to_string().as_bytes(), by.as_bytes(), id.as_bytes()])
}

//! Reads an authorization request from its parameters, or one that was pushed (OpenID Connect Core §3.1.2.1,
//! RFC 9126).

use crate::store::records::app_options::Switch;
use std::time::Duration;

use serde::Deserialize;

use super::request::{AuthorizationRequest, Prompt};
use super::requests::Requests;
use super::response::Back;
use crate::account::Username;
use crate::consent::scope::{Scope, Scopes};
use crate::crypto::random::random_id;
use crate::oauth::client::clients::is_redirect_of;
use crate::oauth::client::redirect_uri::private_use;
use crate::oauth::client::unknown::unknown_redirect;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::pkce::challenge_in;
use crate::oauth::params::{AppState, Param, Params};
use crate::oauth::token::claims::ACR_SCANS;
use crate::oauth::token::signing_keys::TokenKind;
use crate::store::records::apps::{App, Dialect};
use crate::store::records::people::Email;
use crate::store::single_use::{Holder, Kind, OnceName};
use crate::ticket::ids::AppId;
use crate::web::bounds::NONCE_BYTES;
use crate::web::client::ClientAddress;
use crate::web::language::wanted_by;
use crate::web::problem::Problem;

/// The lifetime of a pushed request, within which the app has to send its visitor to `/oauth/authorize`
/// (RFC 9126 §2.2).
pub const PUSHED_LIFE: Duration = Duration::from_secs(90);
/// The prefix of the `request_uri` of a pushed request (RFC 9126 §2.2).
const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

/// Why an authorization request is refused, and where the error goes.
pub enum AuthorizeError {
    /// The app or its redirect URI is not known, the pushed request is over, or a store failed. The person
    /// is shown this page and is not sent back to the app.
    ShowPage(Problem),
    /// The person is sent back to the app, which receives this error.
    RedirectBack(Box<Back>, OAuthError),
}

impl<E: Into<Problem>> From<E> for AuthorizeError {
    fn from(error: E) -> Self {
        Self::ShowPage(error.into())
    }
}

impl Requests {
    /// Reads and checks an authorization request of OpenID Connect from its parameters. If `request_uri` names a pushed
    /// request, takes that one and returns it instead; it can be taken again for ten seconds. If the app has to push
    /// its requests, a request that was not pushed is refused.
    pub async fn read(&self, params: &Params) -> Result<AuthorizationRequest, AuthorizeError> {
        // These say which app made the request, and where and how it is answered: without them it cannot
        // receive an error.
        params.check(&[Param::ClientId, Param::RequestUri, Param::RedirectUri, Param::ResponseMode, Param::State])?;
        let app = self.clients.find_or_refuse(params.get(Param::ClientId).unwrap_or_default(), Dialect::Oidc).await??;
        if let Some(uri) = params.get(Param::RequestUri).and_then(|uri| uri.strip_prefix(REQUEST_URI)) {
            // RFC 9126 §4: a pushed request is used once, by the app that pushed it; a page that is reloaded
            // works for a moment.
            let kept = self.pending.take_or_repeat(&pushed_name(app.id, uri)).await?;
            let kept = kept.ok_or_else(Problem::request_over)?;
            return Ok(serde_json::from_slice(&kept).map_err(|_| Problem::request_over())?);
        }
        let asked = redirect_of(&app, params)
            .ok_or_else(|| unknown_redirect(&app, params.get(Param::RedirectUri).unwrap_or_default()))?;
        let back = back_to(asked, params)?;
        if app.options.has(Switch::RequirePushedAuthorizationRequests) {
            let why = OAuthError::InvalidRequest("this app has to push its requests (RFC 9126)");
            return Err(AuthorizeError::RedirectBack(Box::new(back), why));
        }
        let checked = self.check(&app, back.clone(), params).await;
        checked.map_err(|why| AuthorizeError::RedirectBack(Box::new(back), why))
    }

    /// Checks and stores a request that an app pushes, and returns its `request_uri`. The request of a public client
    /// counts for the network of `from`, one of a confidential client for the app; their oldest requests are evicted if
    /// they fill the store. Fails if the request names another pushed request or an unregistered redirect URI, or is
    /// not valid.
    pub async fn push(&self, from: ClientAddress, app: &App, params: &Params) -> Result<String, OAuthError> {
        if params.get(Param::RequestUri).is_some() {
            return Err(OAuthError::InvalidRequest("a pushed request names no other (RFC 9126 §2.1)"));
        }
        let asked = redirect_of(app, params)
            .ok_or(OAuthError::InvalidRequest("redirect_uri is not one that this app is registered with"))?;
        let request = self.check(app, back_to(asked, params)?, params).await?;
        let id = random_id();
        let name = pushed_name(app.id, &id);
        let holder = if app.is_confidential() { Holder::app(app.id) } else { Holder::at(from.0, Some(app.id)) };
        self.pending.keep_as(&name, holder, &request, PUSHED_LIFE).await?;
        Ok(format!("{REQUEST_URI}{id}"))
    }

    async fn check(&self, app: &App, back: Back, params: &Params) -> Result<AuthorizationRequest, OAuthError> {
        params.check_all()?;
        if params.get(Param::Request).is_some() {
            return Err(OAuthError::RequestNotSupported);
        }
        if params.get(Param::RequestUri).is_some() {
            return Err(OAuthError::RequestUriNotSupported);
        }
        if params.get(Param::Registration).is_some() {
            return Err(OAuthError::RegistrationNotSupported);
        }
        if params.need(Param::ResponseType)? != "code" {
            return Err(OAuthError::UnsupportedResponseType);
        }
        if !matches!(params.get(Param::ResponseMode), None | Some("query" | "form_post")) {
            return Err(OAuthError::InvalidRequest("response_mode is query or form_post"));
        }
        let scopes = Scopes::parse(params.get(Param::Scope).unwrap_or_default()).only(&Scope::OIDC);
        if scopes.is_empty() {
            return Err(OAuthError::InvalidScope);
        }
        let nonce = params.get(Param::Nonce).map(str::to_owned);
        if nonce.as_ref().is_some_and(|nonce| nonce.len() > NONCE_BYTES || nonce.chars().any(char::is_control)) {
            return Err(OAuthError::InvalidRequest("nonce has 256 characters at most"));
        }
        let max_age = params.get(Param::MaxAge).map(|age| age.parse().map_err(|_| ()));
        let max_age = max_age.transpose().map_err(|()| OAuthError::InvalidRequest("max_age is a number of seconds"))?;
        // OpenID Connect Core §3.1.2.1: a `login_hint` may be any text, and is often an e-mail address; one that is
        // neither an address nor a user name here is ignored.
        let login_hint = params.get(Param::LoginHint);
        let mut acr = params.words(Param::AcrValues).peekable();
        let known_sub = match params.get(Param::IdTokenHint) {
            Some(hint) => {
                let known = self.tokens.keys.open::<IdTokenHint>(hint, TokenKind::Id).await?;
                let known = known.filter(|known| known.aud == app.id.to_string());
                Some(known.ok_or(OAuthError::InvalidRequest("id_token_hint is not an ID token of this app"))?.sub)
            }
            None => None,
        };
        Ok(AuthorizationRequest {
            nonce,
            challenge: challenge_in(app, params)?,
            prompt: Prompt::parse(params)?,
            max_age,
            wants_scan: acr.peek().is_some() && acr.all(|value| ACR_SCANS.contains(&value)),
            known_sub,
            login_hint: login_hint.and_then(|hint| hint.parse::<Username>().ok()).map(String::from),
            email_hint: login_hint.and_then(|hint| hint.parse::<Email>().ok()).map(|email| email.key()),
            // OpenID Connect Core §3.1.2.1: languages that are not offered here are no error.
            ui_locales: wanted_by(params.get(Param::UiLocales), None),
            ..AuthorizationRequest::new(app, back, scopes)
        })
    }
}

/// The claims that are read of an `id_token_hint`, an earlier ID token: its app and its person. The caller checks that
/// it was issued to the app that sends it; it may have expired.
#[derive(Deserialize)]
struct IdTokenHint {
    aud: String,
    sub: String,
}

/// Returns the `redirect_uri` of a request; `None` if it is missing or the app is not registered with it.
fn redirect_of<'a>(app: &App, params: &'a Params) -> Option<&'a str> {
    params.get(Param::RedirectUri).filter(|asked| is_redirect_of(app, asked, Dialect::Oidc))
}

fn back_to(uri: &str, params: &Params) -> Result<Back, OAuthError> {
    let (state, is_form_post) = (params.state()?, params.get(Param::ResponseMode) == Some("form_post"));
    if is_form_post && private_use(uri).is_some() {
        return Err(OAuthError::InvalidRequest("response_mode=form_post is for an address on the web"));
    }
    if is_form_post && matches!(state, Some(AppState::Bytes(_))) {
        return Err(OAuthError::InvalidRequest("with response_mode=form_post state is UTF-8, because a form is text"));
    }
    Ok(Back { is_form_post, state, ..Back::new(uri, Dialect::Oidc) })
}

fn pushed_name(app: AppId, id: &str) -> OnceName {
    OnceName::of(Kind::Pushed, &[app.to_string().as_bytes(), id.as_bytes()])
}

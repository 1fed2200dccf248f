//! What an app asks of its visitor: read, checked, and kept while the person signs in, so that nothing can be changed
//! between one page and the next.

use serde::{Deserialize, Serialize};

use super::pending::encode;
use super::response::Back;
use super::unknown::unknown_redirect;
use crate::account::Username;
use crate::consent::scope::{Scope, Scopes};
use crate::crypto::random::random_id;
use crate::oauth::RedirectUri;
use crate::oauth::client::redirect_uri::private_use;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::pkce::challenge_in;
use crate::oauth::params::{AppState, Params};
use crate::oauth::state::{OAuth, PUSHED_LIFE, REQUEST_LIFE};
use crate::oauth::token::claims::ACR_SCAN;
use crate::oauth::token::signing_keys;
use crate::store::Fault;
use crate::store::records::apps::{App, Dialect, Verification};
use crate::store::single_use::{Holder, Kind, OnceName};
use crate::ticket::ids::{AccountId, AppId};
use crate::web::bounds::NONCE_BYTES;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// How a pushed request is named (RFC 9126 §2.2).
pub const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

/// An authorization request (OpenID Connect Core §3.1.2.1), checked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub app: AppId,
    /// Where the answer goes, and how.
    pub back: Back,
    /// What it asks for, of what there is.
    pub scopes: Scopes,
    /// Comes back in the ID token.
    pub nonce: Option<String>,
    /// RFC 7636: SHA-256 of the verifier, base64url.
    pub challenge: Option<String>,
    /// What the person has to be asked, or must not be.
    pub prompt: Prompt,
    /// The person signed in no longer ago than this, in seconds.
    pub max_age: Option<u64>,
    /// A password is not enough.
    pub wants_scan: bool,
    /// The `sub` of the ID token that the app has already.
    pub known_sub: Option<String>,
    /// The user name that the app believes its visitor to have.
    #[serde(default)]
    pub login_hint: Option<String>,
    /// The frame that the code is shown in.
    pub embed: Option<Embed>,
    /// The administrator who tries the app. The answer comes back to this server; no request from outside says so.
    #[serde(default)]
    pub trial: Option<AccountId>,
}

impl AuthorizationRequest {
    /// Whether the person has to sign in anew, for this request: because it says so, or because its app's administrator
    /// wants it of each.
    pub fn wants_sign_in_for(&self, app: &App) -> bool {
        self.prompt.wants_login() || self.max_age == Some(0) || app.options.verification != Verification::Any
    }

    /// Whether nothing but a scan will do, so that no other way in is offered.
    pub fn is_scan_only(&self, app: &App) -> bool {
        self.wants_scan || app.options.verification == Verification::Scan
    }
}

/// A frame in an app's own page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Embed {
    /// The page's origin, where the page said it; the app is registered with it.
    pub origin: Option<String>,
    /// Whether the frame goes where the code goes, and not the page around it.
    #[serde(default)]
    pub goes_itself: bool,
    /// The colours and letters of that page, as the query of a style sheet.
    #[serde(default)]
    pub theme: Option<String>,
}

impl Embed {
    /// Which pages may show the frame, as a policy lists them; `None` where none may, or none any more. Of a page that did
    /// not say its origin, any that the app is registered with.
    pub fn framed_by(&self, app: &App) -> Option<String> {
        let known = &app.options.embed_origins;
        match &self.origin {
            Some(origin) => known.contains(origin).then(|| origin.clone()),
            None => (!known.is_empty()).then(|| known.join(" ")),
        }
    }
}

/// `prompt`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prompt {
    /// As it comes.
    #[default]
    Any,
    /// Nothing is to be shown.
    None,
    /// Signing in anew.
    Login,
    /// Being asked, even by an app that may already; also for `select_account`, since whoever is asked sees which account
    /// it is, and may [use another](super::consent).
    Consent,
    /// Both.
    LoginAndConsent,
}

impl Prompt {
    fn parse(params: &Params) -> Result<Self, OAuthError> {
        let (mut is_none, mut is_login, mut is_consent) = (false, false, false);
        for word in params.words("prompt") {
            match word {
                "none" => is_none = true,
                "login" => is_login = true,
                "consent" | "select_account" => is_consent = true,
                _ => return Err(OAuthError::InvalidRequest("prompt is none, or login, consent and select_account")),
            }
        }
        match (is_none, is_login, is_consent) {
            (false, false, false) => Ok(Self::Any),
            (true, false, false) => Ok(Self::None),
            (true, ..) => Err(OAuthError::InvalidRequest("prompt=none stands alone")),
            (false, true, false) => Ok(Self::Login),
            (false, false, true) => Ok(Self::Consent),
            (false, true, true) => Ok(Self::LoginAndConsent),
        }
    }

    /// Whether the person has to sign in anew.
    pub fn wants_login(self) -> bool {
        matches!(self, Self::Login | Self::LoginAndConsent)
    }

    /// The same where the person has to sign in anew besides.
    #[must_use]
    pub fn with_login(self) -> Self {
        if self.wants_consent() { Self::LoginAndConsent } else { Self::Login }
    }

    /// Whether the person has to be asked, whatever they allowed before.
    pub fn wants_consent(self) -> bool {
        matches!(self, Self::Consent | Self::LoginAndConsent)
    }
}

/// Why a request is not gone on with.
pub enum Wrong {
    /// Nobody knows where an answer should go, so the person is told.
    Page(Problem),
    /// The app is told.
    Tell(Box<Back>, OAuthError),
}

impl<E: Into<Problem>> From<E> for Wrong {
    fn from(error: E) -> Self {
        Self::Page(error.into())
    }
}

impl OAuth {
    /// Reads a request as it came, or as it was pushed.
    pub async fn read_request(&self, params: &Params) -> Result<AuthorizationRequest, Wrong> {
        // Whose request it is, and where its answer goes and how: without one of these nobody can be told.
        params.check(&["client_id", "request_uri", "redirect_uri", "response_mode", "state"])?;
        let app = self.app_or_why(params.get("client_id").unwrap_or_default(), Dialect::Oidc).await??;
        if let Some(uri) = params.get("request_uri").and_then(|uri| uri.strip_prefix(REQUEST_URI)) {
            // RFC 9126 §4: used once, and by the app that pushed it; but whoever loads the page again is let in again.
            let kept = self.once.take_or_repeat(&pushed_name(app.id, uri), self.now()).await?;
            let kept = kept.ok_or_else(Problem::request_over)?;
            return Ok(serde_json::from_slice(&kept).map_err(|_| Problem::request_over())?);
        }
        let asked = redirect_of(&app, params)
            .ok_or_else(|| unknown_redirect(&app, params.get("redirect_uri").unwrap_or_default()))?;
        let back = back_to(asked, params)?;
        if app.options.is_pushed_only {
            let why = OAuthError::InvalidRequest("this app has to push its requests (RFC 9126)");
            return Err(Wrong::Tell(Box::new(back), why));
        }
        self.check(&app, back.clone(), params).await.map_err(|why| Wrong::Tell(Box::new(back), why))
    }

    /// Reads a request that an app pushes from this address; returns its `request_uri`.
    pub async fn push_request(&self, from: ClientAddress, app: &App, params: &Params) -> Result<String, OAuthError> {
        if params.get("request_uri").is_some() {
            return Err(OAuthError::InvalidRequest("a pushed request names no other (RFC 9126 §2.1)"));
        }
        let asked = redirect_of(app, params)
            .ok_or(OAuthError::InvalidRequest("redirect_uri is not one that this app is registered with"))?;
        let request = self.check(app, back_to(asked, params)?, params).await?;
        let id = random_id();
        let name = pushed_name(app.id, &id);
        let holder = if app.proves_itself() { Holder::app(app.id) } else { Holder::at(from.0, Some(app.id)) };
        self.once.keep(&name, holder, encode(&request), self.now(), self.now() + PUSHED_LIFE).await?;
        Ok(format!("{REQUEST_URI}{id}"))
    }

    /// Keeps a request while its person signs in, who came from this address; returns its id.
    pub async fn keep_request(&self, from: ClientAddress, request: &AuthorizationRequest) -> Result<String, Fault> {
        self.keep(Kind::Request, Holder::at(from.0, Some(request.app)), request, REQUEST_LIFE).await
    }

    /// A request that is under way, and its app.
    pub async fn request(&self, id: &str) -> Result<(App, AuthorizationRequest), Problem> {
        let request: AuthorizationRequest = self.kept(Kind::Request, id).await?;
        let app = self.app_of(&request).await?;
        // An address that was taken from the app since gets nothing any more.
        let is_registered = request.trial.is_some() || is_redirect_of(&app, &request.back.uri, request.back.dialect);
        let is_framed = request.embed.as_ref().is_none_or(|embed| embed.framed_by(&app).is_some());
        if is_registered && is_framed { Ok((app, request)) } else { Err(unknown_redirect(&app, &request.back.uri)) }
    }

    /// The app that asks, for as long as it may.
    pub async fn app_of(&self, request: &AuthorizationRequest) -> Result<App, Problem> {
        self.app(&request.app.to_string(), request.back.dialect).await?.ok_or_else(Problem::unknown_app)
    }

    async fn check(&self, app: &App, back: Back, params: &Params) -> Result<AuthorizationRequest, OAuthError> {
        params.check_all()?;
        if params.get("request").is_some() {
            return Err(OAuthError::RequestNotSupported);
        }
        if params.get("request_uri").is_some() {
            return Err(OAuthError::RequestUriNotSupported);
        }
        if params.get("registration").is_some() {
            return Err(OAuthError::RegistrationNotSupported);
        }
        if params.need("response_type")? != "code" {
            return Err(OAuthError::UnsupportedResponseType);
        }
        if !matches!(params.get("response_mode"), None | Some("query" | "form_post")) {
            return Err(OAuthError::InvalidRequest("response_mode is query or form_post"));
        }
        let scopes = Scopes::parse(params.get("scope").unwrap_or_default()).only(&Scope::OIDC);
        if scopes.is_empty() {
            return Err(OAuthError::InvalidScope);
        }
        let nonce = params.get("nonce").map(str::to_owned);
        if nonce.as_ref().is_some_and(|nonce| nonce.len() > NONCE_BYTES || nonce.chars().any(char::is_control)) {
            return Err(OAuthError::InvalidRequest("nonce has 256 characters at most"));
        }
        let max_age = params.get("max_age").map(|age| age.parse().map_err(|_| ()));
        let max_age = max_age.transpose().map_err(|()| OAuthError::InvalidRequest("max_age is a number of seconds"))?;
        let mut acr = params.words("acr_values").peekable();
        let known_sub = match params.get("id_token_hint") {
            Some(hint) => {
                let known = self.keys.open::<Hint>(hint, signing_keys::Kind::Id).await?;
                let known = known.filter(|known| known.aud == app.id.to_string());
                Some(known.ok_or(OAuthError::InvalidRequest("id_token_hint is not an ID token of this app"))?.sub)
            }
            None => None,
        };
        Ok(AuthorizationRequest {
            app: app.id,
            back,
            scopes,
            nonce,
            challenge: challenge_in(app, params)?,
            prompt: Prompt::parse(params)?,
            max_age,
            wants_scan: acr.peek().is_some() && acr.all(|value| value == ACR_SCAN),
            known_sub,
            // An app may know another name for them (OpenID Connect Core §3.1.2.1): what is no user name is let pass.
            login_hint: params.get("login_hint").and_then(|hint| hint.parse::<Username>().ok()).map(String::from),
            embed: None,
            trial: None,
        })
    }
}

/// Of an `id_token_hint` nothing else counts. However old it is, it says whom the app knew; a token that another app got
/// says nothing here.
#[derive(Deserialize)]
struct Hint {
    aud: String,
    sub: String,
}

/// Where the answer goes: nowhere but to an address that the app is registered with.
fn redirect_of<'a>(app: &App, params: &'a Params) -> Option<&'a str> {
    params.get("redirect_uri").filter(|asked| is_redirect_of(app, asked, Dialect::Oidc))
}

fn back_to(uri: &str, params: &Params) -> Result<Back, OAuthError> {
    let (state, is_form_post) = (params.state()?, params.get("response_mode") == Some("form_post"));
    if is_form_post && private_use(uri).is_some() {
        return Err(OAuthError::InvalidRequest("response_mode=form_post is for an address on the web"));
    }
    if is_form_post && matches!(state, Some(AppState::Bytes(_))) {
        return Err(OAuthError::InvalidRequest("with response_mode=form_post state is UTF-8, because a form is text"));
    }
    Ok(Back { uri: uri.to_owned(), is_form_post, state, dialect: Dialect::Oidc, is_told_of_refusals: true })
}

/// Whether an app may have people sent back there. WeChat's platform looks at the host alone; here only where the app was
/// registered so, and in that dialect.
pub fn is_redirect_of(app: &App, asked: &str, dialect: Dialect) -> bool {
    let parsed = asked.parse::<RedirectUri>().ok().filter(|_| dialect == Dialect::WeChat);
    let beside = parsed.filter(|_| app.options.is_matched_by_host);
    let mut registered = app.redirect_uris.iter().filter_map(|uri| uri.parse::<RedirectUri>().ok());
    registered.any(|uri| uri.allows(asked) || beside.as_ref().is_some_and(|asked| uri.is_beside(asked)))
}

fn pushed_name(app: AppId, id: &str) -> OnceName {
    OnceName::of(Kind::Pushed, &[app.to_string().as_bytes(), id.as_bytes()])
}

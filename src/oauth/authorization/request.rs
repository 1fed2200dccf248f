//! An authorization request of an app: what it asks of its visitor, checked.

use serde::{Deserialize, Serialize};

use super::response::Back;
use crate::consent::scope::Scopes;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::code::CodeTerms;
use crate::oauth::params::Params;
use crate::store::records::app_options::Verification;
use crate::store::records::apps::App;
use crate::ticket::ids::{AccountId, AppId};

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
    /// A request for these scopes, answered there, that asks for nothing else.
    pub fn new(app: &App, back: Back, scopes: Scopes) -> Self {
        Self {
            app: app.id,
            back,
            scopes,
            nonce: None,
            challenge: None,
            prompt: Prompt::Any,
            max_age: None,
            wants_scan: false,
            known_sub: None,
            login_hint: None,
            embed: None,
            trial: None,
        }
    }

    /// Whether the person has to sign in anew, for this request: because it says so, or because its app's administrator
    /// wants it of each.
    pub fn wants_sign_in_for(&self, app: &App) -> bool {
        self.prompt.wants_login() || self.max_age == Some(0) || app.options.verification != Verification::Any
    }

    /// Whether nothing but a scan will do, so that no other way in is offered.
    pub fn is_scan_only(&self, app: &App) -> bool {
        self.wants_scan || app.options.verification == Verification::Scan
    }

    /// Returns what its code depends on.
    pub fn code_terms(&self) -> CodeTerms<'_> {
        CodeTerms {
            dialect: self.back.dialect,
            redirect_uri: &self.back.uri,
            scopes: &self.scopes,
            challenge: self.challenge.as_deref(),
            nonce: self.nonce.as_deref(),
            is_trial: self.trial.is_some(),
        }
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

/// What the app asks with the parameter `prompt`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prompt {
    /// As it comes.
    #[default]
    Any,
    /// Nothing is to be shown.
    None,
    /// Signing in anew.
    Login,
    /// Being asked, even by an app that may already. `select_account` is the same, since the question shows which account it
    /// is and offers [another](super::consent).
    Consent,
    /// Both.
    LoginAndConsent,
}

impl Prompt {
    /// Reads the parameter `prompt`.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
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

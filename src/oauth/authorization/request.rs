//! An authorization request after it was checked: what an app asks of its visitor.

use serde::{Deserialize, Serialize};

use super::response::Back;
use crate::consent::scope::Scopes;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::code::CodeTerms;
use crate::oauth::params::Params;
use crate::store::records::app_options::Verification;
use crate::store::records::apps::App;
use crate::ticket::ids::{AccountId, AppId};

/// An authorization request after it was checked (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The app that asks.
    pub app: AppId,
    /// Where and how the answer is sent.
    pub back: Back,
    /// The scopes that it asks for and that this server knows.
    pub scopes: Scopes,
    /// The nonce, which is returned in the ID token.
    pub nonce: Option<String>,
    /// The PKCE challenge: SHA-256 of the verifier in base64url (RFC 7636).
    pub challenge: Option<String>,
    /// What the person must be asked, or must not be asked.
    pub prompt: Prompt,
    /// The greatest age of the sign-in, in seconds.
    pub max_age: Option<u64>,
    /// Whether the app asks for a scan; a password is not enough then.
    pub wants_scan: bool,
    /// The `sub` of the ID token that the app already has.
    pub known_sub: Option<String>,
    /// The user name that the app believes its visitor to have.
    #[serde(default)]
    pub login_hint: Option<String>,
    /// The frame in which the code is shown.
    pub embed: Option<Embed>,
    /// The administrator who tries the app. The answer comes back to this server. A request from outside
    /// cannot set this.
    #[serde(default)]
    pub trial: Option<AccountId>,
}

impl AuthorizationRequest {
    /// Returns a request for these scopes with this way back, and no other parameters.
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

    /// Returns whether the person has to sign in again for this request, because the request or the app's
    /// settings ask for it.
    pub fn wants_sign_in_for(&self, app: &App) -> bool {
        self.prompt.wants_login() || self.max_age == Some(0) || app.options.verification != Verification::Any
    }

    /// Returns whether only a scan is accepted, so that no other way to sign in is offered.
    pub fn is_scan_only(&self, app: &App) -> bool {
        self.wants_scan || app.options.verification == Verification::Scan
    }

    /// Returns the parts of the request that its code is bound to.
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

/// A frame in an app's own page, in which the code is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Embed {
    /// The origin of the page around the frame, if that page said it. The app is registered with it.
    pub origin: Option<String>,
    /// Whether the frame itself goes on to the redirect URI, instead of the page around it.
    #[serde(default)]
    pub goes_itself: bool,
    /// The colours and font of the page around the frame, as the query of a style sheet.
    #[serde(default)]
    pub theme: Option<String>,
}

impl Embed {
    /// Returns the origins whose pages may show the frame, as a content security policy lists them; `None` if
    /// there are none, or none any more. If the page did not say its origin, these are all origins that the
    /// app is registered with.
    pub fn framed_by(&self, app: &App) -> Option<String> {
        let known = &app.options.embed_origins;
        match &self.origin {
            Some(origin) => known.contains(origin).then(|| origin.clone()),
            None => (!known.is_empty()).then(|| known.join(" ")),
        }
    }
}

/// The value of the parameter `prompt` (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prompt {
    /// The parameter is absent: the person is asked only what is needed.
    #[default]
    Any,
    /// The person must not be shown anything.
    None,
    /// The person has to sign in again.
    Login,
    /// The person has to be asked for consent, also if they gave it before. `select_account` means the same,
    /// because the question shows the account and offers [another](super::consent).
    Consent,
    /// The person has to sign in again and be asked for consent.
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

    /// Returns whether the person has to sign in again.
    pub fn wants_login(self) -> bool {
        matches!(self, Self::Login | Self::LoginAndConsent)
    }

    /// Returns the prompt that also asks for a new sign-in.
    #[must_use]
    pub fn with_login(self) -> Self {
        if self.wants_consent() { Self::LoginAndConsent } else { Self::Login }
    }

    /// Returns whether the person has to be asked for consent, also if they gave it before.
    pub fn wants_consent(self) -> bool {
        matches!(self, Self::Consent | Self::LoginAndConsent)
    }
}

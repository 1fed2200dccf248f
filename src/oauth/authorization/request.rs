//! An authorization request of an app, after its parameters were checked.

use serde::{Deserialize, Serialize};

use super::response::Back;
use crate::consent::scope::Scopes;
use crate::oauth::client::unknown::unknown_origin;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::code::CodeTerms;
use crate::oauth::params::{Param, Params};
use crate::store::records::Account;
use crate::store::records::app_options::Verification;
use crate::store::records::apps::App;
use crate::ticket::ids::{AccountId, AppId};
use crate::web::problem::Problem;

/// An authorization request after it was checked (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The app that made the request.
    pub app: AppId,
    /// Where and how the response goes.
    pub back: Back,
    /// The scopes that the app asks for, without those that this server does not know.
    pub scopes: Scopes,
    /// The `nonce`, which is returned in the ID token.
    pub nonce: Option<String>,
    /// The PKCE code challenge: SHA-256 of the verifier in base64url (RFC 7636).
    pub challenge: Option<String>,
    /// The parameter `prompt`.
    pub prompt: Prompt,
    /// The greatest age of the person's sign-in, in seconds; `None` for any age.
    pub max_age: Option<u64>,
    /// Whether the app accepts only a sign-in by scan (`acr_values`).
    pub wants_scan: bool,
    /// The subject identifier in the `id_token_hint`: only this person may answer the request. `None` if
    /// any person may.
    pub known_sub: Option<String>,
    /// The user name that the app believes its visitor to have, which is its `login_hint` if that can be a user name.
    #[serde(default)]
    pub login_hint: Option<String>,
    /// The e-mail address that the app believes its visitor to have, as [addresses are
    /// compared](crate::store::records::people::Email::key). It is the same `login_hint`, if that can be an address.
    #[serde(default)]
    pub email_hint: Option<String>,
    /// The language tags that the app wants for the pages of this request, separated by commas (`ui_locales`, or `lang`
    /// in WeChat's dialect).
    #[serde(default)]
    pub ui_locales: Option<String>,
    /// The frame that shows the sign-in code, if the request came from one.
    pub embed: Option<Embed>,
    /// The administrator who tries the app, if the request is a trial. No request from outside can set
    /// this.
    #[serde(default)]
    pub trial: Option<AccountId>,
}

impl AuthorizationRequest {
    /// Makes a request for these scopes that is answered to `back` and demands nothing else.
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
            email_hint: None,
            ui_locales: None,
            embed: None,
            trial: None,
        }
    }

    /// Returns whether the request has a `login_hint` that can be a user name or an e-mail address here.
    pub fn has_login_hint(&self) -> bool {
        self.login_hint.is_some() || self.email_hint.is_some()
    }

    /// Returns whether the `login_hint` of the request is this account's user name, or the request has no such hint.
    pub fn is_hinted_by_name(&self, account: &Account) -> bool {
        match &self.login_hint {
            Some(hint) => account.username.as_ref() == Some(hint),
            None => self.email_hint.is_none(),
        }
    }

    /// Returns whether the `login_hint` of the request is this account's user name or its e-mail address, or the request
    /// has no such hint.
    pub fn is_hinted(&self, account: &Account) -> bool {
        let has_address = |hint: &String| account.email.as_ref().is_some_and(|email| email.key() == *hint);
        self.is_hinted_by_name(account) || self.email_hint.as_ref().is_some_and(has_address)
    }

    /// Returns the user name that the sign-in form is filled in with, by the `login_hint` of the request: that of the
    /// signed-in account `who` if the hint is about it, or else the hint itself, which may be an address: user names may
    /// look like one, and it is not looked up whose address it is.
    pub fn username_for_form<'a>(&'a self, who: Option<&'a Account>) -> Option<&'a str> {
        match who.filter(|account| self.has_login_hint() && self.is_hinted(account)) {
            Some(account) => account.username.as_deref(),
            None => self.login_hint.as_deref(),
        }
    }

    /// Returns whether the person has to sign in anew for this request, because the request or the options of
    /// its app say so.
    pub fn wants_sign_in_for(&self, app: &App) -> bool {
        self.prompt.wants_login() || self.max_age == Some(0) || app.options.verification != Verification::Any
    }

    /// Returns whether only a sign-in by a scan is accepted, because the request or the options of its app
    /// say so.
    pub fn is_scan_only(&self, app: &App) -> bool {
        self.wants_scan || app.options.verification == Verification::Scan
    }

    /// Returns those parts of the request that are stored with its authorization code.
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

/// The properties of a frame that shows the sign-in code in an app's own page: who embeds it, what goes to the redirect
/// URI afterwards, and how it looks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Embed {
    /// The origin of the embedding page, if the page gave it; the app is registered with it.
    pub origin: Option<String>,
    /// Whether the frame itself goes to the redirect URI, and not the embedding page (`self_redirect` in
    /// WeChat's dialect).
    #[serde(default)]
    pub goes_itself: bool,
    /// The colours, corners and fonts that the embedding page asks for, as the query of the frame's style
    /// sheet.
    #[serde(default)]
    pub theme: Option<String>,
}

impl Embed {
    /// Returns the origins whose pages may embed the frame, as `frame-ancestors` lists them. If the
    /// embedding page did not give its origin, these are all embed origins of the app. `None` if the app is
    /// registered with none, or not any more with the one that the page gave.
    pub fn framed_by(&self, app: &App) -> Option<String> {
        let known = &app.options.embed_origins;
        match &self.origin {
            Some(origin) => known.contains(origin).then(|| origin.clone()),
            None => (!known.is_empty()).then(|| known.join(" ")),
        }
    }

    /// Returns the same origins. If there are none, logs the refusal and returns its page as the error.
    pub fn framed_by_or_refuse(&self, app: &App) -> Result<String, Problem> {
        self.framed_by(app).ok_or_else(|| unknown_origin(app, self.origin.as_deref().unwrap_or_default()))
    }
}

/// The parameter `prompt` of an authorization request (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prompt {
    /// No value: the person is asked only what is necessary.
    #[default]
    Any,
    /// `none`: no page may be shown.
    None,
    /// `login`: the person has to sign in anew.
    Login,
    /// `consent`: the person is asked even if the app has their consent already. `select_account` means this
    /// too, because the consent page shows the account and offers [another](super::consent).
    Consent,
    /// Both `login` and `consent`.
    LoginAndConsent,
}

impl Prompt {
    /// Reads the parameter `prompt`; [`Prompt::Any`] if it is missing. Fails with `invalid_request` for an
    /// unknown value, or for `none` beside another value.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        let (mut is_none, mut is_login, mut is_consent) = (false, false, false);
        for word in params.words(Param::Prompt) {
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

    /// Returns whether the person has to sign in anew.
    pub fn wants_login(self) -> bool {
        matches!(self, Self::Login | Self::LoginAndConsent)
    }

    /// Returns this value with the demand for a new sign-in added; `none` becomes `login`.
    #[must_use]
    pub fn with_login(self) -> Self {
        if self.wants_consent() { Self::LoginAndConsent } else { Self::Login }
    }

    /// Returns whether the person has to be asked for their consent even if they gave it before.
    pub fn wants_consent(self) -> bool {
        matches!(self, Self::Consent | Self::LoginAndConsent)
    }
}

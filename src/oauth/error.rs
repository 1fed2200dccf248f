//! The errors that an app receives: an error code of the RFCs, a sentence for its developers, and an HTTP
//! status.

use std::time::Duration;

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thiserror::Error;

use crate::login::flow::StepError;
use crate::measure;
use crate::store::Fault;
use crate::web::problem::Problem;

/// Why a request of an app is refused. The text is for the developers of the app; it names no secret and no
/// library.
#[derive(Debug, Error)]
pub enum OAuthError {
    /// `invalid_request` (RFC 6749 §5.2), with the reason.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// `invalid_request` because the parameter of this name is missing.
    #[error("the parameter {0} is missing")]
    Missing(&'static str),
    /// `invalid_client`: the client authentication failed (RFC 6749 §5.2).
    #[error("no app has this id and this proof of it; is the secret the newest or the one before?")]
    InvalidClient,
    /// `invalid_grant`: the code, the device code or the refresh token is not valid (RFC 6749 §5.2), with
    /// the reason.
    #[error("{0}")]
    InvalidGrant(&'static str),
    /// `unauthorized_client`: the app may not use this grant type (RFC 6749 §5.2), with the reason.
    #[error("{0}")]
    UnauthorizedClient(&'static str),
    /// `unsupported_grant_type`: the token endpoint does not know this `grant_type` (RFC 6749 §5.2).
    #[error("this grant type is not offered here; see grant_types_supported")]
    UnsupportedGrantType,
    /// `unsupported_response_type`: the `response_type` is not `code` (RFC 6749 §4.1.2.1).
    #[error("the response type is code; others are not offered")]
    UnsupportedResponseType,
    /// `invalid_scope`: the request has no scope that this server knows, or more than was granted (RFC 6749
    /// §5.2).
    #[error("none of these scopes is offered here, or more is asked for than was granted")]
    InvalidScope,
    /// `access_denied`: the person refused (RFC 6749 §4.1.2.1, RFC 8628 §3.5).
    #[error("the person said no")]
    AccessDenied,
    /// `access_denied` because the person is in none of the groups that may use the app (RFC 6749 §4.1.2.1: the
    /// authorization server denied the request; RFC 8628 §3.5).
    #[error("the person may not use this app")]
    MayNotUse,
    /// `access_denied` because signing in by scanning is switched off: here, for the app, or for the account (RFC 6749
    /// §4.1.2.1, RFC 8628 §3.5).
    #[error("signing in by scanning is switched off")]
    ScanOff,
    /// `authorization_pending`: the person at a device has not decided yet (RFC 8628 §3.5).
    #[error("nobody has decided yet")]
    AuthorizationPending,
    /// `slow_down`: a device polls too often (RFC 8628 §3.5).
    #[error("ask less often: five seconds more between two requests")]
    SlowDown,
    /// `expired_token`: a device code is over (RFC 8628 §3.5).
    #[error("the code's time is over")]
    ExpiredToken,
    /// `login_required`: the person has to sign in, but `prompt=none` forbids to show a page (OpenID
    /// Connect Core §3.1.2.6).
    #[error("nobody is signed in, or has to sign in anew")]
    LoginRequired,
    /// `account_selection_required`: several accounts are signed in, none of them is in use, and `prompt=none` forbids to
    /// show the page on which the person chooses (OpenID Connect Core §3.1.2.6).
    #[error("the person has to choose an account")]
    AccountSelectionRequired,
    /// `consent_required`: the person has to be asked, but `prompt=none` forbids to show a page (OpenID
    /// Connect Core §3.1.2.6).
    #[error("the person has not yet allowed this")]
    ConsentRequired,
    /// `request_not_supported`: the request has the parameter `request`, which this server does not read
    /// (OpenID Connect Core §3.1.2.6).
    #[error("request objects are not read here")]
    RequestNotSupported,
    /// `request_uri_not_supported`: the request has a `request_uri` that was not pushed to this server
    /// (OpenID Connect Core §3.1.2.6).
    #[error("a request_uri is taken only if it was pushed here")]
    RequestUriNotSupported,
    /// `registration_not_supported`: the request has the parameter `registration`, which this server does
    /// not read (OpenID Connect Core §3.1.2.6).
    #[error("a registration is not read here")]
    RegistrationNotSupported,
    /// `invalid_token`: the access token is not valid (RFC 6750 §3.1).
    #[error("the access token is not valid here, or its time is over")]
    InvalidToken,
    /// The request has no access token, so its answer has a `WWW-Authenticate` challenge without an error
    /// code (RFC 6750 §3.1).
    #[error("send Authorization: Bearer with an access token")]
    NoToken,
    /// `insufficient_scope`: the access token lacks the scope `openid` or is not about a person (RFC 6750
    /// §3.1).
    #[error("the access token is not for this: it needs the scope openid")]
    InsufficientScope,
    /// Too many requests from one address (RFC 9126 §2.3). The next request may come after this number of
    /// seconds.
    #[error("too many requests from this address; Retry-After says when to come back")]
    TooMany(u64),
    /// `temporarily_unavailable`: too many requests wait, or a store or a signing key failed (RFC 6749
    /// §4.1.2.1).
    #[error("something here is not working; try again in a moment")]
    TemporarilyUnavailable,
}

impl OAuthError {
    /// Returns the error code that the app receives.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) | Self::Missing(_) | Self::NoToken => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant(_) => "invalid_grant",
            Self::UnauthorizedClient(_) => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied | Self::MayNotUse | Self::ScanOff => "access_denied",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::LoginRequired => "login_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::TooMany(_) | Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// Logs the refusal and counts it in the metrics. A device that polls is not refused, and a limit that
    /// was reached is logged and counted elsewhere, so these errors are left out.
    fn say(&self) {
        // A device that polls is not refused, and a limit that was reached is logged where it is counted.
        if !matches!(self, Self::AuthorizationPending | Self::SlowDown | Self::TooMany(_)) {
            tracing::info!(code = self.code(), why = %self, "a request of an app was refused");
            measure::refused("app", self.code());
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::InvalidClient | Self::InvalidToken | Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::InsufficientScope => StatusCode::FORBIDDEN,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Returns the value of the header `WWW-Authenticate` (RFC 6749 §5.2, RFC 6750 §3); `None` if the error
    /// needs none.
    fn challenge(&self) -> Option<HeaderValue> {
        let line = match self {
            Self::InvalidClient => "Basic realm=\"tessera\"".to_owned(),
            // RFC 6750 §3.1: without a token in the request there is no error code.
            Self::NoToken => "Bearer realm=\"tessera\"".to_owned(),
            Self::InvalidToken | Self::InsufficientScope => {
                format!("Bearer realm=\"tessera\", error=\"{}\", error_description=\"{self}\"", self.code())
            }
            _ => return None,
        };
        HeaderValue::try_from(line).ok()
    }
}

/// The body of an error response (RFC 6749 §5.2).
#[derive(Serialize)]
struct Body {
    error: &'static str,
    error_description: String,
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = Body { error: self.code(), error_description: self.to_string() };
        self.say();
        let mut response = (self.status(), Json(body)).into_response();
        if let Some(challenge) = self.challenge() {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        if let Self::TooMany(seconds) = self {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Fault> for OAuthError {
    fn from(fault: Fault) -> Self {
        // The fault is logged as it is for a page.
        let _ = Problem::from(fault);
        Self::TemporarilyUnavailable
    }
}

impl From<StepError> for OAuthError {
    fn from(error: StepError) -> Self {
        match error {
            StepError::Fault(fault) => fault.into(),
            StepError::ScanOff(_) => Self::ScanOff,
            _ => Self::TemporarilyUnavailable,
        }
    }
}

/// Makes the page that a person sees if an app's request is wrong. The developers of the app read there what
/// to correct.
impl From<OAuthError> for Problem {
    fn from(error: OAuthError) -> Self {
        match error {
            OAuthError::TemporarilyUnavailable => Self::broken(),
            OAuthError::TooMany(seconds) => Self::too_many(Duration::from_secs(seconds)),
            other => {
                other.say();
                Self::malformed_by_app(&other.to_string())
            }
        }
    }
}

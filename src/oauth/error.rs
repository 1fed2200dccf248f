//! What an app is told when its request is refused: the codes of the RFCs, a sentence to act on, the right status.

use std::time::Duration;

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thiserror::Error;

use crate::login::flow::Stop;
use crate::measure;
use crate::store::Fault;
use crate::web::problem::Problem;

/// A refusal. Its text is for the developers of the app; it names no secret and no library.
#[derive(Debug, Error)]
pub enum OAuthError {
    /// RFC 6749 §5.2
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The same, for the commonest cause.
    #[error("the parameter {0} is missing")]
    Missing(&'static str),
    /// RFC 6749 §5.2
    #[error("no app has this id and this proof of it; is the secret the newest or the one before?")]
    InvalidClient,
    /// RFC 6749 §5.2
    #[error("{0}")]
    InvalidGrant(&'static str),
    /// RFC 6749 §5.2
    #[error("{0}")]
    UnauthorizedClient(&'static str),
    /// RFC 6749 §5.2
    #[error("this grant type is not offered here; see grant_types_supported")]
    UnsupportedGrantType,
    /// RFC 6749 §4.1.2.1
    #[error("the response type is code; others are not offered")]
    UnsupportedResponseType,
    /// RFC 6749 §5.2
    #[error("none of these scopes is offered here, or more is asked for than was granted")]
    InvalidScope,
    /// RFC 6749 §4.1.2.1, RFC 8628 §3.5
    #[error("the person said no")]
    AccessDenied,
    /// RFC 8628 §3.5
    #[error("nobody has decided yet")]
    AuthorizationPending,
    /// RFC 8628 §3.5
    #[error("ask less often: five seconds more between two requests")]
    SlowDown,
    /// RFC 8628 §3.5
    #[error("the code's time is over")]
    ExpiredToken,
    /// OpenID Connect Core §3.1.2.6
    #[error("nobody is signed in, or has to sign in anew")]
    LoginRequired,
    /// OpenID Connect Core §3.1.2.6
    #[error("the person has not yet allowed this")]
    ConsentRequired,
    /// OpenID Connect Core §3.1.2.6
    #[error("request objects are not read here")]
    RequestNotSupported,
    /// OpenID Connect Core §3.1.2.6
    #[error("a request_uri is taken only if it was pushed here")]
    RequestUriNotSupported,
    /// OpenID Connect Core §3.1.2.6
    #[error("a registration is not read here")]
    RegistrationNotSupported,
    /// RFC 6750 §3.1; with what no request carried a token at all.
    #[error("the access token is not valid here, or its time is over")]
    InvalidToken,
    /// RFC 6750 §3: no token, so no code.
    #[error("send Authorization: Bearer with an access token")]
    NoToken,
    /// RFC 6750 §3.1
    #[error("the access token is not for this: it needs the scope openid")]
    InsufficientScope,
    /// RFC 9126 §2.3: more requests than one address may make, and in so many seconds there may be another.
    #[error("too many requests from this address; Retry-After says when to come back")]
    TooMany(u64),
    /// RFC 6749 §4.1.2.1; too many requests wait, or a store is away.
    #[error("something here is not working; try again in a moment")]
    TemporarilyUnavailable,
}

impl OAuthError {
    /// The registered code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) | Self::Missing(_) | Self::NoToken => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant(_) => "invalid_grant",
            Self::UnauthorizedClient(_) => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::TooMany(_) | Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// Writes the line of a refusal, and counts it.
    fn say(&self) {
        // An app that asks whether a person has decided is not refused anything, and a limit that was reached
        // logs itself.
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

    /// How to authenticate instead (RFC 6749 §5.2, RFC 6750 §3).
    fn challenge(&self) -> Option<HeaderValue> {
        let line = match self {
            Self::InvalidClient => "Basic realm=\"tessera\"".to_owned(),
            // RFC 6750 §3.1: who sent no token is told no code.
            Self::NoToken => "Bearer realm=\"tessera\"".to_owned(),
            Self::InvalidToken | Self::InsufficientScope => {
                format!("Bearer realm=\"tessera\", error=\"{}\", error_description=\"{self}\"", self.code())
            }
            _ => return None,
        };
        HeaderValue::try_from(line).ok()
    }
}

/// RFC 6749 §5.2
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
        // The same line in the log as for a page.
        let _ = Problem::from(fault);
        Self::TemporarilyUnavailable
    }
}

impl From<Stop> for OAuthError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Fault(fault) => fault.into(),
            _ => Self::TemporarilyUnavailable,
        }
    }
}

/// The page that a person sees where an app's request is wrong. The developers of the app read there what to mend.
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

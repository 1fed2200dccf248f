//! The answers of WeChat's dialect: JSON with the type `text/plain` and no charset. A refusal is a number and
//! a text with status 200, because clients of that platform look at nothing else.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::measure;
use crate::store::Fault;
use crate::web::limits::TooMany;
use crate::web::problem::Problem;

/// A refusal, with the number that WeChat's platform has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WxError {
    /// Something in this server failed.
    Busy,
    /// The access token is not the newest of its grant, or it was revoked.
    InvalidCredential,
    /// The `grant_type` is not the one of this address.
    InvalidGrantType,
    /// The `openid` is not that of the access token.
    InvalidOpenId,
    /// There is no app with this id that speaks this dialect.
    InvalidAppId,
    /// The access token is not one of this server.
    InvalidAccessToken,
    /// The code is not one of this app.
    InvalidCode,
    /// The refresh token is not one of this app.
    InvalidRefreshToken,
    /// The app is not registered with this `redirect_uri`, or its `state` is not valid.
    InvalidUrl,
    /// The secret is wrong.
    InvalidAppSecret,
    /// The code was exchanged before.
    CodeUsed,
    /// A parameter is missing.
    Missing(Needed),
    /// The access token has expired, after two hours.
    AccessTokenExpired,
    /// The refresh token has expired, after thirty days.
    RefreshTokenExpired,
    /// The code has expired, after ten minutes.
    CodeExpired,
    /// The app has reached its limit of calls per minute.
    LimitReached,
    /// The app has reached its limit of calls per day.
    DayLimitReached,
    /// The scope does not allow this.
    Unauthorized,
    /// The person withdrew their consent, or their account was deleted.
    UserUnauthorized,
}

/// A required parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// The parameter `access_token`.
    AccessToken,
    /// The parameter `appid`.
    AppId,
    /// The parameter `refresh_token`.
    RefreshToken,
    /// The parameter `secret`.
    Secret,
    /// The parameter `code`.
    Code,
    /// The parameter `openid`.
    OpenId,
}

impl Needed {
    /// Returns the name of the parameter.
    pub fn name(self) -> &'static str {
        self.both().0
    }

    fn both(self) -> (&'static str, i32) {
        match self {
            Self::AccessToken => ("access_token", 41001),
            Self::AppId => ("appid", 41002),
            Self::RefreshToken => ("refresh_token", 41003),
            Self::Secret => ("secret", 41004),
            Self::Code => ("code", 41008),
            Self::OpenId => ("openid", 41009),
        }
    }
}

impl WxError {
    /// Returns the number for a problem that any request can meet; `None` for all others.
    pub fn of(problem: &Problem) -> Option<Self> {
        match problem.status {
            StatusCode::SERVICE_UNAVAILABLE => Some(Self::Busy),
            StatusCode::TOO_MANY_REQUESTS => Some(Self::LimitReached),
            _ => None,
        }
    }

    /// Returns the number and the text.
    pub fn both(self) -> (i32, String) {
        let (number, text) = match self {
            Self::Missing(needed) => {
                let (name, number) = needed.both();
                return (number, format!("{name} missing"));
            }
            Self::Busy => (-1, "system busy, try again in a moment"),
            Self::InvalidCredential => (40001, "invalid credential, access_token is not the latest or was revoked"),
            Self::InvalidGrantType => (40002, "invalid grant_type"),
            Self::InvalidOpenId => (40003, "invalid openid"),
            Self::InvalidAppId => (40013, "invalid appid"),
            Self::InvalidAccessToken => (40014, "invalid access_token"),
            Self::InvalidCode => (40029, "invalid code"),
            Self::InvalidRefreshToken => (40030, "invalid refresh_token"),
            Self::InvalidUrl => {
                (40066, "invalid url: the app is not registered with this redirect_uri, or state is no short text")
            }
            Self::InvalidAppSecret => (40125, "invalid appsecret"),
            Self::CodeUsed => (40163, "code been used"),
            Self::AccessTokenExpired => (42001, "access_token expired"),
            Self::RefreshTokenExpired => (42002, "refresh_token expired"),
            Self::CodeExpired => (42003, "code expired"),
            Self::DayLimitReached => (45009, "reach max api daily quota limit"),
            Self::LimitReached => (45011, "api minute-quota reach limit, try again in a minute"),
            Self::Unauthorized => (48001, "api unauthorized: the scope is snsapi_login"),
            Self::UserUnauthorized => (50001, "user unauthorized"),
        };
        (number, text.to_owned())
    }
}

impl WxError {
    /// Returns the code for the log and the metrics, which is the same as that of OpenID Connect.
    fn code(self) -> &'static str {
        match self {
            Self::Busy => "temporarily_unavailable",
            Self::InvalidAppId | Self::InvalidAppSecret => "invalid_client",
            Self::InvalidGrantType => "unsupported_grant_type",
            Self::InvalidCode
            | Self::CodeUsed
            | Self::CodeExpired
            | Self::InvalidRefreshToken
            | Self::RefreshTokenExpired
            | Self::UserUnauthorized => "invalid_grant",
            Self::InvalidAccessToken | Self::InvalidCredential | Self::AccessTokenExpired => "invalid_token",
            Self::Missing(_) | Self::InvalidOpenId | Self::InvalidUrl => "invalid_request",
            Self::Unauthorized => "insufficient_scope",
            Self::LimitReached | Self::DayLimitReached => "too_many_requests",
        }
    }

    /// Returns the answer to a program without a log line, if the reason was logged before.
    pub fn told(self) -> Response {
        let (errcode, errmsg) = self.both();
        Plain(Body { errcode, errmsg }).into_response()
    }
}

/// An answer of `/sns/…` with the type `text/plain`. Clients of WeChat's platform decode it as Latin-1, the
/// default without a charset, and then repair the name. With the type `application/json` it would be decoded
/// rightly, and their repair would fail at names that are not ASCII.
pub struct Plain<T>(pub T);

impl<T: Serialize> IntoResponse for Plain<T> {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.0).expect("texts and numbers are JSON");
        ([(CONTENT_TYPE, "text/plain")], body).into_response()
    }
}

/// The body `{"errcode":N,"errmsg":"text"}`.
#[derive(Serialize)]
pub struct Body {
    errcode: i32,
    errmsg: String,
}

impl Body {
    /// Returns the body that means success.
    pub fn ok() -> Self {
        Self { errcode: 0, errmsg: "ok".to_owned() }
    }
}

impl IntoResponse for WxError {
    fn into_response(self) -> Response {
        let (errcode, why) = self.both();
        // A limit that was reached logs itself.
        if !matches!(self, Self::LimitReached | Self::DayLimitReached) {
            tracing::info!(code = self.code(), errcode, why, "a request of an app was refused");
            measure::refused("app", self.code());
        }
        self.told()
    }
}

impl From<Fault> for WxError {
    fn from(fault: Fault) -> Self {
        // This writes the same log line as for a page.
        let _ = Problem::from(fault);
        Self::Busy
    }
}

impl From<TooMany> for WxError {
    fn from(limit: TooMany) -> Self {
        match limit {
            TooMany::OfAMinute => Self::LimitReached,
            TooMany::OfADay => Self::DayLimitReached,
        }
    }
}

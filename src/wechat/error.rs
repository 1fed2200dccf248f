//! The answers of WeChat's dialect, in the format of WeChat's open platform: JSON that is labelled
//! `text/plain` without a charset. A refusal is an error number and a text with status 200, because clients
//! of that platform do not look at the status.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::login::flow::{ScanOff, StepError};
use crate::measure;
use crate::oauth::Param;
use crate::store::Fault;
use crate::web::limits::TooMany;
use crate::web::problem::Problem;

/// A refusal in WeChat's dialect; each has an error number of WeChat's open platform (`errcode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WxError {
    /// -1: a store of this server does not answer, or the server is full.
    Busy,
    /// 40001: the access token is not the newest of its grant, or the grant was revoked.
    InvalidCredential,
    /// 40002: `grant_type` is not the one of this endpoint.
    InvalidGrantType,
    /// 40003: `openid` is not the user of the access token.
    InvalidOpenId,
    /// 40013: no registered app has this id, is enabled, and speaks WeChat's dialect.
    InvalidAppId,
    /// 40014: this server did not issue the access token.
    InvalidAccessToken,
    /// 40029: the code was not issued to this app, its redirect URI was removed from the app, or the person
    /// signed out or withdrew their consent since.
    InvalidCode,
    /// 40030: the refresh token was not issued to this app.
    InvalidRefreshToken,
    /// 40066: the app is not registered with this `redirect_uri` or `origin`, or `state` is not a short text.
    InvalidUrl,
    /// 40125: the app secret is wrong.
    InvalidAppSecret,
    /// 40163: the code was exchanged before.
    CodeUsed,
    /// 41001 to 41009: a required parameter is missing.
    Missing(Needed),
    /// 42001: the access token has expired, after two hours.
    AccessTokenExpired,
    /// 42002: the refresh token has expired, after thirty days.
    RefreshTokenExpired,
    /// 42003: the code has expired, after ten minutes.
    CodeExpired,
    /// 45011: the app has used up its calls of this minute.
    LimitReached,
    /// 45009: the app has used up its calls of this day.
    DayLimitReached,
    /// 48001: the scope does not permit the request, `response_type` is not `code`, or signing in by scanning is switched
    /// off.
    Unauthorized,
    /// 50001: the grant was revoked, the account was deleted, or the person may not use the app.
    UserUnauthorized,
}

/// A required parameter of a call; each has an error number of its own if it is missing.
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
    /// Returns the required parameter as a [`Param`].
    pub fn param(self) -> Param {
        self.both().0
    }

    /// Returns the parameter, and the error number of WeChat's platform for a request without it.
    fn both(self) -> (Param, i32) {
        match self {
            Self::AccessToken => (Param::AccessToken, 41001),
            Self::AppId => (Param::AppId, 41002),
            Self::RefreshToken => (Param::RefreshToken, 41003),
            Self::Secret => (Param::Secret, 41004),
            Self::Code => (Param::Code, 41008),
            Self::OpenId => (Param::OpenId, 41009),
        }
    }
}

impl WxError {
    /// Returns the error that a program gets instead of the page `problem`; `None` if WeChat's dialect has no
    /// number for it. It has one for a faulty or full server (503), for a reached limit (429), and where signing in by scanning
    /// is switched off.
    pub fn of(problem: &Problem) -> Option<Self> {
        match problem.status {
            StatusCode::SERVICE_UNAVAILABLE => Some(Self::Busy),
            StatusCode::TOO_MANY_REQUESTS => Some(Self::LimitReached),
            _ if problem.code == StepError::from(ScanOff::Switch).code() => Some(Self::Unauthorized),
            _ => None,
        }
    }

    /// Returns WeChat's error number (`errcode`) and error text (`errmsg`) of the refusal.
    pub fn both(self) -> (i32, String) {
        let (number, text) = match self {
            Self::Missing(needed) => {
                let (param, number) = needed.both();
                return (number, format!("{} missing", param.name()));
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
            Self::Unauthorized => (
                48001,
                "api unauthorized: the scope is snsapi_login, the response_type is code, and signing in by scanning is on",
            ),
            Self::UserUnauthorized => (50001, "user unauthorized"),
        };
        (number, text.to_owned())
    }
}

impl WxError {
    /// Returns the code of the refusal in the log and in the metrics. OpenID Connect's endpoints use the same
    /// code for the same error.
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

    /// Returns the answer with the error number and text. It writes no log line, because its callers have
    /// logged the refusal.
    pub fn unlogged_response(self) -> Response {
        let (errcode, errmsg) = self.both();
        Plain(Body { errcode, errmsg }).into_response()
    }
}

/// An answer of `/sns/…`: JSON labelled `text/plain` without a charset. Clients of WeChat's platform decode that as
/// Latin-1 and then convert the texts to UTF-8. With `application/json` they would decode it as UTF-8 at once, and
/// their conversion would spoil names that are not ASCII.
pub struct Plain<T>(pub T);

impl<T: Serialize> IntoResponse for Plain<T> {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.0).expect("texts and numbers are JSON");
        ([(CONTENT_TYPE, "text/plain")], body).into_response()
    }
}

/// The JSON body `{"errcode":N,"errmsg":"text"}` of a refusal, or of a success with the number 0.
#[derive(Serialize)]
pub struct Body {
    errcode: i32,
    errmsg: String,
}

impl Body {
    /// Returns the body of a success: `errcode` 0 and `errmsg` `ok`.
    pub fn ok() -> Self {
        Self { errcode: 0, errmsg: "ok".to_owned() }
    }
}

impl IntoResponse for WxError {
    fn into_response(self) -> Response {
        let (errcode, why) = self.both();
        // The limit has already logged its refusal.
        if !matches!(self, Self::LimitReached | Self::DayLimitReached) {
            tracing::info!(code = self.code(), errcode, why, "a request of an app was refused");
            measure::refused("app", self.code());
        }
        self.unlogged_response()
    }
}

impl From<Fault> for WxError {
    fn from(fault: Fault) -> Self {
        // The conversion logs the fault, as it does for a page.
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

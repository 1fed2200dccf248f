//! Answers as that platform gives them: JSON that is called `text/plain` without a charset; a refusal as a number and a
//! text with status 200, because its clients look at nothing else.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::measure;
use crate::store::Fault;
use crate::web::limits::TooMany;
use crate::web::problem::Problem;

/// A refusal. The numbers are that platform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WxError {
    /// Something here is not working.
    Busy,
    /// The access token is not the latest of its grant, or was taken back.
    InvalidCredential,
    /// `grant_type` is another one.
    InvalidGrantType,
    /// The `openid` is not the one of the access token.
    InvalidOpenId,
    /// No app of this id speaks the dialect here.
    InvalidAppId,
    /// This is no access token of this server.
    InvalidAccessToken,
    /// This is no code of this app.
    InvalidCode,
    /// This is no refresh token of this app.
    InvalidRefreshToken,
    /// The app is not registered with this `redirect_uri`, or its `state` is none.
    InvalidUrl,
    /// The secret is wrong.
    InvalidAppSecret,
    /// The code was exchanged before.
    CodeUsed,
    /// A parameter is missing.
    Missing(Needed),
    /// The access token's two hours are over.
    AccessTokenExpired,
    /// The refresh token's thirty days are over.
    RefreshTokenExpired,
    /// The code's ten minutes are over.
    CodeExpired,
    /// The app asks too often: a minute's calls.
    LimitReached,
    /// The app asks too often: a day's calls.
    DayLimitReached,
    /// The scope does not allow this.
    Unauthorized,
    /// The person took their consent back, or has no account any more.
    UserUnauthorized,
}

/// Parameters that have to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// `access_token`
    AccessToken,
    /// `appid`
    AppId,
    /// `refresh_token`
    RefreshToken,
    /// `secret`
    Secret,
    /// `code`
    Code,
    /// `openid`
    OpenId,
}

impl Needed {
    /// Its name.
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
    /// What a program is told instead of a page: only what any request may meet has a number.
    pub fn of(problem: &Problem) -> Option<Self> {
        match problem.status {
            StatusCode::SERVICE_UNAVAILABLE => Some(Self::Busy),
            StatusCode::TOO_MANY_REQUESTS => Some(Self::LimitReached),
            _ => None,
        }
    }

    /// The number and the text.
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
    /// The word for it in the log and in the metrics, the one that the other dialect has for the same.
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

    /// What a program is told, where a line says already why.
    pub fn told(self) -> Response {
        let (errcode, errmsg) = self.both();
        Plain(Body { errcode, errmsg }).into_response()
    }
}

/// An answer of `/sns/…`. Clients of that platform read it as Latin-1, which is what `text/plain` without a charset is to
/// them, and undo that on the name; called `application/json` it would be decoded already, and they fail at names that are
/// not ASCII.
pub struct Plain<T>(pub T);

impl<T: Serialize> IntoResponse for Plain<T> {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.0).expect("texts and numbers are JSON");
        ([(CONTENT_TYPE, "text/plain")], body).into_response()
    }
}

/// `{"errcode":N,"errmsg":"text"}`
#[derive(Serialize)]
pub struct Body {
    errcode: i32,
    errmsg: String,
}

impl Body {
    /// What says that all is well.
    pub fn ok() -> Self {
        Self { errcode: 0, errmsg: "ok".to_owned() }
    }
}

impl IntoResponse for WxError {
    fn into_response(self) -> Response {
        let (errcode, why) = self.both();
        // A limit that was reached says so itself.
        if !matches!(self, Self::LimitReached | Self::DayLimitReached) {
            tracing::info!(code = self.code(), errcode, why, "a request of an app was refused");
            measure::refused("app", self.code());
        }
        self.told()
    }
}

impl From<Fault> for WxError {
    fn from(fault: Fault) -> Self {
        // The same line in the log as for a page.
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

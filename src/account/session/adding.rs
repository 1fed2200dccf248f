//! The choice to add an account: for ten minutes a cookie says that the next sign-in keeps the session in use aside. It names
//! that session, and the authorization request for which the account is added, if there is one. So the choice counts for
//! nothing else: it is over as soon as another session is in use, and whatever the person does instead ends it.

use std::time::Duration;

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::{SessionToken, Sessions, name_of};
use crate::ticket::request_id::RequestId;
use crate::web::cookie;

/// Time within which the person signs in after they chose to add an account.
const ADDING_FOR: Duration = Duration::from_secs(10 * 60);
/// What separates the name of the session from the authorization request. It is in neither.
const BETWEEN: char = '.';

/// Returns the name of the session in use, whether it is valid or not; an empty text if there is none.
fn kept(headers: &HeaderMap) -> String {
    SessionToken::of(headers).map(|token| name_of(token.hash())).unwrap_or_default()
}

/// Returns what the cookie says of the authorization request, if the cookie is for the session in use.
fn chosen(headers: &HeaderMap) -> Option<&str> {
    let (session, request) = cookie::read(headers, cookie::ADDING)?.split_once(BETWEEN)?;
    (session == kept(headers)).then_some(request)
}

impl Sessions {
    /// Returns whether the person on this device chose within the last ten minutes to add an account to the one in use.
    pub fn is_adding(headers: &HeaderMap) -> bool {
        chosen(headers).is_some()
    }

    /// Returns whether the person on this device chose so to answer this authorization request.
    pub fn is_adding_for(headers: &HeaderMap, request: RequestId) -> bool {
        chosen(headers).is_some_and(|of| of == request.to_string())
    }

    /// Returns the cookie with which the next sign-in on this device keeps the session in use aside. `request` is the
    /// authorization request that the added account is to answer.
    pub fn begin_adding(headers: &HeaderMap, request: Option<RequestId>) -> (HeaderName, HeaderValue) {
        let request = request.map(|request| request.to_string()).unwrap_or_default();
        let value = format!("{}{BETWEEN}{request}", kept(headers));
        (SET_COOKIE, cookie::set(cookie::ADDING, &value, ADDING_FOR))
    }

    /// Returns the cookie with which the choice to add an account is over; `None` if there is no such choice.
    pub fn end_adding(headers: &HeaderMap) -> Option<(HeaderName, HeaderValue)> {
        cookie::read(headers, cookie::ADDING).map(|_| (SET_COOKIE, cookie::clear(cookie::ADDING)))
    }
}

//! The person and the browser at the phone.

use axum::http::{HeaderMap, StatusCode};

use crate::login::keys::ClaimKey;
use crate::ticket::ids::{ClaimKeyHash, Purpose};
use crate::web::cookie;
use crate::web::problem::Problem;

/// Returns the claim key of this device; `None` unless it is also a browser that shows a code.
pub fn browser_key(headers: &HeaderMap) -> Option<ClaimKeyHash> {
    cookie::read(headers, cookie::BROWSER)?.parse::<ClaimKey>().ok().map(|key| key.hash(Purpose::Session))
}

/// Returns the problem for a device on which no account is signed in.
pub fn sign_in_first() -> Problem {
    Problem::saying(StatusCode::UNAUTHORIZED, "sign_in_first", |texts| (texts.signin.title, texts.signin.sign_in_first))
}

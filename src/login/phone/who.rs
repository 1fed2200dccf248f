//! Who is at the phone.

use axum::http::{HeaderMap, StatusCode};

use crate::login::keys::ClaimKey;
use crate::ticket::ids::{ClaimKeyHash, Purpose};
use crate::web::cookie;
use crate::web::problem::Problem;

/// The claim key, where the phone is itself a browser that shows a code.
pub fn browser_key(headers: &HeaderMap) -> Option<ClaimKeyHash> {
    cookie::read(headers, cookie::BROWSER)?.parse::<ClaimKey>().ok().map(|key| key.hash(Purpose::Session))
}

/// What a device is told on which no account is signed in.
pub fn not_signed_in() -> Problem {
    Problem::saying(StatusCode::UNAUTHORIZED, "sign_in_first", |texts| (texts.signin.title, texts.signin.sign_in_first))
}

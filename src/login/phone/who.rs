//! Which person and which browser a phone's request comes from.

use axum::http::{HeaderMap, StatusCode};

use crate::login::keys::ClaimKey;
use crate::ticket::ids::{ClaimKeyHash, Purpose};
use crate::web::cookie;
use crate::web::problem::Problem;

/// Returns the hash of the claim key in the cookie of the phone's browser, which has one if it showed a code
/// itself; otherwise `None`. It tells whether the same browser shows and scans a code.
pub fn own_key(headers: &HeaderMap) -> Option<ClaimKeyHash> {
    cookie::read(headers, cookie::BROWSER)?.parse::<ClaimKey>().ok().map(|key| key.hash(Purpose::Session))
}

/// Returns the refusal for a device on which no account is signed in.
pub fn not_signed_in() -> Problem {
    Problem::saying(StatusCode::UNAUTHORIZED, "sign_in_first", |texts| (texts.signin.title, texts.signin.sign_in_first))
}

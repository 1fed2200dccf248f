//! The browser that opens a one-time link.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::base64url;
use crate::crypto::hash::{sha256, sha256_half};
use crate::crypto::random::random;
use crate::store::records::links::OpenerHash;
use crate::ticket::ids::Attempt;
use crate::web::cookie;

use super::LinkToken;

/// How long a browser keeps its key: longer than any link works.
const LIFE: Duration = Duration::from_secs(96 * 3600);

/// The key in the cookie of a browser, by which it is recognised as the one that opened a link.
pub struct Opener([u8; 32]);

impl Opener {
    /// Returns the key of the browser that sent these headers; `None` if it has none.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        cookie::read(headers, cookie::LINK).and_then(base64url::decode).map(Self)
    }

    /// Makes a new key.
    pub fn fresh() -> Self {
        Self(random())
    }

    /// Returns the hash by which the records know the browser.
    pub fn hash(&self) -> OpenerHash {
        OpenerHash(sha256(&[&self.0]))
    }

    /// Returns the `Set-Cookie` value that gives the key to the browser.
    pub fn cookie(&self) -> HeaderValue {
        cookie::set(cookie::LINK, &URL_SAFE_NO_PAD.encode(self.0), LIFE)
    }

    /// Returns what distinguishes the form of this link in this browser from all others. It cannot be guessed.
    pub fn attempt(&self, token: &LinkToken) -> Attempt {
        Attempt::from_random(sha256_half(&[&self.0, token.as_bytes()]))
    }
}

//! The set-up link, with which the first account is made.

use std::sync::Arc;

use aws_lc_rs::constant_time;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::hash::Keyed;

/// The secret of the set-up link, with which the first account is made. It is the same on every instance of a
/// server, differs between databases, and is useless once an account exists.
#[derive(Clone)]
pub struct Setup(Arc<str>);

impl std::fmt::Debug for Setup {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Setup")
    }
}

impl Setup {
    /// Derives the secret from the server's key and the id of the database, `records`.
    pub fn new(secret: &[u8; 32], records: &[u8; 16]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Keyed::new(secret, "set-up link").of(&[records])).into())
    }

    /// Returns the set-up link at this origin, which the server prints at its first start.
    pub fn link(&self, origin: &str) -> String {
        format!("{origin}/setup?token={}", self.0)
    }

    /// Returns whether this text is the secret. The comparison takes the same time for every text of this length.
    pub(super) fn opens_with(&self, token: &str) -> bool {
        constant_time::verify_slices_are_equal(self.0.as_bytes(), token.as_bytes()).is_ok()
    }
}

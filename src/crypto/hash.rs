//! SHA-256, by which a secret is recognised without being stored, and HMAC-SHA256 with a key that is derived from the
//! secret of the server.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::{digest, hmac};

use super::derive::derive;

/// Returns the SHA-256 hash of the concatenation of these parts.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// Returns the first 16 bytes of [`sha256`] over these parts, which suffice for an id that is derived from them.
pub fn sha256_half(parts: &[&[u8]]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&sha256(parts)[..16]);
    half
}

/// Returns eight bytes of [`sha256`] over the content of a file as hexadecimal digits. They are part of its address, so that
/// browsers load a changed file anew.
pub fn version_of(content: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&sha256(&[content])[..8])
}

/// HMAC-SHA256 under a key that is derived from the server's secret for one purpose. Its values are the same on
/// every call and every instance, and cannot be told from random bytes without the secret. Cheap to clone.
#[derive(Clone)]
pub struct Keyed(Arc<hmac::Key>);

impl Keyed {
    /// Makes a `Keyed` with the key that is derived from the secret for this purpose. Its values reveal nothing
    /// about those for another purpose.
    pub fn new(secret: &[u8; 32], purpose: &str) -> Self {
        Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, derive(secret, purpose).as_slice())))
    }

    /// Returns the HMAC-SHA256 of the concatenation of these parts.
    pub fn of(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }
}

impl fmt::Debug for Keyed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Keyed")
    }
}

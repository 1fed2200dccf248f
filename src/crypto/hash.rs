//! SHA-256, by which a secret is recognised without being kept, and HMAC-SHA256 with a key that follows from the secret of
//! the server.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::{digest, hmac};

use super::derive::derive;

/// SHA-256 of these parts, one behind the other.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// The first half of it: enough to name what follows from these parts.
pub fn sha256_half(parts: &[&[u8]]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&sha256(parts)[..16]);
    half
}

/// What follows from the server's secret for one purpose: the same whenever it is asked for, at every instance, and as
/// good as random to whoever has not the secret. Cheap to clone.
#[derive(Clone)]
pub struct Keyed(Arc<hmac::Key>);

impl Keyed {
    /// What is made for this purpose tells nothing of what is made for another.
    pub fn new(secret: &[u8; 32], purpose: &str) -> Self {
        Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, derive(secret, purpose).as_slice())))
    }

    /// HMAC-SHA256 of these parts, one behind the other.
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

//! Keys that sign tokens, as they are kept: the private half sealed, and once they are retired the public half. And by what
//! to tell the server's own key, which seals them and which the records do not hold.

use crate::crypto::derive::derive;
use crate::ticket::time::Timestamp;

/// One key.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedKey {
    /// Its public name in tokens and key sets.
    pub kid: String,
    /// What it signs with, as the name of RFC 7518.
    pub algorithm: String,
    /// Its private half (PKCS #8), sealed; its public half (a JWK) once it is retired.
    pub sealed: Vec<u8>,
    /// When it was made; published since.
    pub created_at: Timestamp,
    /// It signs from then on, until the next key of its algorithm does.
    pub signs_from: Timestamp,
    /// The key of its algorithm before it; empty for the first. No two follow the same one.
    pub follows: String,
}

impl std::fmt::Debug for SealedKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("SealedKey").field(&self.algorithm).field(&self.kid).finish()
    }
}

/// By what to tell the server's key. It follows from it and tells nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyMark(pub [u8; 32]);

impl KeyMark {
    /// The one of this key.
    pub fn of(key: &[u8; 32]) -> Self {
        Self(*derive(key, "the key that the records were made with"))
    }
}

/// What records say of the server's key that they were made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeWith {
    /// Nothing in them follows from a key yet.
    NoKey,
    /// A version that did not write down which key it had sealed something in them.
    UnknownKey,
    /// The key with this mark.
    Key(KeyMark),
}

/// The change of the tables since which keys that sign are in the records,
pub(super) const FIRST_WITH_SIGNING_KEYS: i64 = 3;
/// and the one since which they say which key they were made with.
pub(super) const FIRST_WITH_KEY_MARK: i64 = 12;

/// What can be seen of records without changing them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The last change of their tables.
    pub version: i64,
    /// What they say of the key.
    pub made_with: MadeWith,
}

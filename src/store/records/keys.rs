//! Signing keys as they are stored: the private half encrypted, and after the key's retirement only the
//! public half. Also the mark by which the records recognise the server's code key, which encrypts them and
//! is never stored in the records.

use crate::crypto::derive::derive;
use crate::ticket::time::Timestamp;

/// A signing key, with its private half encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedKey {
    /// The key id in tokens and key sets (`kid`).
    pub kid: String,
    /// The algorithm, by its name of RFC 7518.
    pub algorithm: String,
    /// The private half (PKCS #8), encrypted; after the retirement the public half (a JWK).
    pub sealed: Vec<u8>,
    /// The time at which the key was made, since when it is published.
    pub created_at: Timestamp,
    /// The time from which the key signs, until the next key of its algorithm does.
    pub signs_from: Timestamp,
    /// The id of the previous key of its algorithm; empty for the first. No two keys follow the same one.
    pub follows: String,
}

impl std::fmt::Debug for SealedKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("SealedKey").field(&self.algorithm).field(&self.kid).finish()
    }
}

/// A mark by which the records recognise the server's code key. It is derived from the key and reveals
/// nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyMark(pub [u8; 32]);

impl KeyMark {
    /// Derives the mark of this key.
    pub fn of(key: &[u8; 32]) -> Self {
        Self(*derive(key, "the key that the records were made with"))
    }
}

/// Which of the server's code keys the records were made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeWith {
    /// Nothing in them is derived from a key yet.
    NoKey,
    /// A version that did not store a mark encrypted something in them with an unknown key.
    UnknownKey,
    /// They were made with the key of this mark.
    Key(KeyMark),
}

/// The migration since which the records hold signing keys.
pub(super) const FIRST_WITH_SIGNING_KEYS: i64 = 3;
/// The migration since which the records hold the mark of the key.
pub(super) const FIRST_WITH_KEY_MARK: i64 = 12;

/// What can be read from records without changing them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The last migration of their tables.
    pub version: i64,
    /// Which code key they were made with.
    pub made_with: MadeWith,
}

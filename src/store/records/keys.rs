//! Signing keys as they are stored: first the private half, encrypted, and after the key's retirement only the
//! public half, also encrypted. Also the mark by which the records recognise the server's code key, from which
//! the key of that encryption is derived.

use crate::crypto::derive::derive;
use crate::ticket::time::Timestamp;

/// A signing key as the records store it: until its retirement with the private half, and after that only with
/// the public half. Either is encrypted with a key that is derived from the code key.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedKey {
    /// The key id in tokens and key sets (`kid`).
    pub kid: String,
    /// The algorithm, by its name of RFC 7518.
    pub algorithm: String,
    /// The private half (PKCS #8), or after the retirement the public half (a JWK), encrypted.
    pub sealed: Vec<u8>,
    /// The time at which the key was made, since when it is published.
    pub created_at: Timestamp,
    /// The time from which the key signs, until the next key of its algorithm does.
    pub signs_from: Timestamp,
    /// The id of the previous key of its algorithm; empty for the first. No two keys of an algorithm follow the
    /// same one.
    pub follows: String,
}

impl std::fmt::Debug for SealedKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("SealedKey").field(&self.algorithm).field(&self.kid).finish()
    }
}

/// A mark by which the records recognise the code key, the server's secret from which other keys are derived. It is
/// derived from the code key too and reveals nothing about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyMark(pub [u8; 32]);

impl KeyMark {
    /// Derives the mark by which the records recognise this code key.
    pub fn of(key: &[u8; 32]) -> Self {
        Self(*derive(key, "the key that the records were made with"))
    }
}

/// The code key with which the records were made, as far as the records tell: none, an unknown one, or the one with
/// a stored mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeWith {
    /// Nothing in the records is derived from a code key or encrypted with one yet.
    NoKey,
    /// An earlier version of the server, which stored no mark, encrypted something in the records with an unknown key.
    UnknownKey,
    /// The records were made with the key of this mark.
    Key(KeyMark),
}

/// The number of the first migration with which the records can contain signing keys.
pub(super) const FIRST_WITH_SIGNING_KEYS: i64 = 3;
/// The number of the first migration with which the records can contain the mark of the code key.
pub(super) const FIRST_WITH_KEY_MARK: i64 = 12;

/// What is read from the records without changing anything: the version of their tables, and the code key with
/// which they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// The number of the last migration that was made on their tables.
    pub version: i64,
    /// The code key with which they were made.
    pub made_with: MadeWith,
    /// Whether there are accounts, and no administrator among them that can sign in; `None` if the tables are of another
    /// version than those of this server.
    pub lacks_administrator: Option<bool>,
}

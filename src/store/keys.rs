//! Keys that sign tokens, as they are kept: the private half sealed, and once they are retired the public half. And by what
//! to tell the server's own key, which seals them and which the records do not hold.

use tokio::time::timeout;

use super::Fault;
use super::postgres;
use super::records::{Records, on_postgres, read, write};
use super::sqlite;
use crate::measure;
use crate::secret_file::derive;
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
        Self(derive(key, "the key that the records were made with"))
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

impl Records {
    /// What they say of the server's key.
    pub async fn made_with(&self) -> Result<MadeWith, Fault> {
        read!(self, made_with())
    }

    /// Writes down which key they are made with, where that is not written down yet.
    pub async fn mark_key(&self, mark: KeyMark) -> Result<(), Fault> {
        write!(self, one mark_key(mark))
    }

    /// What tells these records from all others, also from those that are made with the same key.
    pub async fn id(&self) -> Result<[u8; 16], Fault> {
        read!(self, records_id())
    }

    /// Every key, the oldest first.
    pub async fn signing_keys(&self) -> Result<Vec<SealedKey>, Fault> {
        read!(self, signing_keys())
    }

    /// Keeps a key; `false` where another follows the same one already, or where it is to be the first and is not.
    pub async fn add_signing_key(&self, key: SealedKey) -> Result<bool, Fault> {
        write!(self, add_signing_key(&key))
    }

    /// Keeps a key's public half in the place of the private one, since nothing is signed with it any more.
    pub async fn retire_signing_key(&self, kid: String, public: Vec<u8>) -> Result<(), Fault> {
        write!(self, retire_signing_key(&kid, &public))
    }

    /// Forgets a key.
    pub async fn drop_signing_key(&self, kid: String) -> Result<(), Fault> {
        write!(self, drop_signing_key(&kid))
    }
}

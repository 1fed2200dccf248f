//! A single-use object: its kind, its name, and the result of taking it.

use std::time::Duration;

use strum::{IntoStaticStr, VariantArray};
use zeroize::Zeroizing;

use crate::crypto::derive::derive;
use crate::crypto::hash::sha256;
use crate::crypto::seal::Seal;
use crate::store::Fault;

/// A code that was taken or has expired is remembered for this long after its end, so that "used" and
/// "expired" can be told from "unknown".
pub const REMEMBERED: Duration = Duration::from_secs(600);
/// A step that is repeated within this time, because a button was pressed twice or an answer was lost, gets the same
/// answer again.
pub const REPEATED_WITHIN: Duration = Duration::from_secs(10);
/// Bytes per object for which a kind has space: an object may be larger while others are smaller.
pub const BYTES_EACH: usize = 1024;
/// Bytes that an object counts for in addition to its value: its name, and its entries in the indexes.
pub const BYTES_BESIDE: usize = 512;

/// The kind of an object. Each kind has its own limit, so that a flood of one does not evict another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Kind {
    /// An authorization request, while the visitor signs in.
    Request,
    /// A logout request, while the visitor signs out.
    Logout,
    /// A pushed authorization request (RFC 9126).
    Pushed,
    /// An authorization code.
    Code,
    /// The redirect URI with the code, to which the embedding page of a frame goes.
    Delivery,
    /// A client assertion, by which an app authenticated itself (RFC 7523), so that it is accepted once.
    Proof,
    /// The state of an administrator's trial sign-in to an app.
    Trial,
    /// A new client secret, until the page that shows it is loaded.
    #[strum(serialize = "secret")]
    FreshSecret,
}

impl Kind {
    /// Returns the word for the kind in Redis.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns whether an object of this kind may be evicted before its end. A client assertion may not,
    /// because it could then be replayed. So when that kind is full no more are accepted, and no app alone
    /// may fill more than half of it.
    pub fn gives_way(self) -> bool {
        self != Self::Proof
    }

    /// Returns how long an object is remembered after its end. Only for a code does it matter whether it was
    /// used before.
    pub fn remembered(self) -> Duration {
        if self == Self::Code { REMEMBERED } else { Duration::ZERO }
    }
}

/// The name of an object and its encryption key, both derived from the secret that the caller knows.
#[derive(Clone)]
pub struct OnceName {
    pub(super) kind: Kind,
    pub(super) hash: [u8; 32],
    key: Zeroizing<[u8; 32]>,
}

impl OnceName {
    /// Derives the name and the encryption key from these parts, of which at least one must be unguessable.
    pub fn of(kind: Kind, parts: &[&[u8]]) -> Self {
        // The lengths are hashed too, so that no two lists of parts give the same bytes.
        let lengths: Vec<_> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
        let mut all = vec![kind.word().as_bytes()];
        all.extend(lengths.iter().zip(parts).flat_map(|(length, part)| [&length[..], part]));
        let root = sha256(&all);
        Self { kind, hash: *derive(&root, "name"), key: derive(&root, "seal") }
    }

    pub(super) fn close(&self, value: Vec<u8>) -> Vec<u8> {
        Seal::new(&self.key).close(&self.hash, value)
    }

    pub(super) fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        Seal::new(&self.key).open(&self.hash, sealed).ok_or(Fault::Unreadable("an object that works once"))
    }
}

/// The result of taking an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// This caller took the object, and no other did.
    First(Vec<u8>),
    /// Another caller took the object before; this is its content.
    Again(Vec<u8>),
    /// The object expired before it was taken.
    Expired,
    /// There is no object of this name.
    Unknown,
}

/// Returns the bytes that an object counts for.
pub(super) fn cost(sealed: &[u8]) -> usize {
    sealed.len().saturating_add(BYTES_BESIDE)
}

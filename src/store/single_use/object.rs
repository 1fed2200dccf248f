//! A single-use object: its kind, its name and encryption, and the result of taking it.

use std::time::Duration;

use strum::{IntoStaticStr, VariantArray};
use zeroize::Zeroizing;

use crate::crypto::derive::derive;
use crate::crypto::hash::sha256;
use crate::crypto::seal::Seal;
use crate::store::Fault;

/// How long an authorization code is remembered after its end, so that "used" and "expired" can be told from
/// "unknown".
pub const ENDED_CODE_KEPT: Duration = Duration::from_secs(600);
/// The time after the first use of an object within which a repeated step (because a button was pressed twice or an
/// answer was lost) gets the same answer again.
pub const REPEATED_WITHIN: Duration = Duration::from_secs(10);
/// The number of bytes per object of the capacity: all objects of a kind together may count for the capacity times
/// this. A single object may be larger while others are smaller.
pub const BYTES_EACH: usize = 1024;
/// The bytes for which an object counts in addition to its value: its name, and its entries in the indexes.
pub const BYTES_BESIDE: usize = 512;

/// What a single-use object is used for. Each kind has its own limit, so that a flood of one does not evict another.
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
    /// The redirect URI with the authorization code, to which the page that embeds a frame goes after the sign-in.
    Delivery,
    /// A client assertion, by which an app authenticated itself (RFC 7523), so that it is accepted once.
    Proof,
    /// The challenge of a passkey, until the browser answers it.
    Passkey,
    /// The state of a trial, in which an administrator signs in through an app to see whether it works.
    Trial,
    /// A ticket for which a known browser asks the phones of an account, until the ticket is over.
    Ask,
    /// One of the times that a browser asked the phones of an account within an hour.
    AskCount,
    /// A new client secret, until the page that shows it is loaded.
    #[strum(serialize = "secret")]
    FreshSecret,
}

impl Kind {
    /// Returns the word for the kind in the keys of Redis.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns whether an object of this kind may be evicted before its end. A client assertion may not, because it
    /// could then be replayed, and what counts asks may not, because more would be allowed then: when such a kind is full no
    /// more are accepted, and no app or person may fill more than half of it.
    pub fn gives_way(self) -> bool {
        !matches!(self, Self::Proof | Self::AskCount)
    }

    /// Returns how long an object of this kind is remembered after its end: [`ENDED_CODE_KEPT`] for a code, for
    /// which it matters whether it was used before, and no time for all others.
    pub fn remembered(self) -> Duration {
        if self == Self::Code { ENDED_CODE_KEPT } else { Duration::ZERO }
    }
}

/// The name of a single-use object and its encryption key, both derived from the secret that the caller knows.
#[derive(Clone)]
pub struct OnceName {
    pub(super) kind: Kind,
    pub(super) hash: [u8; 32],
    key: Zeroizing<[u8; 32]>,
}

impl OnceName {
    /// Derives the name and the encryption key from the kind and these parts, of which at least one must be
    /// unguessable; this is not checked.
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

/// The result of taking a single-use object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// This caller took the object, and no other did.
    First(Vec<u8>),
    /// A caller took the object before; this is its content.
    Again(Vec<u8>),
    /// The object was not taken before it expired.
    Expired,
    /// There is no object of this name, or it is not remembered any more.
    Unknown,
}

/// Returns the bytes for which an object with this encrypted value counts.
pub(super) fn cost(sealed: &[u8]) -> usize {
    sealed.len().saturating_add(BYTES_BESIDE)
}

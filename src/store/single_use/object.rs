//! What is kept: its kind, its name, and what came of taking it.

use std::time::Duration;

use strum::{IntoStaticStr, VariantArray};
use zeroize::Zeroizing;

use crate::crypto::derive::derive;
use crate::crypto::hash::sha256;
use crate::crypto::seal::Seal;
use crate::store::Fault;

/// A code that was taken, or is over, is remembered for this long beyond its end, so that "used" and "expired" are told
/// from "never there".
pub const REMEMBERED: Duration = Duration::from_secs(600);
/// Whoever repeats a step within this, because a button was pressed twice or an answer was lost on the way, is answered as
/// at first.
pub const REPEATED_WITHIN: Duration = Duration::from_secs(10);
/// Bytes that an object may count for, on the average of its kind; it may count for more while others count for less.
pub const BYTES_EACH: usize = 1024;
/// Bytes that an object counts for beside what it holds: its name, and its places in the books.
pub const BYTES_BESIDE: usize = 512;

/// What an object is. Each kind has room of its own, so that whoever floods one keeps no other out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Kind {
    /// What an app asked, while its visitor signs in.
    Request,
    /// What an app asked, while its visitor signs out.
    Logout,
    /// What an app asked ahead of its visitor.
    Pushed,
    /// An authorization code.
    Code,
    /// Where a frame goes with its code.
    Delivery,
    /// A token by which an app proved itself.
    Proof,
    /// What an administrator who tries an app comes back to.
    Trial,
    /// A secret on its way to the page that shows it.
    #[strum(serialize = "secret")]
    FreshSecret,
}

impl Kind {
    /// The word for it in Redis.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether one may be forgotten ahead of its end, to make room. A proof that is forgotten could be shown again, so
    /// there is no room for more of them until one is over; but no app alone may fill more than half of that room.
    pub fn gives_way(self) -> bool {
        self != Self::Proof
    }

    /// How long one is remembered beyond its end. Of a code alone it matters whether it was used before.
    pub fn remembered(self) -> Duration {
        if self == Self::Code { REMEMBERED } else { Duration::ZERO }
    }
}

/// The name of an object, and the key to it: both follow from what its caller knows.
#[derive(Clone)]
pub struct OnceName {
    pub(super) kind: Kind,
    pub(super) hash: [u8; 32],
    key: Zeroizing<[u8; 32]>,
}

impl OnceName {
    /// The name of what is known by these parts, one of which at least nobody can guess.
    pub fn of(kind: Kind, parts: &[&[u8]]) -> Self {
        // With their lengths, so that no two lists of parts read alike.
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

/// What came of taking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// This caller has it, and no other.
    First(Vec<u8>),
    /// Somebody had it before.
    Again(Vec<u8>),
    /// Its time was over before anybody took it.
    Expired,
    /// There is nothing of this name.
    Unknown,
}

/// What an object counts for.
pub(super) fn cost(sealed: &[u8]) -> usize {
    sealed.len().saturating_add(BYTES_BESIDE)
}

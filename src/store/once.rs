//! Objects that work once: authorization codes, requests of apps. Kept beside the tickets, named by a hash of the secret
//! that a caller knows, and sealed with a key that follows from the same secret: whoever reads the store can take
//! nothing, and whoever writes to it makes nothing that opens. Taken by exactly one caller. Who comes later is told that
//! it was taken, with what it held: what came of it can be undone.
//!
//! Each kind has room for so many bytes, and each object counts for whoever it is kept for. Where there is no room for
//! another, the oldest of whoever holds most gives way.

mod holder;
mod memory;

use std::sync::Arc;
use std::time::Duration;

use super::Fault;
use super::redis::Link;
use super::redis::once::OnceRedis;
use crate::hash::sha256;
use crate::seal::Seal;
use crate::secret_file::derive;
use crate::settings::RedisAddress;
use crate::ticket::time::Timestamp;
use memory::OnceMemory;

pub use holder::{Holder, Who};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    FreshSecret,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Request,
        Self::Logout,
        Self::Pushed,
        Self::Code,
        Self::Delivery,
        Self::Proof,
        Self::Trial,
        Self::FreshSecret,
    ];

    /// The word for it in Redis.
    pub fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Logout => "logout",
            Self::Pushed => "pushed",
            Self::Code => "code",
            Self::Delivery => "delivery",
            Self::Proof => "proof",
            Self::Trial => "trial",
            Self::FreshSecret => "secret",
        }
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
    key: [u8; 32],
}

impl OnceName {
    /// The name of what is known by these parts, one of which at least nobody can guess.
    pub fn of(kind: Kind, parts: &[&[u8]]) -> Self {
        // With their lengths, so that no two lists of parts read alike.
        let lengths: Vec<_> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
        let mut all = vec![kind.word().as_bytes()];
        all.extend(lengths.iter().zip(parts).flat_map(|(length, part)| [&length[..], part]));
        let root = sha256(&all);
        Self { kind, hash: derive(&root, "name"), key: derive(&root, "seal") }
    }

    fn close(&self, value: Vec<u8>) -> Vec<u8> {
        Seal::new(&self.key).close(&self.hash, value)
    }

    fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
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

/// Where such objects are kept; cheap to clone.
#[derive(Clone, Debug)]
pub enum Once {
    /// In this process.
    Memory(Arc<OnceMemory>),
    /// In Redis, for any number of instances.
    Redis(OnceRedis),
}

impl Once {
    /// Objects in memory: of each kind as many as have [`BYTES_EACH`] times `capacity` bytes.
    pub fn memory(capacity: usize) -> Self {
        Self::Memory(Arc::new(OnceMemory::new(room(capacity))))
    }

    /// As many objects in Redis, over this link to this address.
    pub fn redis(link: Link, address: &RedisAddress, capacity: usize) -> Result<Self, Fault> {
        Ok(Self::Redis(OnceRedis::new(link, address, room(capacity))?))
    }

    /// Keeps an object until `until`, unless there is or was one of this name: `false`, and that one stays as it is.
    /// Where there is no room for more of its kind, the oldest of whoever holds most gives way.
    ///
    /// # Errors
    /// [`Fault::Full`] where there is no room and none of its kind [gives way](Kind::gives_way).
    pub async fn keep(
        &self,
        name: &OnceName,
        holder: Holder,
        value: Vec<u8>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        let sealed = name.close(value);
        match self {
            Self::Memory(memory) => memory.keep(name, holder, sealed, now, until),
            Self::Redis(redis) => redis.keep(name, holder, &sealed, now, until).await,
        }
    }

    /// The object, left where it is; `None` where it is taken, over, or was never there.
    pub async fn read(&self, name: &OnceName, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
        self.read_within(name, now, Duration::ZERO).await
    }

    /// The same, and what was taken a moment ago as well: for whoever [repeats](REPEATED_WITHIN) the step that took it.
    pub async fn read_again(&self, name: &OnceName, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
        self.read_within(name, now, REPEATED_WITHIN).await
    }

    async fn read_within(
        &self,
        name: &OnceName,
        now: Timestamp,
        taken_within: Duration,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let sealed = match self {
            Self::Memory(memory) => memory.read(name, now, taken_within),
            Self::Redis(redis) => redis.read(name, now, taken_within).await?,
        };
        sealed.map(|sealed| name.open(&sealed)).transpose()
    }

    /// Takes the object, or reads it again: whoever comes first gets it, and so does whoever
    /// [repeats](REPEATED_WITHIN) that.
    pub async fn take_or_repeat(&self, name: &OnceName, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
        match self.take(name, now).await? {
            Taken::First(value) => Ok(Some(value)),
            Taken::Again(_) => self.read_again(name, now).await,
            Taken::Expired | Taken::Unknown => Ok(None),
        }
    }

    /// Takes the object: one caller gets it, whoever comes at the same moment.
    pub async fn take(&self, name: &OnceName, now: Timestamp) -> Result<Taken, Fault> {
        let taken = match self {
            Self::Memory(memory) => memory.take(name, now),
            Self::Redis(redis) => redis.take(name, now).await?,
        };
        Ok(match taken {
            Taken::First(sealed) => Taken::First(name.open(&sealed)?),
            Taken::Again(sealed) => Taken::Again(name.open(&sealed)?),
            other => other,
        })
    }

    /// Forgets what is long over; [`Once::keep`] does so as well, as it goes, and Redis by itself.
    pub fn sweep(&self, now: Timestamp) {
        if let Self::Memory(memory) = self {
            memory.sweep(now);
        }
    }
}

/// The bytes that all objects of one kind may count for.
fn room(capacity: usize) -> usize {
    capacity.saturating_mul(BYTES_EACH)
}

/// What an object counts for.
pub(super) fn cost(sealed: &[u8]) -> usize {
    sealed.len().saturating_add(BYTES_BESIDE)
}

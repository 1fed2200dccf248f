//! The store of objects that work once, such as authorization codes and authorization requests. An object is
//! named by a hash of the secret that a caller knows, and encrypted with a key derived from the same secret:
//! access to the store alone is enough neither to use an object nor to make one. Exactly one caller takes it.
//! A later caller is told that it was taken and gets its content, so that what resulted from the first use
//! can be undone.
//!
//! Each kind may use a limited number of bytes, and each object counts for its [`Holder`]. When a kind is
//! full, the oldest object of the holder with the most bytes is evicted.

mod redis;
mod holder;
mod memory;
mod object;

use std::sync::Arc;
use std::time::Duration;

use self::memory::OnceMemory;
use self::redis::OnceRedis;
use super::Fault;
use super::redis::Link;
use crate::settings::RedisAddress;
use crate::ticket::time::Timestamp;

pub use self::holder::{Holder, Who};
pub use self::object::{BYTES_BESIDE, BYTES_EACH, ENDED_CODE_KEPT, Kind, OnceName, REPEATED_WITHIN, Taken};

/// The store of single-use objects; cheap to clone.
#[derive(Clone, Debug)]
pub enum Once {
    /// In the memory of this process.
    Memory(Arc<OnceMemory>),
    /// In Redis, for any number of instances.
    Redis(OnceRedis),
}

impl Once {
    /// Makes a store in the memory of this process, in which each kind may use [`BYTES_EACH`] times `capacity` bytes.
    pub fn memory(capacity: usize) -> Self {
        Self::Memory(Arc::new(OnceMemory::new(room(capacity))))
    }

    /// Makes a store in Redis, in which each kind may use [`BYTES_EACH`] times `capacity` bytes, over this link
    /// to the server at `address`.
    pub fn redis(link: Link, address: &RedisAddress, capacity: usize) -> Result<Self, Fault> {
        Ok(Self::Redis(OnceRedis::new(link, address, room(capacity))?))
    }

    /// Stores an object until `until` and returns `true`. If the store still has one of this name, also a used one,
    /// that one stays as it is, and `false` is returned. When the kind of the object is full, the oldest objects of the
    /// holder with the most bytes are evicted until there is room.
    ///
    /// # Errors
    /// [`Fault::Full`] if the objects of the kind [must not be evicted](Kind::gives_way), and the kind is full or the
    /// holder would have more than half of its bytes. Also if the object alone is larger than the limit of its kind.
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

    /// Returns the content of the object without taking it; `None` if it was taken, has expired, or was never stored.
    pub async fn read(&self, name: &OnceName, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
        self.read_within(name, now, Duration::ZERO).await
    }

    /// Returns the content of the object without taking it, also if it was taken less than [ten
    /// seconds](REPEATED_WITHIN) ago, so that a caller can repeat the step that took it. `None` if it was taken
    /// earlier, has expired, or was never stored.
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

    /// Takes the object and returns its content, also if it was taken less than [ten seconds](REPEATED_WITHIN) ago, so
    /// that a caller can repeat the step. `None` if it was taken earlier, has expired, or was never stored.
    pub async fn take_or_repeat(&self, name: &OnceName, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
        match self.take(name, now).await? {
            Taken::First(value) => Ok(Some(value)),
            Taken::Again(_) => self.read_again(name, now).await,
            Taken::Expired | Taken::Unknown => Ok(None),
        }
    }

    /// Takes the object, so that it counts as used. Of all callers only the first gets [`Taken::First`]; later ones get
    /// [`Taken::Again`] with the content, for as long as the object is stored.
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

    /// Removes objects that have expired, and are not remembered any more, from a store in memory; [`Once::keep`] does
    /// so too. Redis removes them by itself.
    pub fn sweep(&self, now: Timestamp) {
        if let Self::Memory(memory) = self {
            memory.sweep(now);
        }
    }
}

/// Returns the most bytes for which all objects of one kind together may count in a store of this capacity:
/// [`BYTES_EACH`] times `capacity`.
fn room(capacity: usize) -> usize {
    capacity.saturating_mul(BYTES_EACH)
}

//! Objects that work once: authorization codes, requests of apps. Kept beside the tickets, named by a hash of the secret
//! that a caller knows, and sealed with a key that follows from the same secret: whoever reads the store can take
//! nothing, and whoever writes to it makes nothing that opens. Taken by exactly one caller. Who comes later is told that
//! it was taken, with what it held: what came of it can be undone.
//!
//! Each kind has room for so many bytes, and each object counts for whoever it is kept for. Where there is no room for
//! another, the oldest of whoever holds most gives way.

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
pub use self::object::{BYTES_BESIDE, BYTES_EACH, Kind, OnceName, REMEMBERED, REPEATED_WITHIN, Taken};

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

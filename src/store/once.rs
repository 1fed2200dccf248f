//! Objects that work once: authorization codes, requests that were pushed. Kept beside the tickets, under the hash of
//! the secret that names them, and taken by exactly one caller. Who comes later is told that it was taken, with what it
//! held: what came of it can be undone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use redis::{FromRedisValue, Script, cmd};

use super::Fault;
use super::redis::Link;
use super::redis::replicas::Replicas;
use crate::entropy::random;
use crate::settings::RedisAddress;
use crate::ticket::time::Timestamp;

/// What was taken, or is over, is remembered for this long beyond its end, so that "used" and "expired" are told from
/// "never there".
pub const REMEMBERED: Duration = Duration::from_secs(600);

/// The name of an object: a hash, so that whoever reads the store can take nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OnceName(pub [u8; 32]);

impl OnceName {
    /// The name of what is known by these parts.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = digest::Context::new(&digest::SHA256);
        for part in parts {
            // With its length, so that no two lists of parts read alike.
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut name = [0; 32];
        name.copy_from_slice(hash.finish().as_ref());
        Self(name)
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

/// What came of keeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is there.
    Yes,
    /// Something of this name was there before.
    Before,
    /// As many objects are kept as this store takes.
    Full,
}

/// Where such objects are kept; cheap to clone.
#[derive(Clone, Debug)]
pub enum Once {
    /// In this process.
    Memory(Arc<OnceMemory>),
    /// In Redis, for any number of instances.
    Redis(OnceRedis),
}

/// The objects behind a link.
#[derive(Clone, Debug)]
pub struct OnceRedis {
    link: Link,
    replicas: Option<Arc<Replicas>>,
}

#[derive(Clone, Debug)]
struct Held {
    value: Vec<u8>,
    until: Timestamp,
    is_taken: bool,
}

/// The objects of one process.
#[derive(Debug)]
pub struct OnceMemory {
    capacity: usize,
    held: Mutex<HashMap<OnceName, Held>>,
}

/// `ARGV`: attempt, now (ms). An attempt that was made already, and whose answer was lost, is answered as it was.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local held = redis.call('HMGET', KEYS[1], 'value', 'until', 'attempt')
        if not held[1] then return {'unknown', ''} end
        if held[3] == ARGV[1] then return {'first', held[1]} end
        if held[3] then return {'again', held[1]} end
        if tonumber(held[2]) <= tonumber(ARGV[2]) then return {'expired', ''} end
        redis.call('HSET', KEYS[1], 'attempt', ARGV[1])
        return {'first', held[1]}",
    )
});

/// `ARGV`: value, until (ms), when to forget it (ms), attempt.
static KEEP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local by = redis.call('HGET', KEYS[1], 'by')
        if by then return by == ARGV[4] end
        redis.call('HSET', KEYS[1], 'value', ARGV[1], 'until', ARGV[2], 'by', ARGV[4])
        redis.call('PEXPIREAT', KEYS[1], ARGV[3])
        return true",
    )
});

impl Once {
    /// Objects in memory, at most `capacity` of them.
    pub fn memory(capacity: usize) -> Self {
        Self::Memory(Arc::new(OnceMemory { capacity, held: Mutex::default() }))
    }

    /// Objects in Redis, over this link to this address.
    pub fn redis(link: Link, address: &RedisAddress) -> Result<Self, Fault> {
        Ok(Self::Redis(OnceRedis { link, replicas: Replicas::of(address)?.map(Arc::new) }))
    }

    /// Keeps an object until `until`, unless there is or was one of this name.
    pub async fn keep(&self, name: OnceName, value: Vec<u8>, now: Timestamp, until: Timestamp) -> Result<Kept, Fault> {
        match self {
            Self::Memory(memory) => Ok(memory.keep(name, value, now, until)),
            Self::Redis(redis) => {
                let (until, forget, attempt) = (millis(until), millis(until + REMEMBERED), random::<16>());
                let arguments: [&[u8]; 4] = [&value, until.as_bytes(), forget.as_bytes(), &attempt];
                match redis.script::<Option<bool>>(&KEEP, &key(name), &arguments).await {
                    Err(Fault::Redis(error)) if error.code() == Some("OOM") => Ok(Kept::Full),
                    Ok(Some(true)) => Ok(Kept::Yes),
                    Ok(_) => Ok(Kept::Before),
                    Err(fault) => Err(fault),
                }
            }
        }
    }

    /// The object, left where it is; `None` where it is taken, over, or was never there.
    pub async fn read(&self, name: OnceName, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
        match self {
            Self::Memory(memory) => Ok(memory.read(name, now)),
            Self::Redis(redis) => {
                type Row = (Option<Vec<u8>>, Option<u64>, Option<Vec<u8>>);
                let (value, until, attempt): Row =
                    redis.link.ask(cmd("HMGET").arg(key(name)).arg(&["value", "until", "attempt"])).await?;
                let lives = attempt.is_none() && until.is_some_and(|until| Timestamp::from_millis(until) > now);
                Ok(value.filter(|_| lives))
            }
        }
    }

    /// Takes the object: one caller gets it, whoever comes at the same moment.
    pub async fn take(&self, name: OnceName, now: Timestamp) -> Result<Taken, Fault> {
        match self {
            Self::Memory(memory) => Ok(memory.take(name, now)),
            Self::Redis(redis) => {
                let (attempt, now) = (random::<16>(), millis(now));
                let (word, value): (String, Vec<u8>) =
                    redis.script(&TAKE, &key(name), &[&attempt[..], now.as_bytes()]).await?;
                match word.as_str() {
                    "first" => Ok(Taken::First(value)),
                    "again" => Ok(Taken::Again(value)),
                    "expired" => Ok(Taken::Expired),
                    _ => Ok(Taken::Unknown),
                }
            }
        }
    }

    /// Forgets what is long over; Redis does so by itself.
    pub fn sweep(&self, now: Timestamp) {
        if let Self::Memory(memory) = self {
            memory.sweep(now);
        }
    }
}

impl OnceRedis {
    /// What is kept or taken is on replicas too, where they are waited for.
    async fn script<T: FromRedisValue + Send>(
        &self,
        script: &Script,
        key: &str,
        arguments: &[&[u8]],
    ) -> Result<T, Fault> {
        match &self.replicas {
            Some(replicas) => replicas.script(script, key, arguments).await,
            None => self.link.script(script, key, arguments).await,
        }
    }
}

impl OnceMemory {
    fn held(&self) -> MutexGuard<'_, HashMap<OnceName, Held>> {
        // Every change is one insert or one flag, so a panic elsewhere leaves nothing half done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, name: OnceName, value: Vec<u8>, now: Timestamp, until: Timestamp) -> Kept {
        let mut held = self.held();
        if held.len() >= self.capacity {
            held.retain(|_, held| held.until + REMEMBERED > now);
            if held.len() >= self.capacity {
                return Kept::Full;
            }
        }
        match held.entry(name) {
            Entry::Occupied(_) => Kept::Before,
            Entry::Vacant(free) => {
                free.insert(Held { value, until, is_taken: false });
                Kept::Yes
            }
        }
    }

    fn read(&self, name: OnceName, now: Timestamp) -> Option<Vec<u8>> {
        self.held().get(&name).filter(|held| !held.is_taken && held.until > now).map(|held| held.value.clone())
    }

    fn take(&self, name: OnceName, now: Timestamp) -> Taken {
        let mut held = self.held();
        let Some(held) = held.get_mut(&name) else { return Taken::Unknown };
        if held.is_taken {
            return Taken::Again(held.value.clone());
        }
        if held.until <= now {
            return Taken::Expired;
        }
        held.is_taken = true;
        Taken::First(held.value.clone())
    }

    fn sweep(&self, now: Timestamp) {
        let mut held = self.held();
        held.retain(|_, held| held.until + REMEMBERED > now);
        if held.capacity() > 64 && held.len() * 4 < held.capacity() {
            held.shrink_to_fit();
        }
    }
}

fn key(name: OnceName) -> String {
    format!("tessera:once:{}", HEXLOWER.encode(&name.0))
}

fn millis(moment: Timestamp) -> String {
    moment.as_millis().to_string()
}

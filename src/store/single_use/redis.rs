//! Single-use objects in Redis: a hash for each object, and an index of each kind per holder ([`BOOKS`]).

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use data_encoding::HEXLOWER;
use redis::{FromRedisValue, Script, cmd};

use super::holder::Holder;
use super::object::{Kind, OnceName, Taken, cost};
use crate::crypto::random::random;
use crate::settings::RedisAddress;
use crate::store::Fault;
use crate::store::redis::Link;
use crate::store::redis::books::BOOKS;
use crate::store::redis::replicas::Replicas;
use crate::ticket::time::Timestamp;

/// The store of single-use objects in Redis; cheap to clone.
#[derive(Clone, Debug)]
pub struct OnceRedis {
    link: Link,
    replicas: Option<Arc<Replicas>>,
    /// The most bytes for which all objects of one kind together may count.
    room: usize,
}

/// Takes an object. Returns `first` or `again` with its value, or `expired` or `unknown`. A call that is repeated
/// because its answer was lost has the same attempt and gets the same answer. `ARGV`: attempt, now (ms).
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local held = redis.call('HMGET', KEYS[1], 'value', 'until', 'attempt')
        if not held[1] then return {'unknown', ''} end
        if held[3] == ARGV[1] then return {'first', held[1]} end
        if held[3] then return {'again', held[1]} end
        if tonumber(held[2]) <= tonumber(ARGV[2]) then return {'expired', ''} end
        redis.call('HSET', KEYS[1], 'attempt', ARGV[1], 'taken', ARGV[2])
        return {'first', held[1]}",
    )
});

/// Stores an object and evicts others if its kind is full. Returns `kept`, `there` if there is one of this
/// name, or `full`. `ARGV`: value, until (ms), when to remove it (ms), attempt, now (ms), the bytes that it
/// counts for, the limit of its kind, its holder, its app, whether others may be evicted, prefixes of the keys
/// of objects and of the index, and its own hash.
static KEEP: LazyLock<Script> = LazyLock::new(|| {
    let keep = r"
        local value, till, forget, attempt, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
        local cost, room, who, app = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8], ARGV[9]
        local gives_way, objects, books, hash = ARGV[10] == '1', ARGV[11], books_at(ARGV[12]), ARGV[13]
        local by = redis.call('HGET', KEYS[1], 'by')
        if by then return by == attempt and 'kept' or 'there' end

        books.strike_over(now)
        if not gives_way and books.of(who) + cost > room / 2 then return 'full' end
        while books.total() + cost > room do
            if not gives_way or books.total() == 0 then return 'full' end
            local oldest = books.give_way()
            if oldest then redis.call('DEL', objects .. oldest) end
        end

        redis.call('HSET', KEYS[1], 'value', value, 'until', till, 'by', attempt)
        redis.call('PEXPIREAT', KEYS[1], forget)
        books.enter(hash, cost, who, app, forget, now)
        return 'kept'";
    Script::new(&[BOOKS, keep].concat())
});

impl OnceRedis {
    pub(in crate::store) fn new(link: Link, address: &RedisAddress, room: usize) -> Result<Self, Fault> {
        Ok(Self { link, replicas: Replicas::of(address)?.map(Arc::new), room })
    }

    pub(in crate::store) async fn keep(
        &self,
        name: &OnceName,
        holder: Holder,
        sealed: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        let forget = millis(until + name.kind.remembered());
        let (until, now, attempt) = (millis(until), millis(now), random::<16>());
        let (cost, room) = (cost(sealed).to_string(), self.room.to_string());
        let (who, app) = (holder.who.to_string(), holder.app.map_or("-".to_owned(), |app| app.to_string()));
        let gives_way = if name.kind.gives_way() { "1" } else { "0" };
        let (objects, books) = (objects(name.kind), books(name.kind));
        let hash = HEXLOWER.encode(&name.hash);
        let arguments: [&[u8]; 13] = [
            sealed,
            until.as_bytes(),
            forget.as_bytes(),
            &attempt,
            now.as_bytes(),
            cost.as_bytes(),
            room.as_bytes(),
            who.as_bytes(),
            app.as_bytes(),
            gives_way.as_bytes(),
            objects.as_bytes(),
            books.as_bytes(),
            hash.as_bytes(),
        ];
        let word: String = self.script(&KEEP, name, &arguments).await?;
        match word.as_str() {
            "kept" => Ok(true),
            "there" => Ok(false),
            _ => Err(Fault::Full),
        }
    }

    pub(in crate::store) async fn read(
        &self,
        name: &OnceName,
        now: Timestamp,
        taken_within: Duration,
    ) -> Result<Option<Vec<u8>>, Fault> {
        type Row = (Option<Vec<u8>>, Option<u64>, Option<Vec<u8>>, Option<u64>);
        let (sealed, until, attempt, taken): Row =
            self.link.ask(cmd("HMGET").arg(key(name)).arg(&["value", "until", "attempt", "taken"])).await?;
        let is_in_time = until.is_some_and(|until| !Timestamp::from_millis(until).is_over(now));
        let is_near = taken.is_some_and(|at| now.since(Timestamp::from_millis(at)) < taken_within);
        Ok(sealed.filter(|_| is_in_time && (attempt.is_none() || is_near)))
    }

    pub(in crate::store) async fn take(&self, name: &OnceName, now: Timestamp) -> Result<Taken, Fault> {
        let (attempt, now) = (random::<16>(), millis(now));
        let (word, sealed): (String, Vec<u8>) = self.script(&TAKE, name, &[&attempt[..], now.as_bytes()]).await?;
        Ok(match word.as_str() {
            "first" => Taken::First(sealed),
            "again" => Taken::Again(sealed),
            "expired" => Taken::Expired,
            _ => Taken::Unknown,
        })
    }

    /// Runs a script on the key of this object and returns its result; if replicas are configured, waits until
    /// they have the outcome too.
    async fn script<T: FromRedisValue + Send>(
        &self,
        script: &Script,
        name: &OnceName,
        arguments: &[&[u8]],
    ) -> Result<T, Fault> {
        match &self.replicas {
            Some(replicas) => replicas.script(script, &key(name), arguments).await,
            None => self.link.script(script, &key(name), arguments).await,
        }
    }
}

fn objects(kind: Kind) -> String {
    format!("tessera:once:{{{}}}:", kind.word())
}

fn books(kind: Kind) -> String {
    format!("tessera:once-books:{{{}}}:", kind.word())
}

fn key(name: &OnceName) -> String {
    objects(name.kind) + &HEXLOWER.encode(&name.hash)
}

fn millis(moment: Timestamp) -> String {
    moment.as_millis().to_string()
}

//! Objects that work once, in Redis.

use std::sync::{Arc, LazyLock};

use data_encoding::HEXLOWER;
use redis::{FromRedisValue, Script, cmd};

use super::Link;
use super::replicas::Replicas;
use crate::entropy::random;
use crate::settings::RedisAddress;
use crate::store::Fault;
use crate::store::once::{OnceName, Taken};
use crate::ticket::time::Timestamp;

/// The objects behind a link.
#[derive(Clone, Debug)]
pub struct OnceRedis {
    link: Link,
    replicas: Option<Arc<Replicas>>,
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

impl OnceRedis {
    pub(in crate::store) fn new(link: Link, address: &RedisAddress) -> Result<Self, Fault> {
        Ok(Self { link, replicas: Replicas::of(address)?.map(Arc::new) })
    }

    pub(in crate::store) async fn keep(&self, name: &OnceName, sealed: &[u8], until: Timestamp) -> Result<bool, Fault> {
        let forget = millis(until + name.kind.remembered());
        let (until, attempt) = (millis(until), random::<16>());
        let arguments: [&[u8]; 4] = [sealed, until.as_bytes(), forget.as_bytes(), &attempt];
        Ok(self.script::<Option<bool>>(&KEEP, name, &arguments).await? == Some(true))
    }

    pub(in crate::store) async fn read(&self, name: &OnceName, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
        type Row = (Option<Vec<u8>>, Option<u64>, Option<Vec<u8>>);
        let (sealed, until, attempt): Row =
            self.link.ask(cmd("HMGET").arg(key(name)).arg(&["value", "until", "attempt"])).await?;
        let lives = attempt.is_none() && until.is_some_and(|until| !Timestamp::from_millis(until).is_over(now));
        Ok(sealed.filter(|_| lives))
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

    /// What is kept or taken is on replicas too, where they are waited for.
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

fn key(name: &OnceName) -> String {
    format!("tessera:once:{}:{}", name.kind.word(), HEXLOWER.encode(&name.hash))
}

fn millis(moment: Timestamp) -> String {
    moment.as_millis().to_string()
}

//! Runs scripts that change a single-use object, or a ticket at its approval and claim, and waits briefly until
//! replicas have the change too, so that a failover does not undo what a person was shown as done. This uses a
//! connection of its own, because `WAIT` counts what its own connection wrote and delays what follows it.

use std::time::Duration;

use parking_lot::Mutex;
use redis::{FromRedisValue, RedisResult, Script, cmd};
use tokio::time::Instant;

use super::link::Link;
use super::servers::Connection;
use crate::settings::RedisAddress;
use crate::store::Fault;

/// The longest that a script's caller waits for the replicas of Redis.
const PATIENCE: Duration = Duration::from_millis(200);
/// The time for which no script waits for the replicas after too few of them answered a `WAIT`, because too few would
/// answer again.
const SKIP_WAIT: Duration = Duration::from_secs(5);

/// Runs scripts on Redis and waits until the configured number of replicas have received what a script wrote. If fewer
/// have it in time, a warning is logged, and the script's result is returned all the same.
#[derive(Debug)]
pub(in crate::store) struct Replicas {
    link: Link,
    count: u64,
    skip_wait_until: Mutex<Option<Instant>>,
}

impl Replicas {
    /// Makes a `Replicas` for the Redis at this address; `None` if the configuration asks for no replicas.
    pub(in crate::store) fn of(address: &RedisAddress) -> Result<Option<Self>, Fault> {
        if address.replicas == 0 {
            return Ok(None);
        }
        Ok(Some(Self { link: Link::new(address)?, count: address.replicas, skip_wait_until: Mutex::default() }))
    }

    /// Runs a script on one key, waits until the replicas have received what it wrote, and returns the script's result.
    /// Does not wait if too few replicas answered within the last [`SKIP_WAIT`].
    pub(in crate::store) async fn script<T: FromRedisValue + Send>(
        &self,
        script: &Script,
        key: &str,
        arguments: &[&[u8]],
    ) -> Result<T, Fault> {
        let mut call = script.prepare_invoke();
        let call = &*call.key(key).arg(arguments);
        let both = self.link.run(|mut connection| {
            Box::pin(async move {
                let value: T = call.invoke_async(&mut connection).await?;
                Ok((value, if self.is_worth_it() { Some(self.wait(&mut connection, key).await?) } else { None }))
            })
        });
        let (value, held) = both.await?;
        if let Some(held) = held.filter(|held| *held < self.count) {
            tracing::warn!(held, wanted = self.count, "a decision is on fewer replicas than wanted");
            *self.skip_wait_until.lock() = Some(Instant::now() + SKIP_WAIT);
        }
        Ok(value)
    }

    fn is_worth_it(&self) -> bool {
        let until = *self.skip_wait_until.lock();
        until.is_none_or(|until| Instant::now() >= until)
    }

    /// Waits until the configured number of replicas have what this connection wrote, at most [`PATIENCE`], and
    /// returns how many have it. `key` says which server of a cluster is asked.
    async fn wait(&self, connection: &mut Connection, key: &str) -> RedisResult<u64> {
        let mut wait = cmd("WAIT");
        wait.arg(self.count).arg(u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX));
        connection.ask_where(key, &wait).await
    }
}

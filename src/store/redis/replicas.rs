//! Waits until replicas have an approval or a claim too, for a moment, so that a failover does not undo what a person
//! saw as done. This uses a connection of its own, because `WAIT` counts what its own connection wrote and delays what
//! follows it.

use std::time::Duration;

use parking_lot::Mutex;
use redis::{FromRedisValue, RedisResult, Script, cmd};
use tokio::time::Instant;

use super::link::{Connection, Link};
use crate::settings::RedisAddress;
use crate::store::Fault;

/// The longest that a decision waits for replicas.
const PATIENCE: Duration = Duration::from_millis(200);
/// After a `WAIT` in vain, later changes do not wait for this long: it is known already that too few replicas answer.
const SKIP_WAIT: Duration = Duration::from_secs(5);

/// Runs scripts whose outcome is on replicas when they return; otherwise a line in the log says that it is not.
#[derive(Debug)]
pub(in crate::store) struct Replicas {
    link: Link,
    count: u64,
    skip_wait_until: Mutex<Option<Instant>>,
}

impl Replicas {
    /// Makes it for this address; `None` if no replica is to be waited for.
    pub(in crate::store) fn of(address: &RedisAddress) -> Result<Option<Self>, Fault> {
        if address.replicas == 0 {
            return Ok(None);
        }
        Ok(Some(Self { link: Link::new(address)?, count: address.replicas, skip_wait_until: Mutex::default() }))
    }

    /// Runs a script on one key, and waits for the replicas.
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

    /// Returns how many replicas have what this connection wrote.
    async fn wait(&self, connection: &mut Connection, key: &str) -> RedisResult<u64> {
        let mut wait = cmd("WAIT");
        wait.arg(self.count).arg(u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX));
        connection.ask_where(key, &wait).await
    }
}

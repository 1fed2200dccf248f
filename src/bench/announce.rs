//! Measures the floor for everything that crosses instances: the time that Redis and its client library need
//! for one script that compares, sets and publishes, until a subscriber has the message.

use futures_util::StreamExt as _;
use redis::aio::MultiplexedConnection;
use redis::{Client, Script};

use super::Failure;
use crate::harness::taps::{LANES, Lane, Tapped, WaitingPage, tapped};

const CHANNEL: &str = "floor";

/// The script. `ARGV` is the value before, the value after, the channel and the name.
const SCRIPT: &str = r"
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
    redis.call('PUBLISH', ARGV[3], ARGV[4])
    return 1";

/// A caller; all callers share one connection.
struct Call {
    script: Script,
    connection: MultiplexedConnection,
}

impl Lane for Call {
    async fn tap(&mut self, key: &str) -> Result<(), Failure> {
        let mut call = self.script.key(key);
        let done: bool = call.arg(0).arg(1).arg(CHANNEL).arg(key).invoke_async(&mut self.connection).await?;
        if done { Ok(()) } else { Err("the script found another value".into()) }
    }
}

/// Measures `count` calls, each from the call to its message; `rate` of them start each second.
pub async fn measure(address: &str, count: usize, rate: u32) -> Result<Tapped, Failure> {
    let client = Client::open(address)?;
    let connection = client.get_multiplexed_async_connection().await?;
    let mut setting = connection.clone();
    let mut waiting = Vec::new();
    for at in 0..count {
        let code = format!("floor:{at}");
        redis::cmd("SET").arg(&code).arg(0).arg("EX").arg(600).exec_async(&mut setting).await?;
        waiting.push(WaitingPage::at(code));
    }
    let mut subscribed = client.get_async_pubsub().await?;
    subscribed.subscribe(CHANNEL).await?;
    let heard = waiting.clone();
    let listening = tokio::spawn(async move {
        let mut messages = subscribed.into_on_message();
        while let Some(message) = messages.next().await {
            let at = message.get_payload::<String>().ok().and_then(|key| key.strip_prefix("floor:")?.parse().ok());
            if let Some(page) = at.and_then(|at: usize| heard.get(at)) {
                page.hears();
            }
        }
    });
    let lanes = (0..LANES).map(|_| Call { script: Script::new(SCRIPT), connection: connection.clone() }).collect();
    let measured = tapped(lanes, &waiting, rate).await;
    listening.abort();
    measured
}

//! Makes the clock of this instance follow Redis's, so that instances which share their tickets agree on the
//! time.

use std::time::Duration;

use super::link::Link;
use crate::clock::Clock;
use crate::store::Fault;
use crate::store::starting::patiently;

/// The interval at which Redis is asked for its time, so that a step of its clock is followed within a second.
const ASKED_EVERY: Duration = Duration::from_millis(800);
/// The longest time that an answer of Redis about its time may take; a slower answer is ignored, because it is too
/// inexact.
const ANSWER_MOST: Duration = Duration::from_millis(100);
/// The greatest difference, in milliseconds, between the clocks of this machine and of Redis for which no warning is
/// logged at the start.
const APART_MILLIS: u64 = 1000;

/// Sets `clock` to the time of Redis, and starts a task that makes it follow Redis until the process ends. It
/// runs at the start, so it waits about twenty seconds for a slow Redis, and fails if there is no answer.
pub async fn share_time(link: &Link, clock: &Clock) -> Result<(), Fault> {
    let behind = clock.follow(patiently(|| link.time()).await?);
    if behind.unsigned_abs() > APART_MILLIS {
        tracing::warn!(behind_ms = behind, "this machine's clock differs from that of Redis, which is followed");
    }
    tokio::spawn(keep_time(link.clone(), clock.clone()));
    Ok(())
}

async fn keep_time(link: Link, clock: Clock) {
    loop {
        tokio::time::sleep(ASKED_EVERY).await;
        let asked = clock.steady();
        if let Ok(time) = link.time().await
            && clock.steady().saturating_sub(asked) < ANSWER_MOST
        {
            clock.follow(time);
        }
    }
}

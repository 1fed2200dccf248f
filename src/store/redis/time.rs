//! Makes the clock of this instance follow Redis's, so that instances which share their tickets agree on the
//! time.

use std::time::Duration;

use super::link::Link;
use crate::clock::Clock;
use crate::store::Fault;
use crate::store::starting::patiently;

/// The interval at which Redis is asked for its time, so that a step of its clock is followed within a second.
const ASKED_EVERY: Duration = Duration::from_millis(800);
/// An answer that took longer than this is ignored, because it is too inexact.
const ANSWER_MOST: Duration = Duration::from_millis(100);
/// A difference between the clocks from which on a warning is logged.
const APART_MILLIS: u64 = 1000;

/// Makes this clock follow Redis's from now on. It runs at the start, so it waits for a slow Redis.
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

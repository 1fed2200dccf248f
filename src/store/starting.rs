//! What a start does with a store that is there and slow: it waits. On a machine where everything starts at once, a store
//! answers later than any caller would wait for on a usual day.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::Fault;
use crate::cause::caused;

/// A start waits this long for the first answer of a store that does not refuse it.
const PATIENCE: Duration = Duration::from_secs(20);
/// What takes longer than this at a start is said, so that nobody wonders what it waits for.
const LONG: Duration = Duration::from_secs(4);

/// Asks a store, and again while it does not answer in time. What it answers counts at once, and so does a refusal.
pub async fn patiently<T, F: Future<Output = Result<T, Fault>>>(ask: impl Fn() -> F) -> Result<T, Fault> {
    let begun = Instant::now();
    let mut is_said = false;
    loop {
        match ask().await {
            Err(fault) if fault.is_of_a_slow_store() && begun.elapsed() < PATIENCE => {
                if !std::mem::replace(&mut is_said, true) {
                    tracing::warn!(cause = %caused(&fault), "a store is not ready; the start waits for it");
                }
            }
            outcome => return outcome,
        }
    }
}

/// Does work of a start that takes as long as it takes: with many records, or behind another instance that does it.
pub(super) async fn however_long<T>(work: impl Future<Output = T>) -> T {
    let mut work = Box::pin(work);
    if let Ok(done) = timeout(LONG, &mut work).await {
        return done;
    }
    tracing::warn!("the start waits for its tables to be brought up to date, here or by another instance");
    work.await
}

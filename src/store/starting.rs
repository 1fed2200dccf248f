//! Waits for a slow store while the server starts. On a machine where everything starts at once, a store
//! takes longer to answer than callers would wait for it later.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::Fault;
use crate::cause::caused;

/// The longest that a start waits for a store that does not answer in time. Any other error ends the wait at once.
const PATIENCE: Duration = Duration::from_secs(20);
/// The time after which work at a start that is not finished yet is logged, so that the operator sees what the start
/// waits for.
const LONG: Duration = Duration::from_secs(4);

/// Calls `ask` again and again while the store does not answer in time or is still starting, for about twenty seconds
/// at most, and logs the first such error as a warning. Returns the first answer or other error; after twenty seconds,
/// the last error.
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

/// Runs work of a start without a time limit and returns its result. With many records, or while another
/// instance does the same work, it takes long; a warning is logged after four seconds.
pub(super) async fn however_long<T>(work: impl Future<Output = T>) -> T {
    let mut work = Box::pin(work);
    if let Ok(done) = timeout(LONG, &mut work).await {
        return done;
    }
    tracing::warn!("the start waits for its tables to be brought up to date, here or by another instance");
    work.await
}

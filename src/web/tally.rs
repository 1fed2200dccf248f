//! Refusals that come by the thousand: counted, and said once a second in one line. A flood that wrote a line for each
//! refusal would cost more by its lines than by what it asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::Clock;

/// What was counted is said this long after the first.
const SAID_AFTER: Duration = Duration::from_secs(1);

/// Counts the refusals of one limit; cheap to clone.
#[derive(Clone, Debug)]
pub struct Tally {
    limit: &'static str,
    clock: Clock,
    unsaid: Arc<AtomicU64>,
}

impl Tally {
    /// A tally of what this limit refuses, at nought.
    pub fn new(limit: &'static str, clock: &Clock) -> Self {
        Self { limit, clock: clock.clone(), unsaid: Arc::default() }
    }

    /// One more. The line comes a second later, and says how many there were by then.
    pub fn one(&self) {
        if self.unsaid.fetch_add(1, Ordering::Relaxed) > 0 {
            return;
        }
        let Self { limit, clock, unsaid } = self.clone();
        tokio::spawn(async move {
            clock.sleep_until(clock.now() + SAID_AFTER).await;
            let refused = unsaid.swap(0, Ordering::Relaxed);
            tracing::info!(limit, refused, "refused within a second: as many are there as this limit allows");
        });
    }
}

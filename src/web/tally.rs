//! Counters for refusals that may come in large numbers: they are logged once a second in one line, because a
//! line for each would cost more than the requests themselves.
//!
//! [`Seldom`] limits warnings for the operator to one per minute, for as long as their reason lasts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::clock::Clock;

/// Time from the first counted refusal to its log line.
const SAID_AFTER: Duration = Duration::from_secs(1);

/// Shortest time between two lines of a [`Seldom`].
const SELDOM: Duration = Duration::from_secs(60);

/// Counts what one limit or other rule refuses; cheap to clone.
#[derive(Clone, Debug)]
pub struct Tally {
    rule: &'static str,
    clock: Clock,
    unsaid: Arc<AtomicU64>,
}

impl Tally {
    /// Makes a counter for the refusals of this rule, starting at 0.
    pub fn new(rule: &'static str, clock: &Clock) -> Self {
        Self { rule, clock: clock.clone(), unsaid: Arc::default() }
    }

    /// Counts one refusal. The log line follows a second later and tells how many there were by then.
    pub fn one(&self) {
        if self.unsaid.fetch_add(1, Ordering::Relaxed) > 0 {
            return;
        }
        let Self { rule, clock, unsaid } = self.clone();
        let due = clock.now() + SAID_AFTER;
        tokio::spawn(async move {
            clock.sleep_until(due).await;
            let refused = unsaid.swap(0, Ordering::Relaxed);
            tracing::info!(rule, refused, "connections or requests were refused by this rule within a second");
        });
    }
}

/// Allows a log line at most once a minute; cheap to clone.
#[derive(Clone, Debug)]
pub struct Seldom {
    clock: Clock,
    /// Time of the last line, on the monotonic clock.
    last: Arc<Mutex<Option<Duration>>>,
}

impl Seldom {
    /// Makes a limiter that has allowed no line yet.
    pub fn new(clock: &Clock) -> Self {
        Self { clock: clock.clone(), last: Arc::default() }
    }

    /// Returns whether the line may be written now.
    pub fn is_due(&self) -> bool {
        let now = self.clock.steady();
        let mut last = self.last.lock();
        let is_due = last.is_none_or(|last| now.saturating_sub(last) >= SELDOM);
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

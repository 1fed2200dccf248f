//! Counts refusals that may come in large numbers, and logs them once a second in one line. In a flood, a
//! line for each refusal would cost more than the requests do.
//!
//! [`Seldom`] limits warnings for the operator to one per minute, for as long as their reason lasts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::clock::Clock;

/// Time from the first refusal that a [`Tally`] counts to the log line with the number of refusals until then.
const SAID_AFTER: Duration = Duration::from_secs(1);

/// Shortest time between two lines of a [`Seldom`].
const SELDOM: Duration = Duration::from_secs(60);

/// Counts what one rule refuses, and logs the number in at most one line per second. Clones share the count.
#[derive(Clone, Debug)]
pub struct Tally {
    rule: &'static str,
    clock: Clock,
    unsaid: Arc<AtomicU64>,
}

impl Tally {
    /// Makes a counter for the refusals of this rule, starting at 0. `rule` is the rule's name in the log.
    pub fn new(rule: &'static str, clock: &Clock) -> Self {
        Self { rule, clock: clock.clone(), unsaid: Arc::default() }
    }

    /// Counts one refusal. If it is the first since the last log line, also starts a task that logs a second later how
    /// many there were by then.
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

/// Limits one warning to one log line per minute. Clones share the limit.
#[derive(Clone, Debug)]
pub struct Seldom {
    clock: Clock,
    /// Time of the last line, on the monotonic clock.
    last: Arc<Mutex<Option<Duration>>>,
}

impl Seldom {
    /// Makes a limit for one warning, which was not logged yet.
    pub fn new(clock: &Clock) -> Self {
        Self { clock: clock.clone(), last: Arc::default() }
    }

    /// Returns whether the warning may be logged now: if it was not logged in the last minute. If so, also records the
    /// present time as that of its last log line, so the caller must log it.
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

//! Refusals that come by the thousand: counted, and said once a second in one line. A flood that wrote a line for each
//! refusal would cost more by its lines than by what it asks.
//!
//! [`Seldom`] is for what an operator has to hear of once and then for as long as it lasts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::clock::Clock;

/// What was counted is said this long after the first.
const SAID_AFTER: Duration = Duration::from_secs(1);

/// At most one line in this time, of what is said seldom.
const SELDOM: Duration = Duration::from_secs(60);

/// Counts what one limit, or another rule, refuses; cheap to clone.
#[derive(Clone, Debug)]
pub struct Tally {
    rule: &'static str,
    clock: Clock,
    unsaid: Arc<AtomicU64>,
}

impl Tally {
    /// A tally of what this rule refuses, at nought.
    pub fn new(rule: &'static str, clock: &Clock) -> Self {
        Self { rule, clock: clock.clone(), unsaid: Arc::default() }
    }

    /// One more. The line comes a second later, and says how many there were by then.
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

/// Lets a line be written at most once a minute; cheap to clone.
#[derive(Clone, Debug)]
pub struct Seldom {
    clock: Clock,
    /// When the last one was, by the steady clock.
    last: Arc<Mutex<Option<Duration>>>,
}

impl Seldom {
    /// Nothing was written yet.
    pub fn new(clock: &Clock) -> Self {
        Self { clock: clock.clone(), last: Arc::default() }
    }

    /// Whether the line may be written now.
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

//! The only place that knows what time it is. Everything else is told, so that tests can move the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

use crate::ticket::time::Timestamp;

/// A source of time; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    /// Wall time at start plus monotonic time since: a stepped wall clock moves no deadline. Then as far ahead, in
    /// milliseconds, as the clock that is followed.
    System { at_start: Timestamp, started: Instant, ahead: AtomicI64 },
    /// Moved by hand.
    Manual { now: AtomicU64, moved: Notify },
}

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    pub fn system() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let at_start = Timestamp::from_millis(u64::try_from(wall.as_millis()).unwrap_or(0));
        Self(Arc::new(Source::System { at_start, started: Instant::now(), ahead: AtomicI64::new(0) }))
    }

    /// A clock that stands at `now` until [`Clock::advance`] moves it.
    pub fn manual(now: Timestamp) -> Self {
        Self(Arc::new(Source::Manual { now: AtomicU64::new(now.as_millis()), moved: Notify::new() }))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            Source::System { at_start, started, ahead } => {
                let own = (*at_start + started.elapsed()).as_millis();
                Timestamp::from_millis(own.saturating_add_signed(ahead.load(Ordering::Relaxed)))
            }
            Source::Manual { now, .. } => Timestamp::from_millis(now.load(Ordering::SeqCst)),
        }
    }

    /// From now on agrees with another clock, which shows `reference` now: instances that share a store share its
    /// time. A manual clock follows nobody. Returns how far it was behind, in milliseconds.
    pub fn follow(&self, reference: Timestamp) -> i64 {
        let Source::System { ahead, .. } = &*self.0 else { return 0 };
        let behind = reference.as_millis().cast_signed().saturating_sub(self.now().as_millis().cast_signed());
        ahead.fetch_add(behind, Ordering::Relaxed);
        behind
    }

    /// Moves a manual clock forward and wakes what sleeps on it; a system clock goes by itself.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual { now, moved } = &*self.0 {
            now.fetch_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
            moved.notify_waiters();
        }
    }

    /// Returns once the clock stands at `until` or later.
    pub async fn sleep_until(&self, until: Timestamp) {
        match &*self.0 {
            Source::System { .. } => tokio::time::sleep(until.since(self.now())).await,
            Source::Manual { moved, .. } => loop {
                let next = moved.notified();
                if self.now() >= until {
                    return;
                }
                next.await;
            },
        }
    }
}

//! When each parked page is due: its next ping, or the end of its state, whichever comes first.

use std::collections::BTreeMap;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::key::Key;

/// Pages that are due within the same tick are due together.
const TICK: Duration = Duration::from_millis(50);

/// The number of a tick, counted from the opening of the room.
pub(super) type Tick = u32;

/// The pages that are due at each tick. A page that is due sooner than it was stays under its old tick too, where it is
/// passed over.
#[derive(Debug)]
pub(super) struct Times {
    began: Instant,
    due: Mutex<BTreeMap<Tick, Vec<Key>>>,
    sooner: Notify,
}

impl Times {
    pub(super) fn new() -> Self {
        Self { began: Instant::now(), due: Mutex::default(), sooner: Notify::new() }
    }

    /// Returns the first tick that begins in `left` or later.
    pub(super) fn tick_in(&self, left: Duration) -> Tick {
        let ticks = (self.began.elapsed() + left).as_millis().div_ceil(TICK.as_millis());
        Tick::try_from(ticks).unwrap_or(Tick::MAX)
    }

    /// Returns whether this tick has begun.
    pub(super) fn is_over(&self, tick: Tick) -> bool {
        TICK.saturating_mul(tick) <= self.began.elapsed()
    }

    /// Makes a page due at this tick.
    pub(super) fn add(&self, tick: Tick, page: Key) {
        let is_first = {
            let mut due = self.due.lock();
            let is_first = due.keys().next().is_none_or(|first| tick < *first);
            due.entry(tick).or_default().push(page);
            is_first
        };
        if is_first {
            self.sooner.notify_one();
        }
    }

    /// Waits until a page is due. The system's clock is used, as for connections.
    pub(super) async fn wait(&self) {
        loop {
            let first = self.due.lock().keys().next().copied();
            match first {
                None => self.sooner.notified().await,
                Some(tick) => tokio::select! {
                    () = sleep_until(self.began + TICK.saturating_mul(tick)) => return,
                    () = self.sooner.notified() => {}
                },
            }
        }
    }

    /// Removes the pages that are due and returns them, each with its tick.
    pub(super) fn take(&self) -> Vec<(Tick, Key)> {
        let now = self.began.elapsed();
        let mut due = self.due.lock();
        let mut taken = Vec::new();
        while let Some(first) = due.first_entry()
            && TICK.saturating_mul(*first.key()) <= now
        {
            let (tick, pages) = first.remove_entry();
            taken.extend(pages.into_iter().map(|page| (tick, page)));
        }
        taken
    }
}

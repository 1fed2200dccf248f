//! The only place that reads the time. Everything else gets it as an argument or asks a [`Clock`], so that tests can
//! change it.
//!
//! A machine has three clocks, each for another purpose. The *wall clock* gives the time that is agreed with others:
//! when a token expires, when something happened. It is read each time, because it may be set while the server runs.
//! The *uptime* (Linux: `CLOCK_BOOTTIME`) cannot be set and continues while the machine is suspended; with it a
//! deadline ends on time even if the wall clock was set back. The *steady clock* (`CLOCK_MONOTONIC`) stops while the
//! machine is suspended and no request can arrive, so it measures rates.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::Notify;

use crate::ticket::time::Timestamp;

/// Interval at which the server checks whether a clock was set or the machine was suspended: a sleeping task notices it
/// within this time.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Smallest change of the differences between the clocks, in milliseconds, that counts as a step (a clock was set or
/// the machine was suspended). NTP alone makes a clock drift by up to half a millisecond per second.
const STEP_MILLIS: u64 = 250;
/// The clock that cannot be set and continues during suspend. Systems other than Linux use one that stops during
/// suspend.
#[cfg(target_os = "linux")]
const UPTIME: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const UPTIME: ClockId = ClockId::Monotonic;
/// Value of the field `followed` of a clock that follows no other clock, so that its wall clock is the one of this
/// machine.
const NOT_FOLLOWING: i64 = i64::MIN;
/// Uptime that a manual clock, one for tests, shows when it is made.
const MANUAL_UPTIME: Duration = Duration::from_secs(3600);

/// A source of the current time, which reads the clocks of the machine or, in tests, is set by hand; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
struct Source {
    time: TimeSource,
    /// The followed clock minus the uptime of this machine, in milliseconds, or [`NOT_FOLLOWING`].
    followed: AtomicI64,
    /// Wakes sleeping tasks when a clock was set, or after the machine was suspended.
    moved: Notify,
}

/// Where a [`Clock`] reads the wall clock, the uptime and the steady clock: from the machine, or from what a test has
/// set.
#[derive(Debug)]
enum TimeSource {
    Machine,
    /// Clocks that show what a test has set.
    Manual(Mutex<Reading>),
}

/// What the wall clock, the uptime and the steady clock show at one moment.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// Milliseconds since 1970-01-01 UTC.
    wall: u64,
    uptime: Duration,
    steady: Duration,
}

/// How far the time of [`Clock::now`] and the uptime are ahead of the steady clock, in milliseconds. Both values stay
/// constant as long as no clock is set and the machine is not suspended.
#[derive(Clone, Copy, Debug)]
struct Apart {
    now: i64,
    uptime: i64,
}

impl TimeSource {
    fn read(&self) -> Reading {
        match self {
            Self::Machine => {
                let read = |clock| Duration::try_from(clock_gettime(clock)).unwrap_or_default();
                Reading {
                    wall: millis(read(ClockId::Realtime)),
                    uptime: read(UPTIME),
                    steady: read(ClockId::Monotonic),
                }
            }
            Self::Manual(reading) => *reading.lock(),
        }
    }
}

impl Clock {
    /// Makes a clock that reads the machine's clocks.
    pub fn system() -> Self {
        Self::over(TimeSource::Machine)
    }

    /// Makes a manual clock, for tests: it shows `now` until the test changes it.
    pub fn manual(now: Timestamp) -> Self {
        let reading = Reading { wall: now.as_millis(), uptime: MANUAL_UPTIME, steady: Duration::ZERO };
        Self::over(TimeSource::Manual(Mutex::new(reading)))
    }

    fn over(time: TimeSource) -> Self {
        Self(Arc::new(Source { time, followed: AtomicI64::new(NOT_FOLLOWING), moved: Notify::new() }))
    }

    /// Returns the current time: of this machine's wall clock as it is set now, or, after [`Clock::follow`], of the
    /// clock that this one follows. The returned value also has the uptime of this machine.
    pub fn now(&self) -> Timestamp {
        self.now_of(self.0.time.read())
    }

    fn now_of(&self, reading: Reading) -> Timestamp {
        let uptime = millis(reading.uptime);
        let wall = match self.0.followed.load(Ordering::Relaxed) {
            NOT_FOLLOWING => reading.wall,
            // Between two queries of the followed clock the uptime advances; this machine's own wall clock is not used.
            ahead => uptime.saturating_add_signed(ahead),
        };
        Timestamp::from_millis(wall).seen_at_uptime(uptime)
    }

    /// Returns the time of the steady clock, for rates: it advances evenly even if a clock is set, and stops
    /// while the machine is suspended.
    pub fn steady(&self) -> Duration {
        self.0.time.read().steady
    }

    /// Makes this clock agree from now on with another one, such as that of Redis, that shows `reference` now, so that
    /// instances with a common store have a common time. Returns how far this clock was behind, in milliseconds, which
    /// is negative if it was ahead. A manual clock does not change, and returns 0.
    pub fn follow(&self, reference: Timestamp) -> i64 {
        if matches!(self.0.time, TimeSource::Manual(_)) {
            return 0;
        }
        self.agree_with(reference)
    }

    fn agree_with(&self, reference: Timestamp) -> i64 {
        let reading = self.0.time.read();
        let behind = difference(reference.as_millis(), self.now_of(reading).as_millis());
        let ahead = difference(reference.as_millis(), millis(reading.uptime));
        self.0.followed.store(ahead, Ordering::Relaxed);
        behind
    }

    /// Wakes sleeping tasks when a clock is set and when the machine resumes from suspend. It never returns on a system
    /// clock, so it runs as a task beside the server. On a manual clock, which wakes sleeping tasks itself, it returns
    /// at once.
    pub async fn watch_for_steps(self) {
        if matches!(self.0.time, TimeSource::Manual(_)) {
            return;
        }
        let mut known = self.apart();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.wake_after_step(&mut known);
        }
    }

    fn apart(&self) -> Apart {
        let reading = self.0.time.read();
        let steady = millis(reading.steady);
        Apart {
            now: difference(self.now_of(reading).as_millis(), steady),
            uptime: difference(millis(reading.uptime), steady),
        }
    }

    /// Wakes sleeping tasks if the differences between the clocks have changed from `known` by at least
    /// [`STEP_MILLIS`], and then updates `known`. Returns whether they have.
    fn wake_after_step(&self, known: &mut Apart) -> bool {
        let apart = self.apart();
        let is_step = known.now.abs_diff(apart.now).max(known.uptime.abs_diff(apart.uptime)) >= STEP_MILLIS;
        if is_step {
            *known = apart;
            self.0.moved.notify_waiters();
        }
        is_step
    }

    /// Waits until the deadline has passed by the wall clock of this `Clock` or by the uptime, whichever is first. If a
    /// clock is set or the machine is suspended while it waits, it computes the remaining time again.
    pub async fn sleep_until(&self, deadline: Timestamp) {
        loop {
            let moved = self.0.moved.notified();
            let left = deadline.left(self.now());
            if left.is_zero() {
                return;
            }
            match self.0.time {
                TimeSource::Machine => tokio::select! {
                    () = tokio::time::sleep(left) => {}
                    () = moved => {}
                },
                TimeSource::Manual(_) => moved.await,
            }
        }
    }

    /// Lets this much time pass on the three clocks of a manual clock; does nothing on a system clock.
    pub fn advance(&self, by: Duration) {
        self.adjust(|reading| {
            reading.wall = reading.wall.saturating_add(millis(by));
            reading.uptime += by;
            reading.steady += by;
        });
    }

    /// Sets the wall clock of a manual clock to another time, as an operator or NTP does; does nothing on a
    /// system clock.
    pub fn set(&self, wall: Timestamp) {
        self.adjust(|reading| reading.wall = wall.as_millis());
    }

    /// Lets this much time pass on a manual clock as if its machine was suspended, so that the steady clock
    /// stands still; does nothing on a system clock.
    pub fn suspend(&self, by: Duration) {
        self.adjust(|reading| {
            reading.wall = reading.wall.saturating_add(millis(by));
            reading.uptime += by;
        });
    }

    fn adjust(&self, change: impl FnOnce(&mut Reading)) {
        if let TimeSource::Manual(reading) = &self.0.time {
            change(&mut reading.lock());
            self.0.moved.notify_waiters();
        }
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn difference(one: u64, other: u64) -> i64 {
    one.cast_signed().saturating_sub(other.cast_signed())
}

#[cfg(test)]
mod tests;

//! The only place that knows what time it is. Everything else is told, so that tests can move the clock.
//!
//! A machine has three clocks, and each is for something else. The *wall clock* says what is agreed with others: when a
//! token ends, when something happened. It is asked each time, because it may be set while the server runs. The *uptime*
//! (Linux: `CLOCK_BOOTTIME`) cannot be set and goes on while the machine is suspended; with it a deadline ends on time
//! even where the wall clock was set back. The *steady clock* (`CLOCK_MONOTONIC`) stands still while nothing can be
//! asked, so it measures rates.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::Notify;

use crate::ticket::time::Timestamp;

/// What sleeps hears of a step of a clock within this.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A smaller difference is no step: NTP alone makes a clock drift by up to half a millisecond a second.
const STEP_MILLIS: u64 = 250;
/// The clock that nobody can set and that goes on in suspend. Where there is none, one that stands still then.
#[cfg(target_os = "linux")]
const UPTIME: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const UPTIME: ClockId = ClockId::Monotonic;
/// The wall clock is this machine's own.
const FOLLOWS_NOBODY: i64 = i64::MIN;
/// What a manual clock begins with as its uptime.
const MANUAL_UPTIME: Duration = Duration::from_secs(3600);

/// A source of time; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
struct Source {
    hands: Hands,
    /// The followed clock minus the uptime of this machine, in milliseconds, or [`FOLLOWS_NOBODY`].
    followed: AtomicI64,
    /// Wakes what sleeps: a clock was set, or the machine was suspended.
    moved: Notify,
}

/// What the three clocks are read from.
#[derive(Debug)]
enum Hands {
    Machine,
    /// Moved by hand.
    Manual(Mutex<Reading>),
}

/// The three clocks at one moment.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// Milliseconds since 1970-01-01 UTC.
    wall: u64,
    uptime: Duration,
    steady: Duration,
}

/// How far the time of this house and the uptime are ahead of the steady clock, in milliseconds. Each stays as it is for
/// as long as nobody sets a clock and the machine is not suspended.
#[derive(Clone, Copy, Debug)]
struct Apart {
    now: i64,
    uptime: i64,
}

impl Hands {
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
    /// The machine's clock.
    pub fn system() -> Self {
        Self::over(Hands::Machine)
    }

    /// A clock that stands at `now` until a test moves it.
    pub fn manual(now: Timestamp) -> Self {
        let reading = Reading { wall: now.as_millis(), uptime: MANUAL_UPTIME, steady: Duration::ZERO };
        Self::over(Hands::Manual(Mutex::new(reading)))
    }

    fn over(hands: Hands) -> Self {
        Self(Arc::new(Source { hands, followed: AtomicI64::new(FOLLOWS_NOBODY), moved: Notify::new() }))
    }

    /// The present moment: the wall clock as it is set now, with the uptime beside it.
    pub fn now(&self) -> Timestamp {
        self.now_of(self.0.hands.read())
    }

    fn now_of(&self, reading: Reading) -> Timestamp {
        let uptime = millis(reading.uptime);
        let wall = match self.0.followed.load(Ordering::Relaxed) {
            FOLLOWS_NOBODY => reading.wall,
            // Between two looks at the followed clock the uptime goes on; this machine's own wall clock plays no part.
            ahead => uptime.saturating_add_signed(ahead),
        };
        Timestamp::from_millis(wall).seen_at_uptime(uptime)
    }

    /// Time for rates: it goes on evenly, whatever anybody sets, and stands still while the machine is suspended.
    pub fn steady(&self) -> Duration {
        self.0.hands.read().steady
    }

    /// From now on agrees with another clock, which shows `reference` now: instances that share a store share its
    /// time. A manual clock follows nobody. Returns how far it was behind, in milliseconds.
    pub fn follow(&self, reference: Timestamp) -> i64 {
        if matches!(self.0.hands, Hands::Manual(_)) {
            return 0;
        }
        self.agree_with(reference)
    }

    fn agree_with(&self, reference: Timestamp) -> i64 {
        let reading = self.0.hands.read();
        let behind = difference(reference.as_millis(), self.now_of(reading).as_millis());
        let ahead = difference(reference.as_millis(), millis(reading.uptime));
        self.0.followed.store(ahead, Ordering::Relaxed);
        behind
    }

    /// Wakes what sleeps when a clock is set and when the machine comes out of a suspend; to be run beside the server.
    /// What sleeps on a manual clock is woken by whoever moves it.
    pub async fn watch_for_steps(self) {
        if matches!(self.0.hands, Hands::Manual(_)) {
            return;
        }
        let mut known = self.apart();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.wake_after_step(&mut known);
        }
    }

    fn apart(&self) -> Apart {
        let reading = self.0.hands.read();
        let steady = millis(reading.steady);
        Apart {
            now: difference(self.now_of(reading).as_millis(), steady),
            uptime: difference(millis(reading.uptime), steady),
        }
    }

    /// Wakes what sleeps if the clocks stand otherwise to each other than `known` says, which then says how they do.
    fn wake_after_step(&self, known: &mut Apart) -> bool {
        let apart = self.apart();
        let is_step = known.now.abs_diff(apart.now).max(known.uptime.abs_diff(apart.uptime)) >= STEP_MILLIS;
        if is_step {
            *known = apart;
            self.0.moved.notify_waiters();
        }
        is_step
    }

    /// Returns once the deadline is over, by the wall clock or by the uptime.
    pub async fn sleep_until(&self, deadline: Timestamp) {
        loop {
            let moved = self.0.moved.notified();
            let left = deadline.left(self.now());
            if left.is_zero() {
                return;
            }
            match self.0.hands {
                Hands::Machine => tokio::select! {
                    () = tokio::time::sleep(left) => {}
                    () = moved => {}
                },
                Hands::Manual(_) => moved.await,
            }
        }
    }

    /// Lets time pass on a manual clock; a system clock goes by itself.
    pub fn advance(&self, by: Duration) {
        self.turn(|reading| {
            reading.wall = reading.wall.saturating_add(millis(by));
            reading.uptime += by;
            reading.steady += by;
        });
    }

    /// Sets the wall clock of a manual clock to another time, as an operator or NTP does.
    pub fn set(&self, wall: Timestamp) {
        self.turn(|reading| reading.wall = wall.as_millis());
    }

    /// Suspends the machine of a manual clock for so long.
    pub fn suspend(&self, by: Duration) {
        self.turn(|reading| {
            reading.wall = reading.wall.saturating_add(millis(by));
            reading.uptime += by;
        });
    }

    fn turn(&self, turn: impl FnOnce(&mut Reading)) {
        if let Hands::Manual(reading) = &self.0.hands {
            turn(&mut reading.lock());
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

//! Times and durations, in milliseconds. The state machine gets the time as an argument and never reads a
//! clock.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU64;
use std::ops::Add;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01 UTC, by the wall clock of the machine that saw it.
///
/// A wall clock can be set. So a moment that this process saw itself also holds the uptime of the machine, which cannot
/// be set; [`Timestamp::is_over`], [`Timestamp::left`] and [`Timestamp::since`] look at both. The uptime means nothing
/// to another machine or after a restart, so it is not stored, and `==` and `<` compare the wall clock only.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub struct Timestamp {
    wall: u64,
    uptime: Option<NonZeroU64>,
}

impl Timestamp {
    /// Makes a moment from milliseconds since 1970-01-01 UTC, without an uptime: another machine saw it, or this one
    /// before a restart.
    pub const fn from_millis(millis: u64) -> Self {
        Self { wall: millis, uptime: None }
    }

    /// Returns this moment with the uptime of this machine at which it was seen, in milliseconds.
    #[must_use]
    pub const fn seen_at_uptime(self, millis: u64) -> Self {
        Self { uptime: NonZeroU64::new(millis), ..self }
    }

    /// Returns the milliseconds since 1970-01-01 UTC.
    pub const fn as_millis(self) -> u64 {
        self.wall
    }

    /// Returns the milliseconds of this machine's uptime at which it was seen; `None` if they are not known.
    pub fn uptime_millis(self) -> Option<u64> {
        self.uptime.map(NonZeroU64::get)
    }

    /// Returns whether this deadline is over at `now`, by the wall clock or by the uptime of the machine: setting
    /// the wall clock back prolongs nothing.
    pub fn is_over(self, now: Self) -> bool {
        self.left(now).is_zero()
    }

    /// Returns the time from `now` until this deadline, by the clock that shows the shorter time; zero if the
    /// deadline is over.
    pub fn left(self, now: Self) -> Duration {
        let by_wall = self.wall.saturating_sub(now.wall);
        let by_uptime = self.uptimes(now).map(|(own, now)| own.saturating_sub(now));
        Duration::from_millis(by_uptime.map_or(by_wall, |left| left.min(by_wall)))
    }

    /// Returns the time from `earlier` to this moment, by the clock that shows the longer time; zero if this
    /// moment is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        let by_wall = self.wall.saturating_sub(earlier.wall);
        let by_uptime = self.uptimes(earlier).map(|(own, earlier)| own.saturating_sub(earlier));
        Duration::from_millis(by_uptime.map_or(by_wall, |age| age.max(by_wall)))
    }

    /// Returns the moment that lies `span` before this one. It has no uptime, so it is compared by the wall clock
    /// only.
    #[must_use]
    pub fn before(self, span: Duration) -> Self {
        Self::from_millis(self.wall.saturating_sub(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
    }

    fn uptimes(self, other: Self) -> Option<(u64, u64)> {
        Some((self.uptime?.get(), other.uptime?.get()))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Self { wall: self.wall.saturating_add(millis), uptime: self.uptime.map(|own| own.saturating_add(millis)) }
    }
}

impl From<u64> for Timestamp {
    fn from(millis: u64) -> Self {
        Self::from_millis(millis)
    }
}

impl From<Timestamp> for u64 {
    fn from(moment: Timestamp) -> Self {
        moment.wall
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.wall == other.wall
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.wall.cmp(&other.wall)
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.wall.hash(state);
    }
}

/// A deadline as the key by which a queue in this process's memory is ordered. Deadlines are ordered by the
/// uptime at which they are over, so that entries are removed in time also after the wall clock was set back.
#[derive(Clone, Copy, Debug)]
pub struct Due(pub Timestamp);

impl Due {
    /// Returns the number by which deadlines are ordered: the milliseconds of the uptime, or of the wall clock if the
    /// uptime is not known.
    pub fn order(self) -> u64 {
        self.0.uptime.map_or(self.0.wall, NonZeroU64::get)
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

/// How long each part of a ticket's life lasts, as it is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// A code can be scanned for this long after it was shown.
    pub code: Duration,
    /// A page may renew its code for this long after it was opened.
    pub renewal: Duration,
    /// A person has this long to decide after the scan.
    pub decide: Duration,
    /// The browser has this long to claim after the approval.
    pub claim: Duration,
}

impl Lifetimes {
    /// Returns the time from the claim, denial or cancellation of a ticket until the ticket expires: twice the lifetime
    /// of a code, or the time for a claim if that is longer. Until then a repeated request is answered with what
    /// happened and not with "expired", and a claim may be repeated for as long as it may take.
    pub fn afterlife(&self) -> Duration {
        (self.code * 2).max(self.claim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(wall: u64, uptime: u64) -> Timestamp {
        Timestamp::from_millis(wall).seen_at_uptime(uptime)
    }

    #[test]
    fn a_deadline_is_over_when_either_clock_says_so() {
        let minute = Duration::from_secs(60);
        let deadline = at(1_000_000, 5_000) + minute;
        for (now, left) in [
            (at(1_000_000, 5_000), 60_000),
            (at(1_030_000, 35_000), 30_000),
            (at(1_060_000, 65_000), 0),
            // The wall clock was set ahead, and back.
            (at(1_060_000, 6_000), 0),
            (at(1_031_000, 6_000), 29_000),
            (at(0, 35_000), 30_000),
            (at(0, 65_000), 0),
            // The uptime is unknown: another machine saw this moment.
            (Timestamp::from_millis(1_059_999), 1),
            (Timestamp::from_millis(1_060_000), 0),
        ] {
            assert_eq!((deadline.left(now).as_millis(), deadline.is_over(now)), (left, left == 0), "{now:?}");
        }
    }

    #[test]
    fn an_age_is_what_the_clock_says_that_says_more() {
        let before = at(1_000_000, 5_000);
        assert_eq!(at(1_010_000, 15_000).since(before).as_millis(), 10_000);
        assert_eq!(at(0, 15_000).since(before).as_millis(), 10_000, "set back");
        assert_eq!(at(1_090_000, 15_000).since(before).as_millis(), 90_000, "set ahead");
        assert_eq!(Timestamp::from_millis(0).since(before).as_millis(), 0);
    }

    #[test]
    fn what_is_stored_is_the_wall_clock_alone() {
        let moment = at(1_000_000, 5_000);
        assert_eq!(serde_json::to_string(&moment).expect("JSON"), "1000000");
        let back: Timestamp = serde_json::from_str("1000000").expect("a moment");
        assert_eq!((back, back.uptime), (moment, None));
    }

    #[test]
    fn what_was_made_before_the_clock_was_set_back_is_due_before_what_was_made_after() {
        let (before, after) = (at(90_000_000, 5_000), at(1_000_000, 6_000));
        assert!(Due(before) < Due(after) && before > after);
    }
}

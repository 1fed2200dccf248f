//! Leaky buckets (GCRA) by key, with bounded memory. If the limit of buckets is reached, a new key shares a
//! bucket with its neighbours, so that a flood of keys affects only keys near to it.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::{DashMapStateStore, ShrinkableKeyedStateStore};
use governor::{Quota, RateLimiter};
use parking_lot::Mutex;

use crate::clock::Clock;
use crate::measure;

/// Buckets of one kind and one width; each takes some 40 bytes.
pub const BUCKETS: usize = 50_000;
/// Number of buckets for keys whose widest neighbourhood has no bucket of its own. The assignment is random,
/// so a client that empties one affects only a few random others.
const SHARED: u64 = 4_096;
/// Factor by which a shared bucket allows more than one of the next narrower width.
const WIDER: u32 = 8;
/// Interval of log lines about one key that is refused again and again.
const SAID_EVERY: Duration = Duration::from_secs(1);
/// Shortest interval between searches for buckets that are full again: a search takes a millisecond or two.
const TIDY_EVERY: Duration = Duration::from_secs(1);

/// A key of a rate limit, and the groups of neighbours with which it shares a bucket if there are too many
/// keys.
pub trait Counted: Clone + Eq + Hash {
    /// The number of widths, the narrowest included.
    const WIDTHS: usize = 1;

    /// Returns the width of all that one client may own. A request is also counted in every wider bucket up
    /// to this width.
    fn whole(&self) -> usize {
        0
    }

    /// Returns the key at this width; at 0 it is the key itself.
    fn at_width(&self, _width: usize) -> Self {
        self.clone()
    }
}

/// This server's clock in the form that the library reads.
#[derive(Clone, Debug)]
struct Ticks(Clock);

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.steady())
    }
}

/// The library's map of buckets, shared so that its keys can be queried.
#[derive(Clone, Debug)]
struct Kept<K: Eq + Hash>(Arc<DashMapStateStore<K>>);

impl<K: Clone + Eq + Hash> StateStore for Kept<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0.measure_and_replace(key, f)
    }
}

impl<K: Clone + Eq + Hash> ShrinkableKeyedStateStore<K> for Kept<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.0.retain_recent(drop_below);
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The buckets of one width.
#[derive(Debug)]
struct Width<K: Clone + Eq + Hash> {
    kept: Kept<K>,
    limiter: RateLimiter<K, Kept<K>, Ticks, NoOpMiddleware<Nanos>>,
    clock: Ticks,
    tidy_at: AtomicU64,
}

impl<K: Clone + Eq + Hash> Width<K> {
    fn new(quota: Quota, clock: &Ticks) -> Self {
        let kept = Kept(Arc::new(DashMapStateStore::default()));
        let limiter = RateLimiter::new(quota, kept.clone(), clock.clone());
        Self { kept, limiter, clock: clock.clone(), tidy_at: AtomicU64::new(0) }
    }

    /// Returns whether this key has a bucket or may get one. Full buckets hold no information, so they are
    /// removed first.
    fn has_room_for(&self, key: &K) -> bool {
        if self.kept.0.contains_key(key) || self.kept.0.len() < BUCKETS {
            return true;
        }
        let (now, due) = (self.clock.now().as_u64(), self.tidy_at.load(Ordering::Relaxed));
        let next = now.saturating_add(Nanos::from(TIDY_EVERY).as_u64());
        if now >= due && self.tidy_at.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.limiter.retain_recent();
        }
        self.kept.0.len() < BUCKETS
    }

    /// Takes one request from the bucket of this key; the error is the time until the next is allowed.
    fn take(&self, key: &K) -> Result<(), Duration> {
        self.limiter.check_key(key).map_err(|refused| refused.wait_time_from(self.clock.now()))
    }
}

/// One rate limit over any number of keys.
#[derive(Debug)]
pub struct Buckets<K: Counted> {
    widths: Vec<Width<K>>,
    shared: Width<u64>,
    hasher: RandomState,
    name: &'static str,
    clock: Clock,
    /// Hash of the key that the last log line was about, and its time on the monotonic clock.
    said: Mutex<(u64, Duration)>,
}

impl<K: Counted> Buckets<K> {
    /// Makes a limit of this many requests per minute for each key.
    pub fn per_minute(name: &'static str, allowed: u64, clock: &Clock) -> Self {
        let allowed = u32::try_from(allowed).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX);
        Self::of(name, Quota::per_minute(allowed), clock)
    }

    /// Makes a limit with this quota for each key.
    pub fn of(name: &'static str, quota: Quota, clock: &Clock) -> Self {
        let ticks = Ticks(clock.clone());
        let times = |width| quota.times(WIDER.saturating_pow(u32::try_from(width).unwrap_or(u32::MAX)));
        Self {
            widths: (0..K::WIDTHS).map(|width| Width::new(times(width), &ticks)).collect(),
            shared: Width::new(times(K::WIDTHS), &ticks),
            hasher: RandomState::new(),
            name,
            clock: clock.clone(),
            said: Mutex::default(),
        }
    }

    /// Counts a request in the bucket of this key, or in the narrowest that it shares with others, and in
    /// each wider bucket up to that of [the whole](Counted::whole). The error is the time until the next
    /// request is allowed.
    pub fn take(&self, key: &K) -> Result<(), Duration> {
        let mut taken = self.take_from(key, 0);
        while let Ok(width) = taken
            && width < key.whole()
        {
            taken = self.take_from(key, width + 1);
        }
        taken.map(|_| ()).inspect_err(|_| {
            measure::refused("limit", self.name);
            if self.is_to_be_said(key) {
                tracing::info!(code = "too_many_requests", rule = self.name, "a request was refused by a limit");
            }
        })
    }

    /// Returns whether a refusal is logged: one line per second and key suffices, so that lines about other
    /// keys remain visible.
    fn is_to_be_said(&self, key: &K) -> bool {
        let (key, now) = (self.hasher.hash_one(key.at_width(key.whole())), self.clock.steady());
        let mut said = self.said.lock();
        let is_new = said.0 != key || now.saturating_sub(said.1) >= SAID_EVERY;
        if is_new {
            *said = (key, now);
        }
        is_new
    }

    /// Takes one from the narrowest possible bucket of at least this width, and returns its width.
    fn take_from(&self, key: &K, narrowest: usize) -> Result<usize, Duration> {
        for (at, width) in self.widths.iter().enumerate().skip(narrowest) {
            let key = key.at_width(at);
            if width.has_room_for(&key) {
                return width.take(&key).map(|()| at);
            }
        }
        let widest = key.at_width(K::WIDTHS - 1);
        self.shared.take(&(self.hasher.hash_one(widest) % SHARED)).map(|()| K::WIDTHS)
    }
}

/// Multiplies a quota.
trait Times {
    fn times(self, factor: u32) -> Self;
}

impl Times for Quota {
    fn times(self, factor: u32) -> Self {
        let burst = self.burst_size().saturating_mul(NonZeroU32::new(factor).unwrap_or(NonZeroU32::MIN));
        Self::with_period(self.replenish_interval() / factor).map_or(self, |quota| quota.allow_burst(burst))
    }
}

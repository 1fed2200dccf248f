//! Leaky buckets (GCRA) by key, bounded in memory. Where as many keys have a bucket of their own as are kept, a new key
//! shares one with its neighbours: a flood of keys takes the buckets away from those around it, and from nobody else.

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

/// Buckets kept of one kind and one width; each is some 40 bytes.
pub const BUCKETS: usize = 50_000;
/// Buckets that strangers share where there is no room for any narrower one. Nobody can choose which, so whoever fills
/// one meets a random few.
const SHARED: u64 = 4_096;
/// A shared bucket allows this many times as much as one of the next narrower width.
const WIDER: u32 = 8;
/// A key that is refused again and again is told of once in this time.
const SAID_EVERY: Duration = Duration::from_secs(1);
/// Buckets that are full again are looked for at most this often: it takes a millisecond or two.
const TIDY_EVERY: Duration = Duration::from_secs(1);

/// What may have a bucket, and with whom it shares one.
pub trait Counted: Clone + Eq + Hash {
    /// How many widths there are, with the narrowest.
    const WIDTHS: usize = 1;

    /// The width of all that whoever has this key may have: up to it something is taken from each wider bucket too.
    fn whole(&self) -> usize {
        0
    }

    /// The key at this width; at 0 it is the key itself.
    fn at_width(&self, _width: usize) -> Self {
        self.clone()
    }
}

/// Our clock, as the library wants to read it.
#[derive(Clone, Debug)]
struct Ticks(Clock);

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.steady())
    }
}

/// The library's map of buckets, shared so that it can be asked which keys it has.
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

    /// Whether this key has a bucket, or may have one. What is full again says nothing and makes room first.
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

    /// Takes one; otherwise says how long it is until there is one.
    fn take(&self, key: &K) -> Result<(), Duration> {
        self.limiter.check_key(key).map_err(|refused| refused.wait_time_from(self.clock.now()))
    }
}

/// One kind of limit over any number of keys.
#[derive(Debug)]
pub struct Buckets<K: Counted> {
    widths: Vec<Width<K>>,
    shared: Width<u64>,
    hasher: RandomState,
    name: &'static str,
    clock: Clock,
    /// Which key the last line was about, and when that was written by the steady clock.
    said: Mutex<(u64, Duration)>,
}

impl<K: Counted> Buckets<K> {
    /// So many a minute for each key.
    pub fn per_minute(name: &'static str, allowed: u64, clock: &Clock) -> Self {
        let allowed = u32::try_from(allowed).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX);
        Self::of(name, Quota::per_minute(allowed), clock)
    }

    /// As much as this for each key.
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

    /// Takes one out of the bucket of this key, or out of the narrowest that it shares with others, and one out of each wider
    /// one up to that of [the whole](Counted::whole); otherwise says how long it is until there is one.
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

    /// One line a second is enough of one key that is refused again and again, and leaves room for lines about others.
    fn is_to_be_said(&self, key: &K) -> bool {
        let (key, now) = (self.hasher.hash_one(key.at_width(key.whole())), self.clock.steady());
        let mut said = self.said.lock();
        let is_new = said.0 != key || now.saturating_sub(said.1) >= SAID_EVERY;
        if is_new {
            *said = (key, now);
        }
        is_new
    }

    /// Takes one out of the narrowest bucket from this width on for which there is room; says how wide that is.
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

/// More of the same.
trait Times {
    fn times(self, factor: u32) -> Self;
}

impl Times for Quota {
    fn times(self, factor: u32) -> Self {
        let burst = self.burst_size().saturating_mul(NonZeroU32::new(factor).unwrap_or(NonZeroU32::MIN));
        Self::with_period(self.replenish_interval() / factor).map_or(self, |quota| quota.allow_burst(burst))
    }
}

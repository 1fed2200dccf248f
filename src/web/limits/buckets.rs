//! Leaky buckets (GCRA) by key, with bounded memory. If the limit of buckets is reached, a new key shares a
//! bucket with its neighbours, so that a flood of keys affects only keys near to it.

use std::convert::Infallible;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
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

/// Largest number of buckets that one rate limit has for single keys, and again for groups of keys of each size. Each
/// bucket takes some 40 bytes.
pub const BUCKETS: usize = 50_000;
/// Number of additional buckets of one rate limit that unrelated keys share. A key gets one of them by a random hash
/// if there is no room for a bucket of its own or of a group of its neighbours. A client that empties one affects only
/// the few keys with the same bucket.
const SHARED: u64 = 4_096;
/// Factor by which the requests that a bucket allows increase from a single key to its narrowest group of neighbours,
/// and from each group to the next wider one.
const WIDER: u32 = 8;
/// Shortest time between two log lines about the same key that is refused again and again.
const LOGGED_EVERY: Duration = Duration::from_secs(1);
/// Number of keys whose log lines of the last [`LOGGED_EVERY`] are remembered, for each rate limit. It is larger than the
/// number of lines of one kind that are written within that time (server/telemetry/refusals.rs), so that the line of a
/// key that is not remembered is only counted.
const LOGGED_KEYS: usize = 32;
/// Shortest interval between searches for buckets that are full again: a search looks at each bucket, and moves those that
/// stay.
const TIDY_EVERY: Duration = Duration::from_secs(1);
/// The smallest number of buckets for which such a search is worth its time.
const TIDY_FROM: usize = 256;

/// A key that a rate limit counts requests by, such as an address or an account. It may belong to groups of
/// neighbouring keys, from narrow to wide, such as the /24 and the /16 of an IPv4 address. If there are too many keys,
/// those of a group share one bucket.
pub trait Counted: Clone + Eq + Hash {
    /// The number of widths that a bucket can have: the key alone, and each wider group of neighbours.
    const WIDTHS: usize = 1;

    /// Returns the width that covers all keys that one client may own: 0 is the key alone, 1 is its narrowest group of
    /// neighbours, and so on. A request is counted in the buckets of all widths up to this one.
    fn whole(&self) -> usize {
        0
    }

    /// Returns the key of the bucket at this width: at 0 the key itself, and at a greater width its group of
    /// neighbours.
    fn at_width(&self, _width: usize) -> Self {
        self.clone()
    }
}

/// The steady clock of this server, in the form in which the library `governor` reads the time.
#[derive(Clone, Debug)]
struct Ticks(Clock);

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.steady())
    }
}

/// The map from keys to buckets of the library `governor`. It is shared with the library's rate limiter, so
/// that [`Width`] can ask which keys it holds.
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

    fn shrink_to_fit(&self) {
        self.0.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The buckets of one rate limit for single keys, or for groups of one size.
#[derive(Debug)]
struct Width<K: Clone + Eq + Hash> {
    kept: Kept<K>,
    limiter: RateLimiter<K, Kept<K>, Ticks, NoOpMiddleware<Nanos>>,
    clock: Ticks,
    /// The time in which a bucket gets one request back.
    refill: Nanos,
    /// The earliest time of the next search for buckets that are full again.
    tidy_at: AtomicU64,
    /// The number of buckets from which on such a search is due.
    tidy_from: AtomicUsize,
}

impl<K: Clone + Eq + Hash> Width<K> {
    fn new(quota: Quota, clock: &Ticks) -> Self {
        let kept = Kept(Arc::new(DashMapStateStore::default()));
        let limiter = RateLimiter::new(quota, kept.clone(), clock.clone());
        let (clock, refill) = (clock.clone(), Nanos::from(quota.replenish_interval()));
        Self { kept, limiter, clock, refill, tidy_at: AtomicU64::new(0), tidy_from: AtomicUsize::new(TIDY_FROM) }
    }

    /// Returns whether this key has a bucket here or may get one because there are fewer than [`BUCKETS`].
    fn has_room_for(&self, key: &K) -> bool {
        if self.kept.0.contains_key(key) {
            return true;
        }
        if self.kept.0.len() >= self.tidy_from.load(Ordering::Relaxed) {
            self.tidy();
        }
        self.kept.0.len() < BUCKETS
    }

    /// Removes the buckets that are full again, because they hold no information, and gives their memory back. Does so at most
    /// once per [`TIDY_EVERY`]. The next search is due when the number of buckets has doubled, or has reached [`BUCKETS`].
    fn tidy(&self) {
        let (now, due) = (self.clock.now().as_u64(), self.tidy_at.load(Ordering::Relaxed));
        let next = now.saturating_add(Nanos::from(TIDY_EVERY).as_u64());
        if now >= due && self.tidy_at.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
            self.tidy_from.store((2 * self.kept.0.len()).clamp(TIDY_FROM, BUCKETS), Ordering::Relaxed);
        }
    }

    /// Takes one request from the bucket of this key. If the bucket is empty, the error is the time until the
    /// next request is allowed.
    fn take(&self, key: &K) -> Result<(), Duration> {
        self.limiter.check_key(key).map_err(|refused| refused.wait_time_from(self.clock.now()))
    }

    /// Puts one request back into the bucket of this key. The state of a bucket is the time at which it is full again, so
    /// that time comes sooner; a bucket that is full already stays full.
    fn give_back(&self, key: &K) {
        let sooner =
            |full_at: Option<Nanos>| Ok::<_, Infallible>(((), full_at.unwrap_or_default().saturating_sub(self.refill)));
        let Ok(()) = self.kept.measure_and_replace(key, sooner);
    }
}

/// One rate limit over any number of keys: the buckets for single keys, those for groups of neighbouring keys, and
/// those that unrelated keys share if there is no room for more.
#[derive(Debug)]
pub struct Buckets<K: Counted> {
    widths: Vec<Width<K>>,
    shared: Width<u64>,
    hasher: RandomState,
    name: &'static str,
    clock: Clock,
    /// Hashes of the keys that the log lines of the last [`LOGGED_EVERY`] were about, at most [`LOGGED_KEYS`], and the
    /// times of those lines on the monotonic clock.
    logged: Mutex<Vec<(u64, Duration)>>,
}

impl<K: Counted> Buckets<K> {
    /// Makes a limit of this many requests per minute for each key, with this name for the log and the metrics.
    /// A number that is 0 or does not fit into 32 bits becomes the largest that does.
    pub fn per_minute(name: &'static str, allowed: u64, clock: &Clock) -> Self {
        let allowed = u32::try_from(allowed).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX);
        Self::of(name, Quota::per_minute(allowed), clock)
    }

    /// Makes a limit with this quota for each key, and with this name for the log and the metrics.
    pub fn of(name: &'static str, quota: Quota, clock: &Clock) -> Self {
        let ticks = Ticks(clock.clone());
        let times = |width| quota.times(WIDER.saturating_pow(u32::try_from(width).unwrap_or(u32::MAX)));
        Self {
            widths: (0..K::WIDTHS).map(|width| Width::new(times(width), &ticks)).collect(),
            shared: Width::new(times(K::WIDTHS), &ticks),
            hasher: RandomState::new(),
            name,
            clock: clock.clone(),
            logged: Mutex::default(),
        }
    }

    /// Counts a request of this key, in its own bucket and in those of its groups up to the width of
    /// [`Counted::whole`]; if there is no room for a bucket, the next wider one counts. If one of them is empty,
    /// counts the refusal in the metrics, logs it unless [`LOGGED_EVERY`] forbids that, and returns as error the time
    /// until that bucket allows a request.
    pub fn take(&self, key: &K) -> Result<(), Duration> {
        let mut taken = self.take_from(key, 0);
        while let Ok(width) = taken
            && width < key.whole()
        {
            taken = self.take_from(key, width + 1);
        }
        taken.map(|_| ()).inspect_err(|_| {
            measure::refused("limit", self.name);
            if self.is_to_be_logged(key) {
                tracing::info!(code = "too_many_requests", rule = self.name, "a request was refused by a limit");
            }
        })
    }

    /// Undoes one [`Buckets::take`] of this key, which was not refused: puts the request back into the buckets from which it
    /// was taken.
    pub fn give_back(&self, key: &K) {
        let mut given = self.give_back_to(key, 0);
        while given < key.whole() {
            given = self.give_back_to(key, given + 1);
        }
    }

    /// Puts one request back into the narrowest bucket that this key has with at least the width `narrowest`, and returns
    /// its width. If it has none, puts it into its shared bucket and returns [`Counted::WIDTHS`].
    fn give_back_to(&self, key: &K, narrowest: usize) -> usize {
        for (at, width) in self.widths.iter().enumerate().skip(narrowest) {
            let key = key.at_width(at);
            if width.kept.0.contains_key(&key) {
                width.give_back(&key);
                return at;
            }
        }
        self.shared.give_back(&self.shared_key(key));
        K::WIDTHS
    }

    /// Returns the key of the shared bucket that this key has if there is room for no other.
    fn shared_key(&self, key: &K) -> u64 {
        self.hasher.hash_one(key.at_width(K::WIDTHS - 1)) % SHARED
    }

    /// Returns whether a refusal of this key is to be logged, and if so, records it as logged. It is not to be logged
    /// if one of the same key is remembered that was logged less than [`LOGGED_EVERY`] ago. Keys of one client count as
    /// one ([`Counted::whole`]).
    fn is_to_be_logged(&self, key: &K) -> bool {
        let (key, now) = (self.hasher.hash_one(key.at_width(key.whole())), self.clock.steady());
        let mut logged = self.logged.lock();
        logged.retain(|(_, at)| now.saturating_sub(*at) < LOGGED_EVERY);
        if logged.iter().any(|(known, _)| *known == key) {
            return false;
        }
        if logged.len() < LOGGED_KEYS {
            logged.push((key, now));
        }
        true
    }

    /// Takes one request from the narrowest bucket of this key that has at least the width `narrowest` and for which
    /// there is room, and returns its width. If there is room for none, takes it from one of the [`SHARED`] buckets
    /// and returns [`Counted::WIDTHS`]. The error is the time until the bucket, which is empty, allows a request.
    fn take_from(&self, key: &K, narrowest: usize) -> Result<usize, Duration> {
        for (at, width) in self.widths.iter().enumerate().skip(narrowest) {
            let key = key.at_width(at);
            if width.has_room_for(&key) {
                return width.take(&key).map(|()| at);
            }
        }
        self.shared.take(&self.shared_key(key)).map(|()| K::WIDTHS)
    }
}

/// Adds to a quota a method that multiplies the number of requests that it allows.
trait Times {
    fn times(self, factor: u32) -> Self;
}

impl Times for Quota {
    fn times(self, factor: u32) -> Self {
        let burst = self.burst_size().saturating_mul(NonZeroU32::new(factor).unwrap_or(NonZeroU32::MIN));
        Self::with_period(self.replenish_interval() / factor).map_or(self, |quota| quota.allow_burst(burst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::time::Timestamp;

    impl Counted for u64 {}

    #[test]
    fn who_came_once_and_waited_until_the_bucket_is_full_again_takes_no_memory() {
        let clock = Clock::manual(Timestamp::from_millis(1_800_000_000_000));
        let buckets = Buckets::<u64>::per_minute("new_sign_in", 60, &clock);
        let kept = || buckets.widths[0].kept.0.len();
        for key in 0..20_000 {
            buckets.take(&key).expect("the first of sixty");
            clock.advance(Duration::from_millis(1));
        }
        // A bucket from which one was taken is full again after a second, in which a thousand others come.
        assert!(kept() < 4 * 1_000, "{}", kept());
        clock.advance(Duration::from_secs(2));
        for key in 0..5_000 {
            buckets.take(&key).expect("the bucket is full again");
        }
        assert_eq!(kept(), 5_000, "what is not full again is kept");
        assert!(buckets.widths[0].kept.0.capacity() < 20_000, "{}", buckets.widths[0].kept.0.capacity());
    }
}

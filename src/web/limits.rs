//! How often somebody may ask: one leaky bucket (GCRA) per address or account and kind of request, bounded in memory.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::client::ClientAddress;
use super::problem::Problem;
use crate::clock::Clock;
use crate::settings;
use crate::ticket::ids::{AccountId, AppId, TicketId};

/// Buckets kept of one kind before idle ones are dropped; each is some 40 bytes.
const BUCKETS: usize = 50_000;

/// A device asks this often (RFC 8628 §3.5), a little sooner where its network was slow before.
const POLL_EVERY: Duration = Duration::from_millis(4_500);

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Which of its limits an app has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMany {
    /// It may ask again within a minute.
    OfAMinute,
    /// It has used up a day.
    OfADay,
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

/// One kind of limit over many keys.
#[derive(Debug)]
struct Buckets<K: Hash + Eq + Clone> {
    name: &'static str,
    limiter: RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Nanos>>,
    clock: Ticks,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn per_minute(name: &'static str, allowed: u64, clock: &Clock) -> Self {
        let allowed = u32::try_from(allowed).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX);
        Self::of(name, Quota::per_minute(allowed), clock)
    }

    /// As many at once as are allowed in a day; what was used comes back in the course of the next. Without a limit
    /// nothing is kept.
    fn per_day(name: &'static str, allowed: u64, clock: &Clock) -> Option<Self> {
        let allowed = NonZeroU32::new(u32::try_from(allowed).ok()?)?;
        Some(Self::of(name, Quota::with_period(DAY / allowed.get())?.allow_burst(allowed), clock))
    }

    fn of(name: &'static str, quota: Quota, clock: &Clock) -> Self {
        let clock = Ticks(clock.clone());
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        Self { name, limiter, clock }
    }

    fn take(&self, key: &K) -> Result<(), Problem> {
        if self.limiter.len() > BUCKETS {
            // What is full again says nothing; what is left after that are keys at their limit, and a flood of
            // those is refused rather than remembered.
            self.limiter.retain_recent();
            if self.limiter.len() > BUCKETS {
                return Err(Problem::too_many(Duration::from_secs(60)));
            }
        }
        self.limiter.check_key(key).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            tracing::info!(
                limit = self.name,
                wait_ms = wait.as_millis(),
                "a request was refused: too many of its kind"
            );
            Problem::too_many(wait)
        })
    }
}

/// The limits of this instance.
#[derive(Clone, Debug)]
pub struct Limits(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    requests: Buckets<IpAddr>,
    logins: Buckets<IpAddr>,
    attempts: Buckets<IpAddr>,
    attempts_on: Buckets<Box<str>>,
    decisions: Buckets<AccountId>,
    app_calls: Buckets<AppId>,
    app_days: Option<Buckets<AppId>>,
    polls: Buckets<TicketId>,
}

impl Limits {
    /// The configured limits, with every bucket full.
    pub fn new(limits: &settings::Limits, clock: &Clock) -> Self {
        Self(Arc::new(Inner {
            requests: Buckets::per_minute("requests", limits.requests_per_minute, clock),
            logins: Buckets::per_minute("logins", limits.logins_per_minute, clock),
            attempts: Buckets::per_minute("attempts", limits.attempts_per_minute, clock),
            attempts_on: Buckets::per_minute("attempts_on", limits.attempts_per_minute, clock),
            decisions: Buckets::per_minute("decisions", limits.decisions_per_minute, clock),
            polls: Buckets::of(
                "polls",
                Quota::with_period(POLL_EVERY).unwrap_or(Quota::per_minute(NonZeroU32::MIN)),
                clock,
            ),
            app_calls: Buckets::per_minute("app_calls", limits.app_calls_per_minute, clock),
            app_days: Buckets::per_day("app_days", limits.app_calls_per_day, clock),
        }))
    }

    /// Any request.
    pub fn request(&self, from: ClientAddress) -> Result<(), Problem> {
        self.0.requests.take(&from.network())
    }

    /// A new code.
    pub fn login(&self, from: ClientAddress) -> Result<(), Problem> {
        self.0.logins.take(&from.network())
    }

    /// A guess at a secret: a password, a typed code, a set-up link. `about` names the account it is aimed at, so
    /// that many addresses do not add up; it may be a name that nobody has.
    pub fn attempt(&self, from: ClientAddress, about: Option<&str>) -> Result<(), Problem> {
        self.0.attempts.take(&from.network())?;
        about.map_or(Ok(()), |name| self.0.attempts_on.take(&name.into()))
    }

    /// A call of an app in WeChat's dialect, which has a word for too many of a minute and another for too many of a
    /// day. Like all limits each instance counts for itself, so several together let through a little more.
    pub fn app_call(&self, by: AppId) -> Result<(), TooMany> {
        self.0.app_calls.take(&by).map_err(|_| TooMany::OfAMinute)?;
        self.0.app_days.as_ref().map_or(Ok(()), |days| days.take(&by)).map_err(|_| TooMany::OfADay)
    }

    /// A device that asks whether somebody has approved.
    pub fn poll(&self, of: TicketId) -> Result<(), Problem> {
        self.0.polls.take(&of)
    }

    /// A scan, an approval, a denial; a picture that comes.
    pub fn decision(&self, by: AccountId) -> Result<(), Problem> {
        self.0.decisions.take(&by)
    }
}

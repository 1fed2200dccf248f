//! Rate limits: one bucket for each kind of request and each address, account, app or ticket. A request beyond
//! its limit is refused.

pub mod tally;
mod buckets;
mod running;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::Quota;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use self::buckets::{Buckets, Counted};
use self::running::OneAtATime;
pub use self::running::Running;
use super::client::ClientAddress;
use super::problem::Problem;
use crate::clock::Clock;
use crate::settings;
use crate::ticket::ids::{AccountId, AppId, DeviceId, TicketId};

/// Shortest interval between two polls of a device for its approval (RFC 8628 §3.5): a little shorter than the
/// interval that the device is told, because an earlier poll may have been delayed.
const POLL_EVERY: Duration = Duration::from_millis(4_500);
/// Ratio of two limits on password attempts: that of all unknown devices together on one account, to that of a single
/// unknown device. All known devices together may make as many attempts as all unknown ones. So a few attackers cannot
/// lock a person out, and many attackers still cannot guess without limit.
const GUESSERS: u64 = 30;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Which of its two limits an app has reached with its calls in WeChat's dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMany {
    /// The limit per minute.
    OfAMinute,
    /// The limit per day.
    OfADay,
}

/// The device from which a password of an account is tried: one that signed in as this account before, or an unknown
/// one. It decides which limits count the attempt.
#[derive(Clone, Copy, Debug)]
pub enum Guesser<'a> {
    /// A device that never signed in as the named account: its address, and the name. The account may not
    /// exist.
    Stranger(ClientAddress, &'a str),
    /// A device that signed in as this account before.
    Known(AccountId, DeviceId),
}

/// The key under which password attempts on one account are counted together: those of all unknown devices by
/// the name, and those of all known devices by the account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum GuessedAt {
    ByStrangers(Box<str>),
    ByKnown(AccountId),
}

impl Counted for AccountId {}
impl Counted for AppId {}
impl Counted for TicketId {}
impl Counted for GuessedAt {}
impl Counted for (AccountId, DeviceId) {}

/// An IPv4 address. If there are too many buckets, it shares one with its /24, and then with its /16. A client
/// is only certain to have one address.
impl Counted for Ipv4Net {
    const WIDTHS: usize = 3;

    fn at_width(&self, width: usize) -> Self {
        Self::new_assert(self.addr(), [32, 24, 16][width]).trunc()
    }
}

/// An IPv6 /64. If there are too many buckets, it shares one with its /56, and then with its /48, which is what
/// one subscriber gets (RFC 6177).
impl Counted for Ipv6Net {
    const WIDTHS: usize = 3;

    /// Returns 2, the width of the /48, which is what one subscriber may have: up to 65,536 networks of /64. All of a
    /// /48 together may send at most 64 times as many requests as one /64. A subscriber with a /56 may send eight
    /// times as many, and leaves the rest to its neighbours in the /48.
    fn whole(&self) -> usize {
        2
    }

    fn at_width(&self, width: usize) -> Self {
        Self::new_assert(self.addr(), [64, 56, 48][width]).trunc()
    }
}

/// One rate limit that applies to each client by its IPv4 address or its IPv6 /64. IPv4 and IPv6 have separate
/// buckets, because one IPv6 subscriber has more addresses than all of IPv4.
#[derive(Debug)]
struct ByAddress {
    v4: Buckets<Ipv4Net>,
    v6: Buckets<Ipv6Net>,
}

impl ByAddress {
    fn per_minute(name: &'static str, allowed: u64, clock: &Clock) -> Self {
        Self { v4: Buckets::per_minute(name, allowed, clock), v6: Buckets::per_minute(name, allowed, clock) }
    }

    fn per_hour(name: &'static str, allowed: u64, clock: &Clock) -> Self {
        let allowed = u32::try_from(allowed).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX);
        let quota = Quota::per_hour(allowed);
        Self { v4: Buckets::of(name, quota, clock), v6: Buckets::of(name, quota, clock) }
    }

    fn take(&self, from: ClientAddress) -> Result<(), Problem> {
        match IpNet::from(from.network()) {
            IpNet::V4(network) => of(&self.v4, &network),
            IpNet::V6(network) => of(&self.v6, &network),
        }
    }

    fn give_back(&self, from: ClientAddress) {
        match IpNet::from(from.network()) {
            IpNet::V4(network) => self.v4.give_back(&network),
            IpNet::V6(network) => self.v6.give_back(&network),
        }
    }
}

/// All rate limits of this instance, with their buckets. Each method except [`Limits::new`] and [`Limits::no_account`] counts
/// one request, and fails if its limit is reached. Clones share the buckets.
#[derive(Clone, Debug)]
pub struct Limits(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    requests: ByAddress,
    logins: ByAddress,
    passkeys: ByAddress,
    attempts: ByAddress,
    recoveries: ByAddress,
    sign_ups: ByAddress,
    attempts_of_device: Buckets<(AccountId, DeviceId)>,
    attempts_on: Buckets<GuessedAt>,
    own_passwords: Buckets<AccountId>,
    typed_codes: Buckets<AccountId>,
    decisions: Buckets<AccountId>,
    downloads: OneAtATime,
    app_calls: Buckets<AppId>,
    app_days: Option<Buckets<AppId>>,
    polls: Buckets<TicketId>,
}

impl Limits {
    /// Makes the rate limits with the configured numbers, and with every bucket full.
    pub fn new(limits: &settings::Limits, clock: &Clock) -> Self {
        let attempts = limits.attempts_per_minute;
        Self(Arc::new(Inner {
            requests: ByAddress::per_minute("requests", limits.requests_per_minute, clock),
            logins: ByAddress::per_minute("logins", limits.logins_per_minute, clock),
            passkeys: ByAddress::per_minute("passkeys", limits.logins_per_minute, clock),
            attempts: ByAddress::per_minute("attempts", attempts, clock),
            recoveries: ByAddress::per_minute("recoveries", attempts, clock),
            sign_ups: ByAddress::per_hour("sign_ups", limits.sign_ups_per_hour, clock),
            attempts_of_device: Buckets::per_minute("attempts_of_device", attempts, clock),
            attempts_on: Buckets::per_minute("attempts_on", attempts.saturating_mul(GUESSERS), clock),
            own_passwords: Buckets::per_minute("own_passwords", attempts, clock),
            typed_codes: Buckets::per_minute("typed_codes", attempts, clock),
            decisions: Buckets::per_minute("decisions", limits.decisions_per_minute, clock),
            downloads: OneAtATime::new("downloads"),
            polls: Buckets::of(
                "polls",
                Quota::with_period(POLL_EVERY).unwrap_or(Quota::per_minute(NonZeroU32::MIN)),
                clock,
            ),
            app_calls: Buckets::per_minute("app_calls", limits.app_calls_per_minute, clock),
            app_days: per_day(limits.app_calls_per_day).map(|quota| Buckets::of("app_days", quota, clock)),
        }))
    }

    /// Counts a request of any kind from this address. Fails with 429 at the limit of its IPv4 address or its IPv6
    /// network.
    pub fn request(&self, from: ClientAddress) -> Result<(), Problem> {
        self.0.requests.take(from)
    }

    /// Counts the start of a sign-in, which is a new QR code, by this address. Fails with 429 at the limit.
    pub fn new_sign_in(&self, from: ClientAddress) -> Result<(), Problem> {
        self.0.logins.take(from)
    }

    /// Counts an attempt of this address to create the first account with the secret of a set-up link, which
    /// belongs to no account. Fails with 429 at the limit.
    pub fn set_up(&self, from: ClientAddress) -> Result<(), Problem> {
        self.0.attempts.take(from)
    }

    /// Counts a form of this address that is to make an account, right or wrong. Fails with 429 at the limit of a minute.
    pub fn sign_up(&self, from: ClientAddress) -> Result<(), Problem> {
        self.0.attempts.take(from)
    }

    /// Counts an account that this address is about to make. Fails with 429 at the limit of an hour. If the account is not made
    /// after all, [`Limits::no_account`] takes it back.
    pub fn new_account(&self, from: ClientAddress) -> Result<(), Problem> {
        self.0.sign_ups.take(from)
    }

    /// Takes back what [`Limits::new_account`] counted for an account that was not made.
    pub fn no_account(&self, from: ClientAddress) {
        self.0.sign_ups.give_back(from);
    }

    /// Counts a press of this address on the page of a one-time link, right or wrong. Fails with 429 at the limit.
    pub fn one_time_link(&self, from: ClientAddress) -> Result<(), Problem> {
        self.0.attempts.take(from)
    }

    /// Counts a request of this address for a link to a forgotten password, whether the account exists or not. Fails with
    /// 429 at the limit.
    pub fn recovery(&self, from: ClientAddress) -> Result<(), Problem> {
        self.0.recoveries.take(from)
    }

    /// Counts an attempt of this address to sign in with a passkey. Fails with 429 at the limit, which is as high as that of
    /// new sign-ins and counted apart from everything else: a passkey cannot be guessed, so only the work is limited, and many
    /// people may sign in behind one address.
    pub fn passkey(&self, from: ClientAddress) -> Result<(), Problem> {
        self.0.passkeys.take(from)
    }

    /// Counts an attempt to sign in with a password: for the device (an unknown one by its address), and for the
    /// account. Fails with 429 at either limit. Attempts from unknown devices never use up the limits of devices that
    /// signed in as this account before.
    pub fn password(&self, by: Guesser<'_>) -> Result<(), Problem> {
        match by {
            Guesser::Stranger(from, name) => {
                self.0.attempts.take(from)?;
                of(&self.0.attempts_on, &GuessedAt::ByStrangers(name.into()))
            }
            Guesser::Known(account, device) => {
                of(&self.0.attempts_of_device, &(account, device))?;
                of(&self.0.attempts_on, &GuessedAt::ByKnown(account))
            }
        }
    }

    /// Counts a signed-in person's entry of their own password, which the form that changes it and the page of
    /// the fresh proof ask for. Fails with 429 at the limit.
    pub fn own_password(&self, by: AccountId) -> Result<(), Problem> {
        of(&self.0.own_passwords, &by)
    }

    /// Counts an e-mail address that a signed-in person gives themselves, which tells whether another account has it. Fails
    /// with 429 at the limit, which it shares with passwords of their own.
    pub fn own_address(&self, by: AccountId) -> Result<(), Problem> {
        of(&self.0.own_passwords, &by)
    }

    /// Counts a user code that a signed-in person typed instead of scanning. Fails with 429 at the limit.
    pub fn typed_code(&self, by: AccountId) -> Result<(), Problem> {
        of(&self.0.typed_codes, &by)
    }

    /// Counts a call of an app in WeChat's dialect. The error says whether the limit of the minute or of the
    /// day is reached. Like all limits it is counted per instance, so several instances together allow more.
    pub fn app_call(&self, by: AppId) -> Result<(), TooMany> {
        self.0.app_calls.take(&by).map_err(|_| TooMany::OfAMinute)?;
        self.0.app_days.as_ref().map_or(Ok(()), |days| days.take(&by)).map_err(|_| TooMany::OfADay)
    }

    /// Counts a device's poll for the approval of this ticket (RFC 8628 §3.4). Fails with 429 if the previous
    /// poll was too recent.
    pub fn poll(&self, of_ticket: TicketId) -> Result<(), Problem> {
        of(&self.0.polls, &of_ticket)
    }

    /// Counts a scan, an approval, a denial or an uploaded picture by this account; all of them share one limit. Fails
    /// with 429 at that limit.
    pub fn decision(&self, by: AccountId) -> Result<(), Problem> {
        of(&self.0.decisions, &by)
    }

    /// Begins the download of all data of this account, which lasts until the result is dropped. `None` if one is running
    /// on this instance: each account has one at a time.
    pub fn download(&self, by: AccountId) -> Option<Running> {
        self.0.downloads.begin(by)
    }
}

fn of<K: Counted>(buckets: &Buckets<K>, key: &K) -> Result<(), Problem> {
    buckets.take(key).map_err(Problem::too_many)
}

/// Makes a quota of this many requests per day, all of which may come at once; the bucket refills evenly over a
/// day. `None`, which means no limit, if the number is 0 or does not fit into 32 bits.
fn per_day(allowed: u64) -> Option<Quota> {
    let allowed = NonZeroU32::new(u32::try_from(allowed).ok()?)?;
    Some(Quota::with_period(DAY / allowed.get())?.allow_burst(allowed))
}

#[cfg(test)]
mod tests;

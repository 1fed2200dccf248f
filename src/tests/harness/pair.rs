//! Two instances over one Redis and one PostgreSQL: the browser speaks to the one, the phone to the other.

use std::sync::Arc;

use tessera::clock::Clock;
use tessera::settings::{self, Settings};
use tessera::ticket::time::Timestamp;

use super::browser::{Browser, DESKTOP, PHONE};
use super::server::{PASSWORD, Server};
use super::spawn::{Postgres, Redis};

/// Two instances that people reach under one address, and the stores that they have in common.
pub struct Pair<S = (Redis, Postgres)> {
    pub first: Server,
    pub second: Server,
    pub stores: S,
}

impl Pair {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Two instances with the same changed settings.
    pub async fn start_with(change: impl Fn(&mut Settings)) -> Self {
        let (redis, postgres) = (Redis::start(), Postgres::start());
        let (tickets, records) = (redis.address(), postgres.address());
        Self::at(None, one_clock(), (redis, postgres), [&tickets, &tickets], &records, (0, &change)).await
    }

    /// Two instances on machines that have their own idea of the time.
    pub async fn with_clocks(clocks: [Clock; 2]) -> Self {
        let (redis, postgres) = (Redis::start(), Postgres::start());
        let (tickets, records) = (redis.address(), postgres.address());
        Self::at(None, clocks, (redis, postgres), [&tickets, &tickets], &records, (0, &|_| {})).await
    }

    /// Two instances that a balancer stands before, at this address.
    pub async fn reached_at(url: &str) -> Self {
        let (redis, postgres) = (Redis::start(), Postgres::start());
        let (tickets, records) = (redis.address(), postgres.address());
        Self::at(Some(url.into()), one_clock(), (redis, postgres), [&tickets, &tickets], &records, (0, &|_| {})).await
    }
}

/// One clock for both, which tests move.
fn one_clock() -> [Clock; 2] {
    let clock = Clock::manual(Timestamp::from_millis(1_800_000_000_000));
    [clock.clone(), clock]
}

impl<S> Pair<S> {
    /// Two instances that reach their tickets each at an address of its own, which may lead through a proxy.
    pub async fn over(stores: S, tickets: [&str; 2], records: &str, replicas: u64) -> Self {
        Self::at(None, one_clock(), stores, tickets, records, (replicas, &|_| {})).await
    }

    async fn at(
        url: Option<Arc<str>>,
        clocks: [Clock; 2],
        stores: S,
        tickets: [&str; 2],
        records: &str,
        (replicas, change): (u64, &dyn Fn(&mut Settings)),
    ) -> Self {
        let [clock_of_first, clock_of_second] = clocks;
        let at = |settings: &mut Settings, tickets: &str| {
            let store = settings::Store {
                tickets: tickets.to_owned(),
                records: records.to_owned(),
                replicas,
                ..settings::Store::default()
            };
            settings.store = store.check().expect("addresses");
            settings.limits.attempts_per_minute = 100_000;
            settings.limits.decisions_per_minute = 100_000;
            settings.limits.requests_per_minute = 1_000_000;
            change(settings);
        };
        let folder = || Arc::new(tempfile::tempdir().expect("a folder"));
        let first = Server::start_in(folder(), clock_of_first, |settings| {
            at(settings, tickets[0]);
            if let Some(url) = url {
                settings.public_url = url;
            }
        })
        .await;
        let origin: Arc<str> = first.origin.as_str().into();
        let second = Server::start_in(folder(), clock_of_second, |settings| {
            at(settings, tickets[1]);
            settings.public_url = origin;
        })
        .await;
        Self { first, second, stores }
    }

    /// A desktop browser that speaks to the first instance.
    pub fn desktop(&self) -> Browser {
        Browser::new(&self.first, DESKTOP, "198.51.100.1")
    }

    /// A phone that speaks to the second instance, with somebody signed in on it.
    pub async fn phone(&self, name: &str) -> Browser {
        self.first.person(name).await;
        let phone = Browser::new(&self.second, PHONE, "203.0.113.1");
        phone.sign_in(name, PASSWORD, "/").await;
        phone
    }
}

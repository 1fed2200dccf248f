//! Two instances over one Redis and one PostgreSQL: the browser speaks to the one, the phone to the other.

use std::sync::Arc;

use tessera::clock::Clock;
use tessera::settings::{self, Settings};
use tessera::ticket::time::Timestamp;

use super::browser::{Browser, DESKTOP, PHONE};
use super::server::{PASSWORD, Server};
use super::spawn::{Postgres, Redis};

/// Two instances that people reach under one address.
pub struct Pair {
    pub first: Server,
    pub second: Server,
    pub redis: Redis,
    pub postgres: Postgres,
}

impl Pair {
    pub async fn start() -> Self {
        let (redis, postgres) = (Redis::start(), Postgres::start());
        let (tickets, records) = (redis.address(), postgres.address());
        Self::over(redis, postgres, &tickets, &records).await
    }

    /// Two instances that reach their stores at these addresses, which may lead through a proxy.
    pub async fn over(redis: Redis, postgres: Postgres, tickets: &str, records: &str) -> Self {
        let clock = Clock::manual(Timestamp::from_millis(1_800_000_000_000));
        let at = |settings: &mut Settings| {
            let store = settings::Store {
                tickets: tickets.to_owned(),
                records: records.to_owned(),
                ..settings::Store::default()
            };
            settings.store = store.check().expect("addresses");
        };
        let folder = || Arc::new(tempfile::tempdir().expect("a folder"));
        let first = Server::start_in(folder(), clock.clone(), at).await;
        let origin: Arc<str> = first.origin.as_str().into();
        let second = Server::start_in(folder(), clock, |settings| {
            at(settings);
            settings.public_url = origin;
        })
        .await;
        Self { first, second, redis, postgres }
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

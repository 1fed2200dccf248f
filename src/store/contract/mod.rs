//! The contract: tests that every backend of a store must pass. A new backend gets a line for each of its contracts in the
//! list at the end of this file.

mod accounts;
mod app_log;
mod early_ends;
mod grants;
#[path = "../../tests/harness/hang.rs"]
mod hang;
mod late;
mod once;
mod people;
mod pictures;
#[macro_use]
mod promises;
pub(super) mod records;
mod renewed;
mod requests;
#[path = "../../tests/harness/spawn.rs"]
mod spawn;
mod tickets;
mod typed;
mod watched;

use std::sync::Arc;

use self::people::{browsers, links, mails, passkeys, pushes, receipts, rises, scan_switch, ways_in};
use super::records::Records;
use super::records::passkeys::WaysIn;
use super::redis::Link;
use super::single_use::Once;
use super::tickets::Tickets;
use crate::crypto::random::random;
use crate::settings::{self, RedisAddress};
use crate::ticket::time::Timestamp;

fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

/// Runs each test of the contract against a fresh store of one backend.
macro_rules! contract {
    ($backend:ident, $store:expr, $promises:ident, [$($promise:ident),* $(,)?]) => {
        mod $backend {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                let (store, _folder) = $store;
                super::$promises::$promise(store).await;
            })*
        }
    };
}

fn parsed(address: &str, replicas: u64) -> (Link, RedisAddress) {
    let settings = settings::Store { tickets: address.to_owned(), replicas, ..settings::Store::default() };
    let settings::TicketsAt::Redis(address) = settings.check().expect("right").tickets else { panic!("a Redis") };
    (Link::new(&address).expect("an address"), address)
}

fn redis(address: &str, replicas: u64) -> Tickets {
    let (link, address) = parsed(address, replicas);
    let instance = format!("{:032x}", u128::from_be_bytes(random()));
    Tickets::redis(link, &address, TICKETS, tickets::LIVES, &instance).expect("an address")
}

/// The number of average-sized objects that the single-use stores of the contract have room for.
const ONCE: usize = 1_000;
/// The number of tickets that the ticket stores of the contract have room for.
const TICKETS: usize = 1_000;

fn once_in<S>(server: S, address: &str, replicas: u64) -> (Once, S) {
    let (link, address) = parsed(address, replicas);
    (Once::redis(link, &address, ONCE).expect("an address"), server)
}

fn once_in_redis() -> (Once, spawn::Redis) {
    let server = spawn::Redis::start();
    let address = server.address();
    once_in(server, &address, 0)
}

fn once_in_a_cluster() -> (Once, spawn::Cluster) {
    let nodes = spawn::Cluster::start();
    let address = nodes.address();
    once_in(nodes, &address, 1)
}

fn in_memory() -> (Tickets, ()) {
    (Tickets::memory(TICKETS), ())
}

fn in_redis() -> (Tickets, spawn::Redis) {
    let server = spawn::Redis::start();
    (redis(&server.address(), 0), server)
}

fn under_sentinels() -> (Tickets, spawn::Sentinels) {
    let servers = spawn::Sentinels::start();
    (redis(&servers.address(), 1), servers)
}

fn in_a_cluster() -> (Tickets, spawn::Cluster) {
    let nodes = spawn::Cluster::start();
    (redis(&nodes.address(), 1), nodes)
}

async fn in_a_file() -> (Records, Arc<tempfile::TempDir>) {
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    (Records::sqlite(&folder.path().join("records.db"), WaysIn::BOTH).await.expect("opens"), folder)
}

async fn in_postgres() -> (Records, spawn::Postgres) {
    let server = spawn::Postgres::start();
    (Records::postgres(&server.address(), WaysIn::BOTH).await.expect("connects"), server)
}

tickets_contract!(memory, in_memory());
tickets_contract!(redis_alone, in_redis());
tickets_contract!(redis_sentinel, under_sentinels());
tickets_contract!(redis_cluster, in_a_cluster());
typed_contract!(typed_memory, in_memory());
typed_contract!(typed_redis, in_redis());
typed_contract!(typed_cluster, in_a_cluster());
renewed_contract!(renewed_memory, in_memory());
renewed_contract!(renewed_redis, in_redis());
renewed_contract!(renewed_sentinel, under_sentinels());
renewed_contract!(renewed_cluster, in_a_cluster());
once_contract!(once_memory, (Once::memory(ONCE), ()));
once_contract!(once_redis, once_in_redis());
once_contract!(once_cluster, once_in_a_cluster());
grants_contract!(grants_sqlite, in_a_file().await);
grants_contract!(grants_postgres, in_postgres().await);
early_ends_contract!(early_ends_sqlite, in_a_file().await);
early_ends_contract!(early_ends_postgres, in_postgres().await);
late_contract!(late_sqlite, in_a_file().await);
late_contract!(late_postgres, in_postgres().await);
accounts_contract!(accounts_sqlite, in_a_file().await);
accounts_contract!(accounts_postgres, in_postgres().await);
people_contract!(people_sqlite, in_a_file().await);
people_contract!(people_postgres, in_postgres().await);
links_contract!(links_sqlite, in_a_file().await);
links_contract!(links_postgres, in_postgres().await);
mails_contract!(mails_sqlite, in_a_file().await);
mails_contract!(mails_postgres, in_postgres().await);
scan_switch_contract!(scan_switch_sqlite, in_a_file().await);
scan_switch_contract!(scan_switch_postgres, in_postgres().await);
browsers_contract!(browsers_sqlite, in_a_file().await);
browsers_contract!(browsers_postgres, in_postgres().await);
pushes_contract!(pushes_sqlite, in_a_file().await);
pushes_contract!(pushes_postgres, in_postgres().await);
receipts_contract!(receipts_sqlite, in_a_file().await);
receipts_contract!(receipts_postgres, in_postgres().await);
passkeys_contract!(passkeys_sqlite, in_a_file().await);
passkeys_contract!(passkeys_postgres, in_postgres().await);
ways_in_contract!(ways_in_sqlite, in_a_file().await);
ways_in_contract!(ways_in_postgres, in_postgres().await);
rises_contract!(rises_sqlite, in_a_file().await);
rises_contract!(rises_postgres, in_postgres().await);
requests_contract!(requests_sqlite, in_a_file().await);
requests_contract!(requests_postgres, in_postgres().await);
app_log_contract!(app_log_sqlite, in_a_file().await);
app_log_contract!(app_log_postgres, in_postgres().await);
pictures_contract!(pictures_sqlite, in_a_file().await);
pictures_contract!(pictures_postgres, in_postgres().await);
records_contract!(sqlite, in_a_file().await);
records_contract!(postgres, in_postgres().await);

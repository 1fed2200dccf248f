//! Something dies in the middle of sign-ins. What a person saw as done stays done, nothing is done twice, nothing
//! fails open, and all goes on by itself once it is back.

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use tokio::time::sleep;

use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::crowd::{Outcome, crowd};
use crate::harness::hang::until;
use crate::harness::pair::Pair;
use crate::harness::proxy::Wire;
use crate::harness::spawn::{Cluster, Postgres, Redis, Sentinels};
use crate::watch::carriers::{close, event, watch};

const CROWD: usize = 120;
const UNHARMED: Outcome = Outcome { begun: CROWD, lost: 0, doubled: 0 };

async fn ready<S>(pair: &Pair<S>) -> (StatusCode, String) {
    let reply = Browser::new(&pair.first, DESKTOP, "198.51.100.1").get("/readyz").await;
    (reply.status, reply.body)
}

/// Until new codes are shown again.
async fn is_back<S>(pair: &Pair<S>) {
    let browser = pair.desktop();
    until("new codes", async || browser.get("/login").await.status == StatusCode::OK).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_62_redis_is_killed_and_restarted() {
    let pair = Pair::start().await;
    let (redis, _) = &pair.stores;
    let outcome = crowd(&pair, CROWD, async {
        redis.process.kill();
        sleep(Duration::from_secs(1)).await;
        redis.start_again();
    })
    .await;
    assert_eq!(outcome, UNHARMED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_62_while_redis_is_away_no_code_pretends_to_work_and_whoever_is_signed_in_stays_so() {
    let pair = Pair::start().await;
    let (redis, _) = &pair.stores;
    let (browser, phone) = (pair.desktop(), pair.phone("Alice").await);
    let mut socket = watch(&browser, &browser.show_code().await).await;
    event(&mut socket).await;
    assert_eq!(ready(&pair).await, (StatusCode::OK, "ready\n".to_owned()));

    redis.process.kill();
    assert_eq!(close(&mut socket).await, Some(1013), "whoever waits is told to come again");
    let page = browser.get("/login").await;
    assert_eq!((page.status, page.header("refresh")), (StatusCode::SERVICE_UNAVAILABLE, "2"));
    assert!(page.body.contains("Something here is not working") && !page.body.contains("id=\"qr\""), "{}", page.body);
    assert_eq!(ready(&pair).await, (StatusCode::SERVICE_UNAVAILABLE, "tickets\n".to_owned()));
    assert!(phone.is_signed_in().await, "sessions are records");

    redis.start_again();
    is_back(&pair).await;
    phone.signs_in(&browser).await;
    assert!(browser.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_62_redis_stands_still_for_ten_seconds() {
    let pair = Pair::start().await;
    let (redis, _) = &pair.stores;
    let outcome = crowd(&pair, CROWD, async {
        redis.process.signal("STOP");
        sleep(Duration::from_secs(10)).await;
        redis.process.signal("CONT");
    })
    .await;
    assert_eq!(outcome, UNHARMED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_62_the_wire_to_redis_is_cut_again_and_again() {
    let (redis, postgres) = (Redis::start(), Postgres::start());
    let wire = Wire::to(redis.port).await;
    let (tickets, records) = (format!("redis://127.0.0.1:{}", wire.port), postgres.address());
    let pair = Pair::over((redis, postgres), [&tickets, &tickets], &records, 0).await;
    let outcome = crowd(&pair, CROWD, async {
        for _ in 0..5 {
            wire.cut();
            sleep(Duration::from_millis(300)).await;
            wire.mend();
            sleep(Duration::from_millis(200)).await;
        }
    })
    .await;
    assert_eq!(outcome, UNHARMED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_62_a_page_hears_what_happened_while_its_instance_was_cut_off() {
    let (redis, postgres) = (Redis::start(), Postgres::start());
    let wire = Wire::to(redis.port).await;
    let (wired, direct, records) = (format!("redis://127.0.0.1:{}", wire.port), redis.address(), postgres.address());
    let pair = Pair::over((redis, postgres), [&wired, &direct], &records, 0).await;
    let (browser, phone) = (pair.desktop(), pair.phone("Alice").await);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    event(&mut socket).await;
    wire.cut();
    assert_eq!(close(&mut socket).await, Some(1013));
    phone.approve(&shown).await;
    wire.mend();
    is_back(&pair).await;
    assert!(event(&mut watch(&browser, &shown).await).await["seen"]["approved"].is_object());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_63_a_replica_becomes_the_master_during_approvals() {
    let (sentinels, postgres) = (Sentinels::start(), Postgres::start());
    let (tickets, records) = (sentinels.address(), postgres.address());
    let pair = Pair::over((sentinels, postgres), [&tickets, &tickets], &records, 1).await;
    let (sentinels, _) = &pair.stores;
    let outcome = crowd(&pair, CROWD, async {
        sentinels.servers[0].process.kill();
        sentinels.await_failover();
        sentinels.servers[0].start_again();
    })
    .await;
    assert_eq!(outcome, UNHARMED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_63_a_cluster_is_resharded_in_a_loop() {
    let (cluster, postgres) = (Cluster::start(), Postgres::start());
    let (tickets, records) = (cluster.address(), postgres.address());
    let pair = Pair::over((Arc::new(cluster), postgres), [&tickets, &tickets], &records, 1).await;
    let cluster = Arc::clone(&pair.stores.0);
    let outcome = crowd(&pair, CROWD, async {
        let resharding = tokio::task::spawn_blocking(move || {
            for round in 0..3 {
                cluster.reshard(round % 3, (round + 1) % 3, 200);
            }
        });
        resharding.await.expect("resharded");
    })
    .await;
    assert_eq!(outcome, UNHARMED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_62_postgresql_is_stopped_immediately_and_restarted() {
    let pair = Pair::start().await;
    let (_, postgres) = &pair.stores;
    let outcome = crowd(&pair, CROWD, async {
        postgres.stop_immediately();
        let asked = pair.desktop().get("/readyz").await;
        assert_eq!((asked.status, asked.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "records\n"));
        sleep(Duration::from_secs(1)).await;
        postgres.start_again();
    })
    .await;
    assert_eq!(outcome, UNHARMED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_62_redis_changes_its_password_and_changes_it_back() {
    let pair = Pair::start().await;
    let (redis, _) = &pair.stores;
    let outcome = crowd(&pair, CROWD, async {
        redis.cli(&["CONFIG", "SET", "requirepass", "hunter2"]);
        redis.cli(&["-a", "hunter2", "CLIENT", "KILL", "TYPE", "normal"]);
        redis.cli(&["-a", "hunter2", "CLIENT", "KILL", "TYPE", "pubsub"]);
        assert_eq!(pair.desktop().get("/login").await.status, StatusCode::SERVICE_UNAVAILABLE);
        redis.cli(&["-a", "hunter2", "CONFIG", "SET", "requirepass", ""]);
    })
    .await;
    assert_eq!(outcome, UNHARMED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_62_redis_is_full_and_throws_nothing_away() {
    let pair = Pair::start().await;
    let (redis, _) = &pair.stores;
    let outcome = crowd(&pair, CROWD, async {
        redis.cli(&["CONFIG", "SET", "maxmemory", "1mb"]);
        let page = pair.desktop().get("/login").await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(page.body.contains("Too many people are signing in"), "{}", page.body);
        redis.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    })
    .await;
    assert_eq!(outcome, UNHARMED);
}

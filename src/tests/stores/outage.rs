//! What the log says of stores that are away: which one, where it is and why, once when it goes and once when it is back.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Stdio;
use std::thread::{self, JoinHandle};

use reqwest::StatusCode;
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tessera::settings;

use crate::harness::binary::{Instance, tessera};
use crate::harness::browser::Browser;
use crate::harness::hang::{until, until_blocking};
use crate::harness::server::Server;
use crate::harness::spawn::{Postgres, Redis, free_port};
use crate::operating::logs::{Lines, listen};

/// Lines of the server's own.
fn count(lines: &Lines, what: &str) -> usize {
    lines.text().lines().filter(|line| line.contains("tessera::") && line.contains(what)).count()
}

#[tokio::test]
async fn a_store_that_goes_and_comes_back_is_said_once_each_with_its_place_and_the_cause() {
    let (lines, _guard) = listen();
    let (redis, postgres) = (Redis::start(), Postgres::start());
    let server = Server::start_with(|settings| {
        let store = settings::Store { tickets: redis.address(), records: postgres.address(), ..Default::default() };
        settings.store = store.check().expect("addresses");
    })
    .await;
    let probe = Browser::desktop(&server);
    let ready = async || probe.get("/readyz").await.status;
    assert_eq!(ready().await, StatusCode::OK);
    assert_eq!(count(&lines, "ready again"), 0, "it was all the time");

    redis.process.kill();
    for _ in 0..3 {
        assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(count(&lines, "not ready"), 1, "{}", lines.text());
    let log = lines.text();
    let line = log.lines().find(|line| line.contains("not ready") && line.contains("missing=")).expect("a line");
    for part in ["missing=\"tickets\"", &format!("Redis at 127.0.0.1:{}", redis.port), "refused"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    until("announcements that are missed", async || count(&lines, "announcements of Redis") > 0).await;

    postgres.stop_immediately();
    for _ in 0..3 {
        assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
        server.pass(60);
    }
    assert_eq!(count(&lines, "not ready"), 3, "both, once more:\n{}", lines.text());
    until("apps that are not told", async || count(&lines, "what apps are to be told cannot") > 0).await;
    assert!(lines.text().contains(&format!("PostgreSQL at 127.0.0.1:{}, database postgres", postgres.port)));
    assert_eq!(count(&lines, "what apps are to be told cannot be read"), 1);

    postgres.start_again();
    redis.start_again();
    until("stores that answer", async || ready().await == StatusCode::OK).await;
    assert_eq!(ready().await, StatusCode::OK);
    assert_eq!(count(&lines, "ready again"), 1);
    until("what apps are to be told", async || {
        server.pass(60);
        count(&lines, "what apps are to be told can be read again") == 1
    })
    .await;
    until("announcements", async || count(&lines, "announcements are heard again") == 1).await;
    assert_eq!(count(&lines, "announcements of Redis"), 1, "{}", lines.text());
}

/// How many starts have waited for somebody's lock for longer than a query may take.
const HELD_UP: &str = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tessera' \
                       AND wait_event_type = 'Lock' AND query_start < clock_timestamp() - interval '4500 ms'";

/// What the library that makes tables makes first, before the first of ours.
const BEGUN: &str = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
                     installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL,
                     checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL)";

/// A start while something keeps it waiting. What it says of that is in `log`.
fn starting(folder: &TempDir, settings: &[(&str, String)]) -> (JoinHandle<Instance>, PathBuf) {
    let log = folder.path().join("log");
    let mut command = tessera(folder);
    command.envs(settings.iter().map(|(key, value)| (format!("TESSERA_STORE__{key}"), value)));
    command.env("TESSERA_LOG__LEVEL", "warn").stderr(File::create(&log).expect("a log"));
    (thread::spawn(move || Instance::start(&mut command, free_port())), log)
}

#[test]
fn a_start_waits_for_a_redis_that_is_slow() {
    let (redis, folder) = (Redis::start(), tempfile::tempdir().expect("a folder"));
    redis.process.signal("STOP");
    let (start, log) = starting(&folder, &[("TICKETS", redis.address())]);
    until_blocking("a word", || fs::read_to_string(&log).is_ok_and(|log| log.contains("a store is not ready")));
    redis.process.signal("CONT");
    start.join().expect("it starts").stop();
    assert_eq!(fs::read_to_string(&log).expect("a log").lines().count(), 1, "it is said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_waits_for_tables_that_another_instance_works_on_for_longer_than_any_query_may_take() {
    let (postgres, folder) = (Postgres::start(), tempfile::tempdir().expect("a folder"));
    let settings = [("RECORDS", postgres.address())];
    starting(&folder, &settings).0.join().expect("it starts").stop();

    let connect = async || PgConnection::connect(&postgres.address()).await.expect("connects");
    let (mut other, mut onlooker) = (connect().await, connect().await);
    let mut work = other.begin().await.expect("begins");
    sqlx::query("LOCK TABLE _sqlx_migrations").execute(&mut *work).await.expect("locked");
    let (start, log) = starting(&folder, &settings);
    until("a start that is held up", async || {
        sqlx::query_scalar::<_, i64>(HELD_UP).fetch_one(&mut onlooker).await.expect("answers") == 1
    })
    .await;
    work.rollback().await.expect("let go");
    start.join().expect("it starts").stop();
    assert!(fs::read_to_string(&log).expect("a log").contains("the start waits for its tables"));
}

#[tokio::test]
async fn records_that_another_instance_begins_to_make_are_none_yet_and_no_fault() {
    let (postgres, folder) = (Postgres::start(), tempfile::tempdir().expect("a folder"));
    let mut other = PgConnection::connect(&postgres.address()).await.expect("connects");
    sqlx::query(BEGUN).execute(&mut other).await.expect("made");
    let mut check = tessera(&folder);
    check.args(["config", "check"]).env("TESSERA_STORE__RECORDS", postgres.address());
    // The usual port may be taken on the machine of the tests.
    check.env("TESSERA_SERVER__ADDR", format!("127.0.0.1:{}", free_port()));
    assert!(check.status().expect("runs").success());
    starting(&folder, &[("RECORDS", postgres.address())]).0.join().expect("it starts").stop();
}

#[test]
fn a_start_on_records_that_are_there_passes_on_no_notes_of_the_database() {
    let postgres = Postgres::start();
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..2 {
        let path = folder.path().join("log");
        let mut command = tessera(&folder);
        command.env("TESSERA_STORE__RECORDS", postgres.address()).env("TESSERA_LOG__LEVEL", "info");
        Instance::start(command.stderr(File::create(&path).expect("a log")), free_port()).stop();
        let log = fs::read_to_string(&path).expect("a log");
        assert!(log.contains("started") && !log.contains("already exists"), "{round}: {log}");
    }
}

#[test]
fn what_a_database_refuses_is_said_in_its_words_and_in_those_of_no_library() {
    let postgres = Postgres::start();
    let folder = tempfile::tempdir().expect("a folder");
    let address = postgres.address().replace("/postgres", "/nodb");
    for words in [&["serve", "--addr", "127.0.0.1:0"][..], &["config", "check"], &["user", "list"], &["doctor"]] {
        let mut command = tessera(&folder);
        command.args(words).env("TESSERA_STORE__RECORDS", &address).stdout(Stdio::piped()).stderr(Stdio::piped());
        let done = command.output().expect("runs");
        let said = String::from_utf8([done.stdout, done.stderr].concat()).expect("text");
        assert!(!done.status.success() && said.contains("database \"nodb\" does not exist"), "{words:?}: {said}");
        assert!(!said.contains("at line"), "{words:?}: {said}");
    }
}

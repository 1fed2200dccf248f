//! What the log says of stores that are away: which one, where it is and why, once when it goes and once when it is back.

use std::fs::{self, File};
use std::process::Stdio;

use reqwest::StatusCode;
use tessera::settings;

use super::binary::{Instance, tessera};
use super::browser::Browser;
use super::hang::until;
use super::logs::{Lines, listen};
use super::server::Server;
use super::spawn::{Postgres, Redis, free_port};

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

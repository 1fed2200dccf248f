//! What a backup is: one file of records and one key, copied after a clean stop; and what a server does that finds one
//! without the other.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use crate::harness::binary::{Instance, add_user, tessera};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::PASSWORD;
use crate::harness::spawn::{Postgres, free_port};

fn data(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().join("data").join(name)
}

/// Another machine, with these files of the first one.
fn restored(from: &TempDir, names: &[&str]) -> TempDir {
    let to = tempfile::tempdir().expect("a folder");
    fs::create_dir(to.path().join("data")).expect("made");
    for name in names {
        fs::copy(data(from, name), data(&to, name)).expect("copied");
    }
    to
}

fn browser(instance: &Instance) -> Browser {
    Browser::at(&format!("http://localhost:{}", instance.port), instance.port, DESKTOP, "127.0.0.1")
}

/// Bytes of the log beside the records.
fn log(folder: &TempDir) -> u64 {
    fs::metadata(data(folder, "tessera.db-wal")).map_or(0, |facts| facts.len())
}

#[tokio::test]
async fn after_a_clean_stop_the_records_and_the_key_are_two_files() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(&mut tessera(&folder), "alice");
    assert_eq!(log(&folder), 0, "a command leaves everything in the file");
    let mut instance = Instance::start(&mut tessera(&folder), free_port());
    let signed_in = browser(&instance);
    signed_in.sign_in("alice", PASSWORD, "/").await;
    assert!(signed_in.is_signed_in().await && log(&folder) > 0);
    instance.stop();
    assert_eq!(log(&folder), 0);

    let elsewhere = restored(&folder, &["tessera.db", "code.key"]);
    let mut instance = Instance::start(&mut tessera(&elsewhere), free_port());
    let session = signed_in.cookie("__Host-tessera-session").expect("a session");
    let same = browser(&instance);
    same.set_cookie("__Host-tessera-session", &session);
    assert!(same.is_signed_in().await, "whoever was signed in still is");
    browser(&instance).sign_in("alice", PASSWORD, "/").await;
    // As a crash leaves it, and then a clean stop.
    instance.kill();
    assert!(log(&elsewhere) > 0);
    Instance::start(&mut tessera(&elsewhere), free_port()).stop();
    assert_eq!(log(&elsewhere), 0);
}

#[tokio::test]
async fn a_command_beside_the_running_server_keeps_nobody_waiting_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut instance = Instance::start(&mut tessera(&folder), free_port());
    add_user(&mut tessera(&folder), "alice");
    let first = browser(&instance);
    first.sign_in("alice", PASSWORD, "/").await;
    assert!(first.is_signed_in().await);
    instance.stop();
    assert_eq!(log(&folder), 0);
}

fn run(folder: &TempDir, words: &[&str]) -> Output {
    let mut command = tessera(folder);
    // Whoever else listens on this machine is of no account.
    command.env("TESSERA_SERVER__ADDR", "127.0.0.1:0");
    command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("runs")
}

/// What each says that needs the key.
fn refused(folder: &TempDir, because: &str, key: &Path) {
    let place = key.canonicalize().unwrap_or_else(|_| key.to_owned()).display().to_string();
    for words in [&["serve", "--addr", "127.0.0.1:0"][..], &["keys", "rotate"], &["config", "check"], &["doctor"]] {
        let done = run(folder, words);
        let said = String::from_utf8([done.stdout, done.stderr].concat()).expect("text");
        assert!(!done.status.success(), "{words:?}: {said}");
        for part in [because, "restore the key", &*place] {
            assert!(said.contains(part), "{words:?} does not say {part}: {said}");
        }
    }
}

/// A server ran in this folder, and stopped.
fn used() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    Instance::start(&mut tessera(&folder), free_port()).stop();
    folder
}

#[test]
fn records_without_the_key_that_they_were_made_with_are_not_served() {
    let folder = used();
    let key = data(&folder, "code.key");
    let aside = folder.path().join("aside.key");
    fs::rename(&key, &aside).expect("moved");
    let missing = folder.path().canonicalize().expect("there").join("data/code.key");
    refused(&folder, "this key is missing", &missing);
    assert!(!key.exists(), "no other one was made");

    fs::write(&key, [7; 32]).expect("written");
    refused(&folder, "made with another key", &key);
    fs::write(&key, [7; 31]).expect("written");
    let said = run(&folder, &["config", "check"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("does not hold 32 bytes"), "{said:?}");

    fs::rename(&aside, &key).expect("moved");
    Instance::start(&mut tessera(&folder), free_port()).stop();
    assert!(run(&folder, &["config", "check"]).status.success());
}

#[tokio::test]
async fn records_of_a_version_that_marked_no_key_are_not_given_another_one() {
    let folder = used();
    assert!(run(&folder, &["keys", "rotate"]).status.success(), "something is sealed with the key");
    let options = SqliteConnectOptions::new().filename(data(&folder, "tessera.db"));
    let mut records = options.connect().await.expect("opens");
    sqlx::query("DELETE FROM code_key_mark").execute(&mut records).await.expect("done");
    records.close().await.expect("closes");
    let (key, aside) = (data(&folder, "code.key"), folder.path().join("aside.key"));
    fs::rename(&key, &aside).expect("moved");
    let missing = folder.path().canonicalize().expect("there").join("data/code.key");
    refused(&folder, "this key is missing", &missing);
    // With it, the mark is written down.
    fs::rename(&aside, &key).expect("moved");
    Instance::start(&mut tessera(&folder), free_port()).stop();
    fs::write(&key, [7; 32]).expect("written");
    refused(&folder, "made with another key", &key);
}

#[test]
fn records_in_postgresql_know_the_key_of_a_file_too() {
    let postgres = Postgres::start();
    let folder = tempfile::tempdir().expect("a folder");
    let start = |key: Option<&str>| {
        let mut command = tessera(&folder);
        command.env("TESSERA_STORE__RECORDS", postgres.address());
        if let Some(key) = key {
            command.env("TESSERA_SERVER__CODE_KEY_FILE", key);
        }
        command
    };
    let complaint = |key: Option<&str>| {
        let mut command = start(key);
        command.args(["serve", "--addr", "127.0.0.1:0"]).stderr(Stdio::piped());
        let done = command.output().expect("runs");
        assert!(!done.status.success(), "{done:?}");
        String::from_utf8(done.stderr).expect("text")
    };
    Instance::start(&mut start(Some("own.key")), free_port()).stop();
    let said = complaint(None);
    assert!(said.contains("restore the key") && said.contains("server.code_key_file"), "{said}");
    assert!(complaint(Some("new.key")).contains("this key is missing") && !folder.path().join("new.key").exists());
    fs::write(folder.path().join("other.key"), [7; 32]).expect("written");
    assert!(complaint(Some("other.key")).contains("made with another key"));
    Instance::start(&mut start(Some("own.key")), free_port()).stop();
}

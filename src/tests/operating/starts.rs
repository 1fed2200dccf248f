//! What a start says, and what it refuses: new records are never made unseen, nor beside a key whose records are missing, and
//! no two servers work with the same file.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use reqwest::StatusCode;
use tempfile::TempDir;

use crate::harness::binary::{Instance, add_user, tessera};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::spawn::free_port;

/// What a command wrote; nothing is typed.
fn run(folder: &TempDir, words: &[&str], settings: &[(&str, &str)]) -> Output {
    let mut command = tessera(folder);
    command.args(words).envs(settings.iter().map(|(key, value)| (format!("TESSERA_{key}"), value)));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("runs")
}

fn refused(folder: &TempDir, words: &[&str], settings: &[(&str, &str)]) -> String {
    let done = run(folder, words, settings);
    assert!(!done.status.success(), "{words:?} {settings:?}: {done:?}");
    String::from_utf8([done.stdout, done.stderr].concat()).expect("text")
}

fn data(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().canonicalize().expect("there").join("data").join(name)
}

const SERVE: [&str; 3] = ["serve", "--addr", "127.0.0.1:0"];

/// What a start says to whoever started it, up to the set-up link, and what it writes to its log until it is stopped.
fn said(command: &mut Command, folder: &TempDir) -> (String, String) {
    let path = folder.path().join("log");
    command.env("TESSERA_LOG__LEVEL", "info").stderr(File::create(&path).expect("a log"));
    let mut instance = Instance::serving(command, free_port());
    let said = instance.said_until("/setup?token=");
    instance.stop();
    (said, fs::read_to_string(path).expect("a log"))
}

#[test]
fn a_start_says_which_configuration_it_read_and_where_it_made_new_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = data(&folder, "tessera.db").display().to_string();
    let (greeting, log) = said(tessera(&folder).arg("serve"), &folder);
    for part in ["Configuration file: none", &format!("New records are made in {place}\n")] {
        assert!(greeting.contains(part), "{part}: {greeting}");
    }
    let line = |log: &str, what: &str| log.lines().find(|line| line.contains(what)).unwrap_or_default().to_owned();
    let made = line(&log, "new records were made");
    assert!(made.contains(&place) && made.contains("config=\"none"), "{log}");

    // Where there are some, in a folder that has a configuration, and with one that is named.
    for (name, words) in [("Leptos.toml", &[][..]), ("own.toml", &["--config", "own.toml"])] {
        fs::write(folder.path().join(name), "[look]\nname = 'Here'\n").expect("written");
        let file = folder.path().canonicalize().expect("there").join(name).display().to_string();
        let (greeting, log) = said(tessera(&folder).arg("serve").args(words), &folder);
        assert!(!greeting.contains("New records") && !log.contains("new records"), "{greeting}{log}");
        let opened = line(&log, "records were opened");
        assert!(opened.contains(&place) && opened.contains(&file), "{log}");
        assert!(greeting.contains(&format!("Configuration file: {file}\n")), "{greeting}");
    }
}

#[test]
fn a_key_whose_records_are_missing_is_not_given_new_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    Instance::start(&mut tessera(&folder), free_port()).stop();
    let (records, key) = (data(&folder, "tessera.db"), data(&folder, "code.key"));
    let aside = folder.path().join("aside");
    fs::rename(&records, &aside).expect("moved");
    for words in
        [&SERVE[..], &["config", "check"], &["doctor"], &["user", "list", "--create"], &["keys", "rotate", "--create"]]
    {
        let said = refused(&folder, words, &[]);
        for part in [
            &*records.to_string_lossy(),
            &*key.to_string_lossy(),
            "restore tessera.db beside it, or move code.key away to begin anew",
        ] {
            assert!(said.contains(part), "{words:?} does not say {part}: {said}");
        }
        assert!(!records.exists(), "{words:?} made new ones");
    }
    // What it says helps, either way.
    fs::rename(&aside, &records).expect("moved");
    Instance::start(&mut tessera(&folder), free_port()).stop();
    for file in [&records, &key] {
        fs::remove_file(file).expect("gone");
    }
    Instance::start(&mut tessera(&folder), free_port()).stop();

    // A key that the configuration names may be there before the first records are.
    let fresh = tempfile::tempdir().expect("a folder");
    fs::write(fresh.path().join("own.key"), [7; 32]).expect("written");
    Instance::start(tessera(&fresh).env("TESSERA_SERVER__CODE_KEY_FILE", "own.key"), free_port()).stop();
}

#[tokio::test]
async fn a_set_up_link_opens_no_other_records_that_are_made_with_the_same_key() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("own.key"), [7; 32]).expect("written");
    let start = |records: &str| {
        let mut command = tessera(&folder);
        command.args(["serve", "--data-dir", records]).env("TESSERA_SERVER__CODE_KEY_FILE", "own.key");
        let mut instance = Instance::serving(&mut command, free_port());
        let said = instance.said_until("/setup?token=");
        let link = said.lines().last().expect("a link").to_owned();
        (instance, link.split_once("/setup").expect("a path").1.to_owned())
    };
    let (mut first, old) = start("first");
    let at = |instance: &Instance| {
        Browser::at(&format!("http://localhost:{}", instance.port), instance.port, DESKTOP, "127.0.0.1")
    };
    assert_eq!(at(&first).get(&format!("/setup{old}")).await.status, StatusCode::OK);
    first.stop();
    // The same after a restart of the same records.
    let (mut again, same) = start("first");
    assert_eq!(same, old);
    again.stop();
    let (second, new) = start("second");
    let refused = at(&second).get(&format!("/setup{old}")).await;
    assert_eq!(refused.status, StatusCode::GONE);
    assert!(refused.body.contains("Each start of Tessera shows the link that works"), "{}", refused.body);
    assert_eq!(at(&second).get(&format!("/setup{new}")).await.status, StatusCode::OK);
}

#[test]
fn a_second_server_for_the_same_records_is_told_who_serves_them_and_commands_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut instance = Instance::start(&mut tessera(&folder), free_port());
    for words in [&SERVE[..], &["serve", "--addr", "127.0.0.1:0", "--data-dir", "./data/../data"]] {
        let said = refused(&folder, words, &[]);
        for part in [
            "server.data_dir: ",
            "another server works with these records",
            &format!("process {} at http://localhost:{}", instance.id(), instance.port),
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
    add_user(&mut tessera(&folder), "alice");
    for words in [&["user", "list"][..], &["keys", "rotate"], &["config", "check", "--data-dir", "data"]] {
        let settings = [("SERVER__ADDR", format!("127.0.0.1:{}", instance.port))];
        let done = run(&folder, words, &settings.each_ref().map(|(key, value)| (*key, &**value)));
        assert!(done.status.success(), "{words:?}: {done:?}");
    }
    // Nothing of it is left behind by a crash.
    instance.kill();
    Instance::start(&mut tessera(&folder), free_port()).stop();
    Instance::start(&mut tessera(&folder), free_port()).stop();
}

#[test]
fn a_start_that_fails_leaves_no_records_behind() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("bound").to_string();
    let redis = format!("redis://127.0.0.1:{}", free_port());
    let phone = [
        ("PHONE__ISSUER", "https://a"),
        ("PHONE__AUDIENCE", "b"),
        ("PHONE__ALGORITHMS", "[\"ES256\"]"),
        ("PHONE__JWKS_FILE", "nowhere.json"),
    ];
    for settings in [
        &[("SERVER__ADMIN_ADDR", &*taken)][..],
        &[("OAUTH__APPS_FILE", "nowhere.toml")],
        &[("LOGIN__PLACE_DATABASE", "nowhere.mmdb")],
        &[("SERVER__TLS_CERT", "nowhere.pem"), ("SERVER__TLS_KEY", "nowhere.pem")],
        &[("STORE__TICKETS", &redis)],
        &phone,
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        refused(&folder, &SERVE, settings);
        let said = refused(&folder, &["user", "list"], &[]);
        assert!(said.contains("there are no records yet"), "{settings:?}: {said}");
        assert!(!data(&folder, "code.key").exists(), "{settings:?}");
    }
}

//! What an operator types, where: a command works on the records that are there, says which, and makes none unasked.

use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::binary::{Instance, tessera};
use super::spawn::{Postgres, free_port};

/// What a command wrote; nothing is typed.
fn run(folder: &TempDir, words: &[&str], settings: &[(&str, String)]) -> Output {
    let mut command = tessera(folder);
    command.args(words).envs(settings.iter().map(|(key, value)| (format!("TESSERA_{key}"), value)));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("runs")
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const COMMANDS: [&[&str]; 6] = [
    &["app", "add", "Shop", "--redirect-uri", "https://shop.example/back"],
    &["app", "list", "--json"],
    &["app", "disable", "ts0123456789abcdef"],
    &["user", "promote", "carl"],
    &["user", "sign-out", "carl"],
    &["keys", "rotate"],
];

#[test]
fn a_command_in_the_wrong_folder_makes_nothing_and_says_where_it_looked() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().canonicalize().expect("there").join("data/tessera.db");
    for words in COMMANDS {
        let said = complaint(&run(&folder, words, &[]));
        for part in ["there are no records yet", &*place.to_string_lossy(), "tessera serve", "--data-dir", "--create"] {
            assert!(said.contains(part), "{words:?} does not say {part}: {said}");
        }
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(folder.path().read_dir().expect("a folder").count(), 0, "{words:?} left something behind");
    }
}

#[test]
fn a_command_says_which_records_it_worked_on_and_where_it_made_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().canonicalize().expect("there").join("data/tessera.db").display().to_string();
    let add = ["app", "add", "Shop", "--redirect-uri", "https://shop.example/back", "--json"];
    let made = run(&folder, &[&add[..], &["--create"]].concat(), &[]);
    assert_eq!(String::from_utf8_lossy(&made.stderr), format!("tessera: {place}, made now\n"));
    let app: Value = serde_json::from_slice(&made.stdout).expect("JSON alone");
    assert!(app["app_id"].is_string(), "{app}");
    for words in [&["app", "list"][..], &["app", "list", "--create"], &["keys", "rotate"]] {
        let done = run(&folder, words, &[]);
        assert!(done.status.success(), "{done:?}");
        assert_eq!(String::from_utf8_lossy(&done.stderr), format!("tessera: {place}\n"), "{words:?}");
    }
}

#[test]
fn beside_a_server_that_started_first_nothing_needs_to_be_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let _instance = Instance::start(&mut tessera(&folder), free_port());
    assert!(run(&folder, &["app", "list"], &[]).status.success());
}

#[test]
fn in_an_empty_postgresql_a_command_makes_no_tables_unasked_and_names_it_without_its_password() {
    let postgres = Postgres::start();
    let address = postgres.address().replace("tessera@", "tessera:hunter2@");
    let settings = [("STORE__RECORDS", address)];
    let folder = tempfile::tempdir().expect("a folder");
    let place = format!("PostgreSQL at 127.0.0.1:{}, database postgres", postgres.port);
    let said = complaint(&run(&folder, &["app", "list"], &settings));
    assert!(said.contains("there are no records yet") && said.contains(&place) && !said.contains("hunter2"), "{said}");
    let said = complaint(&run(&folder, &["user", "promote", "carl"], &settings));
    assert!(said.contains("there are no records yet"), "the first command made none: {said}");
    let made = run(&folder, &["app", "list", "--create"], &settings);
    assert_eq!(String::from_utf8_lossy(&made.stderr), format!("tessera: {place}, made now\n"));
    assert!(run(&folder, &["app", "list"], &settings).status.success());
}

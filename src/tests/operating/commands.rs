//! What an operator types, where: a command works on the records that are there, says which, and makes none unasked.

use std::io::Write as _;
use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::binary::{Instance, tessera};
use crate::harness::server::PASSWORD;
use crate::harness::spawn::{Postgres, free_port};

/// What a command wrote to which a password was typed.
fn run(folder: &TempDir, words: &[&str], settings: &[(&str, String)]) -> Output {
    let mut command = tessera(folder);
    command.args(words).envs(settings.iter().map(|(key, value)| (format!("TESSERA_{key}"), value)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("runs");
    // Most commands read nothing, and may be over by now.
    let _ = child.stdin.take().expect("piped").write_all(PASSWORD.as_bytes());
    child.wait_with_output().expect("ends")
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const ID: &str = "ts0123456789abcdef";
/// Every command that works on the records.
const COMMANDS: &[&[&str]] = &[
    &["app", "add", "Shop", "--redirect-uri", "https://shop.example/back"],
    &["app", "set", ID, "--name", "Shop"],
    &["app", "list", "--json"],
    &["app", "rotate", ID],
    &["app", "apply", "apps.toml"],
    &["app", "log"],
    &["app", "disable", ID],
    &["app", "enable", ID],
    &["user", "add", "carl", "--password-stdin"],
    &["user", "list"],
    &["user", "show", "carl"],
    &["user", "change", "carl", "--email", "carl@example.org"],
    &["user", "role", "carl", "people"],
    &["user", "promote", "carl"],
    &["user", "demote", "carl"],
    &["user", "password", "carl", "--password-stdin"],
    &["user", "invite", "carl"],
    &["user", "recover", "carl"],
    &["user", "links", "carl"],
    &["user", "withdraw-link", "carl"],
    &["user", "sign-out", "carl"],
    &["user", "disable", "carl"],
    &["user", "enable", "carl"],
    &["user", "delete", "carl"],
    &["user", "import", "people.csv"],
    &["group", "add", "staff"],
    &["group", "list"],
    &["group", "show", "staff"],
    &["group", "change", "staff", "--name", "team"],
    &["group", "delete", "staff"],
    &["group", "add-member", "staff", "carl"],
    &["group", "remove-member", "staff", "carl"],
    &["keys", "rotate"],
    &["scan", "on"],
    &["scan", "off"],
    &["scan", "status"],
    &["report", "bcp247"],
    &["receipts", "export", "carl"],
    &["receipts", "keys"],
    &["receipts", "verify", "receipts.txt", "--on-server"],
];

#[test]
fn these_are_all_commands_that_work_on_the_records() {
    let folder = tempfile::tempdir().expect("a folder");
    for group in ["app", "user", "group", "keys", "scan", "report", "receipts"] {
        let help = String::from_utf8(run(&folder, &[group, "--help"], &[]).stdout).expect("text");
        let (_, listed) = help.split_once("Commands:\n").expect("a list");
        let listed = listed.lines().take_while(|line| !line.is_empty()).filter_map(|line| {
            // What goes on from the line before begins further in.
            line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '))?.split(' ').next()
        });
        let listed: Vec<&str> = listed.filter(|name| *name != "help").collect();
        let here: Vec<&str> = COMMANDS.iter().filter(|words| words[0] == group).map(|words| words[1]).collect();
        assert_eq!(listed, here, "{help}");
    }
}

#[test]
fn a_command_in_the_wrong_folder_makes_nothing_and_says_where_it_looked() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().canonicalize().expect("there").join("data/tessera.db");
    for &words in COMMANDS {
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

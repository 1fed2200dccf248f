//! `tessera user` and `tessera group`: roles, details and groups, for people and for programs.

use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::binary::tessera;
use crate::harness::server::PASSWORD;

/// Whether it was done, and what was said of it.
pub fn said(folder: &TempDir, noun: &str, arguments: &[&str]) -> (bool, String) {
    let mut command = tessera(folder);
    command
        .arg(noun)
        .args(arguments)
        .arg("--create")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let ended = command.output().expect("runs");
    let is_done = ended.status.success();
    (is_done, String::from_utf8(if is_done { ended.stdout } else { ended.stderr }).expect("text"))
}

fn told(folder: &TempDir, noun: &str, arguments: &[&str]) -> Value {
    let (is_done, said) = said(folder, noun, &[arguments, &["--json"]].concat());
    assert!(is_done, "{arguments:?}: {said}");
    serde_json::from_str(&said).unwrap_or_else(|why| panic!("{arguments:?}: {why}: {said}"))
}

fn refused(folder: &TempDir, noun: &str, arguments: &[&str]) -> String {
    let (is_done, said) = said(folder, noun, arguments);
    assert!(!is_done, "{arguments:?}: {said}");
    said
}

#[test]
fn an_operator_adds_changes_and_ends_accounts_and_programs_read_what_was_done() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(said(&folder, "group", &["add", "staff"]).0);
    let added = super::users::user(&folder, &["add", "grace", "--admin", "--password-stdin", "--json"], PASSWORD);
    let grace: Value = serde_json::from_str(&added.1).expect("JSON");
    assert_eq!((&grace["administrator"], &grace["has_password"]), (&json!(true), &json!(true)));
    let add = ["add", "bob", "--no-password", "--email", "Bob@Example.org", "--group", "staff", "--role", "people"];
    let bob = told(&folder, "user", &add);
    for (key, value) in [
        ("username", json!("bob")),
        ("display_name", json!("bob")),
        ("email", json!("Bob@example.org")),
        ("email_verified", json!(false)),
        ("role", json!("people")),
        ("administrator", json!(false)),
        ("has_password", json!(false)),
        ("groups", json!(["staff"])),
    ] {
        assert_eq!(bob[key], value, "{key}: {bob}");
    }
    let plain = said(&folder, "user", &["add", "carol", "--no-password"]);
    assert_eq!(plain, (true, "carol is added without a password.\n".to_owned()));
    for (arguments, why) in [
        (&["add", "dora"][..], "--password-stdin"),
        (&["add", "dora", "--no-password", "--email", "bob@example.ORG"], "already an account with the email address"),
        (&["add", "dora", "--no-password", "--email", "dora"], "name@host"),
        (&["add", "dora", "--no-password", "--group", "nowhere"], "there is no group named nowhere"),
        (&["add", "b0b", "--no-password"], "whose name looks the same as b0b"),
        (&["add", "dora", "--no-password", "--admin", "--role", "none"], "cannot be used with"),
        (&["add", "do\u{200b}ra", "--no-password"], "cannot be seen"),
        (&["add", "dora", "--no-password", "--display-name", "\u{202e}Dora"], "cannot be seen"),
        (&["role", "bob", "boss"], "invalid value"),
        (&["role", "grace", "none"], "grace is the last administrator"),
        (&["disable", "grace", "--json"], "grace is the last administrator"),
        (&["delete", "grace"], "grace is the last administrator"),
        (&["show", "nobody"], "there is no account named nobody"),
        (&["change", "carol", "--email", "BOB@example.org"], "already an account with the email address"),
        (&["change", "carol", "--display-name", ""], "1 to 64 characters"),
    ] {
        let line = refused(&folder, "user", arguments);
        assert!(line.contains(why), "{arguments:?}: {line}");
    }
    let change = ["change", "bob", "--display-name", "Bob 🚀", "--given-name", "Bob", "--email-verified"];
    let changed = told(&folder, "user", &change);
    assert_eq!((&changed["display_name"], &changed["email_verified"]), (&json!("Bob 🚀"), &json!(true)));
    assert_eq!(said(&folder, "user", &change).1, "bob is as it was.\n");
    let moved = told(&folder, "user", &["change", "bob", "--email", "robert@example.org", "--given-name", ""]);
    assert_eq!(
        (&moved["email_verified"], &moved["given_name"]),
        (&json!(false), &Value::Null),
        "a new one is not proven"
    );

    let names = |arguments: &[&str]| -> Vec<String> {
        let listed = told(&folder, "user", arguments);
        listed
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["username"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(names(&["list"]), ["bob", "carol", "grace"]);
    assert_eq!(names(&["list", "--search", "ROBERT@"]), ["bob"]);
    assert_eq!(names(&["list", "--role", "admin"]), ["grace"]);
    assert_eq!(names(&["list", "--group", "staff"]), ["bob"]);
    assert_eq!(names(&["list", "--without-password"]), ["bob", "carol"]);
    assert_eq!(said(&folder, "user", &["list", "--disabled"]).1, "No account matches.\n");
    assert_eq!(said(&folder, "user", &["role", "carol", "people"]).1, "carol manages people.\n");
    assert_eq!(told(&folder, "user", &["role", "carol", "none"])["role"], "none");
    let disabled = told(&folder, "user", &["disable", "carol"]);
    assert_eq!((&disabled["disabled"], &disabled["sessions_ended"]), (&json!(true), &json!(0)));
    assert_eq!(told(&folder, "user", &["enable", "carol"])["disabled"], false);
    assert_eq!(told(&folder, "user", &["sign-out", "carol"])["grants_ended"], 0);
    let deleted = told(&folder, "user", &["delete", "carol"]);
    assert_eq!((&deleted["deleted"], &deleted["username"]), (&json!(true), &json!("carol")));
    assert_eq!(names(&["list"]), ["bob", "grace"]);
    let shown = said(&folder, "user", &["show", "bob"]).1;
    for part in ["robert@example.org (not proven)", "Role: people", "Groups: staff", "no way to sign in"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn an_operator_manages_groups_and_their_members() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(said(&folder, "group", &["list"]), (true, "There are no groups.\n".to_owned()));
    let staff = told(&folder, "group", &["add", "staff", "--description", "All of us", "--grants-rights"]);
    assert_eq!(
        (&staff["name"], &staff["grants_rights"], &staff["members"]),
        (&json!("staff"), &json!(true), &json!(0))
    );
    assert!(said(&folder, "user", &["add", "bob", "--no-password"]).0);
    for (arguments, why) in [
        (&["add", "STAFF"][..], "already a group named STAFF"),
        (&["add", "a,b"], "no comma"),
        (&["add", "st\u{200b}aff"], "cannot be seen"),
        (&["add", ""], "1 to 64 characters"),
        (&["add", "x", "--description", &"y".repeat(201)], "at most 200"),
        (&["show", "nowhere"], "there is no group named nowhere"),
        (&["delete", "nowhere"], "there is no group named nowhere"),
        (&["add-member", "nowhere", "bob"], "there is no group named nowhere"),
        (&["add-member", "staff", "nobody"], "there is no account named nobody"),
    ] {
        let line = refused(&folder, "group", arguments);
        assert!(line.contains(why), "{arguments:?}: {line}");
    }
    for _ in 0..2 {
        assert_eq!(said(&folder, "group", &["add-member", "staff", "bob"]).1, "bob is in the group staff.\n");
    }
    let shown = told(&folder, "group", &["show", "staff"]);
    assert_eq!(shown["members"][0]["username"], "bob");
    let id = staff["group_id"].as_str().expect("an id");
    let changed = told(&folder, "group", &["change", id, "--name", "team", "--grants-rights=false"]);
    let kept = (&changed["name"], &changed["description"], &changed["grants_rights"], &changed["members"]);
    assert_eq!(kept, (&json!("team"), &json!("All of us"), &json!(false), &json!(1)));
    let listed = said(&folder, "group", &["list"]).1;
    assert!(listed.contains("team  (1 member)  All of us"), "{listed}");
    assert_eq!(told(&folder, "group", &["remove-member", "team", "bob"])["members"], 0);
    let mut command = tessera(&folder);
    command.args(["app", "add", "Shop", "--redirect-uri", "https://shop.example/"]).stdout(Stdio::piped());
    assert!(command.output().expect("runs").status.success());
    let deleted = told(&folder, "group", &["delete", "team"]);
    assert_eq!((&deleted["deleted"], &deleted["apps"]), (&json!(true), &json!([])));
    assert_eq!(told(&folder, "group", &["list"]), json!([]));
}

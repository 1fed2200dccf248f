//! `tessera user import`: all people of a file, or none.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::users::user;

/// Writes a file and imports it.
fn import(folder: &TempDir, name: &str, text: &str, options: &[&str]) -> (bool, String) {
    std::fs::write(folder.path().join(name), text).expect("written");
    user(folder, &[&["import", name], options].concat(), "")
}

fn usernames(folder: &TempDir) -> Vec<String> {
    let (_, listed) = user(folder, &["list", "--json"], "");
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let names =
        listed.as_array().expect("accounts").iter().map(|one| one["username"].as_str().expect("a name").to_owned());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

fn group(folder: &TempDir, arguments: &[&str]) -> (bool, String) {
    super::directory::said(folder, "group", arguments)
}

#[test]
fn a_table_of_people_is_imported_once_it_was_tried() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["staff", "Vertrieb Ö"] {
        assert!(group(&folder, &["add", name]).0);
    }
    let table = "\u{feff}username,display_name,email,email_verified,given_name,family_name,groups,role\r\n\
        Alice,Alice 👩\u{200d}🚀,Alice@Example.org,yes,Alice,\"Smith, Jr.\",staff; Vertrieb Ö,admin\r\n\
        bob,,,,,,,\r\n\
        zoe\u{308},Zoë,zoe@example.org,,,,staff,people\r\n";
    let (done, said) = import(&folder, "people.csv", table, &["--dry-run"]);
    assert!(done && said.ends_with("3 people would be added.\n"), "{said}");
    let first = "would add alice (Alice 👩\u{200d}🚀, Alice@example.org, groups Vertrieb Ö and staff, role admin)\n";
    assert!(said.starts_with(first) && said.contains("would add bob (bob)\n"), "{said}");
    assert_eq!(usernames(&folder), [""; 0], "it was only tried");
    let (done, said) = import(&folder, "people.csv", table, &["--dry-run", "--json"]);
    let told: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((done, &told["dry_run"], &told["added"][2]["username"]), (true, &json!(true), &json!("zoë")));
    assert_eq!(told["added"][0]["account_id"], Value::Null, "{told}");

    assert_eq!(import(&folder, "people.csv", table, &[]), (true, "3 people are added.\n".to_owned()));
    assert_eq!(usernames(&folder), ["alice", "bob", "zoë"]);
    let (_, shown) = user(&folder, &["show", "alice", "--json"], "");
    let alice: Value = serde_json::from_str(&shown).expect("JSON");
    for (key, value) in [
        ("display_name", json!("Alice 👩\u{200d}🚀")),
        ("email", json!("Alice@example.org")),
        ("email_verified", json!(true)),
        ("family_name", json!("Smith, Jr.")),
        ("role", json!("admin")),
        ("has_password", json!(false)),
        ("groups", json!(["Vertrieb Ö", "staff"])),
        ("sessions", json!(0)),
    ] {
        assert_eq!(alice[key], value, "{key}: {alice}");
    }
    let (done, said) = import(&folder, "people.csv", table, &[]);
    assert!(!done, "they are there already");
    for line in ["line 2: there is already an account named alice", "line 4: there is already an account named zoë"] {
        assert!(said.contains(line), "{said}");
    }
    assert!(said.contains("nobody was imported: 3 of"), "{said}");
}

#[test]
fn ten_wrong_lines_have_ten_messages_and_nobody_is_imported() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(user(&folder, &["add", "alice", "--no-password", "--email", "Alice@example.org"], "").0);
    let table = "username,display_name,email,email_verified,groups,role\n\
        good,Good,good@example.org,,,\n\
        a b,,,,,\n\
        alice,,,,,\n\
        mallory,Mal\u{202e}lory,,,,\n\
        eve,Eve\u{200b},,,,\n\
        carol,Carol,carol@,,,\n\
        dora,Dora,ALICE@EXAMPLE.ORG,,,\n\
        good,,GOOD@example.org,,,\n\
        erin,Erin,,maybe,,\n\
        frank,Frank,,,nowhere,\n\
        grace,Grace,,,,boss\n\
        better,Better,,,,\n";
    for options in [&[][..], &["--dry-run"], &["--json"]] {
        let (done, said) = import(&folder, "people.csv", table, options);
        assert!(!done, "{said}");
        let lines: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("tessera: line ")).collect();
        assert_eq!(lines.len(), 10, "{said}");
        for (line, number, why) in [
            (0, "3: username: ", "1 to 64 letters"),
            (1, "4: ", "there is already an account named alice"),
            (2, "5: display_name: ", "cannot be seen (\\u{202e})"),
            (3, "6: display_name: ", "cannot be seen (\\u{200b})"),
            (4, "7: email: ", "name@host"),
            (5, "8: ", "already an account with the email address ALICE@example.org"),
            (
                6,
                "9: username: line 2 has good already; email: line 2 has GOOD@example.org already",
                "other letter case",
            ),
            (7, "10: email_verified: \"maybe\"", "neither true nor false"),
            (8, "11: groups: ", "there is no group named nowhere"),
            (9, "12: role: \"boss\"", "none of none, people and admin"),
        ] {
            assert!(lines[line].starts_with(number) && lines[line].contains(why), "{number}{why}: {said}");
        }
        assert!(said.contains("nobody was imported: 10 of the file's people"), "{said}");
        assert_eq!(usernames(&folder), ["alice"]);
    }
}

#[test]
fn a_list_of_objects_is_imported_and_a_file_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(group(&folder, &["add", "staff"]).0);
    let list = r#"[{"username": "alice", "groups": ["staff"], "email": "a@example.org", "email_verified": true}, {"username": "bob"}]"#;
    let (done, said) = import(&folder, "people.json", list, &["--json"]);
    let told: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((done, &told["dry_run"], &told["added"][0]["groups"]), (true, &json!(false), &json!(["staff"])));
    assert_eq!(usernames(&folder), ["alice", "bob"]);
    let wrong = r#"[{"username": "carol", "mail": "x"}, {"username": "carol"}, {"username": "CAROL"}, 7]"#;
    let (done, said) = import(&folder, "people.json", wrong, &[]);
    assert!(!done && said.lines().filter(|line| line.contains("tessera: entry ")).count() == 3, "{said}");
    for why in ["entry 1: unknown field `mail`", "entry 3: username: entry 2 has carol already", "entry 4: "] {
        assert!(said.contains(why), "{why}: {said}");
    }
    for (name, text, why) in [
        ("people.json", "{}", "the file is not a JSON list"),
        ("people.csv", "name\nalice\n", "line 1: there is no column \"name\""),
        ("people.csv", "", "the column username is missing"),
    ] {
        let (done, said) = import(&folder, name, text, &[]);
        assert!(!done && said.contains(why), "{why}: {said}");
    }
    let (done, said) = user(&folder, &["import", "nowhere.csv"], "");
    assert!(!done && said.contains("nowhere.csv"), "{said}");
    assert_eq!(usernames(&folder), ["alice", "bob"]);
    assert_eq!(import(&folder, "people.csv", "username\n", &[]), (true, "0 people are added.\n".to_owned()));
    let large = std::fs::File::create(folder.path().join("large.csv")).expect("a file");
    large.set_len(17 * 1024 * 1024).expect("grown");
    let (done, said) = user(&folder, &["import", "large.csv"], "");
    assert!(!done && said.contains("split it"), "{said}");
}

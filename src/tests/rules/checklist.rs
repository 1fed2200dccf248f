//! docs/security.md names the tests of every item of the security checklist, and this holds it to what the test programs
//! list. The library compiles this file too, because a test program can list its own tests only.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

/// Items of the checklist.
const ITEMS: u8 = 80;
/// The most characters of a test's name.
const NAME_CHARACTERS: usize = 90;

/// The name of a test without what stands before it: its modules, or the file that it is in.
pub fn own_name(test: &str) -> &str {
    test.rsplit([':', ' ']).next().unwrap_or_default()
}

/// Every test of this program, as the runner lists them.
pub fn listed() -> BTreeSet<String> {
    let program = std::env::current_exe().expect("a path");
    let listed = Command::new(program).args(["--list", "--format", "terse"]).output().expect("runs");
    let listed = String::from_utf8(listed.stdout).expect("text");
    let tests: BTreeSet<_> = listed.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect();
    assert!(tests.len() > 100, "{tests:?}");
    tests
}

/// Where a test is. The table tells it by the form of the name: `module::name` is a test of the whole server,
/// `file.spec.ts: name` one in the browser, and a name alone one of the library, which moves with what it tests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Library,
    Server,
    Browser,
}

impl Place {
    fn of(test: &str) -> Self {
        match test {
            _ if test.contains("::") => Self::Server,
            _ if test.contains(": ") => Self::Browser,
            _ => Self::Library,
        }
    }
}

/// A row of the table. It has tests, or a reason why there are none.
struct Row<'a> {
    item: u8,
    rule: &'a str,
    source: &'a str,
    tests: Vec<&'a str>,
    reason: &'a str,
}

fn rows(table: &str) -> Vec<Row<'_>> {
    table
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [item, rule, source, tests] = cells[..] else { return None };
            Some(Row {
                item: item.parse().ok()?,
                rule,
                source,
                tests: tests.split('`').skip(1).step_by(2).collect(),
                reason: tests.strip_prefix("None: ").unwrap_or_default(),
            })
        })
        .collect()
}

/// The item that a test covers: `sec_07_…` covers item 7.
fn item_of(test: &str) -> Option<u8> {
    let (digits, _) = own_name(test).strip_prefix("sec_")?.split_once('_')?;
    digits.parse().ok().filter(|_| digits.len() == 2)
}

/// What is wrong with the table, where `listed` are all tests of `place`.
fn faults(table: &str, place: Place, listed: &BTreeSet<String>) -> BTreeSet<String> {
    let (rows, mut faults) = (rows(table), BTreeSet::new());
    for item in 0..=u8::MAX {
        let (has, needs) = (rows.iter().filter(|row| row.item == item).count(), (1..=ITEMS).contains(&item));
        if has != usize::from(needs) {
            faults.insert(format!("item {item} has {has} rows, and there is one for each of 1 to {ITEMS}"));
        }
    }
    for Row { item, rule, source, tests, reason } in &rows {
        if rule.is_empty() || source.is_empty() {
            faults.insert(format!("row {item} lacks a rule or a source"));
        }
        if tests.is_empty() == reason.is_empty() {
            faults.insert(format!("row {item} is to name its tests, or else to say why there are none"));
        }
        for test in tests.iter().filter(|test| Place::of(test) == place) {
            if !listed.contains(*test) {
                faults.insert(format!("row {item}: there is no test {test}"));
            }
        }
        for test in tests.iter().filter(|test| item_of(test) != Some(*item)) {
            faults.insert(format!("row {item}: {test} does not begin with sec_{item:02}_"));
        }
    }
    for test in listed.iter().filter(|test| own_name(test).contains("sec_")) {
        if !rows.iter().any(|row| item_of(test) == Some(row.item) && row.tests.contains(&test.as_str())) {
            faults.insert(format!("{test} is not in the row of the item that it begins with"));
        }
    }
    faults
}

/// The titles of browser tests that cover an item.
fn titles() -> BTreeSet<String> {
    let mut titles = BTreeSet::new();
    for entry in fs::read_dir("end2end/tests").expect("browser tests") {
        let entry = entry.expect("an entry");
        let (file, text) = (entry.file_name(), fs::read_to_string(entry.path()).expect("a text"));
        let file = file.display();
        let quoted = text.split("('sec_").skip(1).map(|rest| rest.split('\'').next().unwrap_or_default());
        let found: Vec<_> = quoted.map(|rest| format!("{file}: sec_{rest}")).collect();
        assert_eq!(text.matches("sec_").count(), found.len(), "{file}: a title is to begin with the number, in ''");
        titles.extend(found);
    }
    titles
}

#[test]
fn every_item_of_the_checklist_has_a_row_that_names_all_its_tests_or_says_why_there_are_none() {
    let table = fs::read_to_string("docs/security.md").expect("the table");
    let found = if env!("CARGO_CRATE_NAME") == "server" {
        &faults(&table, Place::Server, &listed()) | &faults(&table, Place::Browser, &titles())
    } else {
        faults(&table, Place::Library, &listed().iter().map(|test| own_name(test).to_owned()).collect())
    };
    assert!(found.is_empty(), "docs/security.md: {found:#?}");
}

#[test]
fn no_test_has_a_name_of_more_than_ninety_characters() {
    for test in listed() {
        let characters = own_name(&test).chars().count();
        assert!(characters <= NAME_CHARACTERS, "{test} has {characters} characters");
    }
}

const REASON: &str = "None: it is not built yet.";

/// A table in which item 1 has tests of each kind, and all others have a reason.
fn table() -> String {
    let tests = "`login::sec_01_a`<br>`sec_01_b`<br>`login.spec.ts: sec_01_c`";
    let others = (2..=ITEMS).map(|item| format!("| {item} | A rule. | RFC 1 | {REASON} |\n"));
    format!("| # | rule | source | tests |\n|---|---|---|---|\n| 1 | A rule. | RFC 1 | {tests} |\n")
        + &others.collect::<String>()
}

fn faults_of(table: &str, place: Place, tests: &[&str]) -> BTreeSet<String> {
    faults(table, place, &tests.iter().map(|test| (*test).to_owned()).collect())
}

#[test]
fn a_table_that_says_what_is_there_has_no_fault() {
    for (place, test) in
        [(Place::Server, "login::sec_01_a"), (Place::Library, "sec_01_b"), (Place::Browser, "login.spec.ts: sec_01_c")]
    {
        assert_eq!(faults_of(&table(), place, &[test, "login::another"]), BTreeSet::new());
    }
}

#[test]
fn a_table_that_lacks_something_or_names_what_is_not_there_has_a_fault() {
    let (server, table) = (&["login::sec_01_a"][..], table());
    let without = |cell: &str, instead: &str| {
        assert!(table.contains(cell), "{cell}");
        table.replacen(cell, instead, 1)
    };
    let moved = without("`login::sec_01_a`<br>", "").replacen(REASON, "`login::sec_01_a`", 1);
    for (what, table, tests) in [
        ("a row is removed", without(&format!("| 7 | A rule. | RFC 1 | {REASON} |\n"), ""), server),
        ("a row is there twice", format!("{table}| 70 | A rule. | RFC 1 | {REASON} |\n"), server),
        ("a test is renamed", table.clone(), &["login::sec_01_renamed"]),
        ("a test is removed", table.clone(), &[]),
        ("a test is moved", table.clone(), &["account::sec_01_a"]),
        ("a test is new", table.clone(), &["login::sec_01_a", "login::sec_02_new"]),
        ("a test has no item", table.clone(), &["login::sec_01_a", "login::sec_10_a"]),
        ("a test has its item elsewhere", table.clone(), &["login::sec_01_a", "login::also_sec_02_a"]),
        ("a test is in another's row", moved, server),
        ("a reason is missing", without(REASON, ""), server),
        ("a reason stands beside tests", without("| `login", "| None: `login"), server),
        ("a rule is missing", without("| 1 | A rule.", "| 1 |"), server),
        ("a source is missing", without("| RFC 1 |", "| |"), server),
    ] {
        assert_ne!(faults_of(&table, Place::Server, tests), BTreeSet::new(), "{what}");
    }
}

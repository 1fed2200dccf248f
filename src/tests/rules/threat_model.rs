//! The threat model speaks of every section of BCP 247, and of tests that exist.

use std::collections::{BTreeMap, BTreeSet};

use super::checklist::{listed, own_name};

/// RFC 10027: the exploits of §4 and the mitigations of §6.1.
fn sections() -> Vec<String> {
    let numbered = |of: &str, last: u8| (1..=last).map(move |at| format!("{of}.{at}")).collect::<Vec<_>>();
    [numbered("4.1", 3), vec!["4.2".to_owned()], numbered("4.3", 9), numbered("6.1", 18)].concat()
}

#[test]
fn sec_19_the_threat_model_has_every_section_of_the_bcp_with_a_status_and_tests_that_exist() {
    let text = std::fs::read_to_string("docs/threat-model.md").expect("a threat model");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        <[&str; 5]>::try_from(cells).ok().filter(|row| row[0].starts_with(|first: char| first.is_ascii_digit()))
    });
    let mut known: BTreeMap<&str, [&str; 5]> = BTreeMap::new();
    for row in rows {
        assert!(known.insert(row[0], row).is_none(), "{} has two rows", row[0]);
    }
    let (sections, listed) = (sections(), listed());
    let tests: BTreeSet<_> = listed.iter().map(|test| own_name(test)).collect();
    for section in &sections {
        let [_, what, status, done, named] =
            known.remove(section.as_str()).unwrap_or_else(|| panic!("§{section} has no row"));
        assert!(!what.is_empty(), "§{section} is not named");
        assert!(["held", "partly", "later", "not ours"].contains(&status), "§{section}: {status}");
        let is_open = matches!(status, "later" | "not ours");
        assert!(is_open || !done.is_empty(), "§{section}: what is done about it is not said");
        // Of all of them together there is no test of its own.
        assert!(is_open || !named.is_empty() || section == "6.1.18", "§{section} is {status} without a test");
        for test in named.split_whitespace() {
            assert!(tests.contains(test), "§{section}: there is no test {test}");
        }
    }
    assert!(known.is_empty(), "the BCP has no such sections: {:?}", known.keys());
}

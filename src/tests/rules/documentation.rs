//! The documentation: it explains every key of the configuration and no other, and its links lead somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;
use serde_json::Value;
use tessera::settings::Tables;

use super::house_rules::sources;

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every key that the configuration has, as `table.key`, with its default; tables may be in tables.
fn keys() -> BTreeMap<String, Value> {
    fn collect(path: &str, value: &Value, keys: &mut BTreeMap<String, Value>) {
        let Some(table) = value.as_object() else {
            keys.insert(path.to_owned(), value.clone());
            return;
        };
        for (key, value) in table {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            collect(&path, value, keys);
        }
    }
    let mut keys = BTreeMap::new();
    collect("", &serde_json::to_value(Tables::default()).expect("tables are JSON"), &mut keys);
    keys
}

/// The keys in the first column of the tables of a document, with what the second column says.
fn explained(document: &str) -> BTreeMap<String, String> {
    let row = Regex::new(r"(?m)^\| `([a-z]+(?:\.[a-z_]+)+)` \| ([^|]+) \|").expect("an expression");
    let mut found = BTreeMap::new();
    for row in row.captures_iter(document) {
        let is_first = found.insert(row[1].to_owned(), row[2].trim().to_owned()).is_none();
        assert!(is_first, "{} has two rows", &row[1]);
    }
    found
}

#[test]
fn the_documentation_names_every_key_of_the_configuration() {
    let (keys, explained) = (keys(), explained(&read(Path::new("docs/configuration.md"))));
    assert!(keys.len() > 40, "{keys:?}");
    assert_eq!(explained.keys().collect::<Vec<_>>(), keys.keys().collect::<Vec<_>>());
    for (key, default) in &keys {
        let default = match default {
            // What follows from other keys, or what there is without it.
            Value::Null => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert_eq!(explained[key].trim_matches('`'), default, "the default of {key}");
    }
}

#[test]
fn the_configuration_file_of_the_project_shows_every_key() {
    let file = read(Path::new("Leptos.toml"));
    let line = Regex::new(r"^(?:# )?([a-z_]+) = ").expect("an expression");
    let (mut table, mut shown) = ("", BTreeSet::new());
    for text in file.lines() {
        if let Some(name) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            table = name;
        } else if let Some(key) = line.captures(text).filter(|_| !table.starts_with("package")) {
            shown.insert(format!("{table}.{}", &key[1]));
        }
    }
    assert_eq!(shown, keys().into_keys().collect());
}

/// The documents that people read on the pages of the repository.
fn documents() -> Vec<PathBuf> {
    let mut documents = vec![PathBuf::from("README.md"), PathBuf::from("end2end/conformance/README.md")];
    for folder in ["docs", ".github"] {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        documents.extend(entries.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    assert!(documents.len() > 8, "{documents:?}");
    documents
}

/// A document without its blocks of code.
fn prose(document: &str) -> String {
    let parts = document.split("\n```").step_by(2);
    // What is behind the mark that ends a block is the next part.
    parts.collect::<Vec<_>>().join("\n")
}

/// The names by which GitHub links to the headings of a document.
fn anchors(document: &str) -> BTreeSet<String> {
    let prose = prose(document);
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let mut anchors = BTreeSet::new();
    for heading in headings.map(|line| line.trim_start_matches('#').trim().to_lowercase()) {
        let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        let name: String = kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect();
        assert!(anchors.insert(name), "two headings are called {heading:?}: a link cannot tell them apart");
    }
    anchors
}

#[test]
fn each_file_of_the_code_that_the_documentation_names_is_there() {
    let named = Regex::new(r"`((?:src|scripts|end2end|examples|fuzz)/[A-Za-z0-9_./-]*)`").expect("an expression");
    // What commands make is not there before they run.
    let made = read(Path::new(".gitignore"));
    let is_made = |name: &str| made.lines().any(|line| line.trim_matches('/') == name.trim_end_matches('/'));
    let mut found = 0;
    for document in documents() {
        for name in named.captures_iter(&read(&document)) {
            let is_there = Path::new(&name[1]).exists() || is_made(&name[1]);
            assert!(is_there, "{}: there is no {}", document.display(), &name[1]);
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
}

/// A comment that sends its reader to a file that has moved costs them a search.
#[test]
fn each_file_that_a_comment_names_is_there() {
    let named = Regex::new(r"\b[a-z_0-9]+(?:/[a-z_0-9]+)*\.rs\b").expect("an expression");
    let sources = sources();
    let is_there = |name: &str| sources.iter().any(|source| source.path.ends_with(&format!("/{name}")));
    let mut found = 0;
    // The readers of containers name files of the decoders that they guard.
    for source in sources.iter().filter(|source| !source.path.starts_with("src/picture/container/")) {
        for comment in source.text.lines().map(str::trim_start).filter(|line| line.starts_with("//")) {
            for name in named.find_iter(comment) {
                assert!(is_there(name.as_str()), "{}: there is no {}", source.path, name.as_str());
                found += 1;
            }
        }
    }
    assert!(found > 5, "{found}");
}

#[test]
fn every_link_of_the_documentation_leads_to_a_file_and_a_heading_that_are_there() {
    let link = Regex::new(r"(?m)\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$").expect("an expression");
    let mut followed = 0;
    for document in documents() {
        let text = prose(&read(&document));
        for found in link.captures_iter(&text) {
            let target = found.get(1).or(found.get(2)).expect("one of both").as_str();
            if target.contains("://") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let folder = document.parent().expect("a folder");
            let path = if path.is_empty() { document.clone() } else { folder.join(path) };
            assert!(path.exists(), "{}: {target} leads nowhere", document.display());
            let is_there = anchor.is_empty() || anchors(&read(&path)).contains(anchor);
            assert!(is_there, "{}: {target} leads to no heading", document.display());
            followed += 1;
        }
    }
    assert!(followed > 40, "{followed}");
}

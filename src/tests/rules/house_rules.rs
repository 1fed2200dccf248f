//! The rules of the house: who may import whom, how long a file is, and that two files say the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A source file.
pub struct Source {
    pub path: String,
    pub text: String,
}

/// Every Rust file of the project.
pub fn sources() -> Vec<Source> {
    let found = files_of("rs");
    assert!(found.len() > 40, "the walk finds the house");
    found
}

/// Every file below `src` whose name ends so.
pub fn files_of(kind: &str) -> Vec<Source> {
    fn walk(folder: &Path, kind: &str, found: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, kind, found);
            } else if path.extension().is_some_and(|ending| ending == kind) {
                let text = fs::read_to_string(&path).expect("a text");
                found.push(Source { path: path.to_string_lossy().into_owned(), text });
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new("src"), kind, &mut found);
    found
}

/// From the top of the house to its ground; a line may use what stands below it.
const FLOORS: [&[&str]; 18] = [
    &["main", "lib", "cli"],
    &["server"],
    &["admin"],
    &["wechat"],
    &["oauth"],
    &["login"],
    &["account"],
    &["mail"],
    &["push"],
    &["picture"],
    &["listen"],
    &["web"],
    &["receipt"],
    &["store"],
    &["waiting"],
    &["websocket"],
    &["ticket"],
    &["consent"],
];
/// What any floor may use.
const COMMON: [&str; 17] = [
    "about",
    "cause",
    "clock",
    "crowd",
    "crypto",
    "look",
    "measure",
    "names",
    "outbound",
    "places",
    "run_to_end",
    "secret_file",
    "settings",
    "shown_names",
    "text",
    "trace",
    "weights",
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

fn module_of(path: &str) -> &str {
    path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default()
}

fn imports(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|letter: char| !letter.is_ascii_lowercase() && letter != '_').next().unwrap_or_default())
}

#[test]
fn imports_point_downwards_only() {
    for source in sources() {
        let module = module_of(&source.path);
        if ["tests", "bench", "main", "lib", "cli"].contains(&module)
            || source.path.ends_with("_tests.rs")
            || source.path.contains("/contract/")
        {
            continue;
        }
        for import in imports(&source.text).filter(|import| !COMMON.contains(import) && *import != module) {
            let to = floor(import).unwrap_or_else(|| panic!("{} imports {import}, which has no floor", source.path));
            if let Some(from) = floor(module) {
                assert!(from < to, "{} ({module}) imports {import}, which does not stand below it", source.path);
            } else {
                // What all may use uses no more than the ground itself.
                let is_ground = ["ticket", "consent"].contains(&import);
                assert!(is_ground, "{} is for all and imports {import}", source.path);
            }
        }
    }
}

#[test]
fn the_core_knows_no_http_no_pages_and_no_clock() {
    for source in sources().into_iter().filter(|source| source.path.starts_with("src/ticket/")) {
        for foreign in ["axum", "leptos", "tokio", "SystemTime", "Instant::", "clock::"] {
            assert!(!source.text.contains(foreign), "{} names {foreign}", source.path);
        }
    }
}

#[test]
fn no_file_is_longer_than_four_hundred_lines() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines", source.path);
    }
}

#[test]
fn no_folder_has_more_than_fourteen_files() {
    let mut folders = BTreeMap::<PathBuf, usize>::new();
    for source in sources() {
        *folders.entry(Path::new(&source.path).parent().expect("a folder").to_owned()).or_default() += 1;
    }
    assert!(folders.len() > 50, "the folders are found");
    let full: Vec<_> = folders.iter().filter(|(_, files)| **files > 14).collect();
    assert!(full.is_empty(), "{full:?}");
}

#[test]
fn leptos_toml_says_the_same_as_cargo_toml() {
    let table = |file: &str| {
        let text = fs::read_to_string(file).expect("a file");
        let from = text.split("[package.metadata.leptos]\n").nth(1).expect("the table").to_owned();
        let lines = from.lines().take_while(|line| !line.starts_with('[')).filter(|line| line.contains('='));
        lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    let (cargo, leptos) = (table("Cargo.toml"), table("Leptos.toml"));
    assert!(leptos.len() >= 5, "{leptos:?}");
    for line in leptos {
        assert!(cargo.contains(&line), "{line} is not in Cargo.toml");
    }
    let loaded = leptos::config::get_configuration(Some("Leptos.toml")).expect("Leptos' own loader reads it");
    assert_eq!(&*loaded.leptos_options.output_name, "tessera");
}

/// The test of `make watch` takes many minutes, so it runs seldom.
#[test]
fn what_the_test_of_make_watch_edits_is_there_once() {
    let test = fs::read_to_string("end2end/watch/watch.spec.ts").expect("a text");
    let mut found = 0;
    for call in test.split(" edit('").skip(1) {
        let mut words = call.split("', '");
        let (file, from) = (words.next().expect("a file"), words.next().expect("a place"));
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(text.matches(from).count(), 1, "end2end/watch/watch.spec.ts edits {from} in {file}");
        found += 1;
    }
    assert!(found >= 2, "the edits are found");
}

/// rules/checklist.rs holds that the table names all that the test programs list, and nothing else.
#[test]
fn each_mark_of_the_security_checklist_in_the_code_is_the_name_of_a_test_in_its_table() {
    let table = fs::read_to_string("docs/security.md").expect("the table");
    let mut found = 0;
    for source in sources().into_iter().filter(|source| !source.path.ends_with("/checklist.rs")) {
        for name in source.text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
            let mark = name.find("sec_").and_then(|at| name.get(at + 4..)).unwrap_or_default();
            if mark.starts_with(|first: char| first.is_ascii_digit()) {
                let is_named = [format!("`{name}`"), format!("::{name}`")].iter().any(|cell| table.contains(cell));
                assert!(is_named, "{}: docs/security.md names no test {name}", source.path);
                found += 1;
            }
        }
    }
    assert!(found > 200, "the marks are found");
}

/// What texts for people said once and say better now.
const REPLACED: [&str; 46] = [
    "do not belong together",
    "it administers",
    "administers this server",
    "has rested",
    "said no",
    "link that it finds",
    "nothing is approved by that",
    "does not say what it is",
    "not the one of this phone",
    "\"asked\"",
    "\"it stays signed in",
    "it learns",
    "while you are away",
    "not who you are",
    "waiting for the page on the other device",
    "it stands below",
    "no screen shows this code",
    "asked for something unusual",
    "wants you sent",
    "not your doing",
    "was not carried out",
    "can mend it",
    "can keep no secret",
    "needs another look",
    "what was done",
    "was done to",
    "a name of their own",
    "gives everybody a new name",
    "signs nobody in",
    "signs in no more",
    "this server no more",
    "is no administrator",
    "nobody has an account.",
    "whoever looks after",
    "nobody is told at",
    "belongs into",
    "counts on until",
    "stops meanwhile",
    "is older than that",
    "thing by thing",
    "what they learn",
    "choose one of the list",
    "this picture moves",
    "for as long as it may",
    "takes no such parameter",
    "it is not known if",
];

#[test]
fn no_text_says_again_what_was_replaced() {
    // The doctor's sentences are its own.
    let is_text = |path: &str| {
        let is_said = path.starts_with("src/text") || path.starts_with("src/cli/");
        is_said && !path.starts_with("src/cli/doctor/")
    };
    let mut found = 0;
    for source in sources().into_iter().filter(|source| is_text(&source.path)) {
        // A doc comment of the command line is its help; any other comment is for those who read the code.
        let is_help = source.path.starts_with("src/cli/");
        let is_said = |line: &&str| !line.starts_with("//") || (is_help && line.starts_with("///"));
        for line in source.text.lines().map(str::trim_start).filter(is_said).map(str::to_lowercase) {
            found += 1;
            for phrase in REPLACED {
                assert!(!line.contains(phrase), "{}: {phrase:?} stands in {line}", source.path);
            }
        }
    }
    assert!(found > 500, "the texts are found");
}

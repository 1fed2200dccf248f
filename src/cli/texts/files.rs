//! Reads and writes the source files of a language.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::literals::{escaped, literals, places};

/// The texts of a language by their names. A name is the path of the file, without its end, and the name of the text in it:
/// `phone/confirm.title`.
pub type Named = BTreeMap<String, String>;

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// How many texts it changed.
    pub changed: usize,
    /// How many texts it left as they are.
    pub kept: usize,
}

/// Returns the texts of the language whose source is in this folder, and in the file beside it that has its name.
pub fn exported(folder: &Path) -> Result<Named, String> {
    let mut named = Named::new();
    for (at, path) in sources(folder)? {
        for literal in literals(&read(&path)?) {
            named.insert(format!("{at}/{}", literal.name), literal.text);
        }
    }
    Ok(named)
}

/// Writes the source of a language to the folder `to`, and to the file beside it that has its name: the source in `from`,
/// with these texts.
///
/// # Errors
/// If a name is unknown, or if a text has other places for names and numbers than the one before. Nothing is written then.
pub fn imported(texts: &Named, from: &Path, to: &Path) -> Result<Changed, String> {
    let (mut count, mut known) = (Changed { changed: 0, kept: 0 }, 0);
    let mut written = Vec::new();
    for (at, path) in sources(from)? {
        let source = read(&path)?;
        let mut text = String::new();
        let mut end = 0;
        for literal in literals(&source) {
            let name = format!("{at}/{}", literal.name);
            let new = texts.get(&name).inspect(|_| known += 1).filter(|new| **new != literal.text);
            text.push_str(&source[end..literal.at.start]);
            match new {
                Some(new) if places(new) == places(&literal.text) => {
                    text.push_str(&escaped(new));
                    count.changed += 1;
                }
                Some(new) => {
                    return Err(format!(
                        "{name}: {new:?} does not have the same places in braces as {:?}",
                        literal.text
                    ));
                }
                None => {
                    text.push_str(&source[literal.at.clone()]);
                    count.kept += 1;
                }
            }
            end = literal.at.end;
        }
        text.push_str(&source[end..]);
        written.push((target(from, to, &path), text.replace(&of_module(from), &of_module(to))));
    }
    if known < texts.len() {
        let all = exported(from)?;
        let unknown = texts.keys().find(|name| !all.contains_key(*name));
        return Err(format!("there is no text {}", unknown.map_or("", |name| name)));
    }
    for (path, text) in written {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| named(parent, &error))?;
        }
        fs::write(&path, text).map_err(|error| named(&path, &error))?;
    }
    Ok(count)
}

/// Lists the source files of a language in a fixed order, each with its path in the folder without its end; the file beside
/// the folder is `language`.
fn sources(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let beside = folder.with_extension("rs");
    let mut found = vec![("language".to_owned(), beside)];
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&next).map_err(|error| named(&next, &error))? {
            entries.push(entry.map_err(|error| named(&next, &error))?.path());
        }
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let within = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
                let parts: Vec<_> = within.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                found.push((parts.join("/"), path));
            }
        }
    }
    Ok(found)
}

fn target(from: &Path, to: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(from).map_or_else(|_| to.with_extension("rs"), |within| to.join(within))
}

/// Returns the path of the module of a language, as its files have it.
fn of_module(folder: &Path) -> String {
    format!("text::languages::{}", folder.file_name().unwrap_or_default().to_string_lossy())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| named(path, &error))
}

fn named(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text/languages").join(name)
    }

    #[test]
    fn what_was_exported_is_imported_to_the_same_source() {
        for name in ["en", "ru", "ja", "fr"] {
            let texts = exported(&language(name)).expect("exported");
            assert!(texts.len() > 1000, "{name} has {} texts", texts.len());
            let json = serde_json::to_string(&texts).expect("JSON");
            let folder = tempfile::tempdir().expect("a folder");
            let to = folder.path().join(name);
            let changed = imported(&serde_json::from_str(&json).expect("texts"), &language(name), &to);
            assert_eq!(changed, Ok(Changed { changed: 0, kept: texts.len() }));
            for (at, path) in sources(&language(name)).expect("sources") {
                let same = target(&language(name), &to, &path);
                assert_eq!(read(&same), read(&path), "{name} {at}");
            }
        }
    }

    #[test]
    fn a_new_language_begins_with_the_texts_of_another_and_gets_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let to = folder.path().join("it");
        let texts = Named::from([
            ("language/en.tag".to_owned(), "it".to_owned()),
            ("phone/confirm.title".to_owned(), "Conferma l\u{2019}accesso \"ora\"".to_owned()),
            ("phone/confirm.question".to_owned(), "Accedere a {host} su un altro dispositivo?".to_owned()),
        ]);
        let made = imported(&texts, &language("en"), &to).expect("imported");
        assert_eq!(made.changed, 3);
        let read_again = exported(&to).expect("exported");
        assert_eq!(read_again.get("language/en.tag").map(String::as_str), Some("it"));
        assert_eq!(read_again.get("phone/confirm.title"), texts.get("phone/confirm.title"));
        let operator = read(&to.join("operator/mod.rs")).expect("a file");
        assert!(operator.contains("text::languages::it") && !operator.contains("text::languages::en"), "{operator}");
    }

    #[test]
    fn a_text_with_other_places_and_an_unknown_one_are_refused_and_nothing_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let to = folder.path().join("it");
        for (name, text, part) in [
            ("phone/confirm.question", "Accedere a {hast}?", "does not have the same places"),
            ("phone/confirm.question", "Accedere?", "does not have the same places"),
            ("phone/confirm.nothing", "Niente", "there is no text phone/confirm.nothing"),
        ] {
            let refused = imported(&Named::from([(name.to_owned(), text.to_owned())]), &language("en"), &to);
            assert!(refused.as_ref().is_err_and(|why| why.contains(part)), "{refused:?}");
            assert!(!to.exists());
        }
        assert!(exported(&folder.path().join("nothing")).is_err());
    }
}

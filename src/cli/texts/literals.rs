//! Finds the texts in the source of a language: each string in quotes, with a name by which translators know it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

/// A text in quotes in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The name: the constant and the field that contain the text, such as `confirm.title`. If a field contains several, they
    /// are numbered: `times.hours_ago.1`.
    pub name: String,
    /// Where it is in the source, with its quotes.
    pub at: Range<usize>,
    /// The text itself.
    pub text: String,
}

/// Lists the texts of a source file in their order. Only constants and statics have texts: functions have formats.
pub fn literals(source: &str) -> Vec<Literal> {
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    let (mut constant, mut field) = (None, None);
    let mut begin = 0;
    for line in source.split_inclusive('\n') {
        if line.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            (constant, field) = (name_of_constant(line), None);
        } else if let Some(name) = name_of_field(line) {
            field = Some(name);
        }
        if let Some(constant) = &constant {
            let name = field.map_or_else(|| constant.clone(), |field| format!("{constant}.{field}"));
            found.extend(quoted(line).map(|at| (name.clone(), begin + at.start..begin + at.end)));
        }
        begin += line.len();
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (name, _) in &found {
        *counts.entry(name.clone()).or_default() += 1;
    }
    let mut numbers: HashMap<String, usize> = HashMap::new();
    found
        .into_iter()
        .map(|(name, at)| {
            let text = unescaped(&source[at.start + 1..at.end - 1]);
            let number = numbers.entry(name.clone()).or_default();
            *number += 1;
            let name = if counts[&name] > 1 { format!("{name}.{number}") } else { name };
            Literal { name, at, text }
        })
        .collect()
}

/// Returns a text in quotes, as Rust source has it. Characters that editors do not show are written by their numbers.
pub fn escaped(text: &str) -> String {
    let mut source = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => source.extend(['\\', letter]),
            '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202f}' | '\u{2060}'..='\u{2069}' => {
                let _ = write!(source, "\\u{{{:x}}}", u32::from(letter));
            }
            letter if letter.is_control() => source.extend(letter.escape_default()),
            letter => source.push(letter),
        }
    }
    source.push('"');
    source
}

/// Lists the places for names and numbers in a text, such as `{host}`, in alphabetic order.
pub fn places(text: &str) -> Vec<&str> {
    let mut places: Vec<_> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(place, _)| place).collect();
    places.sort_unstable();
    places
}

/// Returns the name of a constant or a static in lower case, from the line that begins it; `None` for other items.
fn name_of_constant(line: &str) -> Option<String> {
    let words: Vec<_> = line.split([' ', ':']).collect();
    let at = words.iter().position(|word| ["const", "static"].contains(word))?;
    words.get(at + 1).map(|name| name.to_ascii_lowercase())
}

/// Returns the name of the field that begins in this line; `None` if none does. Fields are indented by four spaces.
fn name_of_field(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix("    ")?.split_once(':')?;
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    (is_name && rest.starts_with([' ', '\n'])).then_some(name)
}

/// Lists where the strings of a line are, with their quotes. No text goes over the end of its line.
fn quoted(line: &str) -> impl Iterator<Item = Range<usize>> {
    let mut found = Vec::new();
    let mut begin = None;
    let mut letters = line.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match (letter, begin) {
            ('\\', Some(_)) => drop(letters.next()),
            ('"', None) => begin = Some(at),
            ('"', Some(from)) => {
                found.push(from..at + 1);
                begin = None;
            }
            ('/', None) if letters.peek().is_some_and(|(_, next)| *next == '/') => break,
            _ => {}
        }
    }
    found.into_iter()
}

fn unescaped(source: &str) -> String {
    let mut text = String::new();
    let mut letters = source.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let digits: String = letters.by_ref().skip(1).take_while(|letter| *letter != '}').collect();
                text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            other => text.extend(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"//! English: "nothing here".

pub(super) const CONFIRM: Confirm = Confirm {
    title: "Confirm a sign-in", // "no"
    quoted: "\u{201c}My \"phone\"\u{201d}\u{a0}: {not} a place",
    known: |browsers| {
        format!("It knows {}. One tap.", counted(browsers, "browser", "browsers"))
    },
};

const MONTHS: [&str; 2] = [
    "January",
    "February",
];

/// Returns "nothing".
fn counted() -> String {
    format!("{} {noun}", "x")
}
"#;

    #[test]
    fn each_text_has_a_name_and_functions_have_none() {
        let found = literals(SOURCE);
        let names: Vec<_> = found.iter().map(|literal| (literal.name.as_str(), literal.text.as_str())).collect();
        assert_eq!(
            names,
            [
                ("confirm.title", "Confirm a sign-in"),
                ("confirm.quoted", "\u{201c}My \"phone\"\u{201d}\u{a0}: {not} a place"),
                ("confirm.known.1", "It knows {}. One tap."),
                ("confirm.known.2", "browser"),
                ("confirm.known.3", "browsers"),
                ("months.1", "January"),
                ("months.2", "February"),
            ]
        );
        assert_eq!(&SOURCE[found[0].at.clone()], "\"Confirm a sign-in\"");
    }

    #[test]
    fn a_text_is_quoted_and_read_again() {
        for text in ["a", "a \"b\" \\ c", "Konto\u{a0}: \u{2068}x\u{2069}", "文字", "", "{host}\n"] {
            let source = escaped(text);
            assert_eq!(unescaped(&source[1..source.len() - 1]), text, "{source}");
            assert!(!source.contains('\u{a0}') && !source.contains('\n'), "{source:?}");
        }
        assert_eq!(places("{b} of {a}, {}"), ["", "a", "b"]);
    }
}

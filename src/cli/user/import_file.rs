//! Reads the file of `tessera user import`: CSV with a line of column names, or JSON with a list of objects. What a row
//! contains is checked by the import.

use csv::{ReaderBuilder, StringRecord, Trim};
use serde::Deserialize;
use serde_json::Value;

/// The columns of a CSV file, which are also the fields of a JSON object.
const COLUMNS: [&str; 8] =
    ["username", "display_name", "email", "email_verified", "given_name", "family_name", "groups", "role"];

/// A person in the file, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Row {
    /// Where the person is in the file, such as "line 3".
    #[serde(skip)]
    pub place: String,
    pub username: String,
    pub display_name: String,
    pub email: String,
    #[serde(deserialize_with = "truth")]
    pub email_verified: String,
    pub given_name: String,
    pub family_name: String,
    pub groups: Vec<String>,
    pub role: String,
}

/// A row that can be read, or why it cannot be and where it is.
pub type Read = Result<Row, String>;

/// Reads a file. Fails if the file as a whole cannot be read; otherwise each of its rows is read or has its own error.
pub fn read(bytes: &[u8], is_json: bool) -> Result<Vec<Read>, String> {
    let text = std::str::from_utf8(bytes).map_err(|wrong| {
        let line = String::from_utf8_lossy(&bytes[..wrong.valid_up_to()]).matches('\n').count() + 1;
        format!("line {line}: the file is not UTF-8; save it as UTF-8")
    })?;
    // Office programs write a mark at the beginning of the file.
    let text = text.trim_start_matches('\u{feff}');
    if is_json { read_json(text) } else { read_csv(text) }
}

fn read_json(text: &str) -> Result<Vec<Read>, String> {
    let list: Vec<Value> = serde_json::from_str(text).map_err(|why| format!("the file is not a JSON list: {why}"))?;
    let rows = list.into_iter().enumerate().map(|(at, value)| {
        let place = format!("entry {}", at + 1);
        match serde_json::from_value::<Row>(value) {
            Ok(row) => Ok(Row { place, ..row }),
            Err(why) => Err(format!("{place}: {why}")),
        }
    });
    Ok(rows.collect())
}

fn read_csv(text: &str) -> Result<Vec<Read>, String> {
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|why| format!("line 1: {why}"))?.clone();
    check_columns(&columns)?;
    let mut lines = Lines { text, at: 0, line: 1 };
    let rows = reader.records().map(|record| {
        let record = record.map_err(|why| why.to_string())?;
        let from = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
        let place = format!("line {}", lines.number_at(from));
        if record.len() != columns.len() {
            let (has, names) = (record.len(), columns.len());
            return Err(format!("{place}: it has {has} fields, and the first line names {names}"));
        }
        let field = |name: &str| {
            let at = columns.iter().position(|column| column == name);
            at.and_then(|at| record.get(at)).unwrap_or_default().to_owned()
        };
        let groups = field("groups");
        let groups = groups.split(';').map(str::trim).filter(|group| !group.is_empty()).map(str::to_owned);
        Ok(Row {
            place,
            username: field("username"),
            display_name: field("display_name"),
            email: field("email"),
            email_verified: field("email_verified").to_lowercase(),
            given_name: field("given_name"),
            family_name: field("family_name"),
            groups: groups.collect(),
            role: field("role"),
        })
    });
    Ok(rows.collect())
}

/// Counts the lines of a text up to a place in it, each line once.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// Returns the number of the line in which the record from this byte on begins. The line breaks in front of the record
    /// may be counted as part of it. `from` is not smaller than at the call before.
    fn number_at(&mut self, from: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut to = from.clamp(self.at, bytes.len());
        while bytes.get(to).is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            to += 1;
        }
        self.line += self.text.get(self.at..to).unwrap_or_default().matches('\n').count();
        self.at = to;
        self.line
    }
}

fn check_columns(columns: &StringRecord) -> Result<(), String> {
    let known = COLUMNS.join(", ");
    if let Some(unknown) = columns.iter().find(|column| !COLUMNS.contains(column)) {
        return Err(format!("line 1: there is no column {unknown:?}; the columns are {known}"));
    }
    for column in COLUMNS {
        if columns.iter().filter(|name| *name == column).count() > 1 {
            return Err(format!("line 1: the column {column} is there twice"));
        }
    }
    if columns.iter().any(|column| column == "username") {
        Ok(())
    } else {
        Err(format!("line 1: the column username is missing; the columns are {known}"))
    }
}

/// Reads a truth value of JSON as the word that a CSV file has for it.
fn truth<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    bool::deserialize(from).map(|value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_with_the_line_of_each_row() {
        let text = "\u{feff}username, groups ,display_name\r\nalice, staff; board ,\"Alice \"\"A\"\"\nSmith\"\r\n\r\nbob,,Bob\n";
        let rows: Vec<Row> = read(text.as_bytes(), false).expect("a table").into_iter().flatten().collect();
        let [alice, bob] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((&*alice.place, &*alice.display_name), ("line 2", "Alice \"A\"\nSmith"));
        assert_eq!(alice.groups, ["staff", "board"]);
        assert_eq!((&*bob.place, bob.groups.len(), &*bob.email), ("line 5", 0, ""));
    }

    #[test]
    fn a_list_is_read_with_the_number_of_each_entry() {
        let text = r#"[{"username":"alice","email_verified":true,"groups":["a"]},{"name":"bob"},7]"#;
        let rows = read(text.as_bytes(), true).expect("a list");
        let alice = rows[0].as_ref().expect("a row");
        assert_eq!(
            (&*alice.place, &*alice.email_verified, &alice.groups[..]),
            ("entry 1", "true", &["a".to_owned()][..])
        );
        assert!(rows[1].as_ref().is_err_and(|why| why.starts_with("entry 2: unknown field `name`")), "{rows:?}");
        assert!(rows[2].as_ref().is_err_and(|why| why.starts_with("entry 3: ")), "{rows:?}");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_refused_as_a_whole() {
        for (bytes, is_json, why) in [
            (&b"username\nal\xffice\n"[..], false, "line 2: the file is not UTF-8"),
            (b"username,mail\n", false, "line 1: there is no column \"mail\""),
            (b"username,role,role\n", false, "line 1: the column role is there twice"),
            (b"email\n", false, "line 1: the column username is missing"),
            (b"", false, "line 1: the column username is missing"),
            (b"{}", true, "the file is not a JSON list"),
        ] {
            let wrong = read(bytes, is_json).expect_err("refused");
            assert!(wrong.starts_with(why), "{wrong}");
        }
        let short = read(b"username,role\nalice\n", false).expect("a table");
        assert_eq!(short, [Err("line 2: it has 1 fields, and the first line names 2".to_owned())]);
    }
}

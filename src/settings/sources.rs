//! Reads the configuration file, overridden by the variables, table by table. What cannot be read is noted
//! together with the file or variable that it comes from, and replaced by its default.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::value::Error as NotRead;
use serde::de::{DeserializeOwned, Error as _, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use toml::{Table, Value};

use super::parse::one_line;
use super::variables::{self, Variable};
use super::wrong_setting::WrongSetting;

/// Keys that have another name now, each with that name, so that an operator who upgrades is told.
const RENAMED: [(&str, &str); 1] = [("login.site_name", "look.name")];

/// The values of the configuration file and of the environment variables, and the faults found in them so far.
#[derive(Default)]
pub(super) struct Sources {
    file: Option<PathBuf>,
    values: Table,
    /// The names of variables by what they set: by `table.key`, and by `table` if the file has no such table.
    variables: BTreeMap<String, String>,
    /// The names of the tables that were read or skipped.
    tables: Vec<&'static str>,
    wrong: Vec<WrongSetting>,
}

impl Sources {
    /// Reads and parses a configuration file. Fails if it cannot be read or is not TOML; the error names the
    /// file.
    pub fn file(path: &Path) -> Result<Self, WrongSetting> {
        let named = |what: String| WrongSetting(format!("{what} (in {})", path.display()));
        let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
        let values = text.parse().map_err(|error| named(one_line(&error)))?;
        Ok(Self { file: Some(path.to_owned()), values, ..Self::default() })
    }

    /// Parses the text of a configuration file, for tests. Fails if it is not TOML.
    #[cfg(test)]
    pub fn text(text: &str) -> Result<Self, WrongSetting> {
        let values = text.parse().map_err(|error| WrongSetting(one_line(&error)))?;
        Ok(Self { values, ..Self::default() })
    }

    /// Overrides the values of the file by those of environment variables. A value that is not UTF-8 is noted as a
    /// fault, and does not override anything: with other characters in its place, it would be another password.
    pub fn overridden_by(mut self, variables: impl IntoIterator<Item = Variable>) -> Self {
        for Variable { name, path, value } in variables {
            let Some((table, keys)) = path.split_first() else { continue };
            if !self.values.contains_key(table) {
                self.variables.insert(table.clone(), name.clone());
            }
            self.variables.insert(path.join("."), name);
            match value {
                Some(value) => put(&mut self.values, table, keys, value),
                None => self.note(&path.join("."), "is not UTF-8"),
            }
        }
        self
    }

    /// Reads the table of this name, and takes it out of the values. Every wrong key and value is noted as a fault, and
    /// replaced by its default. Each key is first parsed alone, so that all wrong ones are found.
    pub fn table<T: DeserializeOwned + Default>(&mut self, name: &'static str) -> T {
        self.tables.push(name);
        let table = match self.values.remove(name) {
            None => return T::default(),
            Some(Value::Table(table)) => table,
            Some(other) => {
                let error = other.try_into::<T>().err();
                let what = error.map_or_else(|| "is not a table".to_owned(), |error| error.message().to_owned());
                self.note(name, what);
                return T::default();
            }
        };
        let known = keys_of::<T>();
        let mut right = Table::new();
        for (key, value) in table {
            let path = format!("{name}.{key}");
            if let Some((_, now)) = RENAMED.iter().find(|(before, _)| *before == path) {
                self.note(&path, format_args!("this key is {now} now"));
                continue;
            }
            if !known.contains(&key.as_str()) {
                self.note(&path, format_args!("there is no such key; the keys of this table are {}", known.join(", ")));
                continue;
            }
            match Table::from_iter([(key.clone(), value.clone())]).try_into::<T>() {
                Ok(_) => drop(right.insert(key, value)),
                Err(error) => self.note(&path, error.message()),
            }
        }
        right.try_into().unwrap_or_else(|error| {
            self.note(name, error.message());
            T::default()
        })
    }

    /// Takes out the table of this name without reading it, because it is for other programs; so it is no fault.
    pub fn skip(&mut self, name: &'static str) {
        self.tables.push(name);
        self.values.remove(name);
    }

    /// Returns all faults. A table that was neither read nor skipped before is unknown, which is a fault too.
    pub fn wrong_ones(mut self) -> Vec<WrongSetting> {
        let unknown = std::mem::take(&mut self.values);
        for table in unknown.keys() {
            let meant = self.variables.get(table).and_then(|name| Some((name, variables::meant(name, &self.tables)?)));
            if let Some((name, meant)) = meant {
                let hint = WrongSetting::new(name, format_args!("two underscores after the table: {meant}"));
                self.wrong.push(hint);
            } else {
                let tables = self.tables.join(", ");
                self.note(table, format_args!("there is no such table; the tables are {tables}"));
            }
        }
        self.wrong
    }

    /// Notes a fault of the table or key `path`, together with the file or the variable that set its value.
    fn note(&mut self, path: &str, what: impl fmt::Display) {
        let variable = self.variables.get(path).or_else(|| {
            // The variable may name a key below this one, although keys have none.
            let below = format!("{path}.");
            self.variables.iter().find(|(key, _)| path.contains('.') && key.starts_with(&below)).map(|(_, name)| name)
        });
        let source = match (variable, &self.file) {
            (Some(name), _) => format!(" (in {name})"),
            (None, Some(file)) => format!(" (in {})", file.display()),
            (None, None) => String::new(),
        };
        self.wrong.push(WrongSetting::new(path, format_args!("{what}{source}")));
    }
}

/// Inserts a value into a table at the path of `key` and `rest`, and makes the inner tables on the way. A value on the
/// way that is not a table is replaced by one.
fn put(into: &mut Table, key: &str, rest: &[String], value: Value) {
    let Some((next, rest)) = rest.split_first() else {
        into.insert(key.to_owned(), value);
        return;
    };
    let inner = into.entry(key.to_owned()).or_insert_with(|| Value::Table(Table::new()));
    if !inner.is_table() {
        *inner = Value::Table(Table::new());
    }
    if let Value::Table(inner) = inner {
        put(inner, next, rest, value);
    }
}

/// Returns the keys that a struct has when serde reads it, which are the names of its fields.
fn keys_of<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut keys: &[&str] = &[];
    // This always fails: its purpose is to see which fields the struct asks for.
    let _ = T::deserialize(Keys(&mut keys));
    keys
}

/// A deserializer without data, which stores the names of the fields that a struct asks for and then always fails.
struct Keys<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Keys<'_> {
    type Error = NotRead;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NotRead> {
        *self.0 = fields;
        Err(NotRead::custom("there is nothing to read"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotRead> {
        Err(NotRead::custom("there is nothing to read"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

//! The configuration file together with the variables that override it, read table by table. Every error is
//! noted with the file or the variable that contains it, and the default is used instead.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::value::Error as NotRead;
use serde::de::{DeserializeOwned, Error as _, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use toml::{Table, Value};

use super::variables::{self, Variable};
use super::written::one_line;
use super::wrong::WrongSetting;

/// The values of the file and the variables.
#[derive(Default)]
pub(super) struct Sources {
    file: Option<PathBuf>,
    said: Table,
    /// The names of the variables by `table.key`, and by `table` if the file has no such table.
    variables: BTreeMap<String, String>,
    /// The tables that exist, as far as they were read.
    tables: Vec<&'static str>,
    wrong: Vec<WrongSetting>,
}

impl Sources {
    /// Reads a file.
    pub fn file(path: &Path) -> Result<Self, WrongSetting> {
        let named = |what: String| WrongSetting(format!("{what} (in {})", path.display()));
        let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
        let said = text.parse().map_err(|error| named(one_line(&error)))?;
        Ok(Self { file: Some(path.to_owned()), said, ..Self::default() })
    }

    /// Reads a text in the format of the file.
    #[cfg(test)]
    pub fn text(text: &str) -> Result<Self, WrongSetting> {
        let said = text.parse().map_err(|error| WrongSetting(one_line(&error)))?;
        Ok(Self { said, ..Self::default() })
    }

    /// Overrides the values of the file by those of variables.
    pub fn overridden_by(mut self, variables: impl IntoIterator<Item = Variable>) -> Self {
        for Variable { name, path, value } in variables {
            let Some((table, keys)) = path.split_first() else { continue };
            if !self.said.contains_key(table) {
                self.variables.insert(table.clone(), name.clone());
            }
            self.variables.insert(path.join("."), name);
            put(&mut self.said, table, keys, value);
        }
        self
    }

    /// Reads a table. Each key is first read by itself, so that all errors are found.
    pub fn table<T: DeserializeOwned + Default>(&mut self, name: &'static str) -> T {
        self.tables.push(name);
        let table = match self.said.remove(name) {
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

    /// Ignores a table that other programs read.
    pub fn skip(&mut self, name: &'static str) {
        self.tables.push(name);
        self.said.remove(name);
    }

    /// Returns all errors. All existing tables must have been read or skipped before.
    pub fn wrong_ones(mut self) -> Vec<WrongSetting> {
        let unknown = std::mem::take(&mut self.said);
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

    /// Notes an error in a table or a key, with the file or the variable that contains it.
    fn note(&mut self, path: &str, what: impl fmt::Display) {
        let variable = self.variables.get(path).or_else(|| {
            // A variable may name a key below this one, although no key has others below it.
            let below = format!("{path}.");
            self.variables.iter().find(|(said, _)| path.contains('.') && said.starts_with(&below)).map(|(_, name)| name)
        });
        let source = match (variable, &self.file) {
            (Some(name), _) => format!(" (in {name})"),
            (None, Some(file)) => format!(" (in {})", file.display()),
            (None, None) => String::new(),
        };
        self.wrong.push(WrongSetting::new(path, format_args!("{what}{source}")));
    }
}

/// Puts a value at its path, and creates the tables on the way.
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

/// Returns the names of a struct's fields, as serde knows them.
fn keys_of<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut keys: &[&str] = &[];
    // This always fails; only the names of the fields are of use.
    let _ = T::deserialize(Keys(&mut keys));
    keys
}

/// A deserializer without data, which notes the fields that a struct asks for.
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

//! What is wrong with a configuration, in lines that each name a key: all of it at once, as far as it can be seen.

use std::fmt;

use figment::error::Kind;
use figment::providers::Serialized;
use figment::value::{Dict, Value};
use figment::{Figment, Metadata};
use thiserror::Error;

use super::tables::Tables;

/// What is wrong with the configuration: a line that names the key for each fault.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct WrongSetting(pub String);

impl WrongSetting {
    pub(super) fn new(key: &str, what: impl fmt::Display) -> Self {
        Self(format!("{key}: {what}"))
    }

    /// Several faults, each on a line of its own.
    pub(super) fn together(faults: impl IntoIterator<Item = Self>) -> Self {
        Self(faults.into_iter().map(|Self(line)| line).collect::<Vec<_>>().join("\n"))
    }
}

/// All that cannot be read, of which `first` is what the reader met first. What cannot be read is taken out, so that its
/// default is in its place, and the rest is read again; what can be read is then checked as always.
pub(super) fn all(from: &Figment, first: figment::Error) -> WrongSetting {
    let mut wrong = vec![one_line(from, &first)];
    let (mut path, Ok(mut rest)) = (first.path, from.extract::<Dict>()) else { return WrongSetting::together(wrong) };
    while taken_out(&mut rest, &path) {
        match Figment::from(Serialized::defaults(&rest)).extract::<Tables>() {
            Ok(tables) => {
                wrong.extend(super::Settings::check(tables).err());
                break;
            }
            Err(error) => {
                wrong.push(one_line(from, &error));
                path = error.path;
            }
        }
    }
    WrongSetting::together(wrong)
}

/// Takes what is at this path out; of a list the whole of it. `false` where there is nothing.
fn taken_out(from: &mut Dict, path: &[String]) -> bool {
    match path {
        [] => false,
        [key] => from.remove(key).is_some(),
        [table, rest @ ..] => match from.get_mut(table) {
            Some(Value::Dict(_, table)) => taken_out(table, rest),
            Some(_) => from.remove(table).is_some(),
            None => false,
        },
    }
}

fn one_line(from: &Figment, error: &figment::Error) -> WrongSetting {
    let key = error.path.join(".");
    // Of a key that nobody knows, or of one entry of a list, the error does not say where it is from.
    let metadata: Option<&Metadata> = (1..=error.path.len())
        .rev()
        .find_map(|parts| from.find_metadata(&error.path[..parts].join(".")))
        .or(error.metadata.as_ref());
    let file = metadata.and_then(|metadata| metadata.source.as_ref()?.file_path());
    let source = match (file, metadata) {
        (Some(file), _) => format!(" (in {})", file.display()),
        (None, Some(metadata)) => format!(" (in {})", metadata.name),
        (None, None) => String::new(),
    };
    if let Kind::UnknownField(field, tables) = &error.kind
        && (file.is_none() && error.path.len() == 1)
        && let Some(variable) = tables.iter().find_map(|table| meant(field, table))
    {
        return WrongSetting(format!("{}: two underscores after the table: {variable}", shouted(field)));
    }
    let what = match &error.kind {
        Kind::UnknownField(_, known) if error.path.len() > 1 => {
            format!("there is no such key; the keys of this table are {}", known.join(", "))
        }
        Kind::UnknownField(_, known) => format!("there is no such table; the tables are {}", known.join(", ")),
        // Of a file that is no TOML the reader draws the place; the first line says which, and the last one what is wrong.
        kind => {
            let what = kind.to_string();
            let mut lines = what.lines().map(str::trim).filter(|line| !line.is_empty());
            match (lines.next(), lines.next_back()) {
                (Some(first), Some(last)) => format!("{first}: {last}"),
                (first, _) => first.unwrap_or_default().to_owned(),
            }
        }
    };
    if key.is_empty() {
        WrongSetting(format!("{what}{source}"))
    } else {
        WrongSetting(format!("{key}: {what}{source}"))
    }
}

/// The variable that was meant, where a name has one underscore behind its table only.
fn meant(field: &str, table: &str) -> Option<String> {
    let key = field.strip_prefix(table)?.strip_prefix('_')?;
    Some(format!("{}__{}", shouted(table), key.to_uppercase()))
}

fn shouted(name: &str) -> String {
    format!("TESSERA_{}", name.to_uppercase())
}

#[cfg(test)]
mod tests {
    use figment::providers::{Format as _, Toml};

    use super::*;
    use crate::settings::Settings;

    fn lines(toml: &str) -> Vec<String> {
        let figment = Figment::from(Serialized::defaults(Tables::default())).merge(Toml::string(toml));
        let wrong = Settings::extract(&figment).expect_err(toml).to_string();
        wrong.lines().map(str::to_owned).collect()
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once_each_on_a_line_that_names_its_key() {
        for (toml, named) in [
            (
                "[server]\nadress = '1'\ntrusted_proxies = ['x']\n[login]\nsite = 'a'\n[log]\nformat = 'xml'",
                &["server.adress", "server.trusted_proxies", "login.site", "log.format"][..],
            ),
            ("[serve]\naddr = '1'\n[limits]\ntickets = 'many'", &["serve", "limits.tickets"]),
            // What can be read and is wrong all the same.
            ("[server]\nadress = '1'\n[login]\ncode_seconds = 0", &["server.adress", "login.code_seconds"]),
            (
                "[server]\npublic_url = 'ftp://a'\ntls_cert = 'a'\n[log]\nlevel = 'loud'\n[store]\nrecords = 'x'",
                &["server.public_url", "server.tls_cert", "log.level", "store.records"],
            ),
        ] {
            let lines = lines(toml);
            assert_eq!(lines.len(), named.len(), "{lines:?}");
            for key in named {
                assert!(lines.iter().any(|line| line.starts_with(&format!("{key}: "))), "{key}: {lines:?}");
            }
        }
    }

    #[test]
    fn a_key_that_there_is_not_is_told_which_ones_there_are() {
        let line = &lines("[server]\nadress = '1'")[0];
        assert!(line.contains("there is no such key; the keys of this table are addr, admin_addr"), "{line}");
        let line = &lines("[serve]\naddr = '1'")[0];
        assert!(line.contains("there is no such table; the tables are server, login"), "{line}");
        assert!(!line.contains('`'), "{line}");
    }
}

//! The faults of a configuration, as lines that each name a key.

use std::fmt;

use thiserror::Error;

/// The faults of a configuration: one line per fault, which names the key.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct WrongSetting(pub String);

impl WrongSetting {
    pub(super) fn new(key: &str, what: impl fmt::Display) -> Self {
        Self(format!("{key}: {what}"))
    }

    /// Joins several errors to one that has all their lines.
    pub(super) fn together(faults: impl IntoIterator<Item = Self>) -> Self {
        Self(faults.into_iter().map(|Self(line)| line).collect::<Vec<_>>().join("\n"))
    }
}

/// Checks that the number of a setting is between two bounds, inclusive. The error names `key`, the number and
/// the bounds.
pub(super) fn within(key: &str, value: u64, least: u64, most: u64) -> Result<(), WrongSetting> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(WrongSetting::new(key, format_args!("is {value}; it may be {least} to {most}")))
    }
}

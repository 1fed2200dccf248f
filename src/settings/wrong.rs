//! Errors in the configuration, as lines that each name a key.

use std::fmt;

use thiserror::Error;

/// The errors in the configuration, one per line, each with the name of its key.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct WrongSetting(pub String);

impl WrongSetting {
    pub(super) fn new(key: &str, what: impl fmt::Display) -> Self {
        Self(format!("{key}: {what}"))
    }

    /// Joins several errors, each in a line of its own.
    pub(super) fn together(faults: impl IntoIterator<Item = Self>) -> Self {
        Self(faults.into_iter().map(|Self(line)| line).collect::<Vec<_>>().join("\n"))
    }
}

/// Checks that a number is within its limits.
pub(super) fn within(key: &str, value: u64, least: u64, most: u64) -> Result<(), WrongSetting> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(WrongSetting::new(key, format_args!("is {value}; it may be {least} to {most}")))
    }
}

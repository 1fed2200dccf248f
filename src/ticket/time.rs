//! Moments and spans, in milliseconds. The core is told the time; it never asks for it.

use std::ops::Add;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment `millis` milliseconds after 1970-01-01 UTC.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
    }
}

/// How long each part of a ticket's life lasts (design: "Times").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// A code can be scanned for this long after it was shown.
    pub code: Duration,
    /// A page may renew its code for this long after it was opened.
    pub renewal: Duration,
    /// A person has this long to decide once scanned.
    pub decide: Duration,
    /// The browser has this long to claim once approved.
    pub claim: Duration,
}

impl Lifetimes {
    /// How long a finished ticket is remembered, so that a repeat is told apart from an invention.
    pub fn afterlife(&self) -> Duration {
        self.code * 2
    }
}

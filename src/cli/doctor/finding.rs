//! The findings of `tessera doctor`.

use std::fmt;

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The severity of the finding.
    pub verdict: Verdict,
    /// What was checked and is in order, or what is wrong.
    pub what: String,
    /// What to do about it; empty if nothing is wrong.
    pub mend: &'static str,
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing has to be done.
    Good,
    /// Sign-in works, but maybe not for long or not for every visitor.
    Doubtful,
    /// Some people cannot sign in, or sign-in is not safe.
    Wrong,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.verdict {
            Verdict::Good => "good    ",
            Verdict::Doubtful => "doubtful",
            Verdict::Wrong => "WRONG   ",
        };
        write!(out, "{mark}  {}", self.what)?;
        if self.mend.is_empty() { Ok(()) } else { write!(out, "\n          → {}", self.mend) }
    }
}

/// The advice of each finding about a fault that prevents the server from starting.
pub(super) const STOPS_A_START: &str = "the server does not start so";

pub(super) fn good(what: impl Into<String>) -> Finding {
    Finding { verdict: Verdict::Good, what: what.into(), mend: "" }
}

pub(super) fn doubtful(what: impl Into<String>, mend: &'static str) -> Finding {
    Finding { verdict: Verdict::Doubtful, what: what.into(), mend }
}

pub(super) fn wrong(what: impl Into<String>, mend: &'static str) -> Finding {
    Finding { verdict: Verdict::Wrong, what: what.into(), mend }
}

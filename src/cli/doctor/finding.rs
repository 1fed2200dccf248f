//! What a look at a deployment found, and what to do about it.

use std::fmt;

/// What one look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub verdict: Verdict,
    /// What was looked at, and what is the matter.
    pub what: String,
    /// What to do about it; empty where nothing is the matter.
    pub mend: &'static str,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works, and may not for long or for everybody.
    Doubtful,
    /// Somebody cannot sign in, or it is not safe.
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

/// What is said of whatever a start fails at.
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

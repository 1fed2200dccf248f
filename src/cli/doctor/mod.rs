//! `tessera doctor`: looks at the configuration, at the way through the proxy, and at the stores, and says in words
//! what to mend. It changes nothing but one ticket that it makes, as any visitor does.

mod answer;
mod machine;
mod site;
mod stores;

use std::fmt;

use crate::settings::Settings;

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
const STOPS_A_START: &str = "the server does not start so";

fn good(what: impl Into<String>) -> Finding {
    Finding { verdict: Verdict::Good, what: what.into(), mend: "" }
}

fn doubtful(what: impl Into<String>, mend: &'static str) -> Finding {
    Finding { verdict: Verdict::Doubtful, what: what.into(), mend }
}

fn wrong(what: impl Into<String>, mend: &'static str) -> Finding {
    Finding { verdict: Verdict::Wrong, what: what.into(), mend }
}

/// Looks at everything; the server itself is to be running. `faults` are those of the files that the configuration names.
pub async fn examine(settings: &Settings, faults: Vec<String>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = faults.into_iter().map(|line| wrong(line, STOPS_A_START)).collect();
    findings.extend(machine::examine(settings));
    let (stores, key) = stores::examine(settings).await;
    findings.extend(stores);
    findings.extend(site::examine(settings, key.as_ref()).await);
    findings
}

//! `tessera doctor`: looks at the configuration, at the way through the proxy, and at the stores, and says in words
//! what to mend. It changes nothing but one ticket that it makes, as any visitor does.

mod answer;
mod finding;
mod machine;
mod site;
mod stores;

pub use self::finding::{Finding, Verdict};
use self::finding::{STOPS_A_START, wrong};
use crate::settings::Settings;

/// Looks at everything; the server itself is to be running. `faults` are those of the files that the configuration names.
pub async fn examine(settings: &Settings, faults: Vec<String>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = faults.into_iter().map(|line| wrong(line, STOPS_A_START)).collect();
    findings.extend(machine::examine(settings));
    let (stores, key) = stores::examine(settings).await;
    findings.extend(stores);
    findings.extend(site::examine(settings, key.as_deref()).await);
    findings
}

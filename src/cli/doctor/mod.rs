//! `tessera doctor`: checks the configuration, the connection through the proxy and the stores, and prints
//! what to fix. It must not change anything, except that it creates one ticket, as any visitor does. It sends a test mail
//! only if an address is named for it.

mod answer;
mod finding;
mod machine;
mod mail;
mod site;
mod stores;

pub use self::finding::{Finding, Verdict};
use self::finding::{STOPS_A_START, wrong};
use crate::settings::Settings;
use crate::store::records::people::Email;

/// Runs all checks of `tessera doctor` and returns their findings; the server must be running. `faults` are the
/// texts of faults that were found in the files that the configuration names; each becomes a finding too. If `mail_to` is an
/// address, a test mail is sent there.
pub async fn examine(settings: &Settings, faults: Vec<String>, mail_to: Option<&Email>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = faults.into_iter().map(|line| wrong(line, STOPS_A_START)).collect();
    findings.extend(machine::examine(settings));
    let (stores, key) = stores::examine(settings).await;
    findings.extend(stores);
    findings.extend(site::examine(settings, key.as_deref()).await);
    findings.extend(mail::examine(settings, mail_to).await);
    findings
}

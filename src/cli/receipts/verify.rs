//! `tessera receipts verify`: checks a file of receipts, on any machine.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::PathBuf;

use jsonwebtoken::jwk::JwkSet;

use super::public_keys::public_keys;
use crate::cli::common::{OnRecords, say};
use crate::receipt::file::verify;
use crate::receipt::public_keys::PublicKeys;
use crate::receipt::verifier::{KeysOf, Verdict};

/// Check a file of receipts.
#[derive(clap::Args)]
pub struct Verify {
    /// The file, as it was downloaded or exported
    file: PathBuf,
    /// Public keys that you trust, as `tessera receipts keys` prints them: a JWK set
    #[arg(long, value_name = "FILE", conflicts_with = "on_server")]
    keys: Option<PathBuf>,
    /// Take the keys from the records of the server on this machine
    #[arg(long)]
    on_server: bool,
    /// What a phone remembers, as its activity page shows it; finds an end that was cut off
    #[arg(long, value_name = "TEXT")]
    head: Option<String>,
    #[command(flatten)]
    on: OnRecords,
}

impl Verify {
    /// Checks the file and prints what is right; the error is what is wrong, a line for each finding.
    pub async fn run(self) -> Result<(), String> {
        let keys = self.trusted_keys().await?;
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", self.file.display());
        let file = File::open(&self.file).map_err(|error| named(&error))?;
        let verdict = verify(BufReader::new(file), keys, self.head.as_deref()).map_err(|error| named(&error))?;
        if verdict.keys_of == KeysOf::File {
            say(
                "The keys are those in the file itself: a file that somebody made up looks right too. Name keys that you \
                 trust with --keys, or --on-server where the server runs.",
            );
        }
        if verdict.is_right() {
            say(&right(&verdict));
            Ok(())
        } else {
            Err(wrong(&verdict))
        }
    }

    /// Returns the keys that the caller named; `None` for those in the file.
    async fn trusted_keys(&self) -> Result<Option<PublicKeys>, String> {
        let set = match &self.keys {
            Some(path) => {
                let named = |error: &dyn std::fmt::Display| format!("--keys: {}: {error}", path.display());
                let text = fs::read_to_string(path).map_err(|error| named(&error))?;
                serde_json::from_str::<JwkSet>(&text).map_err(|error| named(&error))?
            }
            None if self.on_server => self.on.run(public_keys).await?,
            None => return Ok(None),
        };
        let keys = PublicKeys::of(&set);
        if keys.is_empty() { Err("there is no key for receipts among the keys".to_owned()) } else { Ok(Some(keys)) }
    }
}

/// Returns what is said of a file in which nothing is wrong.
fn right(verdict: &Verdict) -> String {
    let Verdict { receipts, first, last, .. } = verdict;
    let account = verdict.account.map(|account| format!(" of account {account}")).unwrap_or_default();
    let range = match (*receipts, *first) {
        (0, 1) => "no approvals".to_owned(),
        (0, _) => format!("no receipts behind the checkpoint, which stands for {last}"),
        (1, _) => format!("1 receipt, number {last}"),
        _ => format!("{receipts} receipts, numbers {first} to {last}"),
    };
    let before = first.saturating_sub(1);
    let pruned =
        if before > 0 { format!(" A signed checkpoint stands for the {before} before.") } else { String::new() };
    let signed = verdict.signed_at.as_ref().map(|at| format!(" Its end was signed at {at}.")).unwrap_or_default();
    let phone = if verdict.is_phone_older { " The phone remembers an approval from before that." } else { "" };
    format!("Nothing is missing or altered{account}: {range}.{pruned}{signed}{phone}")
}

fn wrong(verdict: &Verdict) -> String {
    let mut lines: Vec<String> = verdict.findings.iter().map(ToString::to_string).collect();
    if verdict.more > 0 {
        lines.push(format!("and {} more", verdict.more));
    }
    lines.join("\n")
}

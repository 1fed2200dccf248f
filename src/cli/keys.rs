//! `tessera keys`: manages the keys that sign tokens.

use crate::cause::caused;
use crate::clock::Clock;
use crate::oauth::token::signing_keys::PUBLISHED_BEFORE;
use crate::server::open_keys;
use crate::settings::Settings;
use crate::store::records::Records;
use crate::store::records::app_options::SigningAlgorithm;
use clap::Subcommand;
use serde_json::json;

use super::common::{OnRecords, say};

/// The subcommands of `tessera keys`.
#[derive(Subcommand)]
pub enum Keys {
    /// Create the next key of an algorithm, or of all; it is published at once and signs a minute later.
    Rotate {
        /// Algorithm of the key: `RS256`, `ES256` or `EdDSA`
        #[arg(long)]
        algorithm: Option<String>,
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        on: OnRecords,
    },
}

/// Runs a subcommand of `tessera keys`; the error is the line to print.
pub async fn run(command: Keys) -> Result<(), String> {
    let Keys::Rotate { algorithm, json, on } = command;
    let algorithms = match algorithm {
        None => SigningAlgorithm::ALL.to_vec(),
        Some(name) => {
            let unknown = || format!("there is no algorithm {name}; choose RS256, ES256 or EdDSA");
            vec![SigningAlgorithm::of(&name).ok_or_else(unknown)?]
        }
    };
    on.run(async |settings, records| rotate(settings, records, algorithms, json).await).await
}

async fn rotate(
    settings: &Settings,
    records: &Records,
    algorithms: Vec<SigningAlgorithm>,
    json: bool,
) -> Result<(), String> {
    let keys = open_keys(settings, records, Clock::system()).await?;
    let mut made = Vec::new();
    for algorithm in algorithms {
        let kid = keys.rotate(algorithm).await.map_err(|error| caused(&error))?;
        if !json {
            let seconds = PUBLISHED_BEFORE.as_secs();
            say(&format!("{}: {kid} is published, and signs in {seconds} seconds.", algorithm.name()));
        }
        made.push(json!({ "algorithm": algorithm.name(), "kid": kid }));
    }
    if json {
        say(&serde_json::Value::from(made).to_string());
    }
    Ok(())
}

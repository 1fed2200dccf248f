//! `tessera receipts`: exports the receipts of a person's approvals, and checks a file of them.

mod public_keys;
mod verify;

use clap::Subcommand;
use futures_util::StreamExt as _;
use serde_json::Value;

use self::public_keys::public_keys;
use self::verify::Verify;
use crate::account::TypedName;
use crate::cause::caused;
use crate::cli::common::{OnRecords, say};
use crate::clock::Clock;
use crate::server::open_receipts;
use crate::settings::Settings;
use crate::store::records::Records;
use crate::ticket::ids::AccountId;

/// The subcommands of `tessera receipts`.
#[derive(Subcommand)]
pub enum Receipts {
    /// Print the receipts of a person, as they download them themselves; it ends with a signed head.
    Export {
        /// User name of the person, or the id of the account as logs show it
        user: String,
        #[command(flatten)]
        on: OnRecords,
    },
    /// Print the public keys with which receipts are checked, as a JWK set for `verify --keys`.
    Keys {
        #[command(flatten)]
        on: OnRecords,
    },
    /// Check a file of receipts; ends with 1 if anything in it is missing, altered, reordered or repeated.
    Verify(Verify),
}

/// Runs a subcommand of `tessera receipts`; the error is what to print.
pub async fn run(command: Receipts) -> Result<(), String> {
    match command {
        Receipts::Export { user, on } => on.run(async |settings, records| export(settings, records, &user).await).await,
        Receipts::Keys { on } => on.run(keys).await,
        Receipts::Verify(verify) => verify.run().await,
    }
}

async fn export(settings: &Settings, records: &Records, user: &str) -> Result<(), String> {
    let found = records.account_by_username(TypedName::of(user).as_str()).await.map_err(|fault| caused(&fault))?;
    let account = match found.map(|(account, _)| account.id).or_else(|| AccountId::parse(user)) {
        Some(id) => records.account(id).await.map_err(|fault| caused(&fault))?,
        None => None,
    };
    let account = account.ok_or_else(|| format!("there is no account named {user}"))?;
    let receipts = open_receipts(settings, records, Clock::system()).await?;
    let mut lines = Box::pin(receipts.export(account.id));
    while let Some(piece) = lines.next().await {
        say(piece.map_err(|fault| caused(&fault))?.trim_end_matches('\n'));
    }
    Ok(())
}

async fn keys(settings: &Settings, records: &Records) -> Result<(), String> {
    let keys = public_keys(settings, records).await?;
    say(&serde_json::to_value(keys).unwrap_or(Value::Null).to_string());
    Ok(())
}

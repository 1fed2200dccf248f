//! `tessera passkeys`: manages the domain that passkeys belong to.

use clap::Subcommand;
use serde_json::json;

use super::common::{How, say};
use crate::account::passkey;
use crate::cause::caused;
use crate::settings::Settings;
use crate::store::records::Records;

/// The subcommands of `tessera passkeys`.
#[derive(Subcommand)]
pub enum Passkeys {
    /// Let passkeys belong to the domain of the configuration from now on; passkeys of another domain no longer work
    Move(How),
}

/// Runs a subcommand of `tessera passkeys`; the error is the line to print.
pub async fn run(command: Passkeys) -> Result<(), String> {
    let Passkeys::Move(how) = command;
    how.on.run(async |settings, records| move_here(settings, records, how.json).await).await
}

async fn move_here(settings: &Settings, records: &Records, json: bool) -> Result<(), String> {
    let none = || {
        format!(
            "there can be no passkeys at {}: they need https:// and a domain, or http://localhost. Set \
             server.public_url first",
            settings.public_url
        )
    };
    let domain = passkey::Passkeys::domain_in(settings)?.ok_or_else(none)?;
    let before = records.passkey_domain().await.map_err(|fault| caused(&fault))?;
    let is_same = before.as_ref() == Some(&domain);
    let lost =
        if is_same { 0 } else { records.move_passkey_domain(domain.clone()).await.map_err(|fault| caused(&fault))? };
    if json {
        say(&json!({ "domain": domain, "before": before, "passkeys_lost": lost }).to_string());
    } else if is_same {
        say(&format!("Passkeys belong to {domain} already. Nothing was changed."));
    } else {
        say(&format!(
            "Passkeys belong to {domain} from now on. Passkeys of the domain before, which no longer work: {lost}. People \
             who have no password need a recovery link (`tessera user recover`)."
        ));
    }
    Ok(())
}

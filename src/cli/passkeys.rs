//! `tessera passkeys`: manages the domain that passkeys belong to.

use clap::Subcommand;
use serde_json::json;

use super::common::{How, NO_ADMINISTRATOR, say};
use crate::account::passkey;
use crate::cause::caused;
use crate::settings::Settings;
use crate::store::records::Records;
use crate::store::records::directory::filter::{PeopleFilter, PersonState};

/// The largest number of people that are counted.
const MOST_COUNTED: u32 = 100_000;

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
    let out = PeopleFilter { state: Some(PersonState::NoWayIn), ..PeopleFilter::default() };
    let out = records.count_people(&out, MOST_COUNTED).await.map_err(|fault| caused(&fault))?;
    if json {
        let done = json!({ "domain": domain, "before": before, "passkeys_lost": lost, "people_without_way_in": out });
        say(&done.to_string());
    } else if is_same {
        say(&format!("Passkeys belong to {domain} already. Nothing was changed."));
    } else {
        say(&format!(
            "Passkeys belong to {domain} from now on. Passkeys of other domains, which do not work there: {lost}. People who \
             cannot sign in now: {out} (`tessera user list --without-password`); each needs a link (`tessera user recover`)."
        ));
    }
    if records.lacks_administrator().await.map_err(|fault| caused(&fault))? && !json {
        say(NO_ADMINISTRATOR);
    }
    Ok(())
}

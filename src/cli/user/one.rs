//! The account that a subcommand works on, and how it is described.

use serde_json::{Value, json};

use crate::cause::caused;
use crate::cli::common::{How, say};
use crate::cli::find;
use crate::clock::Clock;
use crate::store::records::accounts::Listed;
use crate::store::records::directory::act::ActedBy;
use crate::store::records::early_ends::SignedOut;
use crate::store::records::people::{Email, Group};
use crate::store::records::{Account, Records};
use crate::text::rfc3339;
use crate::ticket::ids::AccountId;

/// The account that a subcommand works on, and the records that it is in.
#[derive(clap::Args)]
pub struct One {
    /// User name of the account, or its id as logs show it
    name: String,
    #[command(flatten)]
    how: How,
}

/// An account that was found.
pub struct Found {
    /// The name to print.
    pub name: String,
    /// The account as it was when it was found.
    pub account: Account,
    /// Whether to print JSON.
    pub json: bool,
}

impl One {
    /// Finds the account and runs `work` on it.
    pub async fn run(&self, work: impl AsyncFnOnce(&Records, Found) -> Result<(), String>) -> Result<(), String> {
        let Self { name, how } = self;
        how.on
            .run(async |_, records| {
                let (name, account) = find::account(records, name).await?;
                work(records, Found { name, account, json: how.json }).await
            })
            .await
    }
}

/// The author of a change that is made now.
pub fn by() -> ActedBy {
    ActedBy::command_line(Clock::system().now())
}

/// Prints the result of an act on an account: the sentence, or as JSON the account, with how much ended if something did.
pub async fn answer(records: &Records, found: &Found, sentence: &str, ended: Option<SignedOut>) -> Result<(), String> {
    if !found.json {
        let counted = ended.map(|ended| format!(" {}", counted(ended))).unwrap_or_default();
        say(&format!("{sentence}{counted}"));
        return Ok(());
    }
    let mut document = one_described(records, found.account.id).await?;
    add_ended(&mut document, ended);
    say(&document.to_string());
    Ok(())
}

/// Adds to the description of an account how much was ended.
pub fn add_ended(document: &mut Value, ended: Option<SignedOut>) {
    if let Some(SignedOut { sessions, grants }) = ended {
        document["sessions_ended"] = sessions.into();
        document["grants_ended"] = grants.into();
    }
}

/// Says how much was ended.
pub fn counted(ended: SignedOut) -> String {
    format!("Sessions ended: {}. Sign-ins to apps ended: {}.", ended.sessions, ended.grants)
}

/// Returns an account with its groups as JSON.
pub async fn one_described(records: &Records, id: AccountId) -> Result<Value, String> {
    let person = records.person(id).await.map_err(|fault| caused(&fault))?;
    let person = person.ok_or_else(|| format!("there is no account {id} any more"))?;
    let groups = records.groups_of(id).await.map_err(|fault| caused(&fault))?;
    let mut document = described(&person);
    document["groups"] = groups.iter().map(|Group { name, .. }| name.to_string()).collect();
    Ok(document)
}

/// Returns an account as JSON, without its groups.
pub fn described(person: &Listed) -> Value {
    let Listed { account, vouched_by, created_at, has_password, passkeys, has_way_in } = person;
    let issuer = vouched_by.as_ref().map(|(issuer, _)| issuer);
    let subject = vouched_by.as_ref().map(|(_, subject)| subject);
    json!({
        "account_id": account.id.to_string(),
        "username": account.username,
        "display_name": account.display_name,
        "given_name": account.profile.given_name,
        "family_name": account.profile.family_name,
        "email": account.email.as_ref().map(Email::as_str),
        "email_verified": account.email.is_some() && account.email_verified_at.is_some(),
        "role": account.role.word(),
        "administrator": account.is_admin(),
        "disabled": account.is_disabled,
        "scan": account.scan.state().word(),
        "shown_to_screens": account.profile.shown_to_screens.word(),
        "has_password": has_password,
        "has_way_in": has_way_in,
        "passkeys": passkeys,
        "issuer": issuer,
        "subject": subject,
        "created_at": rfc3339(*created_at),
    })
}

//! `tessera user change`.

use super::one::{Found, One, answer, by};
use crate::account::DisplayName;
use crate::cause::caused;
use crate::cli::find::taken;
use crate::names::NotAName;
use crate::store::records::directory::person::{PersonChange, PersonDetails, Taken};
use crate::store::records::people::{Email, NotAnEmail};
use crate::store::records::{Account, Records};

/// How often a change is tried again that another author was faster with.
const TRIES: usize = 16;

/// The options of `tessera user change`.
#[derive(clap::Args)]
pub struct Change {
    #[command(flatten)]
    one: One,
    /// Name that others see
    #[arg(long)]
    display_name: Option<String>,
    /// Given name; empty removes it
    #[arg(long)]
    given_name: Option<String>,
    /// Family name; empty removes it
    #[arg(long)]
    family_name: Option<String>,
    /// E-mail address; empty removes it. A new one counts as not proven unless you say so
    #[arg(long)]
    email: Option<String>,
    /// Whether you know that the address is theirs, so that apps may trust it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    email_verified: Option<bool>,
}

impl Change {
    /// Changes the account.
    pub async fn run(self) -> Result<(), String> {
        self.one.run(async |records, found| self.change(records, found).await).await
    }

    async fn change(&self, records: &Records, found: Found) -> Result<(), String> {
        let id = found.account.id;
        for _ in 0..TRIES {
            let account = records.account(id).await.map_err(|fault| caused(&fault))?;
            let account = account.ok_or_else(|| format!("there is no account named {} any more", found.name))?;
            let (before, details) = (account.details(), self.over(&account)?);
            let (seen, email) = (Some(before.fingerprint()), details.email.clone());
            if before == details {
                return answer(records, &found, &format!("{} is as it was.", found.name), None).await;
            }
            match records.change_person(id, details, seen, by()).await.map_err(|fault| caused(&fault))? {
                PersonChange::Done => {
                    return answer(records, &found, &format!("{} is changed.", found.name), None).await;
                }
                PersonChange::EmailTaken => return Err(taken(Taken::Email, &found.name, email.as_ref())),
                PersonChange::Meanwhile | PersonChange::Unknown => {}
            }
        }
        Err(format!("{} is being changed by others all the time: try again", found.name))
    }

    /// Returns the details of the account with what the options name in place of what it has.
    fn over(&self, account: &Account) -> Result<PersonDetails, String> {
        let before = account.details();
        let named = |typed: &Option<String>, before: Option<String>| match typed.as_deref() {
            None => Ok(before),
            Some("") => Ok(None),
            Some(text) => text.parse::<DisplayName>().map(|name| Some(name.to_string())),
        };
        let said = |why: NotAName| why.to_string();
        if self.display_name.is_some() && account.is_named_by_token() {
            return Err("the display name comes from the phone app that this person signs in with".to_owned());
        }
        let display_name = match &self.display_name {
            Some(name) => name.parse::<DisplayName>().map_err(said)?.to_string(),
            None => before.display_name,
        };
        let email = match self.email.as_deref() {
            None => before.email.clone(),
            Some("") => None,
            Some(text) => Some(text.parse::<Email>().map_err(|why: NotAnEmail| why.to_string())?),
        };
        let is_same = email.as_ref().map(Email::key) == before.email.as_ref().map(Email::key);
        let is_proven = self.email_verified.unwrap_or(is_same && before.is_email_proven);
        Ok(PersonDetails {
            display_name,
            given_name: named(&self.given_name, before.given_name).map_err(said)?,
            family_name: named(&self.family_name, before.family_name).map_err(said)?,
            is_email_proven: is_proven && email.is_some(),
            email,
        })
    }
}

//! `tessera user list` and `tessera user show`.

use serde_json::Value;

use super::one::{Found, described, one_described};
use crate::cause::caused;
use crate::cli::common::{How, say};
use crate::cli::find;
use crate::clock::Clock;
use crate::store::records::Records;
use crate::store::records::accounts::Listed;
use crate::store::records::directory::filter::{PeopleAfter, PeopleFilter, PersonState};
use crate::store::records::people::{Email, Role};
use crate::text::rfc3339;

/// The number of accounts that are read at once.
const AT_ONCE: u32 = 500;

/// The options of `tessera user list`.
#[derive(clap::Args)]
pub struct List {
    /// Only accounts with this in the user name, the display name or the email address
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only accounts with this role
    #[arg(long, value_enum)]
    role: Option<Role>,
    /// Only members of this group
    #[arg(long)]
    group: Option<String>,
    /// Only disabled accounts
    #[arg(long, conflicts_with = "without_password")]
    disabled: bool,
    /// Only accounts that have a user name and no way to sign in: no password that this server takes, and no passkey
    #[arg(long)]
    without_password: bool,
    #[command(flatten)]
    how: How,
}

impl List {
    /// Prints the accounts in the order of their display names.
    pub async fn run(self) -> Result<(), String> {
        self.how.on.run(async |_, records| self.print(records).await).await
    }

    async fn print(&self, records: &Records) -> Result<(), String> {
        let group = match &self.group {
            Some(name) => Some(find::group(records, name).await?.id),
            None => None,
        };
        let state = match (self.disabled, self.without_password) {
            (true, _) => Some(PersonState::Disabled),
            (false, true) => Some(PersonState::NoWayIn),
            (false, false) => None,
        };
        let text = self.search.clone().unwrap_or_default();
        let filter = PeopleFilter { text, role: self.role, group, state };
        let all = all_people(records, &filter).await?;
        if self.how.json {
            say(&all.iter().map(described).collect::<Value>().to_string());
        } else if all.is_empty() {
            say(if filter.is_empty() { "There are no accounts." } else { "No account matches." });
        } else {
            for person in &all {
                say(&line(person));
            }
        }
        Ok(())
    }
}

/// Reads all accounts that a filter selects, some at a time.
pub async fn all_people(records: &Records, filter: &PeopleFilter) -> Result<Vec<Listed>, String> {
    let mut all: Vec<Listed> = Vec::new();
    loop {
        let after = all.last().map(PeopleAfter::of);
        let some = records.people(filter, after.as_ref(), AT_ONCE).await.map_err(|fault| caused(&fault))?;
        let is_all = some.len() < AT_ONCE as usize;
        all.extend(some);
        if is_all {
            return Ok(all);
        }
    }
}

fn line(listed: &Listed) -> String {
    let Listed { account, vouched_by, .. } = listed;
    let signs_in_as = match (&account.username, vouched_by) {
        (Some(username), _) => username.clone(),
        (None, Some((issuer, subject))) => format!("{subject} of {issuer}"),
        (None, None) => "nobody".to_owned(),
    };
    let is = [
        (account.role == Role::People, ", manages people"),
        (account.is_admin(), ", administrator"),
        (account.is_disabled, ", disabled"),
        (account.username.is_some() && !listed.has_way_in, ", no way to sign in"),
    ];
    let is: String = is.into_iter().filter_map(|(is_so, word)| is_so.then_some(word)).collect();
    format!("{}  {}  ({signs_in_as}{is})", account.id, account.display_name)
}

/// Prints one account with its groups, its apps, and how much it has open.
pub async fn show(records: &Records, found: Found) -> Result<(), String> {
    let id = found.account.id;
    let sessions = records.sessions_of(id, Clock::system().now()).await.map_err(|fault| caused(&fault))?.len();
    let apps = records.consents(id).await.map_err(|fault| caused(&fault))?;
    let apps: Vec<String> = apps.into_iter().map(|consent| consent.app.name.clone()).collect();
    if found.json {
        let mut document = one_described(records, id).await?;
        document["sessions"] = sessions.into();
        document["apps"] = apps.into();
        say(&document.to_string());
        return Ok(());
    }
    let person = records.person(id).await.map_err(|fault| caused(&fault))?;
    let person = person.ok_or_else(|| format!("there is no account named {} any more", found.name))?;
    let groups = records.groups_of(id).await.map_err(|fault| caused(&fault))?;
    let groups: Vec<String> = groups.iter().map(|group| group.name.to_string()).collect();
    let account = &person.account;
    let proven = if account.email_verified_at.is_some() { "proven" } else { "not proven" };
    let email = account.email.as_ref().map(|email: &Email| format!("{email} ({proven})"));
    let names =
        [&account.profile.given_name, &account.profile.family_name].map(|name| name.clone().unwrap_or_default());
    say(&line(&person));
    for (what, value) in [
        ("Email address", email.unwrap_or_default()),
        ("Given and family name", names.join(" ").trim().to_owned()),
        ("Role", account.role.word().to_owned()),
        ("Groups", groups.join(", ")),
        ("Password", if person.has_password { "yes" } else { "no" }.to_owned()),
        ("Passkeys", person.passkeys.to_string()),
        ("Sessions", sessions.to_string()),
        ("Apps", apps.join(", ")),
        ("Since", rfc3339(person.created_at)),
    ] {
        if !value.is_empty() {
            say(&format!("  {what}: {value}"));
        }
    }
    Ok(())
}

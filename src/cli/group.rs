//! `tessera group`: manages groups of people.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::common::{How, say};
use super::find;
use crate::cause::caused;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::names::{NotAName, shown};
use crate::store::records::Records;
use crate::store::records::accounts::Listed;
use crate::store::records::directory::act::ActedBy;
use crate::store::records::directory::filter::{PeopleAfter, PeopleFilter};
use crate::store::records::people::{self, Audience, GroupChange, GroupId, GroupName};
use crate::text::rfc3339;
use crate::web::bounds::DESCRIPTION_CHARS;

/// How often a change is tried again that another author was faster with.
const TRIES: usize = 16;
/// The number of members that are read at once.
const AT_ONCE: u32 = 500;

/// The subcommands of `tessera group`.
#[derive(Subcommand)]
pub enum Group {
    /// Add a group
    Add {
        /// Name of the group, as apps get it
        name: String,
        /// Description, for administrators
        #[arg(long, default_value = "")]
        description: String,
        /// An app gives its members rights, so only administrators change who they are
        #[arg(long)]
        grants_rights: bool,
        #[command(flatten)]
        how: How,
    },
    /// Show all groups
    List {
        #[command(flatten)]
        how: How,
    },
    /// Show one group and its members
    Show(One),
    /// Change a group; what you do not name stays as it is
    Change {
        #[command(flatten)]
        one: One,
        /// New name, as apps get it
        #[arg(long)]
        name: Option<String>,
        /// Description, for administrators; empty removes it
        #[arg(long)]
        description: Option<String>,
        /// Whether an app gives its members rights, so that only administrators change who they are
        #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
        grants_rights: Option<bool>,
    },
    /// Delete a group; its members stay, and an app that was open to it alone is open to no one
    Delete(One),
    /// Add an account to a group
    AddMember(Membership),
    /// Remove an account from a group
    RemoveMember(Membership),
}

/// The group that a subcommand works on, and the records that it is in.
#[derive(Args)]
pub struct One {
    /// Name of the group, or its id
    group: String,
    #[command(flatten)]
    how: How,
}

/// A group, and an account that joins or leaves it.
#[derive(Args)]
pub struct Membership {
    #[command(flatten)]
    one: One,
    /// User name of the account, or its id as logs show it
    member: String,
}

/// Runs a subcommand of `tessera group`; the error is the line to print.
pub async fn run(command: Group) -> Result<(), String> {
    match command {
        Group::Add { name, description, grants_rights, how } => {
            let group = people::Group {
                id: GroupId::from_random(random()),
                name: name.parse().map_err(not_a_name)?,
                description: described_by(&description)?,
                grants_rights,
                created_at: Clock::system().now(),
            };
            how.on.run(async |_, records| add(records, group, how.json).await).await
        }
        Group::List { how } => how.on.run(async |_, records| list(records, how.json).await).await,
        Group::Show(one) => one.run(async |records, group| show(records, group, one.how.json).await).await,
        Group::Change { one, name, description, grants_rights } => {
            let change = Change {
                name: name.as_deref().map(str::parse).transpose().map_err(not_a_name)?,
                description: description.as_deref().map(described_by).transpose()?,
                grants_rights,
            };
            one.run(async |records, group| revise(records, group, &change, one.how.json).await).await
        }
        Group::Delete(one) => one.run(async |records, group| delete(records, group, one.how.json).await).await,
        Group::AddMember(Membership { one, member }) => {
            one.run(async |records, group| join(records, group, &member, one.how.json).await).await
        }
        Group::RemoveMember(Membership { one, member }) => {
            one.run(async |records, group| leave(records, group, &member, one.how.json).await).await
        }
    }
}

impl One {
    async fn run(&self, work: impl AsyncFnOnce(&Records, people::Group) -> Result<(), String>) -> Result<(), String> {
        self.how.on.run(async |_, records| work(records, find::group(records, &self.group).await?).await).await
    }
}

/// What is to be changed of a group; what is `None` stays as it is.
struct Change {
    name: Option<GroupName>,
    description: Option<String>,
    grants_rights: Option<bool>,
}

fn by() -> ActedBy {
    ActedBy::command_line(Clock::system().now())
}

fn not_a_name(why: NotAName) -> String {
    match why {
        NotAName::Letters => "the name of a group has no comma, because many apps read a list of them".to_owned(),
        other => other.to_string(),
    }
}

fn described_by(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    shown(text, DESCRIPTION_CHARS).map_err(|why| match why {
        NotAName::Length => format!("a description has at most {DESCRIPTION_CHARS} characters"),
        other => other.to_string(),
    })
}

fn is_taken(name: &GroupName) -> String {
    format!("there is already a group named {name}, or one whose name looks the same")
}

fn described(group: &people::Group, members: u64) -> Value {
    json!({
        "group_id": group.id.to_string(),
        "name": group.name.as_str(),
        "description": group.description,
        "grants_rights": group.grants_rights,
        "members": members,
        "created_at": rfc3339(group.created_at),
    })
}

async fn members(records: &Records, group: GroupId) -> Result<u64, String> {
    let filter = PeopleFilter { group: Some(group), ..PeopleFilter::default() };
    records.count_people(&filter, u32::MAX).await.map_err(|fault| caused(&fault))
}

/// Prints the sentence, or as JSON the group.
async fn answer(records: &Records, group: &people::Group, sentence: &str, json: bool) -> Result<(), String> {
    if json {
        say(&described(group, members(records, group.id).await?).to_string());
    } else {
        say(sentence);
    }
    Ok(())
}

async fn add(records: &Records, group: people::Group, json: bool) -> Result<(), String> {
    if !records.make_group(group.clone(), by()).await.map_err(|fault| caused(&fault))? {
        return Err(is_taken(&group.name));
    }
    answer(records, &group, &format!("The group {} is added.", group.name), json).await
}

async fn list(records: &Records, json: bool) -> Result<(), String> {
    let groups = records.groups().await.map_err(|fault| caused(&fault))?;
    if json {
        say(&groups.iter().map(|(group, members)| described(group, *members)).collect::<Value>().to_string());
    } else if groups.is_empty() {
        say("There are no groups.");
    } else {
        for (group, members) in &groups {
            say(&line(group, *members));
        }
    }
    Ok(())
}

fn line(group: &people::Group, members: u64) -> String {
    let noun = if members == 1 { "member" } else { "members" };
    let rights = if group.grants_rights { ", grants rights" } else { "" };
    let description = if group.description.is_empty() { String::new() } else { format!("  {}", group.description) };
    format!("{}  {}  ({members} {noun}{rights}){description}", group.id, group.name)
}

async fn show(records: &Records, group: people::Group, json: bool) -> Result<(), String> {
    let filter = PeopleFilter { group: Some(group.id), ..PeopleFilter::default() };
    let mut all = Vec::new();
    loop {
        let after = all.last().map(PeopleAfter::of);
        let some = records.people(&filter, after.as_ref(), AT_ONCE).await.map_err(|fault| caused(&fault))?;
        let is_all = some.len() < AT_ONCE as usize;
        all.extend(some);
        if is_all {
            break;
        }
    }
    let number = u64::try_from(all.len()).unwrap_or(u64::MAX);
    if json {
        let one = |person: &Listed| {
            let account = &person.account;
            json!({
                "account_id": account.id.to_string(),
                "username": account.username,
                "display_name": account.display_name,
            })
        };
        let mut document = described(&group, number);
        document["members"] = all.iter().map(one).collect();
        say(&document.to_string());
        return Ok(());
    }
    say(&line(&group, number));
    for person in &all {
        let account = &person.account;
        say(&format!(
            "  {}  {}",
            account.username.clone().unwrap_or_else(|| account.id.to_string()),
            account.display_name
        ));
    }
    Ok(())
}

async fn revise(records: &Records, before: people::Group, change: &Change, json: bool) -> Result<(), String> {
    let mut before = before;
    for _ in 0..TRIES {
        let group = people::Group {
            name: change.name.clone().unwrap_or_else(|| before.name.clone()),
            description: change.description.clone().unwrap_or_else(|| before.description.clone()),
            grants_rights: change.grants_rights.unwrap_or(before.grants_rights),
            ..before
        };
        let seen = Some(before.fingerprint());
        match records.revise_group(group.clone(), seen, by()).await.map_err(|fault| caused(&fault))? {
            Some(GroupChange::Done) => {
                return answer(records, &group, &format!("The group {} is changed.", group.name), json).await;
            }
            Some(GroupChange::NameTaken) => return Err(is_taken(&group.name)),
            Some(GroupChange::Unknown) => break,
            None => {}
        }
        let now = records.group(before.id).await.map_err(|fault| caused(&fault))?;
        before = now.ok_or_else(|| format!("there is no group named {} any more", group.name))?;
    }
    Err(format!("there is no group named {} any more", before.name))
}

async fn delete(records: &Records, group: people::Group, json: bool) -> Result<(), String> {
    let mut document = described(&group, members(records, group.id).await?);
    let apps = records.apps().await.map_err(|fault| caused(&fault))?;
    let open_to = apps.iter().filter(|app| match &app.audience {
        Audience::Groups(groups) => groups.contains(&group.id),
        Audience::Everyone => false,
    });
    let apps: Vec<String> = open_to.map(|app| app.name.clone()).collect();
    if !records.end_group(group.id, by()).await.map_err(|fault| caused(&fault))? {
        return Err(format!("there is no group named {} any more", group.name));
    }
    if json {
        document["deleted"] = true.into();
        document["apps"] = apps.into();
        say(&document.to_string());
    } else if apps.is_empty() {
        say(&format!("The group {} is deleted.", group.name));
    } else {
        say(&format!("The group {} is deleted. Apps that were open to it: {}.", group.name, apps.join(", ")));
    }
    Ok(())
}

async fn join(records: &Records, group: people::Group, member: &str, json: bool) -> Result<(), String> {
    let (name, account) = find::account(records, member).await?;
    if !records.join_group(group.id, account.id, by()).await.map_err(|fault| caused(&fault))? {
        return Err(format!("there is no group named {} any more", group.name));
    }
    answer(records, &group, &format!("{name} is in the group {}.", group.name), json).await
}

async fn leave(records: &Records, group: people::Group, member: &str, json: bool) -> Result<(), String> {
    let (name, account) = find::account(records, member).await?;
    if !records.leave_group(group.id, account.id, by()).await.map_err(|fault| caused(&fault))? {
        return Err(format!("there is no group named {} any more", group.name));
    }
    answer(records, &group, &format!("{name} is not in the group {}.", group.name), json).await
}

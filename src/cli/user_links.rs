//! `tessera user invite`, `recover`, `links` and `withdraw-link`: one-time links for accounts.

use clap::Subcommand;
use serde_json::{Value, json};

use super::common::{OnRecords, say};
use super::find::{lookup, shown, taken, there_is_no};
use crate::account::link::LinkToken;
use crate::account::{DisplayName, Username};
use crate::cause::caused;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::names::NotAName;
use crate::settings::Settings;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::directory::act::ActedBy;
use crate::store::records::directory::person::NewPerson;
use crate::store::records::links::{Earlier, Link, LinkMade, LinkPurpose, NewLink};
use crate::store::records::people::{Email, Role};
use crate::store::records::{Account, NewAccount, Records};
use crate::text::rfc3339;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// The subcommands of `tessera user` about one-time links.
#[derive(Subcommand)]
pub enum UserLinks {
    /// Make a one-time link with which a new person chooses a password; it works for three days
    Invite {
        /// User name of the account, or its id
        name: String,
        /// Add the account if there is none of this user name, with this name that others see
        #[arg(long)]
        display_name: Option<String>,
        /// E-mail address of the account that is added
        #[arg(long, requires = "display_name")]
        email: Option<String>,
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        on: OnRecords,
    },
    /// Make a one-time link with which a person chooses a new password; it works for an hour
    Recover {
        /// User name of the account, or its id
        name: String,
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        on: OnRecords,
    },
    /// Show the one-time links of an account, and what became of them
    Links {
        /// User name of the account, or its id
        name: String,
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        on: OnRecords,
    },
    /// Withdraw the one-time link of an account that still works
    WithdrawLink {
        /// User name of the account, or its id
        name: String,
        #[command(flatten)]
        on: OnRecords,
    },
}

/// The largest number of links that are listed.
const LISTED: u32 = 100;

/// Runs a subcommand about one-time links; the error is the line to print.
pub async fn run(command: UserLinks) -> Result<(), String> {
    match command {
        UserLinks::Invite { name, display_name, email, json, on } => {
            on.run(async |settings, records| {
                let account = match (lookup(records, &name).await?, display_name) {
                    (Some(account), _) => account,
                    (None, Some(display_name)) => add(records, &name, &display_name, email.as_deref()).await?,
                    (None, None) => {
                        return Err(format!("{}; --display-name adds it", there_is_no(&name)));
                    }
                };
                make(settings, records, &account, LinkPurpose::Invite, json).await
            })
            .await
        }
        UserLinks::Recover { name, json, on } => {
            on.run(async |settings, records| {
                let account = found(records, &name).await?;
                make(settings, records, &account, LinkPurpose::Recover, json).await
            })
            .await
        }
        UserLinks::Links { name, json, on } => {
            on.run(async |_, records| list(records, &found(records, &name).await?, json).await).await
        }
        UserLinks::WithdrawLink { name, on } => {
            on.run(async |_, records| withdraw(records, &found(records, &name).await?).await).await
        }
    }
}

async fn found(records: &Records, name: &str) -> Result<Account, String> {
    lookup(records, name).await?.ok_or_else(|| there_is_no(name))
}

/// Adds an account without a password, whose owner is to choose one.
async fn add(records: &Records, name: &str, display_name: &str, email: Option<&str>) -> Result<Account, String> {
    let username: Username = name.parse().map_err(|why: NotAName| why.to_string())?;
    let display_name: DisplayName = display_name.parse().map_err(|why: NotAName| why.to_string())?;
    let email = email.map(str::parse::<Email>).transpose().map_err(|why| why.to_string())?;
    let (id, now) = (AccountId::from_random(random()), Clock::system().now());
    let account = NewAccount {
        id,
        username: username.as_str().to_owned(),
        display_name: display_name.as_str().to_owned(),
        email,
        email_verified_at: None,
        password_hash: None,
        role: Role::None,
        created_at: now,
    };
    let email = account.email.clone();
    let person = NewPerson { account, given_name: None, family_name: None, groups: Vec::new() };
    let conflicts = records.add_people(vec![person], false, ActedBy::command_line(now)).await;
    if let Some(conflict) = conflicts.map_err(|fault| caused(&fault))?.first() {
        return Err(taken(conflict.taken, name, email.as_ref()));
    }
    records.account(id).await.map_err(|fault| caused(&fault))?.ok_or_else(|| there_is_no(name))
}

async fn make(
    settings: &Settings,
    records: &Records,
    account: &Account,
    purpose: LinkPurpose,
    json: bool,
) -> Result<(), String> {
    let (token, now) = (LinkToken::from_random(random()), Clock::system().now());
    let link = NewLink {
        token: token.hash(),
        purpose,
        account: account.id,
        made_by: None,
        earlier: Earlier::Withdrawn,
        now,
        line: line(ActivityKind::LinkMade, account, purpose.word(), now),
    };
    let name = shown(account);
    let until = match records.make_link(link).await.map_err(|fault| caused(&fault))? {
        LinkMade::Done { until } => until,
        LinkMade::Unknown => return Err(there_is_no(name)),
        LinkMade::Disabled => return Err(format!("{name} is disabled: enable the account first")),
        LinkMade::NoUsername => return Err(format!("{name} has no user name: a mobile app signs the account in")),
        LinkMade::HasWayIn => {
            return Err(format!("{name} can sign in already: `tessera user recover` lets its owner back in"));
        }
    };
    let link = token.link(&settings.public_url);
    if json {
        let made = json!({
            "account_id": account.id.to_string(),
            "username": account.username,
            "purpose": purpose.word(),
            "link": link,
            "expires_at": rfc3339(until),
        });
        say(&made.to_string());
        return Ok(());
    }
    say(&format!("Send this link to {name} in a way that only they read. It works once, until {}:", rfc3339(until)));
    say(&link);
    Ok(())
}

async fn list(records: &Records, account: &Account, json: bool) -> Result<(), String> {
    let (links, now) =
        (records.links_of(account.id, LISTED).await.map_err(|fault| caused(&fault))?, Clock::system().now());
    if json {
        say(&links.iter().map(|link| described(link, now)).collect::<Value>().to_string());
    } else if links.is_empty() {
        say(&format!("No link was made for {}.", shown(account)));
    }
    for link in links.iter().filter(|_| !json) {
        let made_by = if link.made_by_name.is_empty() { "the command line" } else { &link.made_by_name };
        let elsewhere = link.opened_elsewhere_at.map(|at| format!(", tried in another browser {}", rfc3339(at)));
        say(&format!(
            "{}  {}  (made {} by {made_by}, until {}{})",
            link.purpose.word(),
            link.state(now).word(),
            rfc3339(link.created_at),
            rfc3339(link.expires_at),
            elsewhere.unwrap_or_default(),
        ));
    }
    Ok(())
}

fn described(link: &Link, now: Timestamp) -> Value {
    json!({
        "purpose": link.purpose.word(),
        "state": link.state(now).word(),
        "made_by": link.made_by_name,
        "created_at": rfc3339(link.created_at),
        "expires_at": rfc3339(link.expires_at),
        "opened_at": link.bound_at.map(rfc3339),
        "opened_elsewhere_at": link.opened_elsewhere_at.map(rfc3339),
        "used_at": link.used_at.map(rfc3339),
        "withdrawn_at": link.withdrawn_at.map(rfc3339),
    })
}

async fn withdraw(records: &Records, account: &Account) -> Result<(), String> {
    let now = Clock::system().now();
    let name = shown(account);
    if records.withdraw_links(account.id, now).await.map_err(|fault| caused(&fault))? == 0 {
        return Err(format!("no link of {name} works"));
    }
    tell(records, line(ActivityKind::LinkWithdrawn, account, "", now)).await?;
    say(&format!("The link of {name} does not work any more."));
    Ok(())
}

/// Makes a line of activity about an account, for what the command line does to it at this time.
fn line(kind: ActivityKind, account: &Account, detail: &str, now: Timestamp) -> NewActivity {
    ActedBy::command_line(now).line(kind, Some(account.id), &account.display_name, detail.to_owned())
}

async fn tell(records: &Records, line: NewActivity) -> Result<(), String> {
    records.add_activity(line).await.map_err(|fault| caused(&fault))
}

//! `tessera activity`: prints what happened to accounts.

use crate::account::TypedName;
use crate::account::activity::export::{Reader, all};
use crate::account::activity::query::{ActivityQuery, WrongQuery};
use crate::cause::caused;
use crate::store::records::Records;
use crate::store::records::activity::{ActivityActor, ActivityFilter, ActivityKind};
use crate::text::rfc3339;
use crate::ticket::ids::AccountId;
use strum::VariantArray as _;

use super::common::{OnRecords, say};

/// Show what happened to accounts: sign-ins, approvals, refusals and changes, newest first.
#[derive(clap::Args)]
pub struct Activity {
    /// Only of this account: its user name, or its id as logs show it
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Only about this app, by its id as `app list` shows it
    #[arg(long, value_name = "APP_ID")]
    app: Option<String>,
    /// Only of this kind, such as `signed_in` or `sign_in_refused`
    #[arg(long)]
    kind: Option<String>,
    /// Only from this day on, such as 2027-01-15 (UTC)
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// Only up to the end of this day
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// Largest number of lines
    #[arg(long, default_value_t = 50, value_name = "LINES")]
    last: u32,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    on: OnRecords,
}

/// Runs `tessera activity`; the error is the line to print.
pub async fn run(command: Activity) -> Result<(), String> {
    command.on.run(async |_, records| show(records, &command).await).await
}

async fn show(records: &Records, command: &Activity) -> Result<(), String> {
    let text = |option: &Option<String>| option.clone().unwrap_or_default();
    let query = ActivityQuery {
        app: text(&command.app),
        kind: text(&command.kind),
        from: text(&command.since),
        until: text(&command.until),
        ..ActivityQuery::default()
    };
    let filter = query.filter().map_err(|wrong| match wrong {
        WrongQuery::Kind => {
            let words: Vec<&str> = ActivityKind::VARIANTS.iter().map(|kind| kind.word()).collect();
            format!("--kind is one of {}", words.join(", "))
        }
        WrongQuery::Day => {
            "--since and --until are days such as 2027-01-15, the first one before the last one".to_owned()
        }
        WrongQuery::App => format!("{} is not the id of an app", query.app),
    })?;
    let account = match &command.account {
        Some(name) => Some(find(records, name).await?),
        None => None,
    };
    let filter = ActivityFilter { account, ..filter };
    if command.json {
        let lines = all(records, filter, Reader::Administrator, command.last).await.map_err(|fault| caused(&fault))?;
        say(&serde_json::Value::from(lines).to_string());
        return Ok(());
    }
    let lines = records.activity(filter, command.last).await.map_err(|fault| caused(&fault))?;
    if lines.is_empty() {
        say("Nothing has happened.");
    }
    for activity in lines {
        let line = &activity.line;
        let by = match &line.actor {
            ActivityActor::Person { name, .. } => format!("by {name}"),
            other => other.word().to_owned(),
        };
        let app = line.app.as_ref().map(|(_, name)| name.clone());
        let address = line.address.map(|address| address.to_string());
        let facts = [app, line.browser.clone(), line.system.clone(), address, Some(line.detail.clone()), Some(by)];
        let facts: Vec<String> = facts.into_iter().flatten().filter(|fact| !fact.is_empty()).collect();
        say(&format!("{}  {}  {}  {}", rfc3339(line.at), line.account_name, line.kind.word(), facts.join(", ")));
    }
    Ok(())
}

/// Returns the id of the account with this user name, or the id that was typed: the activity of a deleted account is
/// still there.
async fn find(records: &Records, name: &str) -> Result<AccountId, String> {
    let found = records.account_by_username(TypedName::of(name).as_str()).await.map_err(|fault| caused(&fault))?;
    let id = found.map(|(account, _)| account.id).or_else(|| AccountId::parse(name));
    id.ok_or_else(|| format!("there is no account named {name}"))
}

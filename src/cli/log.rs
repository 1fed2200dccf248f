//! `tessera app log`: prints the change log of apps.

use crate::cause::caused;
use crate::store::records::Records;
use crate::store::records::app_log::{Actor, Line};
use crate::text::rfc3339;
use serde_json::{Value, json};

use super::common::say;

/// Prints the last `last` lines of the change log, the newest first: of the app with this id, or of all apps.
pub async fn show(records: &Records, app_id: Option<&str>, last: u16, json: bool) -> Result<(), String> {
    let app = app_id.map(|id| id.parse().map_err(|_| format!("{id} is not the id of an app")));
    let lines = records.app_log(app.transpose()?, None, last).await.map_err(|fault| caused(&fault))?;
    if json {
        say(&lines.iter().map(described).collect::<Value>().to_string());
        return Ok(());
    }
    if lines.is_empty() {
        say("No changes yet.");
    }
    for line in lines {
        let by = match &line.actor {
            Actor::Administrator { name, address, .. } => format!("{name} at {address}"),
            Actor::Owner { name, address, .. } => format!("{name}, its owner, at {address}"),
            other => other.word().to_owned(),
        };
        let fields = if line.fields.is_empty() { String::new() } else { format!(": {}", line.fields.join(", ")) };
        let at = rfc3339(line.at);
        say(&format!("{at}  {}  {}  {}{fields}  ({by})", line.app, line.app_name, line.act.word()));
    }
    Ok(())
}

fn described(line: &Line) -> Value {
    let (account, name, address) = match &line.actor {
        Actor::Administrator { account, name, address } | Actor::Owner { account, name, address } => {
            (Some(account.to_string()), Some(name), Some(address.to_string()))
        }
        _ => (None, None, None),
    };
    json!({
        "seq": line.seq,
        "at": rfc3339(line.at),
        "app_id": line.app.to_string(),
        "app_name": line.app_name,
        "act": line.act.word(),
        "fields": line.fields,
        "actor": line.actor.word(),
        "account_id": account,
        "name": name,
        "address": address,
    })
}

//! `tessera scan`: switches the sign-in by scan on and off while servers run.

use clap::Subcommand;
use serde_json::json;

use super::super::common::{How, say};
use crate::cause::caused;
use crate::clock::Clock;
use crate::settings::{Scanning, Settings};
use crate::store::records::Records;
use crate::store::records::activity::ActivityKind;
use crate::store::records::directory::act::ActedBy;
use crate::store::records::scan_switch::{ScanSwitch, activity_detail};
use crate::text::rfc3339;
use crate::web::bounds::SCAN_REASON_CHARS;

/// The subcommands of `tessera scan`.
#[derive(Subcommand)]
pub enum Scan {
    /// Let people sign in by scanning again.
    On {
        /// Why, for those who read the activity
        #[arg(long, default_value = "")]
        reason: String,
        #[command(flatten)]
        how: How,
    },
    /// Let nobody sign in by scanning; passkeys and passwords go on.
    Off {
        /// Why, for those who read the activity
        #[arg(long, default_value = "")]
        reason: String,
        #[command(flatten)]
        how: How,
    },
    /// Say whether people can sign in by scanning.
    Status {
        #[command(flatten)]
        how: How,
    },
}

/// Runs a subcommand of `tessera scan`; the error is the line to print.
pub async fn run(command: Scan) -> Result<(), String> {
    let (how, turned) = match command {
        Scan::On { reason, how } => (how, Some((Scanning::On, reason))),
        Scan::Off { reason, how } => (how, Some((Scanning::Off, reason))),
        Scan::Status { how } => (how, None),
    };
    let json = how.json;
    how.on
        .run(async |settings, records| {
            if let Some((state, reason)) = turned {
                turn(records, state, &reason).await?;
            }
            status(settings, records, json).await
        })
        .await
}

async fn turn(records: &Records, state: Scanning, reason: &str) -> Result<(), String> {
    let reason = reason.trim();
    if reason.chars().count() > SCAN_REASON_CHARS {
        return Err(format!("--reason: at most {SCAN_REASON_CHARS} characters"));
    }
    let now = Clock::system().now();
    let by = ActedBy::command_line(now);
    let line = by.line(ActivityKind::Changed, None, "", activity_detail(state, reason));
    let switch =
        ScanSwitch { state, changed_at: Some(now), changed_by: "command line".to_owned(), reason: reason.to_owned() };
    records.turn_scan_switch(switch, line).await.map(|_| ()).map_err(|fault| caused(&fault))
}

/// Prints the state: that of the configuration and that of the records, of which either can switch it off.
async fn status(settings: &Settings, records: &Records, json: bool) -> Result<(), String> {
    let switch = records.scan_switch().await.map_err(|fault| caused(&fault))?;
    let setting = settings.login.scan;
    let state = if setting.is_on() { switch.state } else { Scanning::Off };
    let at = switch.changed_at.map(rfc3339);
    if json {
        let shown = json!({
            "scan": state.word(),
            "setting": setting.word(),
            "switch": switch.state.word(),
            "changed_at": at,
            "changed_by": switch.changed_by,
            "reason": switch.reason,
        });
        say(&shown.to_string());
        return Ok(());
    }
    say(&format!("Signing in by scanning is {}.", state.word()));
    if !setting.is_on() {
        say(&format!(
            "The configuration switches it off (login.scan), whatever the switch is, which is {}.",
            switch.state.word()
        ));
    }
    if let Some(at) = at {
        let why = if switch.reason.is_empty() { String::new() } else { format!(": {}", switch.reason) };
        say(&format!("Switched at {at} by {}{why}", switch.changed_by));
        say("Every running server follows within a second.");
    }
    Ok(())
}

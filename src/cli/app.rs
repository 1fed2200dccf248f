//! `tessera app`: manages the third-party sites that sign people in through this server.

use std::path::{Path, PathBuf};

use crate::cause::caused;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::oauth::{Allow, AppSecret, Applied, AppsFile, NewApp, NotAnApp, allow_json};
use crate::store::records::Records;
use crate::store::records::app_log::{Actor, By, Revised};
use crate::store::records::app_options::AppOptions;
use crate::store::records::apps;
use crate::store::records::apps::{Dialects, SecretRotation};
use crate::store::records::people::{Audience, Group};
use crate::ticket::ids::AppId;
use clap::Subcommand;
use serde_json::json;

use super::common::{OnRecords, say};
use super::log;
use super::option_args::OptionArgs;

/// The subcommands of `tessera app`.
#[derive(Subcommand)]
pub enum App {
    /// Register an app; its secret is shown once.
    Add {
        /// Name that people see
        name: String,
        /// Redirect URI to which people may be sent back; compared character by character
        #[arg(long, required = true, value_name = "URI")]
        redirect_uri: Vec<String>,
        /// Public client (no secret): an app on people's own devices
        #[arg(long)]
        public: bool,
        /// Protocol that the app speaks
        #[arg(long, value_enum, default_value_t = Dialects::Oidc)]
        dialect: Dialects,
        /// Who may use it: everyone, nobody, or group:NAME (several times for several groups) [default: everyone]
        #[arg(long, value_name = "WHO")]
        allow: Vec<Allow>,
        #[command(flatten)]
        given: Box<OptionArgs>,
        #[command(flatten)]
        how: How,
    },
    /// Change an app; what you do not name stays as it is. `--device-grant=false` turns a switch off.
    Set {
        /// The app, as `app list` shows it
        app_id: String,
        /// Name that people see
        #[arg(long)]
        name: Option<String>,
        /// Redirect URI to which people may be sent back; replaces all that the app has
        #[arg(long, value_name = "URI")]
        redirect_uri: Vec<String>,
        /// Protocol that the app speaks
        #[arg(long, value_enum)]
        dialect: Option<Dialects>,
        /// Who may use it: everyone, nobody, or group:NAME (several times for several groups); replaces what it has
        #[arg(long, value_name = "WHO")]
        allow: Vec<Allow>,
        #[command(flatten)]
        given: Box<OptionArgs>,
        #[command(flatten)]
        how: How,
    },
    /// Show all apps.
    List {
        #[command(flatten)]
        how: How,
    },
    /// Give an app a new secret, shown once; the previous one stays valid until the next rotation.
    Rotate {
        /// The app, as `app list` shows it
        app_id: String,
        #[command(flatten)]
        how: How,
    },
    /// Register and change apps as a file says, which `[oauth] apps_file` names for every start; other apps are not
    /// changed.
    Apply {
        /// TOML file with a table `[[app]]` for each app, as `[oauth]` of the configuration expects it
        file: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// Show the change log of apps: what was changed, by whom and when, newest first.
    Log {
        /// The app, as `app list` shows it; without it all apps
        app_id: Option<String>,
        /// Largest number of lines
        #[arg(long, default_value_t = 50, value_name = "LINES")]
        last: u16,
        #[command(flatten)]
        how: How,
    },
    /// Disable an app: people cannot sign in through it until it is enabled.
    Disable {
        /// The app, as `app list` shows it
        app_id: String,
        #[command(flatten)]
        how: How,
    },
    /// Enable a disabled app: people can sign in through it again.
    Enable {
        /// The app, as `app list` shows it
        app_id: String,
        #[command(flatten)]
        how: How,
    },
}

/// Options of every subcommand: the form of the answer, and the records to work on.
#[derive(Clone, clap::Args)]
pub struct How {
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    on: OnRecords,
}

/// Runs a subcommand of `tessera app`; the error is the line to print.
pub async fn run(command: App) -> Result<(), String> {
    let (App::Add { how, .. }
    | App::Set { how, .. }
    | App::List { how }
    | App::Rotate { how, .. }
    | App::Apply { how, .. }
    | App::Log { how, .. }
    | App::Disable { how, .. }
    | App::Enable { how, .. }) = &command;
    let how = how.clone();
    how.on.run(async |_, records| perform(command, records, how.json).await).await
}

async fn perform(command: App, records: &Records, json: bool) -> Result<(), String> {
    match command {
        App::Add { name, redirect_uri, public, dialect, allow, given, .. } => {
            let app = NewApp {
                name,
                redirect_uris: redirect_uri,
                dialects: dialect,
                has_secret: !public,
                options: given.over(AppOptions::default())?,
                audience: audience(records, &allow).await?.unwrap_or_default(),
            };
            add(records, app, json).await
        }
        App::Set { app_id, name, redirect_uri, dialect, allow, given, .. } => {
            let app = find(records, &app_id).await?;
            let audience = audience(records, &allow).await?;
            let revise = |app: apps::App| {
                let before = NewApp::of(&app);
                let revised = NewApp {
                    name: name.clone().unwrap_or(before.name),
                    redirect_uris: if redirect_uri.is_empty() { before.redirect_uris } else { redirect_uri.clone() },
                    dialects: dialect.unwrap_or(before.dialects),
                    has_secret: before.has_secret,
                    options: given.over(before.options)?,
                    audience: audience.clone().unwrap_or(before.audience),
                };
                revised.change(app).map_err(|why| why.to_string())
            };
            match records.revise_app(app.id, &by(), revise).await.map_err(|fault| caused(&fault))? {
                Revised::Done { before, after } => {
                    let state = if before.fingerprint() == after.fingerprint() { "is as it was" } else { "is changed" };
                    if json {
                        say(&described(&after, &groups(records).await?).to_string());
                    } else {
                        say(&format!("{} {state}.", after.name));
                    }
                    Ok(())
                }
                Revised::Unknown => Err(unknown(&app_id)),
                Revised::Refused(why) => Err(why),
                Revised::Alike(alike) => Err(NotAnApp::Taken(alike).to_string()),
            }
        }
        App::List { .. } => list(records, json).await,
        App::Rotate { app_id, .. } => rotate(records, &app_id, json).await,
        App::Apply { file, .. } => apply(records, &file, json).await,
        App::Log { app_id, last, .. } => log::show(records, app_id.as_deref(), last, json).await,
        App::Disable { app_id, .. } => disable(records, &app_id, json).await,
        App::Enable { app_id, .. } => enable(records, &app_id, json).await,
    }
}

/// Returns the command line as the author of a change now, for the change log.
fn by() -> By {
    By { actor: Actor::CommandLine, now: Clock::system().now() }
}

async fn add(records: &Records, app: NewApp, json: bool) -> Result<(), String> {
    let (id, secret) = (AppId::from_random(random()), AppSecret::from_random(random()));
    let (app, secret) = app.register(id, secret, Clock::system().now()).map_err(|why| why.to_string())?;
    let (name, is_confidential) = (app.name.clone(), app.is_confidential());
    let added = records.add_app(app, by()).await.map_err(|fault| caused(&fault))?;
    if !added.map_err(|alike| NotAnApp::Taken(alike).to_string())? {
        return Err("another app has the id that was drawn: try again".to_owned());
    }
    let shown = secret.map(|secret| secret.expose());
    if json {
        say(&json!({ "app_id": id.to_string(), "app_secret": shown }).to_string());
        return Ok(());
    }
    say(&format!("{name} is registered as {id}."));
    match shown {
        Some(secret) => say(&format!("Its secret, which is not shown again: {secret}")),
        None if is_confidential => say("It has no secret and authenticates by its keys."),
        None => say("It is a public client: it has no secret and uses PKCE."),
    }
    Ok(())
}

async fn list(records: &Records, json: bool) -> Result<(), String> {
    let all = records.apps().await.map_err(|fault| caused(&fault))?;
    if json {
        let groups = groups(records).await?;
        say(&all.iter().map(|app| described(app, &groups)).collect::<serde_json::Value>().to_string());
    } else if all.is_empty() {
        say("No app is registered.");
    }
    for app in all.iter().filter(|_| !json) {
        let kind = if app.is_confidential() { "confidential" } else { "public" };
        let state = match (app.disabled_at, &app.audience) {
            (Some(_), _) => ", disabled",
            (None, Audience::Everyone) => "",
            (None, Audience::Groups(groups)) if groups.is_empty() => ", for nobody",
            (None, Audience::Groups(_)) => ", for groups",
        };
        say(&format!("{}  {}  ({}, {kind}{state})", app.id, app.name, app.dialects.word()));
        for uri in &app.redirect_uris {
            say(&format!("  {uri}"));
        }
    }
    Ok(())
}

/// Returns every group with the number of its members.
async fn groups(records: &Records) -> Result<Vec<(Group, u64)>, String> {
    records.groups().await.map_err(|fault| caused(&fault))
}

/// Returns the audience that the words of `--allow` say; `None` if the option is not given.
async fn audience(records: &Records, allow: &[Allow]) -> Result<Option<Audience>, String> {
    if allow.is_empty() {
        return Ok(None);
    }
    let audience = Allow::audience(allow, &groups(records).await?);
    audience.map(Some).map_err(|why| format!("--allow: {why}"))
}

fn described(app: &apps::App, groups: &[(Group, u64)]) -> serde_json::Value {
    json!({
        "app_id": app.id.to_string(),
        "name": app.name,
        "dialect": app.dialects.word(),
        "redirect_uris": app.redirect_uris,
        "public": !app.is_confidential(),
        "secrets": app.secrets.len(),
        "disabled": app.disabled_at.is_some(),
        "allow": allow_json(&app.audience, groups),
        "options": app.options,
    })
}

async fn rotate(records: &Records, app_id: &str, json: bool) -> Result<(), String> {
    let app = find(records, app_id).await?;
    let secret = AppSecret::from_random(random());
    let rotated = records.rotate_app_secret(app.id, secret.hash(), None, by()).await;
    if rotated.map_err(|fault| caused(&fault))? != SecretRotation::Done {
        let why = if app.is_confidential() { "authenticates with keys" } else { "is a public client" };
        return Err(format!("{app_id} {why}: it has no secret to rotate"));
    }
    if json {
        say(&json!({ "app_id": app_id, "app_secret": secret.expose() }).to_string());
    } else {
        say(&format!("The new secret of {}, which is not shown again: {}", app.name, secret.expose()));
        say("The one before it counts until the next rotation.");
    }
    Ok(())
}

async fn apply(records: &Records, file: &Path, json: bool) -> Result<(), String> {
    let Applied { added, changed, same } = AppsFile::read(file, Clock::system().now())?.apply(records, &by()).await?;
    if json {
        say(&json!({ "added": added, "changed": changed, "same": same }).to_string());
    } else {
        say(&format!("{added} added, {changed} changed, {same} unchanged."));
    }
    Ok(())
}

async fn disable(records: &Records, app_id: &str, json: bool) -> Result<(), String> {
    let app = find(records, app_id).await?;
    records.disable_app(app.id, by()).await.map_err(|fault| caused(&fault))?;
    if json {
        say(&json!({ "app_id": app_id, "disabled": true }).to_string());
    } else {
        say(&format!("{} is disabled: nobody can sign in through it.", app.name));
    }
    Ok(())
}

async fn enable(records: &Records, app_id: &str, json: bool) -> Result<(), String> {
    let app = find(records, app_id).await?;
    records.enable_app(app.id, by()).await.map_err(|fault| caused(&fault))?;
    if json {
        say(&json!({ "app_id": app_id, "disabled": false }).to_string());
    } else {
        say(&format!("{} is enabled: people can sign in through it.", app.name));
    }
    Ok(())
}

async fn find(records: &Records, app_id: &str) -> Result<apps::App, String> {
    let id = app_id.parse().map_err(|_| unknown(app_id))?;
    records.app(id).await.map_err(|fault| caused(&fault))?.ok_or_else(|| unknown(app_id))
}

fn unknown(app_id: &str) -> String {
    format!("there is no app {app_id}; `tessera app list` shows them")
}

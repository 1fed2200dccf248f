//! The command line: `tessera serve`, and what an operator does beside it.

#[cfg(feature = "ssr")]
mod doctor;
mod app;
mod keys;
mod log;
mod rights;
mod serve;
mod user;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use app::App;
use clap::{Parser, Subcommand};
use keys::Keys;
use serve::Serve;
use user::User;

use self::doctor::Verdict;
use crate::server::{check as check_start, check_files};
use crate::settings::Settings;
use crate::store::open;
use crate::store::records::Records;
use crate::web::assets::Assets;

/// Sign in to any web site by scanning a QR code with a phone that is already signed in.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server; what a call without a command does, as `cargo leptos watch` calls it.
    Serve(Serve),
    /// Manage accounts.
    User {
        #[command(subcommand)]
        command: User,
    },
    /// Manage the third-party sites that sign people in through this server.
    App {
        #[command(subcommand)]
        command: App,
    },
    /// Manage the keys that sign tokens.
    Keys {
        #[command(subcommand)]
        command: Keys,
    },
    /// Look at the configuration, the way through the proxy and the stores, and say what to mend.
    Doctor {
        #[command(flatten)]
        common: Common,
    },
    /// Look at the configuration.
    Config {
        #[command(subcommand)]
        command: Config,
    },
}

#[derive(Subcommand)]
enum Config {
    /// Say whether a start would succeed: reads the files that the configuration names, and asks the stores, but starts nothing.
    Check {
        #[command(flatten)]
        common: Common,
    },
}

/// What every command takes.
#[derive(Clone, clap::Args, Default)]
struct Common {
    /// The configuration file; without it Leptos.toml, where there is one
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where accounts and generated secrets are kept; without it where the configuration says, or else in data
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// What every command takes that works on the records.
#[derive(Clone, clap::Args)]
struct OnRecords {
    #[command(flatten)]
    common: Common,
    /// Make the records where there are none yet, as the first start of the server does
    #[arg(long)]
    create: bool,
}

impl OnRecords {
    /// Works on the records, and says first which those are: in another folder there are others, or none.
    async fn run<T>(&self, work: impl AsyncFnOnce(&Settings, &Records) -> Result<T, String>) -> Result<T, String> {
        let settings = load(&self.common)?;
        let place = open::place(&settings);
        let are_made = !open::has_records(&settings).await?;
        if are_made && !self.create {
            return Err(format!(
                "there are no records yet: {place}. Start the server first (`tessera serve`), name the right place with \
                 --data-dir or --config, or say --create to make them"
            ));
        }
        let records = open::open_records(&settings).await?;
        let _ = writeln!(io::stderr(), "tessera: {place}{}", if are_made { ", made now" } else { "" });
        let done = work(&settings, &records).await;
        records.close().await;
        done
    }
}

/// Does what the arguments of this process ask for; `assets` is the site that `serve` serves.
pub fn run(assets: &Assets) -> ExitCode {
    // Three libraries speak TLS here; one provider serves them all.
    let _ = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider().install_default();
    let command = Cli::parse().command.unwrap_or_else(|| Command::Serve(Serve::default()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(dispatch(command, assets)),
        Err(error) => Err(format!("the threads could not be started: {error}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            for line in line.lines() {
                let _ = writeln!(io::stderr(), "tessera: {line}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(command: Command, assets: &Assets) -> Result<(), String> {
    match command {
        Command::Serve(serve) => Box::pin(serve.run(assets)).await,
        Command::User { command } => user::run(command).await,
        Command::App { command } => app::run(command).await,
        Command::Keys { command } => keys::run(command).await,
        Command::Doctor { common } => doctor(&load(&common)?).await,
        Command::Config { command: Config::Check { common } } => {
            let settings = load(&common)?;
            check_start(&settings).await?;
            let place = open::place(&settings);
            let anew = if open::has_records(&settings).await? {
                ""
            } else {
                ", where there are none yet: a start makes new ones"
            };
            say(&format!("The configuration is right. Served as {}, records: {place}{anew}.", settings.public_url));
            Ok(())
        }
    }
}

async fn doctor(settings: &Settings) -> Result<(), String> {
    let findings = doctor::examine(settings, check_files(settings)).await;
    for finding in &findings {
        say(&finding.to_string());
    }
    let wrong = findings.iter().filter(|finding| finding.verdict == Verdict::Wrong).count();
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} to mend")) }
}

/// The configuration that a command works with.
fn load(common: &Common) -> Result<Settings, String> {
    let mut settings = Settings::load(common.config.as_deref()).map_err(|wrong| wrong.to_string())?;
    if let Some(data_dir) = &common.data_dir {
        settings.data_dir.clone_from(data_dir);
    }
    Ok(settings)
}

/// Speaks to the person at the terminal; logs go to stderr.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

//! The command line: `tessera serve`, and the commands of an operator.

#[cfg(feature = "ssr")]
mod doctor;
mod activity;
mod common;
mod app;
mod choices;
mod find;
mod group;
mod keys;
mod log;
mod option_args;
mod passkeys;
mod receipts;
mod security;
mod serve;
mod texts;
mod user;
mod user_links;

use std::io::{self, Write as _};
use std::process::ExitCode;

use activity::Activity;
use app::App;
use clap::{Parser, Subcommand};
use common::{Common, load, say};
use group::Group;
use keys::Keys;
use passkeys::Passkeys;
use receipts::Receipts;
use security::{Report, Scan};
use serve::{NO_COOKIES, Serve};
use texts::TextsCommand;
use user::User;

use self::doctor::Verdict;
use crate::server::{check as check_start, check_files};
use crate::settings::Settings;
use crate::store::open;
use crate::store::records::people::Email;
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
    /// Run the server; a call without a command does the same, as `cargo leptos watch` does.
    Serve(Serve),
    /// Manage accounts.
    User {
        #[command(subcommand)]
        command: User,
    },
    /// Manage groups of people, which apps learn and which an app can be open to.
    Group {
        #[command(subcommand)]
        command: Group,
    },
    /// Manage the third-party sites that sign people in through this server.
    App {
        #[command(subcommand)]
        command: App,
    },
    /// Show what happened to accounts.
    Activity(Activity),
    /// Manage the keys that sign tokens.
    Keys {
        #[command(subcommand)]
        command: Keys,
    },
    /// Export the signed receipts of a person's approvals, and check a file of them.
    Receipts {
        #[command(subcommand)]
        command: Receipts,
    },
    /// Manage the domain that passkeys belong to.
    Passkeys {
        #[command(subcommand)]
        command: Passkeys,
    },
    /// Switch the sign-in by scan on and off while servers run.
    Scan {
        #[command(subcommand)]
        command: Scan,
    },
    /// Report on the security of the sign-in by scan.
    Report {
        #[command(subcommand)]
        command: Report,
    },
    /// Export the texts of a language for translators, and import them again; for a checkout of Tessera.
    Texts {
        #[command(subcommand)]
        command: TextsCommand,
    },
    /// Check the configuration, the connection through the proxy and the stores, and say what to fix.
    Doctor {
        #[command(flatten)]
        common: Common,
        /// Also send a test mail to this address
        #[arg(long, value_name = "ADDRESS")]
        mail_to: Option<Email>,
    },
    /// Check the configuration.
    Config {
        #[command(subcommand)]
        command: Config,
    },
}

#[derive(Subcommand)]
enum Config {
    /// Say whether a start would succeed: read the files that the configuration names and ask the stores, but start
    /// nothing.
    Check {
        #[command(flatten)]
        common: Common,
    },
}

/// Runs the command that the arguments of this process name, prints its error, and returns the exit code.
/// `assets` are the files of the site that `serve` serves.
pub fn run(assets: &Assets) -> ExitCode {
    // Three libraries use TLS; all of them get the same cryptographic provider.
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
        Command::User { command } => Box::pin(user::run(command)).await,
        Command::Group { command } => Box::pin(group::run(command)).await,
        Command::App { command } => app::run(command).await,
        Command::Activity(command) => activity::run(command).await,
        Command::Texts { command } => texts::run(&command),
        Command::Keys { command } => keys::run(command).await,
        Command::Receipts { command } => Box::pin(receipts::run(command)).await,
        Command::Passkeys { command } => passkeys::run(command).await,
        Command::Scan { command } => security::run_scan(command).await,
        Command::Report { command } => security::run_report(command).await,
        Command::Doctor { common, mail_to } => doctor(&load(&common)?, mail_to.as_ref()).await,
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
            if !settings.are_cookies_kept() {
                say(&format!("But {NO_COOKIES}."));
            }
            Ok(())
        }
    }
}

async fn doctor(settings: &Settings, mail_to: Option<&Email>) -> Result<(), String> {
    let findings = doctor::examine(settings, check_files(settings), mail_to).await;
    for finding in &findings {
        say(&finding.to_string());
    }
    let wrong = findings.iter().filter(|finding| finding.verdict == Verdict::Wrong).count();
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} to mend")) }
}

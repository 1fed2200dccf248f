//! What several commands share: their configuration, their records, and output to the terminal.

use std::io::{self, Write as _};
use std::path::PathBuf;

use crate::settings::Settings;
use crate::store::open;
use crate::store::records::Records;

/// What is said if nobody can administer the server, and what to do.
pub(super) const NO_ADMINISTRATOR: &str = "no administrator can sign in with the ways that this server offers: \
    `tessera user recover NAME` makes a link with which one of them chooses a passkey or a password, and \
    `tessera user promote NAME` makes somebody else an administrator";

/// Options of every command.
#[derive(Clone, clap::Args, Default)]
pub(super) struct Common {
    /// Configuration file; without it Leptos.toml, if that exists
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Folder of accounts and generated secrets; without it the one in the configuration, else data
    #[arg(long, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
}

/// Options of every command that works on the records.
#[derive(Clone, clap::Args)]
pub(super) struct OnRecords {
    #[command(flatten)]
    common: Common,
    /// Create the records if there are none yet, as the first start of the server does
    #[arg(long)]
    create: bool,
}

/// Options of every command that prints what it did: the form of the answer, and the records to work on.
#[derive(Clone, clap::Args)]
pub(super) struct How {
    /// Print one JSON document, for programs
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) on: OnRecords,
}

impl OnRecords {
    /// Opens the records, prints where they are (in another folder there would be others, or none), and runs
    /// `work` on them. Fails if there are none yet, unless `--create` allows to make them.
    pub(super) async fn run<T>(
        &self,
        work: impl AsyncFnOnce(&Settings, &Records) -> Result<T, String>,
    ) -> Result<T, String> {
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

/// Loads the configuration with which a command works. If the option `--data-dir` is given, it replaces the data
/// folder in the configuration. The error is the line to print.
pub(super) fn load(common: &Common) -> Result<Settings, String> {
    let mut settings = Settings::load(common.config.as_deref()).map_err(|wrong| wrong.to_string())?;
    if let Some(data_dir) = &common.data_dir {
        settings.data_dir.clone_from(data_dir);
    }
    Ok(settings)
}

/// Prints a line to stdout, for the person at the terminal; logs go to stderr.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

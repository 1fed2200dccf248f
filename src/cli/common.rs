//! What several commands share: which configuration and which records they work with, and how they speak.

use std::io::{self, Write as _};
use std::path::PathBuf;

use crate::settings::Settings;
use crate::store::open;
use crate::store::records::Records;

/// What every command takes.
#[derive(Clone, clap::Args, Default)]
pub(super) struct Common {
    /// The configuration file; without it Leptos.toml, where there is one
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Where accounts and generated secrets are kept; without it where the configuration says, or else in data
    #[arg(long, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
}

/// What every command takes that works on the records.
#[derive(Clone, clap::Args)]
pub(super) struct OnRecords {
    #[command(flatten)]
    common: Common,
    /// Make the records where there are none yet, as the first start of the server does
    #[arg(long)]
    create: bool,
}

impl OnRecords {
    /// Works on the records, and says first which those are: in another folder there are others, or none.
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

/// The configuration that a command works with.
pub(super) fn load(common: &Common) -> Result<Settings, String> {
    let mut settings = Settings::load(common.config.as_deref()).map_err(|wrong| wrong.to_string())?;
    if let Some(data_dir) = &common.data_dir {
        settings.data_dir.clone_from(data_dir);
    }
    Ok(settings)
}

/// Speaks to the person at the terminal; logs go to stderr.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

//! What the command line does beside serving: each command reads the configuration, does one thing, and says so.

pub mod app;
pub mod keys;
mod log;
mod rights;
pub mod user;

use std::io::{self, Write as _};
use std::path::PathBuf;

use tessera::settings::Settings;

/// What every command takes.
#[derive(clap::Args, Default)]
pub struct Common {
    /// The configuration file [default: Leptos.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where accounts and generated secrets are kept [default: data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// The configuration that a command works with.
pub fn load(common: &Common) -> Result<Settings, String> {
    let mut settings = Settings::load(common.config.as_deref()).map_err(|wrong| wrong.to_string())?;
    if let Some(data_dir) = &common.data_dir {
        settings.data_dir.clone_from(data_dir);
    }
    Ok(settings)
}

/// Speaks to the person at the terminal; logs go to stderr.
pub fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

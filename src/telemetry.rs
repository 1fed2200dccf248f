//! Logs: one line an event, a message that reads alone, identifiers as fields. Never codes, keys, cookies, tokens.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::settings::{Log, LogFormat};

/// Starts logging to stderr.
pub fn start(log: &Log) -> Result<(), String> {
    start_with(log, io::stderr, io::stderr().is_terminal())
}

fn start_with<W>(log: &Log, writer: W, colours: bool) -> Result<(), String>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&log.level).map_err(|_| format!("log.level: {:?} is not a filter", log.level))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let started = match log.format {
        LogFormat::Text => lines.with_target(false).with_ansi(colours).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    started.map_err(|_| "logging was started twice".to_owned())
}

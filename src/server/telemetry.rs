//! Logging: one line per event, with a message that can be understood alone and identifiers as fields. A line must
//! never contain codes, keys, cookies or tokens. If a collector is configured, the spans of `trace` are exported to it;
//! they are in no line.

mod refusals;

use std::io::{self, IsTerminal as _};

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt as _, LevelFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use self::refusals::Refusals;
use crate::clock::Clock;
use crate::settings::{Log, LogFormat};
use crate::trace::{self, Traces};

/// Starts logging to stderr, and tracing to the collector if one is configured. The caller must stop the
/// returned [`Traces`] at the end, so that the last spans are sent. Fails if the configuration is wrong, or on
/// a second call.
pub fn start(log: &Log) -> Result<Traces, String> {
    let lines = lines(log, io::stderr, io::stderr().is_terminal())?;
    let (spans, traces) = trace::layer(log)?;
    let started = tracing_subscriber::registry().with(lines).with(spans).try_init();
    started.map_err(|_| "logging was started twice".to_owned())?;
    Ok(traces)
}

/// Builds the layer that writes log lines to `writer` in the configured format and level, and limits the rate of those
/// about refused requests and about faults. Fails if the configured level is wrong.
pub fn lines<S, W>(log: &Log, writer: W, colours: bool) -> Result<impl Layer<S> + use<S, W>, String>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = log.filter().map_err(|wrong| wrong.to_string())?;
    // The filter states its maximum level: without it every level of every library would be evaluated.
    let log_lines = filter_fn(|about| about.target() != trace::TARGET).with_max_level_hint(LevelFilter::TRACE);
    let filter = filter.and(log_lines).and(Refusals::new(Clock::system()));
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines = match log.format {
        LogFormat::Text => lines.with_target(false).with_ansi(colours).boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    Ok(lines.with_filter(filter))
}

//! The way of spans to a collector: OTLP over HTTP, in batches, from a bounded queue, on a thread of its own. What does
//! not fit is dropped, so a collector that is slow or away costs people nothing.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use parking_lot::Mutex;
use tokio::time::Instant;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::registry::LookupSpan;

use super::TARGET;
use crate::settings::Log;

/// A batch has this long to be delivered, its repetitions included.
const PATIENCE: Duration = Duration::from_secs(5);
/// A stop waits this long for the last batches.
const FLUSH: Duration = Duration::from_secs(2);
/// Between two lines that say that nothing is delivered.
const QUIET: Duration = Duration::from_secs(60);

/// The way to the collector, where there is one.
#[derive(Debug)]
#[must_use = "what is under way is sent by stop"]
pub struct Traces(Option<SdkTracerProvider>);

/// What listens for our spans, and for nothing that a library says, where a collector is configured.
pub fn layer<S>(log: &Log) -> Result<(Option<impl Layer<S> + use<S>>, Traces), String>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let Some(endpoint) = &log.otlp_endpoint else { return Ok((None, Traces(None))) };
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_timeout(PATIENCE)
        .build()
        .map_err(|error| format!("log.otlp_endpoint: {error}"))?;
    let resource = Resource::builder()
        .with_service_name("tessera")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    // Queue and batches as OpenTelemetry has them: 2048 spans at most, sent by 512 or every five seconds.
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(Complaining { exporter, quiet_until: Mutex::default() })
        .with_resource(resource)
        .build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("tessera"))
        // Nothing here speaks to OpenTelemetry but through these spans; what they say stands in `spans`.
        .with_context_activation(false)
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(
            filter_fn(|about| about.is_span() && about.target() == TARGET).with_max_level_hint(LevelFilter::INFO),
        );
    Ok((Some(layer), Traces(Some(provider))))
}

impl Traces {
    /// Sends what is under way, for two seconds at most.
    pub async fn stop(self) {
        let Some(provider) = self.0 else { return };
        // It blocks; those who are served last are served on this thread.
        let sent = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH)).await;
        if !matches!(sent, Ok(Ok(()))) {
            tracing::warn!("the last traces were not delivered");
        }
    }
}

/// Says that traces are not delivered, once in a while.
#[derive(Debug)]
struct Complaining<E> {
    exporter: E,
    quiet_until: Mutex<Option<Instant>>,
}

impl<E> Complaining<E> {
    fn may_complain(&self, now: Instant) -> bool {
        let mut quiet_until = self.quiet_until.lock();
        let may = quiet_until.is_none_or(|until| now >= until);
        if may {
            *quiet_until = Some(now + QUIET);
        }
        may
    }
}

impl<E: SpanExporter> SpanExporter for Complaining<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let delivered = self.exporter.export(batch).await;
        if let Err(error) = &delivered
            && self.may_complain(Instant::now())
        {
            tracing::warn!(%error, spans, "traces were not delivered, and are dropped");
        }
        delivered
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_that_is_away_is_worth_one_line_a_minute() {
        let exporter = Complaining { exporter: (), quiet_until: Mutex::default() };
        let begun = Instant::now();
        let lines = (0..=120).filter(|second| exporter.may_complain(begun + Duration::from_secs(*second)));
        assert_eq!(lines.collect::<Vec<_>>(), [0, 60, 120]);
    }
}

//! Exports spans to a collector: OTLP over HTTP, in batches, from a bounded queue, on a thread of its own.
//! What does not fit into the queue is dropped: a slow or unreachable collector must never delay a request.

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

/// The longest that the delivery of a batch of spans to the collector may take, retries included.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest that the delivery of the last spans may take when the server stops.
const FLUSH: Duration = Duration::from_secs(2);
/// The shortest time between two log lines about failed deliveries.
const QUIET: Duration = Duration::from_secs(60);

/// The handle to the thread that sends spans to the collector, if a collector is configured.
#[derive(Debug)]
#[must_use = "what is under way is sent by stop"]
pub struct Traces(Option<SdkTracerProvider>);

/// Makes the `tracing` layer that sends this server's own spans to the configured collector, and the handle by
/// which it is stopped. Without a configured collector there is no layer. Fails if the address of the collector
/// is not valid.
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
    // Queue and batches have OpenTelemetry's defaults: at most 2048 spans, sent in batches of 512 or every
    // five seconds.
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(Complaining { exporter, quiet_until: Mutex::default() })
        .with_resource(resource)
        .build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("tessera"))
        // Only these spans use OpenTelemetry; their fields are defined in `spans`.
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
    /// Sends the spans that are still queued, for two seconds at most, and stops the thread. Logs a warning if they
    /// were not delivered.
    pub async fn stop(self) {
        let Some(provider) = self.0 else { return };
        // The call blocks, and requests may still be served on this thread.
        let sent = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH)).await;
        if !matches!(sent, Ok(Ok(()))) {
            tracing::warn!("the last traces were not delivered");
        }
    }
}

/// An exporter of spans that logs failed deliveries, at most one line per [`QUIET`].
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

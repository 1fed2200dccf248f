//! Replaces tracing if the feature `otel` is off: no spans are made, and work runs unchanged.

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Identity;

use crate::settings::Log;
use crate::ticket::ids::TicketId;

/// Runs a step of a ticket without a span.
pub fn step<W>(_: &'static str, _: TicketId, work: W) -> W {
    work
}

/// Does nothing: there is no span in which a refusal could be recorded.
pub fn refused(_: &'static str) {}

/// Runs the work of a store without a span.
pub fn store<W>(_: &'static str, work: W) -> W {
    work
}

/// The connection to the collector, which does not exist here.
#[derive(Debug)]
#[must_use = "what is under way is sent by stop"]
pub struct Traces;

/// Returns no layer.
pub fn layer<S: Subscriber>(_: &Log) -> Result<(Option<impl Layer<S> + use<S>>, Traces), String> {
    Ok((None::<Identity>, Traces))
}

impl Traces {
    /// Does nothing.
    pub fn stop(self) -> impl Future<Output = ()> {
        std::future::ready(())
    }
}

//! Replaces `spans` and `collector` in a build without the feature `otel`: no spans are made, and work runs unchanged.

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Identity;

use crate::settings::Log;
use crate::ticket::ids::TicketId;

/// Returns the given work of a step of a ticket (such as a scan or a claim) unchanged, without a span around it.
pub fn step<W>(_: &'static str, _: TicketId, work: W) -> W {
    work
}

/// Does nothing: there is no span in which a refusal could be recorded.
pub fn refused(_: &'static str) {}

/// Returns the given work of a store (a query) unchanged, without a span around it.
pub fn store<W>(_: &'static str, work: W) -> W {
    work
}

/// The empty replacement of the handle to the collector of spans, which this build does not support.
#[derive(Debug)]
#[must_use = "what is under way is sent by stop"]
pub struct Traces;

/// Returns no `tracing` layer, and a [`Traces`] that does nothing.
pub fn layer<S: Subscriber>(_: &Log) -> Result<(Option<impl Layer<S> + use<S>>, Traces), String> {
    Ok((None::<Identity>, Traces))
}

impl Traces {
    /// Does nothing, because there are no spans to send.
    pub fn stop(self) -> impl Future<Output = ()> {
        std::future::ready(())
    }
}

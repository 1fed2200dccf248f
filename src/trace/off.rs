//! Without the feature `otel`: nothing is traced, and what is done is done as it is.

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Identity;

use crate::settings::Log;
use crate::ticket::ids::TicketId;

/// A step of a ticket.
pub fn step<W>(_: &'static str, _: TicketId, work: W) -> W {
    work
}

/// The step that is under way was refused.
pub fn refused(_: &'static str) {}

/// A store's work.
pub fn store<W>(_: &'static str, work: W) -> W {
    work
}

/// The way to the collector: there is none.
#[derive(Debug)]
#[must_use = "what is under way is sent by stop"]
pub struct Traces;

/// What listens for spans: nobody.
pub fn layer<S: Subscriber>(_: &Log) -> Result<(Option<impl Layer<S> + use<S>>, Traces), String> {
    Ok((None::<Identity>, Traces))
}

impl Traces {
    /// Sends what is under way.
    pub fn stop(self) -> impl Future<Output = ()> {
        std::future::ready(())
    }
}

//! Spans for `[log] otlp_endpoint`: one per request, in it one per step of a ticket, in those one per query
//! of a store. Their names and fields are defined in this folder only. A span must never contain codes, keys,
//! cookies, tokens or queries, or last as long as a page waits. Without the feature `otel` none of it is
//! compiled.

#[cfg(feature = "otel")]
mod collector;
#[cfg(feature = "otel")]
mod spans;
#[cfg(feature = "otel")]
pub use collector::{Traces, layer};
#[cfg(feature = "otel")]
pub use spans::{answered, refused, request, step, store};

#[cfg(not(feature = "otel"))]
mod off;
#[cfg(not(feature = "otel"))]
pub use off::{Traces, layer, refused, step, store};

/// The target of all spans and of nothing else: the log excludes it, and the collector gets only this.
pub const TARGET: &str = "tessera::trace";

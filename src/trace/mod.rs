//! Spans for the collector of `[log] otlp_endpoint`: one per request, inside it one per step of a ticket, and
//! inside those one per query of a store. `spans` defines their names and fields, `collector` exports them,
//! and `off` replaces both without the feature `otel`. A span must never contain codes, keys, cookies, tokens
//! or queries, and must not last as long as a page waits.

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

/// The `tracing` target of all spans and of nothing else: the log excludes it, and the collector gets only this.
pub const TARGET: &str = "tessera::trace";

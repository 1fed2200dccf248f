//! Spans, for `[log] otlp_endpoint`: one a request, in it one a step of a ticket, in those one a store that was asked.
//! What names or carries them stands here and nowhere else. Never codes, keys, cookies, tokens, queries; nothing that
//! lives as long as a page waits. Without the feature `otel` nothing of it is left in what is compiled.

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

/// What all spans are of, and nothing else: the log leaves them out, the collector gets no other.
pub const TARGET: &str = "tessera::trace";

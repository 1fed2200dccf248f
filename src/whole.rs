//! Work that is done to its end.

use tracing::Instrument as _;

/// Does this whole: whoever asked for it may hang up before it is done, and it is done all the same. It stays within the span
/// of whoever asked.
pub async fn whole<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    tokio::spawn(work.in_current_span()).await.expect("nothing panics there")
}

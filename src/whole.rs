//! Work that is done to its end.

use crate::about;

/// Does this whole: whoever asked for it may hang up before it is done, and it is done all the same. It is about the
/// request of whoever asked.
pub async fn whole<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    tokio::spawn(about::same_request(work)).await.expect("nothing panics there")
}

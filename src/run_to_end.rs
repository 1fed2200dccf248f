//! Runs work to its end, even if the client hangs up.

use crate::about;

/// Runs this work to its end in a task of its own and returns its result. The work goes on if the caller is dropped
/// because its client disconnected. Its log lines belong to the request of the caller. Panics if the work panics.
pub async fn run_to_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    tokio::spawn(about::same_request(work)).await.expect("only a panic of the work ends its task early")
}

//! Is it alive, and should a balancer send people here.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use tokio_util::sync::CancellationToken;

use crate::store::records::Records;

/// What readiness depends on.
#[derive(Clone, Debug)]
pub struct Health {
    /// The records must answer.
    pub records: Records,
    /// Cancelled once the stop has begun.
    pub stopping: CancellationToken,
}

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: new people may come.
pub async fn ready(State(health): State<Arc<Health>>) -> (StatusCode, &'static str) {
    if health.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match health.records.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(fault) => {
            tracing::error!(%fault, "not ready: the records do not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "records\n")
        }
    }
}

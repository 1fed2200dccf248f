//! Is it alive, and should a balancer send people here.

use axum::extract::State;
use axum::http::StatusCode;
use tokio_util::sync::CancellationToken;

use crate::store::records::Records;
use crate::store::tickets::Tickets;

/// What readiness depends on.
#[derive(Clone, Debug)]
pub struct Health {
    /// The records must answer.
    pub records: Records,
    /// And so must the tickets.
    pub tickets: Tickets,
    /// Cancelled once the stop has begun.
    pub stopping: CancellationToken,
}

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: new people may come.
pub async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    if health.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    let (records, tickets) = tokio::join!(health.records.ping(), health.tickets.ping());
    let missing = match (&records, &tickets) {
        (Ok(()), Ok(())) => return (StatusCode::OK, "ready\n"),
        (Err(_), Ok(())) => "records\n",
        (Ok(()), Err(_)) => "tickets\n",
        (Err(_), Err(_)) => "records tickets\n",
    };
    for fault in [records.err(), tickets.err()].into_iter().flatten() {
        tracing::error!(%fault, missing = missing.trim_end(), "not ready");
    }
    (StatusCode::SERVICE_UNAVAILABLE, missing)
}

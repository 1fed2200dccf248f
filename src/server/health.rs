//! The health endpoints: `/healthz` (the process runs) and `/readyz` (a load balancer should send requests
//! here). Anyone may call them, so they must never reveal the server's key or query the stores with every
//! request.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use data_encoding::HEXLOWER;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::cause::{Logged, caused};
use crate::crypto::derive::derive;
use crate::settings::Settings;
use crate::store::open::place;
use crate::store::records::Records;
use crate::store::tickets::Tickets;
use crate::web::client::{Peer, TrustedProxies};

/// Name of the header of `/healthz` with the public name of this server: the same for all its instances, and
/// different for every other server.
pub const SERVER: &str = "tessera-server";
/// Name of the header of `/healthz` that states where the server takes the client's address from: the word of a
/// [`Forwarding`](crate::web::client::Forwarding).
pub const CLIENT: &str = "tessera-client";

/// Returns the public name of the server that has this code key; the key cannot be derived from the name.
pub fn name_of(key: &[u8; 32]) -> String {
    HEXLOWER.encode(&derive(key, "public name of the server")[..8])
}

/// The state of the health endpoints.
#[derive(Clone, Debug)]
pub struct Health {
    /// Public name of this server: [`name_of`].
    pub name: Arc<str>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub proxies: TrustedProxies,
    /// The records; readiness requires that they answer.
    pub records: Records,
    /// The tickets; readiness requires that they answer.
    pub tickets: Tickets,
    /// Cancelled once the server has begun to stop.
    pub stopping: CancellationToken,
    /// The check in progress: all requests that arrive meanwhile share its result, so the stores are queried
    /// once.
    pub asking: Asking,
    /// The state of the stores that was logged last.
    pub logged: Arc<Logged>,
    /// Where the records and the tickets are stored, for the log.
    pub places: Arc<[String; 2]>,
}

impl Health {
    /// Makes the state of the health endpoints; the public name is derived from `code_key`.
    pub fn new(
        settings: &Settings,
        code_key: &[u8; 32],
        proxies: TrustedProxies,
        records: Records,
        tickets: Tickets,
        stopping: CancellationToken,
    ) -> Self {
        Self {
            name: name_of(code_key).into(),
            proxies,
            records,
            tickets,
            stopping,
            asking: Asking::default(),
            logged: Arc::default(),
            places: [place(settings), settings.store.tickets.to_string()].into(),
        }
    }
}

/// The check of the stores that is in progress, if there is one; many requests may await its result. It is cheap to
/// clone, and clones share the check.
#[derive(Clone, Debug, Default)]
pub struct Asking(Arc<Mutex<Option<Shared<BoxFuture<'static, Readiness>>>>>);

type Readiness = (StatusCode, &'static str);

/// `GET /healthz`: answers 200 as long as the process runs, with the headers [`SERVER`] and [`CLIENT`].
pub async fn alive(
    State(health): State<Health>,
    Extension(Peer(peer)): Extension<Peer>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let forwarding = health.proxies.forwarding(peer.ip(), &headers);
    ([(SERVER, health.name.to_string()), (CLIENT, forwarding.word().to_owned())], "ok\n")
}

/// `GET /readyz`: answers 200 while the stores answer and the server is not stopping, else 503.
pub async fn ready(State(health): State<Health>) -> Readiness {
    if health.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    health.asking.clone().join(|| ask(health).boxed()).await
}

impl Asking {
    /// Returns the check in progress, or, if there is none, starts the one that `question` makes and returns it. The
    /// check runs in a task of its own to its end even if every request for it was dropped, so that a later request
    /// never gets an old result.
    fn join(&self, question: impl FnOnce() -> BoxFuture<'static, Readiness>) -> Shared<BoxFuture<'static, Readiness>> {
        let mut asking = self.0.lock();
        if let Some(under_way) = asking.as_ref().filter(|question| question.peek().is_none()) {
            return under_way.clone();
        }
        let question = asking.insert(question().shared()).clone();
        tokio::spawn(question.clone());
        question
    }
}

/// Queries the store of records and the store of tickets, and returns the answer to `/readyz`, which names those that
/// do not answer. It logs only when this differs from the last check: which stores do not answer, or that all answer
/// again.
async fn ask(health: Health) -> Readiness {
    let (records, tickets) = tokio::join!(health.records.ping(), health.tickets.ping());
    let missing = match (&records, &tickets) {
        (Ok(()), Ok(())) => "",
        (Err(_), Ok(())) => "records\n",
        (Ok(()), Err(_)) => "tickets\n",
        (Err(_), Err(_)) => "records tickets\n",
    };
    if health.logged.is_new(missing) {
        if missing.is_empty() {
            tracing::info!("ready again: the stores answer");
        }
        let stores = [("records", records.err()), ("tickets", tickets.err())];
        for ((missing, fault), at) in stores.into_iter().zip(health.places.iter()) {
            if let Some(fault) = fault {
                tracing::error!(fault = %caused(&fault), missing, at, "not ready");
            }
        }
    }
    if missing.is_empty() { (StatusCode::OK, "ready\n") } else { (StatusCode::SERVICE_UNAVAILABLE, missing) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn sec_14_stores_are_asked_once_for_all_who_ask_meanwhile_and_again_for_who_comes_later() {
        // The sender is dropped, so the receiver resolves at once.
        let at_once = || oneshot::channel().1;
        let (asking, asked) = (Asking::default(), Arc::new(AtomicUsize::new(0)));
        let question = |until: oneshot::Receiver<()>, status| {
            let asked = Arc::clone(&asked);
            move || {
                async move {
                    asked.fetch_add(1, Ordering::Relaxed);
                    let _ = until.await;
                    (status, "")
                }
                .boxed()
            }
        };
        let (answer, until) = oneshot::channel();
        let first = tokio::spawn(asking.join(question(until, StatusCode::OK)));
        while asked.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        let crowd: Vec<_> =
            (0..50).map(|_| asking.join(question(at_once(), StatusCode::SERVICE_UNAVAILABLE))).collect();
        // The request that asked first is aborted; the others are answered all the same.
        first.abort();
        answer.send(()).expect("somebody waits");
        assert!(join_all(crowd).await.iter().all(|(status, _)| *status == StatusCode::OK));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        // All requests are dropped before the answer: a later one starts a new check.
        let (answer, until) = oneshot::channel();
        drop(asking.join(question(until, StatusCode::OK)));
        tokio::task::yield_now().await;
        answer.send(()).expect("the question goes on");
        while asked.load(Ordering::Relaxed) < 2
            || asking.0.lock().as_ref().is_some_and(|question| question.peek().is_none())
        {
            tokio::task::yield_now().await;
        }
        let later = asking.join(question(at_once(), StatusCode::SERVICE_UNAVAILABLE)).await;
        assert_eq!((later.0, asked.load(Ordering::Relaxed)), (StatusCode::SERVICE_UNAVAILABLE, 3));
    }
}

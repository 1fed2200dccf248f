//! Is it alive, and should a balancer send people here.

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
use crate::store::records::Records;
use crate::store::tickets::Tickets;
use crate::web::client::{Peer, TrustedProxies};

/// The header by which `/healthz` says which server this is: the same of all instances, and of nobody else.
pub const SERVER: &str = "tessera-server";
/// The one by which it says how the client's address came here, as [`Forwarding`](super::client::Forwarding) has it.
pub const CLIENT: &str = "tessera-client";

/// The name of the server that has this key. It tells nothing of the key.
pub fn name_of(key: &[u8; 32]) -> String {
    HEXLOWER.encode(&derive(key, "public name of the server")[..8])
}

/// What readiness depends on, and what a look from outside is told.
#[derive(Clone, Debug)]
pub struct Health {
    /// Which server this is: [`name_of`].
    pub name: Arc<str>,
    /// Whose word about a client's address counts.
    pub proxies: TrustedProxies,
    /// The records must answer.
    pub records: Records,
    /// And so must the tickets.
    pub tickets: Tickets,
    /// Cancelled once the stop has begun.
    pub stopping: CancellationToken,
    /// The question that is under way: anybody may ask, and the stores are asked once for all who ask meanwhile.
    pub asking: Asking,
    /// What the log said last of the stores.
    pub logged: Arc<Logged>,
    /// Where the records and the tickets are, for the log.
    pub places: Arc<[String; 2]>,
}

/// A question to the stores, which many may wait for; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Asking(Arc<Mutex<Option<Shared<BoxFuture<'static, Readiness>>>>>);

type Readiness = (StatusCode, &'static str);

/// `GET /healthz`: the process answers.
pub async fn alive(
    State(health): State<Health>,
    Extension(Peer(peer)): Extension<Peer>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let forwarding = health.proxies.forwarding(peer.ip(), &headers);
    ([(SERVER, health.name.to_string()), (CLIENT, forwarding.word().to_owned())], "ok\n")
}

/// `GET /readyz`: new people may come.
pub async fn ready(State(health): State<Health>) -> Readiness {
    if health.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    health.asking.clone().join(|| ask(health).boxed()).await
}

impl Asking {
    /// The question that is under way, or else this one, which goes on also where all who asked have hung up: nobody later
    /// is told what was so then.
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

/// What goes on is in the log once, when it begins, and once when it is over.
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

    use crate::server::health::*;

    #[tokio::test]
    async fn sec_14_stores_are_asked_once_for_all_who_ask_meanwhile_and_again_for_who_comes_later() {
        // Nobody holds the other end.
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
        // Whoever asked first hangs up; the others are answered all the same.
        first.abort();
        answer.send(()).expect("somebody waits");
        assert!(join_all(crowd).await.iter().all(|(status, _)| *status == StatusCode::OK));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        // All who ask hang up before the answer: whoever comes after it asks anew.
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

//! The permit of one open connection, and what a task holds while its connection only waits for events.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::http::request::Parts;
use axum::response::Response;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::crowd::{Admitted, Counted, Crowd, Ender, Kept, Network};
use crate::measure;
use crate::web::bounds::WAIT_AGAIN;
use crate::web::client::{ClientAddress, TrustedProxies};
use crate::web::problem::Problem;

/// Returns the network that connections from this address are counted under, or `None` for a trusted proxy.
pub(super) fn network(proxies: &TrustedProxies, address: IpAddr) -> Option<Network> {
    (!proxies.trusts(address)).then(|| Network::of(address))
}

/// The permission to have one open connection, which counts against the connection limit of the listener until the
/// last clone is dropped. What counts it can be [handed over](Self::hand_over).
#[derive(Clone, Debug)]
pub struct ConnectionPermit(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    crowd: Arc<Crowd>,
    proxies: TrustedProxies,
    /// `None` once it was handed over.
    admitted: Mutex<Option<Admitted>>,
}

impl ConnectionPermit {
    /// Makes the permit of a connection. `proxies` are the trusted proxies.
    pub(super) fn new(admitted: Admitted, proxies: TrustedProxies) -> Self {
        let crowd = Arc::clone(admitted.crowd());
        Self(Arc::new(Inner { crowd, proxies, admitted: Mutex::new(Some(admitted)) }))
    }

    /// Counts this connection as one whose task only waits for events, on behalf of this client, until the returned value
    /// is dropped. The wait ends when `stopping` is cancelled, or when the connection is closed to admit another one.
    ///
    /// # Errors
    /// 429, if the client's network (an IPv4 address or an IPv6 /64) is at its limit of waiting connections.
    pub fn wait(&self, client: ClientAddress, stopping: &CancellationToken) -> Result<Waits, Problem> {
        let until = stopping.child_token();
        Ok(Waits { counted: self.count(client, Ender::Cancel(until.clone()))?, until })
    }

    /// Hands over what counts the connection as open, joined with what counts it as waiting, to be kept with its socket
    /// outside the runtime. `None` if that was done before.
    pub fn hand_over(&self, counted: Counted) -> Option<Kept> {
        Some(Kept::new(self.0.admitted.lock().take()?, counted))
    }

    /// Counts this connection as one that only waits for events, on behalf of this client, until the returned value is
    /// dropped. `ender` ends the wait to admit another connection.
    ///
    /// # Errors
    /// As those of [`Self::wait`].
    pub fn count(&self, client: ClientAddress, ender: Ender) -> Result<Counted, Problem> {
        self.0.crowd.wait(network(&self.0.proxies, client.0), ender).ok_or_else(|| {
            measure::turned_away("waiting");
            Problem::too_many(WAIT_AGAIN)
        })
    }
}

/// Extracts the permit of the request's connection, for handlers whose work outlives the request.
impl<S: Sync> axum::extract::FromRequestParts<S> for ConnectionPermit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::broken)
    }
}

/// What a task holds while its connection only waits for events.
#[derive(Debug)]
pub struct Waits {
    /// What counts the connection.
    counted: Counted,
    /// Cancelled when the wait has to end.
    until: CancellationToken,
}

impl Waits {
    /// Waits until this connection has to end: because the server stops, or because [`Crowd::choose_one`] chose it to
    /// admit another connection.
    pub async fn ended(&self) {
        self.until.cancelled().await;
    }

    /// Returns whether [`Crowd::choose_one`] chose this connection to admit another one, so that it has to close at once.
    pub fn gives_way(&self) -> bool {
        self.counted.gives_way()
    }

    /// Adds `Connection: close` to the answer on this connection if it was chosen to admit another connection, so that
    /// it closes after the answer. Otherwise returns the answer unchanged.
    pub fn last(&self, mut answer: Response) -> Response {
        if self.gives_way() {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }
}

//! Limits idle keep-alive connections: [`KEPT_ALIVE`] in all and [`KEPT_ALIVE_EACH`] of one network; every further
//! connection is told to close with its answer. A browser loads the login page and then waits on a socket of its own,
//! and the idle connection that remains of the page costs more memory than the waiting one.

use std::sync::Arc;

use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use parking_lot::{Mutex, MutexGuard};

use crate::crowd::Network;
use crate::web::bounds::{KEPT_ALIVE, KEPT_ALIVE_EACH};
use crate::weights::Weights;

/// Counts the connections of one listener that are idle between two requests, and limits them, in all and for each
/// network (an IPv4 address or an IPv6 /64). Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeepAlive(Arc<Mutex<IdleCounts>>);

#[derive(Debug, Default)]
struct IdleCounts {
    total: usize,
    of_network: Weights<(), Network>,
}

impl KeepAlive {
    /// Makes the state of one new connection, which does not count as idle yet. `network` is the IPv4 address or the
    /// IPv6 /64 of its client, and `None` for a trusted proxy.
    pub(crate) fn connection(&self, network: Option<Network>) -> Connection {
        Connection { all: self.clone(), network, is_counted: Mutex::default() }
    }

    fn counts(&self) -> MutexGuard<'_, IdleCounts> {
        self.0.lock()
    }
}

impl IdleCounts {
    /// Counts one more idle connection of this network and returns `true`; returns `false` and does not count it if the
    /// limits do not allow it.
    fn add(&mut self, network: Option<Network>) -> bool {
        let has_most = network.is_some_and(|network| self.of_network.of(&(), &network) >= KEPT_ALIVE_EACH);
        if self.total >= KEPT_ALIVE || has_most {
            return false;
        }
        self.total += 1;
        if let Some(network) = network {
            self.of_network.add(&(), &network, 1);
        }
        true
    }

    fn remove(&mut self, network: Option<Network>) {
        self.total -= 1;
        if let Some(network) = network {
            self.of_network.remove(&(), &network, 1);
        }
    }
}

/// The state of one connection: whether it counts as idle, from an answer until the next request, towards the
/// limits of [`KeepAlive`].
#[derive(Debug)]
pub(crate) struct Connection {
    all: KeepAlive,
    network: Option<Network>,
    is_counted: Mutex<bool>,
}

impl Connection {
    /// Records that a request arrived: the connection is not idle any more and does not count as such.
    pub(crate) fn asked(&self) {
        if std::mem::take(&mut *self.is_counted.lock()) {
            self.all.counts().remove(self.network);
        }
    }

    /// Records that this answer is being sent, and returns it. If the limits allow one more idle connection, the
    /// connection is counted; otherwise the answer gets `Connection: close`. A WebSocket is not counted.
    pub(crate) fn answered(&self, mut answer: Response) -> Response {
        // An upgraded connection (WebSocket) does not become idle.
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            let is_counted = self.all.counts().add(self.network);
            if !is_counted {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            *self.is_counted.lock() = is_counted;
        }
        answer
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.asked();
    }
}

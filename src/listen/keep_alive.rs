//! Which connections stay open between requests: as many as [`KEPT_ALIVE`], of one network [`KEPT_ALIVE_EACH`], and every
//! further one is told to close with its answer. A browser asks for the login page, then waits on a socket of its own; what is left of the page's
//! connection costs more memory than the waiting does.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use parking_lot::{Mutex, MutexGuard};

use crate::web::bounds::{KEPT_ALIVE, KEPT_ALIVE_EACH};
use crate::weights::Weights;

/// The places of all connections of this server; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeepAlive(Arc<Mutex<Places>>);

#[derive(Debug, Default)]
struct Places {
    taken: usize,
    of: Weights<(), IpAddr>,
}

impl KeepAlive {
    /// One connection, which has no place yet. A proxy stands for many people and is of no network.
    pub(crate) fn connection(&self, network: Option<IpAddr>) -> Connection {
        Connection { all: self.clone(), network, has_place: Mutex::default() }
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock()
    }
}

impl Places {
    fn take(&mut self, network: Option<IpAddr>) -> bool {
        let has_most = network.is_some_and(|network| self.of.of(&(), &network) >= KEPT_ALIVE_EACH);
        if self.taken >= KEPT_ALIVE || has_most {
            return false;
        }
        self.taken += 1;
        if let Some(network) = network {
            self.of.add(&(), &network, 1);
        }
        true
    }

    fn give_back(&mut self, network: Option<IpAddr>) {
        self.taken -= 1;
        if let Some(network) = network {
            self.of.remove(&(), &network, 1);
        }
    }
}

/// One connection's place, held from an answer to the request after it.
#[derive(Debug)]
pub(crate) struct Connection {
    all: KeepAlive,
    network: Option<IpAddr>,
    has_place: Mutex<bool>,
}

impl Connection {
    /// A request came: whoever works is not idle.
    pub(crate) fn asked(&self) {
        if std::mem::take(&mut *self.has_place.lock()) {
            self.all.places().give_back(self.network);
        }
    }

    /// Its answer goes out: the connection stays open, or is told to close.
    pub(crate) fn answered(&self, mut answer: Response) -> Response {
        // An upgraded connection is nobody's idle one.
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            let has_place = self.all.places().take(self.network);
            if !has_place {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            *self.has_place.lock() = has_place;
        }
        answer
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.asked();
    }
}

//! Which connections stay open between requests: as many as [`KEPT_ALIVE`], and every further one is told to close
//! with its answer. A browser asks for the login page, then waits on a socket of its own; what is left of the page's
//! connection costs more memory than the waiting does.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::bounds::KEPT_ALIVE;

/// The places of all connections of this server; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct KeepAlive(Arc<Semaphore>);

impl KeepAlive {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(KEPT_ALIVE)))
    }

    /// One connection, which has no place yet.
    pub(super) fn connection(&self) -> Connection {
        Connection { all: Arc::clone(&self.0), place: Mutex::default() }
    }
}

/// One connection's place, held from an answer to the request after it.
#[derive(Debug)]
pub(super) struct Connection {
    all: Arc<Semaphore>,
    place: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Connection {
    /// A request came: whoever works is not idle.
    pub(super) fn asked(&self) {
        self.set(None);
    }

    /// Its answer goes out: the connection stays open, or is told to close.
    pub(super) fn answered(&self, mut answer: Response) -> Response {
        // An upgraded connection is nobody's idle one.
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            let place = Arc::clone(&self.all).try_acquire_owned().ok();
            if place.is_none() {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            self.set(place);
        }
        answer
    }

    fn set(&self, place: Option<OwnedSemaphorePermit>) {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }
}

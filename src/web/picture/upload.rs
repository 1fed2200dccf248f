//! Bodies with a picture, while they come in. What all of them hold is bounded, and so that this bound turns against
//! whoever fills it: an account has one body at a time, and a body holds what has arrived of it, not what it claims.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::{StreamExt as _, stream};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use super::{FIELD, NotTaken};
use crate::ticket::ids::AccountId;
use crate::web::bounds::{UPLOAD_BYTES, UPLOAD_STEP, UPLOADED_BYTES};

/// All of them; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Uploads {
    bytes: Arc<Semaphore>,
    places: Arc<Mutex<HashMap<AccountId, Arc<tokio::sync::Mutex<()>>>>>,
}

/// What a body holds: given back when the last use of its bytes is over, whoever asked for it being there or not.
#[derive(Debug)]
pub(super) struct Held {
    _place: OwnedMutexGuard<()>,
    bytes: OwnedSemaphorePermit,
}

/// A body that has arrived.
#[derive(Debug)]
pub(super) struct Upload {
    head: Parts,
    body: Arrived,
    held: Held,
}

/// What has arrived of a body, in pieces of one size: none is moved for the next one to fit, and the memory that one body
/// gives back fits another.
#[derive(Debug, Default)]
struct Arrived {
    steps: Vec<Vec<u8>>,
    length: usize,
}

impl Arrived {
    fn add(&mut self, mut part: &[u8]) {
        self.length += part.len();
        while !part.is_empty() {
            if self.steps.last().is_none_or(|last| last.len() == UPLOAD_STEP) {
                self.steps.push(Vec::with_capacity(UPLOAD_STEP));
            }
            let Some(last) = self.steps.last_mut() else { return };
            let (fits, later) = part.split_at(part.len().min(UPLOAD_STEP - last.len()));
            last.extend_from_slice(fits);
            part = later;
        }
    }
}

impl Uploads {
    pub fn new() -> Self {
        Self { bytes: Arc::new(Semaphore::new(UPLOADED_BYTES)), places: Arc::default() }
    }

    /// Reads the body of a request to its end. An account's next body waits for the one before.
    pub async fn read(&self, request: Request, by: AccountId) -> Result<Upload, NotTaken> {
        let (head, body) = request.into_parts();
        let mut parts = body.into_data_stream();
        let mut come = Arrived::default();
        let read = async {
            if is_too_large(&head.headers) {
                return Err(NotTaken::TooLarge);
            }
            let place = self.place(by).lock_owned().await;
            let mut held = Held { _place: place, bytes: self.step(0)? };
            while let Some(part) = parts.next().await {
                let part = part.map_err(|_| NotTaken::Malformed)?;
                let (has, needs) = (held.bytes.num_permits(), (come.length + part.len()).next_multiple_of(UPLOAD_STEP));
                if needs > has {
                    held.bytes.merge(self.step(needs - has)?);
                }
                come.add(&part);
            }
            Ok(held)
        };
        match read.await {
            Ok(held) => Ok(Upload { head, body: come, held }),
            Err(why) => {
                drop(come);
                // A browser that is answered while it still sends shows no answer at all. The route's own bound says
                // how much is read.
                while let Some(Ok(_)) = parts.next().await {}
                Err(why)
            }
        }
    }

    /// Bytes that are left for all.
    pub fn room(&self) -> usize {
        self.bytes.available_permits()
    }

    fn step(&self, bytes: usize) -> Result<OwnedSemaphorePermit, NotTaken> {
        let bytes = u32::try_from(bytes).map_err(|_| NotTaken::TooLarge)?;
        Arc::clone(&self.bytes).try_acquire_many_owned(bytes).map_err(|_| NotTaken::Busy)
    }

    /// The place of an account. Places that nobody has or waits for are forgotten.
    fn place(&self, of: AccountId) -> Arc<tokio::sync::Mutex<()>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|_, place| Arc::strong_count(place) > 1);
        Arc::clone(places.entry(of).or_default())
    }
}

impl Upload {
    /// The first file of the form in which anything is.
    pub async fn file(self) -> Result<(Bytes, Held), NotTaken> {
        let Self { head, body, held } = self;
        let length = body.length;
        // Each piece is given back as soon as it is read.
        let steps = body.steps.into_iter().map(|step| Ok::<_, Infallible>(Bytes::from(step)));
        let request = Request::from_parts(head, Body::from_stream(stream::iter(steps)));
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| NotTaken::Malformed)?;
        loop {
            let field = form.next_field().await.map_err(|error| unread(error.status()))?;
            let Some(mut field) = field else { return Err(NotTaken::NoneChosen) };
            if field.name() != Some(FIELD) {
                continue;
            }
            let mut file = Vec::new();
            while let Some(part) = field.chunk().await.map_err(|error| unread(error.status()))? {
                if file.is_empty() {
                    file.reserve_exact(length);
                }
                file.extend_from_slice(&part);
            }
            if !file.is_empty() {
                return Ok((file.into(), held));
            }
        }
    }
}

fn is_too_large(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    length.is_none_or(|length| length > UPLOAD_BYTES)
}

fn unread(status: StatusCode) -> NotTaken {
    if status == StatusCode::PAYLOAD_TOO_LARGE { NotTaken::TooLarge } else { NotTaken::Malformed }
}

//! Reads request bodies with a picture and holds them until their pictures are decoded. An account has one
//! body at a time, and the memory of all bodies is limited ([`Bodies`]).

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::{StreamExt as _, stream};
use parking_lot::Mutex;
use tokio::sync::{Notify, OwnedMutexGuard};
use tokio::task::yield_now;

use super::NotTaken;
use super::bodies::{Arrived, Bodies, Room};
use crate::clock::Clock;
use crate::ticket::ids::AccountId;
use crate::web::bounds::UPLOAD_BYTES;

/// Name of the form field that holds an uploaded picture.
pub const FIELD: &str = "picture";
/// Media types of pictures that the file chooser of a browser offers for an upload.
pub const ACCEPT: &str = "image/png,image/jpeg,image/webp";

/// All uploads of pictures in progress, and the memory that they hold. It is cheap to clone, and clones share both.
#[derive(Clone, Debug)]
pub(crate) struct Uploads {
    clock: Clock,
    bodies: Arc<Mutex<Bodies>>,
    /// Notifies waiting uploads that memory was freed.
    given_back: Arc<Notify>,
    places: Arc<Mutex<HashMap<AccountId, Arc<tokio::sync::Mutex<()>>>>>,
}

/// A guard that holds the memory of one uploaded body and the lock of its account, which lets the account upload one
/// picture at a time. Both are freed when it is dropped: after the last use of the bytes, even if the request ended
/// before.
#[derive(Debug)]
pub(crate) struct Held {
    bodies: Arc<Mutex<Bodies>>,
    given_back: Arc<Notify>,
    by: AccountId,
    /// Number of bytes that the body holds once it has arrived; 0 before.
    bytes: usize,
    /// Lock of the account, for which its next body waits.
    _place: OwnedMutexGuard<()>,
}

/// A body with a picture that has arrived completely, with the head of its request.
#[derive(Debug)]
pub(crate) struct Upload {
    head: Parts,
    body: Arrived,
    held: Held,
}

impl Held {
    /// Returns the bytes of the body. The caller must have added all of them; this is not checked. Fails with `Busy` if
    /// the body was evicted.
    fn arrived(&mut self) -> Result<Arrived, NotTaken> {
        let arrived = self.bodies.lock().arrived(self.by)?;
        self.bytes = arrived.held();
        Ok(arrived)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut bodies = self.bodies.lock();
        bodies.end(self.by);
        bodies.give_back(self.bytes);
        drop(bodies);
        self.given_back.notify_waiters();
    }
}

impl Uploads {
    pub fn new(clock: Clock) -> Self {
        let bodies = Arc::new(Mutex::new(Bodies::new()));
        Self { clock, bodies, given_back: Arc::default(), places: Arc::default() }
    }

    /// Reads the body of a request to its end. A further body of the account waits until the picture of the previous
    /// one is decoded. Fails if the body is too large or has no `Content-Length`, breaks off, or is evicted for another
    /// one; the rest of the body is then read and dropped, so that the browser shows the answer.
    pub async fn read(&self, request: Request, by: AccountId) -> Result<Upload, NotTaken> {
        let (head, body) = request.into_parts();
        let mut parts = body.into_data_stream();
        let read = async {
            if is_too_large(&head.headers) {
                return Err(NotTaken::TooLarge);
            }
            let mut held = self.begin(by).await;
            while let Some(part) = parts.next().await {
                let part = part.map_err(|_| NotTaken::Malformed)?;
                self.add(by, &part).await?;
            }
            Ok((held.arrived()?, held))
        };
        match read.await {
            Ok((body, held)) => Ok(Upload { head, body, held }),
            Err(why) => {
                // A browser that is answered while it still sends shows no answer at all. The body limit of
                // the route limits how much is read.
                while let Some(Ok(_)) = parts.next().await {}
                Err(why)
            }
        }
    }

    /// Returns how many bytes of memory are still free for all uploads together.
    pub fn room(&self) -> usize {
        self.bodies.lock().left()
    }

    async fn begin(&self, by: AccountId) -> Held {
        let place = self.place(by).lock_owned().await;
        self.bodies.lock().begin(by, self.clock.steady());
        let (bodies, given_back) = (Arc::clone(&self.bodies), Arc::clone(&self.given_back));
        Held { bodies, given_back, by, bytes: 0, _place: place }
    }

    /// Stores one more part of the incoming body of an account, and waits while there is no memory for it. Fails with
    /// `Busy` if the body is evicted.
    async fn add(&self, by: AccountId, part: &[u8]) -> Result<(), NotTaken> {
        let mut has_waited = false;
        loop {
            let mut given_back = pin!(self.given_back.notified());
            // Registers before the check, so that no notification is missed.
            given_back.as_mut().enable();
            let room = self.bodies.lock().add(by, part, self.clock.steady())?;
            match room {
                Room::Kept => {
                    if has_waited {
                        // The next waiting upload may try.
                        self.given_back.notify_waiters();
                    }
                    return Ok(());
                }
                Room::Later => given_back.await,
            }
            has_waited = true;
        }
    }

    /// Returns the lock of an account, which the caller holds during an upload so that the account has one at a time.
    /// Locks that are neither held nor awaited are removed.
    fn place(&self, of: AccountId) -> Arc<tokio::sync::Mutex<()>> {
        let mut places = self.places.lock();
        places.retain(|_, place| Arc::strong_count(place) > 1);
        Arc::clone(places.entry(of).or_default())
    }
}

impl Upload {
    /// Parses the form and returns its first file in the field [`FIELD`] that is not empty, and the guard that holds
    /// the memory of the upload. Fails if there is no such file, or if the form is malformed.
    pub async fn file(self) -> Result<(Bytes, Held), NotTaken> {
        let Self { head, body, held } = self;
        let length = body.length();
        // Each piece is freed as soon as it is read. The parser reads all that is ready before it hands anything on: a
        // pause between the pieces keeps it from holding the whole body a second time.
        let steps = stream::iter(body.into_steps().into_iter().enumerate()).then(async |(at, step)| {
            if at > 0 {
                yield_now().await;
            }
            Ok::<_, Infallible>(Bytes::from(step))
        });
        let request = Request::from_parts(head, Body::from_stream(steps));
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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::web::bounds::UPLOADED_BYTES;

    fn account(of: u8) -> AccountId {
        AccountId::from_random([of; 16])
    }

    fn request(bytes: usize) -> Request {
        let request = Request::builder().header(header::CONTENT_LENGTH, bytes);
        request.body(Body::from(vec![b'x'; bytes])).expect("a request")
    }

    #[tokio::test]
    async fn sec_67_an_account_has_one_body_until_its_picture_is_decoded_and_nobody_else_waits_for_that() {
        let uploads = Uploads::new(Clock::system());
        let first = uploads.read(request(100), account(1)).await.expect("arrives");
        let mut next = pin!(uploads.read(request(100), account(1)));
        for other in 2..20 {
            assert!(next.as_mut().now_or_never().is_none(), "it is not even read");
            drop(uploads.read(request(100), account(other)).now_or_never().expect("at once").expect("arrives"));
        }
        // The memory stays held while the picture is decoded.
        let (_body, held) = (first.body, first.held);
        assert!(next.as_mut().now_or_never().is_none());
        drop(held);
        next.now_or_never().expect("at once").expect("arrives");
        assert_eq!(uploads.room(), UPLOADED_BYTES);
    }

    #[tokio::test]
    async fn sec_67_where_all_is_held_by_bodies_that_have_arrived_the_next_waits_for_one_of_them() {
        let uploads = Uploads::new(Clock::system());
        let mut arrived = Vec::new();
        for of in 0..UPLOADED_BYTES / UPLOAD_BYTES {
            let by = account(u8::try_from(of).expect("few"));
            arrived.push(uploads.read(request(UPLOAD_BYTES), by).await.expect("arrives"));
        }
        assert_eq!(uploads.room(), 0);
        let mut next = pin!(uploads.read(request(100), account(98)));
        let mut other = pin!(uploads.read(request(100), account(99)));
        assert!(next.as_mut().now_or_never().is_none() && other.as_mut().now_or_never().is_none());
        arrived.pop();
        for waited in [next, other] {
            waited.now_or_never().expect("at once").expect("arrives");
        }
        arrived.clear();
        assert_eq!(uploads.room(), UPLOADED_BYTES);
    }
}

//! Connections that wait for their peer: for the head of its first request, for a body, or for it to take an answer.
//! They cost a peer next to nothing. So when as many connections are open as are allowed, the one that has been silent
//! longest makes room for the next, and a flood of them keeps nobody out who asks at once.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use futures_util::future::{AbortHandle, Abortable};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use parking_lot::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep};

use crate::web::bounds::SILENCE_LEAST;

/// All of them, by age; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Silent(Arc<Mutex<ByAge>>);

#[derive(Debug, Default)]
struct ByAge {
    next: u64,
    tasks: BTreeMap<u64, (Instant, AbortHandle)>,
}

impl ByAge {
    fn add(&mut self, task: AbortHandle) -> u64 {
        self.next += 1;
        self.tasks.insert(self.next, (Instant::now(), task));
        self.next
    }
}

/// What became of a wish for room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The connection that was silent longest is told to end.
    One,
    /// All that are open are being answered or watch.
    NoneIsSilent,
}

impl Silent {
    /// Runs a connection, whose peer is silent at first.
    pub(crate) fn spawn<F>(&self, connection: impl FnOnce(Guest) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (task, ended) = AbortHandle::new_pair();
        let guest = Guest { all: self.clone(), is: Mutex::new(Is::Silent(self.by_age().add(task))) };
        tokio::spawn(Abortable::new(connection(guest), ended));
    }

    /// Ends the connection that has been silent longest, once it has been for [`SILENCE_LEAST`]: those who come do not
    /// end each other before they could say a word, and who comes next waits for that moment, and no longer. Whoever was
    /// answered since that wait began is no peer that only holds its place.
    pub(crate) async fn end_one(&self) -> Ended {
        let began = Instant::now();
        loop {
            let spared = {
                let mut by_age = self.by_age();
                let longest = by_age.tasks.first_entry().filter(|entry| entry.get().0 <= began);
                let Some(longest) = longest else { return Ended::NoneIsSilent };
                let spared = SILENCE_LEAST.saturating_sub(longest.get().0.elapsed());
                if spared.is_zero() {
                    longest.remove().1.abort();
                    return Ended::One;
                }
                spared
            };
            sleep(spared).await;
        }
    }

    fn by_age(&self) -> MutexGuard<'_, ByAge> {
        self.0.lock()
    }
}

/// One connection among them.
#[derive(Debug)]
pub(crate) struct Guest {
    all: Silent,
    is: Mutex<Is>,
}

#[derive(Debug)]
enum Is {
    /// Under this number.
    Silent(u64),
    /// Its request is being answered, or its answer lasts as long as its page is open.
    Busy(AbortHandle),
    /// It was told to end.
    Over,
}

impl Guest {
    /// All of a request is there: what follows is our work.
    pub(crate) fn asked(&self) {
        let mut is = self.is.lock();
        if let Is::Silent(number) = *is {
            *is = self.all.by_age().tasks.remove(&number).map_or(Is::Over, |(_, task)| Is::Busy(task));
        }
    }

    /// The answer goes out, for the peer to take.
    pub(crate) fn answered(&self, answer: &Response) {
        let mut is = self.is.lock();
        if let Is::Busy(task) = &*is
            && !lasts(answer)
        {
            *is = Is::Silent(self.all.by_age().add(task.clone()));
        }
    }
}

/// A request's body, which ends the silence of its connection when all of it was read.
pub(crate) struct Heard {
    /// As it comes.
    pub(crate) body: Incoming,
    /// Whose it is.
    pub(crate) guest: Arc<Guest>,
}

impl Heard {
    fn note_end(&self) {
        if self.body.is_end_stream() {
            self.guest.asked();
        }
    }
}

impl Body for Heard {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        self.note_end();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Whether it is a watch: the page behind it was let in.
fn lasts(answer: &Response) -> bool {
    answer.status() == StatusCode::SWITCHING_PROTOCOLS
        || answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

impl Drop for Guest {
    fn drop(&mut self) {
        if let Is::Silent(number) = *self.is.lock() {
            self.all.by_age().tasks.remove(&number);
        }
    }
}

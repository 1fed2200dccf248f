//! Tracks *silent* connections: those that wait for their peer, for the head of a request, for a body, or for
//! the peer to read an answer. They cost a peer next to nothing. So when the connection limit is reached, the
//! one that has been silent longest is closed to admit the next, and a flood of silent connections cannot
//! keep out a client that sends its request at once.

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

/// All silent connections of one listener, which wait for their peers, ordered by age; cheap to clone.
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

/// Whether [`Silent::end_one`] ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The connection that had been silent longest was ended.
    One,
    /// No connection has been silent since before the call: on all others a request is being answered, or a
    /// watch is open.
    NoneIsSilent,
}

impl Silent {
    /// Runs a connection in a task of its own. The connection counts as silent, so [`Silent::end_one`] may end it,
    /// until its first request has arrived completely; after that, the [`TrackedConnection`] records whether it is
    /// silent.
    pub(crate) fn spawn<F>(&self, connection: impl FnOnce(TrackedConnection) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (task, ended) = AbortHandle::new_pair();
        let activity = Mutex::new(Activity::Silent(self.by_age().add(task)));
        let tracked = TrackedConnection { all: self.clone(), activity };
        tokio::spawn(Abortable::new(connection(tracked), ended));
    }

    /// Ends the connection that has been silent longest, as soon as it has been silent for [`SILENCE_LEAST`], so that
    /// new connections have time to send a request. Returns once it has told the task of that connection to end, or
    /// when no connection is left that has been silent since before this call.
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

/// One connection, and whether it is silent, which means that the server waits for its peer. When this is dropped, the
/// connection is removed from the silent ones.
#[derive(Debug)]
pub(crate) struct TrackedConnection {
    all: Silent,
    activity: Mutex<Activity>,
}

#[derive(Debug)]
enum Activity {
    /// The connection is silent; the number is its key in `ByAge`.
    Silent(u64),
    /// A request is being answered, or its answer is a watch, which lasts as long as its page is open.
    Busy(AbortHandle),
    /// The connection was ended.
    Over,
}

impl TrackedConnection {
    /// Records that a whole request has arrived: the connection is not silent any more.
    pub(crate) fn asked(&self) {
        let mut activity = self.activity.lock();
        if let Activity::Silent(number) = *activity {
            let task = self.all.by_age().tasks.remove(&number);
            *activity = task.map_or(Activity::Over, |(_, task)| Activity::Busy(task));
        }
    }

    /// Records that this answer is being sent: the connection is silent again, unless the answer is a WebSocket or an
    /// event stream.
    pub(crate) fn answered(&self, answer: &Response) {
        let mut activity = self.activity.lock();
        if let Activity::Busy(task) = &*activity
            && !lasts(answer)
        {
            *activity = Activity::Silent(self.all.by_age().add(task.clone()));
        }
    }
}

/// The body of a request. When it has been read completely, it records that its connection is not silent any more
/// ([`TrackedConnection::asked`]).
pub(crate) struct TrackedBody {
    /// The body as it arrives.
    pub(crate) body: Incoming,
    /// The connection that it arrives on.
    pub(crate) tracked: Arc<TrackedConnection>,
}

impl TrackedBody {
    fn note_end(&self) {
        if self.body.is_end_stream() {
            self.tracked.asked();
        }
    }
}

impl Body for TrackedBody {
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

/// Returns whether an answer is a watch, which lasts as long as its page is open: a WebSocket or an event stream.
fn lasts(answer: &Response) -> bool {
    answer.status() == StatusCode::SWITCHING_PROTOCOLS
        || answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

impl Drop for TrackedConnection {
    fn drop(&mut self) {
        if let Activity::Silent(number) = *self.activity.lock() {
            self.all.by_age().tasks.remove(&number);
        }
    }
}

//! Runs the work on pixels in a thread. An allocator keeps some of the memory that each thread has freed, so
//! one thread for all pictures holds less than several threads would.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use tokio::sync::{mpsc, oneshot};

type Work = Box<dyn FnOnce() + Send>;

/// A handle of a thread that runs pieces of work one after the other, in the order in which they were given to it;
/// cheap to clone. The thread ends when the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Worker(mpsc::Sender<Work>);

impl std::fmt::Debug for Worker {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Worker")
    }
}

impl Worker {
    /// Starts a thread with this name.
    ///
    /// # Panics
    /// If the system cannot start a thread.
    pub fn start(name: &str) -> Self {
        // The queue holds one piece of work. Further ones wait inside their requests, and vanish if the request is
        // dropped.
        let (asks, mut asked) = mpsc::channel::<Work>(1);
        let works = move || {
            while let Some(work) = asked.blocking_recv() {
                work();
            }
        };
        thread::Builder::new().name(name.to_owned()).spawn(works).expect("a server starts with threads to spare");
        Self(asks)
    }

    /// Runs `work` on the thread when it is its turn and returns its result; `None` if it panicked. Work that was
    /// begun, or is next, is run to its end even if the caller is dropped: a client that disconnects does not free the
    /// thread for more of its work.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (done, answer) = oneshot::channel();
        let work = move || {
            if let Ok(result) = catch_unwind(AssertUnwindSafe(work)) {
                // The request may have been dropped.
                let _ = done.send(result);
            }
        };
        self.0.send(Box::new(work)).await.ok()?;
        answer.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn sec_67_whoever_hangs_up_ends_no_work_and_makes_no_room_for_more() {
        let worker = Worker::start("test");
        let (does, mut done) = tokio::sync::mpsc::unbounded_channel();
        for panics in [false, true] {
            let (ends, end) = mpsc::channel::<()>();
            let (asks, asking) = (worker.clone(), does.clone());
            let asked = tokio::spawn(async move {
                let work = move || {
                    asking.send("begun").expect("heard");
                    end.recv().expect("ends");
                    assert!(!panics, "its decoder panics");
                    asking.send("ended").expect("heard");
                };
                asks.run(work).await
            });
            assert_eq!(done.recv().await, Some("begun"));
            asked.abort();
            assert!(asked.await.is_err_and(|error| error.is_cancelled()));
            let (asks, asking) = (worker.clone(), does.clone());
            let next = tokio::spawn(async move { asks.run(move || asking.send("next").expect("heard")).await });
            while worker.0.capacity() > 0 {
                tokio::task::yield_now().await;
            }
            // Work that waits for a place in the queue vanishes with the request for it.
            let (asks, asking) = (worker.clone(), does.clone());
            let gone = tokio::spawn(async move { asks.run(move || asking.send("gone").expect("heard")).await });
            tokio::task::yield_now().await;
            gone.abort();
            assert!(gone.await.is_err_and(|error| error.is_cancelled()));
            assert!(done.is_empty(), "the work goes on, and nothing is done beside it");
            ends.send(()).expect("works");
            if !panics {
                assert_eq!(done.recv().await, Some("ended"));
            }
            assert_eq!(next.await.expect("runs"), Some(()));
            assert_eq!(done.recv().await, Some("next"));
            assert!(done.is_empty());
        }
        let panicked: Option<()> = worker.run(|| panic!("it does")).await;
        assert_eq!(panicked, None, "whoever is there hears of it");
    }
}

//! How a task is woken that watches a ticket for a page without a socket.

use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::ticket::machine::Ticket;

/// Wakes one task that watches a ticket. Its count `sent` grows with each announcement, so that a task that was busy
/// sees that something was announced in that time.
#[derive(Debug, Default)]
pub(super) struct Signal {
    sent: AtomicU32,
    /// The ticket as it was announced, until the task has taken it.
    news: Mutex<Option<Box<Ticket>>>,
    wake: Notify,
}

impl Signal {
    /// Wakes the task, and stores the announced ticket for it, unless a later version is stored. If no ticket is
    /// announced, the task reads the store.
    pub(super) fn send(&self, news: Option<&Ticket>) {
        {
            let mut known = self.news.lock();
            // Two changes may be announced in the reverse order.
            let is_outdated = known.as_ref().zip(news).is_some_and(|(known, news)| known.seq > news.seq);
            if !is_outdated {
                *known = news.cloned().map(Box::new);
            }
        }
        self.sent.fetch_add(1, Ordering::Release);
        self.wake.notify_waiters();
    }

    /// Takes the announced ticket.
    pub(super) fn take(&self) -> Option<Ticket> {
        self.news.lock().take().map(|news| *news)
    }

    /// Returns the count of announcements.
    pub(super) fn sent(&self) -> u32 {
        self.sent.load(Ordering::Acquire)
    }

    /// Waits until the count is not `heard` any more, and returns it.
    pub(super) async fn heard(&self, heard: u32) -> u32 {
        loop {
            // Made before the count is read, so that a signal between the two is not missed.
            let wake = self.wake.notified();
            let sent = self.sent();
            if sent != heard {
                return sent;
            }
            wake.await;
        }
    }
}

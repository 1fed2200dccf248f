//! Attends to the parked pages: reads what they send, and does what is due.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::thread;

use mio::{Events, Poll};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::end::End;
use super::key::Key;
use super::news::{Call, Render, Rules, What};
use super::open::Open;
use super::room::Room;
use super::shard::Way;
use super::times::Times;
use crate::clock::Clock;

/// The most events that one poll returns.
const EVENTS: usize = 1024;

impl Room {
    /// Opens the room for sockets, which from now on may be parked: starts the thread that listens to what pages send,
    /// and the task that attends to pages that are due. When `stopping` is cancelled, all pages are told to reconnect.
    /// Returns the calls that the caller answers.
    ///
    /// # Errors
    /// The system has no descriptor or no thread left, or the room is open already.
    pub fn open(
        self: &Arc<Self>,
        clock: Clock,
        rules: Rules,
        render: Render,
        stopping: CancellationToken,
    ) -> io::Result<mpsc::UnboundedReceiver<Call>> {
        let poll = Poll::new()?;
        let registry = poll.registry().try_clone()?;
        let (calls, receiver) = mpsc::unbounded_channel();
        let open = Open { clock, rules, render, calls, times: Times::new(), registry };
        self.open.set(open).map_err(|_| io::Error::from(io::ErrorKind::AlreadyExists))?;
        let room = Arc::downgrade(self);
        thread::Builder::new().name("waiting".to_owned()).spawn(move || listen(poll, &room))?;
        tokio::spawn(attend(Arc::clone(self), stopping));
        Ok(receiver)
    }

    /// Reads what the page at the place of a token sent.
    fn hear(&self, token: usize) {
        let Some(key) = self.key_of(token) else { return };
        let is_closed = match self.shard_of(key).get(key).map(|watcher| &mut watcher.way) {
            Some(Way::Closing(closing)) => closing.hears_the_end(),
            _ => false,
        };
        if is_closed {
            self.shard_of(key).remove(key);
        }
        self.hear_from(key, &[]);
    }

    /// Reads what a page sent after `early`.
    pub(super) fn hear_from(&self, key: Key, early: &[u8]) {
        self.with_page(key, |open, whose, page| {
            let (asks, heard) = page.hear(early, open.clock.steady(), &open.rules);
            if asks {
                open.call(whose, page, What::Refresh);
            }
            heard
        });
    }

    /// Attends to a page that is due.
    fn attend_to(&self, key: Key) {
        self.with_page(key, |open, whose, page| {
            let needs = page.due(open.clock.now(), &open.rules)?;
            if needs.ping {
                open.call(whose, page, What::Ping);
            }
            if needs.look {
                open.look(whose, page);
            }
            Ok(())
        });
    }

    /// Attends to the pages that are due by the system's time, and forgets connections that were not closed in time.
    fn attend_to_due(&self, open: &Open) {
        for (tick, key) in open.times.take() {
            let mut shard = self.shard_of(key);
            let is_due = match shard.get(key).map(|watcher| &watcher.way) {
                Some(Way::Parked(page)) => page.tick == tick,
                Some(Way::Closing(_)) => {
                    shard.remove(key);
                    false
                }
                _ => false,
            };
            drop(shard);
            if is_due {
                self.attend_to(key);
            }
        }
    }
}

/// Hands the token of each page that sent something to the room, until the process ends.
fn listen(mut poll: Poll, room: &Weak<Room>) {
    let mut events = Events::with_capacity(EVENTS);
    loop {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                tracing::error!(%error, "what waiting pages send cannot be heard any more");
                return;
            }
            _ => {}
        }
        let Some(room) = room.upgrade() else { return };
        events.iter().for_each(|event| room.hear(event.token().0));
    }
}

/// Attends to pages that are due, until the process ends. All pages are looked at after a clock was set.
async fn attend(room: Arc<Room>, stopping: CancellationToken) {
    let Some(open) = room.open.get() else { return };
    let mut moved = Box::pin(open.clock.moved());
    loop {
        tokio::select! {
            () = open.times.wait() => room.attend_to_due(open),
            () = &mut moved => {
                // Made anew first, so that a clock that is set meanwhile is noticed.
                moved = Box::pin(open.clock.moved());
                room.pages().into_iter().for_each(|key| room.attend_to(key));
            }
            () = stopping.cancelled(), if !room.is_ending.load(Ordering::Relaxed) => {
                room.is_ending.store(true, Ordering::Release);
                room.pages().into_iter().for_each(|key| room.end(key, End::Restart));
            }
        }
    }
}

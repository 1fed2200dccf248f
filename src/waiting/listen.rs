//! Listens to the parked pages, and attends to those that are due. One thread does both.

use std::io;
use std::sync::{Arc, Weak};
use std::thread;

use mio::{Events, Poll};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::news::{Caller, End, Key};
use super::room::{Open, Room};
use super::times::TICK;
use crate::clock::Clock;

/// The most events that one poll returns.
const EVENTS: usize = 1024;

impl Room {
    /// Opens the room for sockets, which from now on may be parked, and starts the thread that listens to them. When
    /// `stopping` is cancelled, all pages are told to reconnect. If the thread ends although pages may wait, it cancels
    /// `stopping` itself, so that the server stops and is started again.
    ///
    /// # Errors
    /// The system has no descriptor or no thread left, or the room is open already.
    pub fn open(
        self: &Arc<Self>,
        clock: Clock,
        caller: Box<dyn Caller>,
        stopping: CancellationToken,
    ) -> io::Result<()> {
        let poll = Poll::new()?;
        let registry = poll.registry().try_clone()?;
        let stops = stopping.clone().drop_guard();
        let open = Open { clock, since: Instant::now(), caller, registry, stopping };
        self.open.set(open).map_err(|_| io::Error::from(io::ErrorKind::AlreadyExists))?;
        let room = Arc::downgrade(self);
        thread::Builder::new().name("waiting".to_owned()).spawn(move || {
            let _stops = stops;
            listen(poll, &room);
        })?;
        Ok(())
    }

    /// Attends to the pages that are due.
    fn attend(&self) {
        let Some(open) = self.open.get() else { return };
        let (times, is_stopping) = (open.times(), open.stopping.is_cancelled());
        for mut shard in self.shards() {
            for key in shard.pages(|page| is_stopping || page.is_due(&times)) {
                // What has arrived counts as sent in time.
                self.hear(&mut shard, key, &[]);
                self.with_page(&mut shard, key, |open, who, page| {
                    if page.attend(&times)? {
                        open.read(who, page);
                    }
                    if is_stopping { Err(End::Restart) } else { Ok(()) }
                });
            }
        }
    }
}

/// Hears each page that sent something, and attends to those that are due, until the room is gone.
fn listen(mut poll: Poll, room: &Weak<Room>) {
    let mut events = Events::with_capacity(EVENTS);
    let mut attended = Instant::now();
    loop {
        if let Err(error) = poll.poll(&mut events, Some(TICK.saturating_sub(attended.elapsed())))
            && error.kind() != io::ErrorKind::Interrupted
        {
            tracing::error!(%error, "what waiting pages send cannot be heard any more");
            return;
        }
        let Some(room) = room.upgrade() else { return };
        for key in events.iter().map(|event| Key(event.token().0)) {
            room.hear(&mut room.shard_at(key), key, &[]);
        }
        if attended.elapsed() >= TICK {
            attended = Instant::now();
            room.attend();
        }
    }
}

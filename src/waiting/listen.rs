//! Listens to the parked pages, and attends to those that are due. One thread does both.

use std::io;
use std::sync::{Arc, Weak};
use std::thread;

use mio::{Events, Poll};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::news::{Calls, End, Key, Render, Rules};
use super::open::{Open, TICK};
use super::room::Room;
use super::shard::Shard;
use crate::clock::Clock;
use crate::ticket::side::Side;

/// The most events that one poll returns.
const EVENTS: usize = 1024;

impl Room {
    /// Opens the room for sockets, which from now on may be parked, and starts the thread that listens to them. When
    /// `stopping` is cancelled, all pages are told to reconnect. If the thread ends although pages may wait, it cancels
    /// `stopping` itself, so that the server stops and is started again. Returns what the caller has to do from then on.
    ///
    /// # Errors
    /// The system has no descriptor or no thread left, or the room is open already.
    pub fn open(
        self: &Arc<Self>,
        clock: Clock,
        rules: Rules,
        render: Render,
        stopping: CancellationToken,
    ) -> io::Result<Calls> {
        let poll = Poll::new()?;
        let registry = poll.registry().try_clone()?;
        let ((looks, to_look), (refreshes, to_refresh)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let stops = stopping.clone().drop_guard();
        let open = Open { clock, since: Instant::now(), rules, render, registry, looks, refreshes, stopping };
        self.open.set(open).map_err(|_| io::Error::from(io::ErrorKind::AlreadyExists))?;
        let room = Arc::downgrade(self);
        thread::Builder::new().name("waiting".to_owned()).spawn(move || {
            let _stops = stops;
            listen(poll, &room);
        })?;
        Ok(Calls { looks: to_look, refreshes: to_refresh })
    }

    /// Reads what a page sent after `early`.
    pub(super) fn hear(&self, shard: &mut Shard, key: Key, early: &[u8]) {
        let heard = self.with_page(shard, key, |open, who, page| {
            let mut asks = false;
            let heard = page.hear(early, open, &mut asks);
            if asks && who.side == Side::Browser {
                // If the receiver is dropped, the process is ending.
                let _ = open.refreshes.send(who.ticket);
            }
            heard
        });
        if heard.is_none() {
            // The poll reports what has arrived once, so what was not read when the page was closed is read now. That it
            // has closed too may be among it.
            self.with_page(shard, key, |open, _, page| page.hear(&[], open, &mut false));
        }
    }

    /// Attends to the pages that are due.
    fn attend(&self) {
        let Some(open) = self.open.get() else { return };
        let (times, is_stopping) = (open.times(), open.stopping.is_cancelled());
        for mut shard in self.shards() {
            for key in shard.pages(|page| page.is_due(&times)) {
                // What has arrived counts as sent in time.
                self.hear(&mut shard, key, &[]);
                self.with_page(&mut shard, key, |open, who, page| {
                    if page.attend(&times, open)? {
                        open.look_once(who, page);
                    }
                    Ok(())
                });
            }
            if is_stopping {
                for who in shard.watching().map(|watcher| watcher.who).collect::<Vec<_>>() {
                    self.with_page(&mut shard, who.key, |_, _, _| Err::<(), _>(End::Restart));
                }
            }
        }
    }
}

/// Hears each page that sent something, and attends to those that are due, until the room is gone.
fn listen(mut poll: Poll, room: &Weak<Room>) {
    let mut events = Events::with_capacity(EVENTS);
    let mut attended = Instant::now();
    loop {
        match poll.poll(&mut events, Some(TICK.saturating_sub(attended.elapsed()))) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                tracing::error!(%error, "what waiting pages send cannot be heard any more");
                return;
            }
            _ => {}
        }
        let Some(room) = room.upgrade() else { return };
        for place in events.iter().filter_map(|event| u32::try_from(event.token().0).ok()) {
            let mut shard = room.shard_at(place);
            if let Some(key) = shard.at(place) {
                room.hear(&mut shard, key, &[]);
            }
        }
        if attended.elapsed() >= TICK {
            attended = Instant::now();
            room.attend();
        }
    }
}

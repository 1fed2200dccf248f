//! What a watcher holds: a task for as long as it watches, and a page until its socket is parked.

use std::sync::Arc;

use mio::{Interest, Token};
use tokio::sync::watch;

use super::news::{Belongings, End, Who};
use super::page::Page;
use super::room::Room;
use super::shard::{WATCHERS, Watcher, Way};
use crate::crowd::Ender;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;
use crate::ticket::side::Side;
use crate::websocket::stream::Stream;

/// The watch of one side (browser or phone) over one ticket. When it is dropped, the watch ends, and the other side is
/// told, unless the socket of its page was [parked](Self::park).
#[derive(Debug)]
pub struct Subscription {
    room: Arc<Room>,
    who: Who,
    told: watch::Receiver<()>,
    found: Option<Box<Ticket>>,
    is_parked: bool,
}

impl Room {
    /// Adds a watcher of a ticket for this side. The other side is told. If there are too many, the oldest ends.
    pub fn subscribe(self: &Arc<Self>, ticket: TicketId, side: Side) -> Subscription {
        let mut shard = self.shard(ticket);
        let present = shard.of(ticket, side);
        if present.len() >= WATCHERS {
            self.end_in(&mut shard, present[0], End::Later);
        }
        let (teller, told) = watch::channel(());
        let who = shard.add(ticket, side, Way::Task(teller, 0));
        self.wake(shard.of(ticket, side.other()), &mut shard);
        Subscription { room: Arc::clone(self), who, told, found: None, is_parked: false }
    }
}

impl Subscription {
    /// Adds the ticket, if it was read after this watch had begun, for the first call of [`found`](Self::found).
    #[must_use]
    pub fn with(mut self, found: Option<Ticket>) -> Self {
        self.found = found.map(Box::new);
        self
    }

    /// Returns the watcher.
    pub fn who(&self) -> Who {
        self.who
    }

    /// Returns what ends the watch later, whether its socket is parked then or not.
    pub fn ender(&self) -> Ender {
        Ender::Close(Arc::clone(&self.room.parking), self.who.key.0)
    }

    /// Returns whether newer watchers of the same side replaced this one, because there may be only
    /// [`WATCHERS`].
    pub fn is_replaced(&self) -> bool {
        self.told.has_changed().is_err()
    }

    /// Takes the ticket that was read when the watch began. Returns `None` if the ticket was not read then, or if
    /// something was announced about it since, so that it has to be read now.
    pub fn found(&mut self) -> Option<Ticket> {
        self.found.take().filter(|_| !self.told.has_changed().unwrap_or(true)).map(|found| *found)
    }

    /// Records that the version of the ticket with this `seq` was read.
    pub fn saw(&mut self, seq: u32) {
        let mut shard = self.room.shard_at(self.who.key);
        if let Some(Watcher { way: Way::Task(_, seen), .. }) = shard.get(self.who.key) {
            *seen = seq;
        }
    }

    /// Waits until something is announced about the ticket that was not announced before the last call. The ticket has
    /// to be read after that. If the watch [was replaced](Self::is_replaced), it returns at once.
    pub async fn heard(&mut self) {
        // An error means that the watch was replaced.
        let _ = self.told.changed().await;
    }

    /// Parks the socket of a page after its handshake: from now on the room writes to it and reads from it, and the watch
    /// goes on until the page or the room ends it. `early` is what the page sent already. Returns `true` if the socket is
    /// parked; then [`Room::answer`] has to tell the page its first state. If the watch has ended meanwhile, the socket is
    /// closed.
    pub fn park(mut self, mut stream: Stream, early: &[u8], belongings: Belongings) -> bool {
        let Some(open) = self.room.open.get() else { return false };
        let (key, times) = (self.who.key, open.times());
        let mut shard = self.room.shard_at(key);
        let registered = open.registry.register(stream.tcp(), Token(key.0), Interest::READABLE);
        let mut page = Page::new(stream, belongings, &times, self.told.has_changed().unwrap_or(true));
        match (registered, shard.get(key)) {
            (Ok(()), Some(watcher)) => {
                watcher.way = Way::Page(page);
                self.room.hear(&mut shard, key, early);
                self.is_parked = true;
            }
            (Err(error), _) => tracing::error!(%error, "a page cannot wait"),
            (_, None) => drop(page.close(End::Later, &times)),
        }
        self.is_parked
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if !self.is_parked {
            self.room.end(self.who.key, End::Gone);
        }
    }
}

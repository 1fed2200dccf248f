//! What a watcher holds for as long as it watches: a task its [`Subscription`], and a page its [`Seat`] until its socket
//! is parked.

use std::sync::{Arc, Weak};

use mio::{Interest, Token};
use tokio::sync::watch;

use super::news::{End, Kept, Key, Viewer};
use super::page::Page;
use super::room::Room;
use super::shard::{Announced, Way};
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;
use crate::ticket::side::Side;
use crate::websocket::stream::Stream;

/// The place of a watcher in the room. When it is dropped, the watch ends, and the other side is told.
#[derive(Debug)]
pub struct Seat {
    room: Arc<Room>,
    key: Key,
    /// Whether the watch goes on without this.
    is_parked: bool,
}

impl Room {
    /// Adds a task that watches a ticket for a page of this side, until the returned value is dropped. The other side is
    /// told.
    pub fn subscribe(self: &Arc<Self>, ticket: TicketId, side: Side) -> Subscription {
        let (sender, news) = watch::channel(Announced::default());
        let key = self.add(ticket, side, Way::Task(sender, 0));
        let seat = Seat { room: Arc::clone(self), key, is_parked: false };
        Subscription { seat, ticket, side, news, seen: 0 }
    }

    /// Adds a page that watches a ticket over a socket, whose handshake is about to be answered. The other side is told.
    pub fn seat(self: &Arc<Self>, ticket: TicketId, side: Side) -> Seat {
        Seat { room: Arc::clone(self), key: self.add(ticket, side, Way::Page(None)), is_parked: false }
    }
}

impl Seat {
    /// Returns a handle by which the watch can be ended later.
    pub fn handle(&self) -> Handle {
        Handle { room: Arc::downgrade(&self.room), key: self.key }
    }

    /// Parks the socket of a page after its handshake: from now on the room writes to it and reads from it. `early` is
    /// what the page sent already, and `after` the `seq` of the state that it shows. Its first state follows when
    /// [`Look`](super::Look) is answered. If the watch has ended meanwhile, the socket is closed.
    pub fn park(mut self, mut stream: Stream, early: &[u8], after: u32, viewer: Option<Viewer>, kept: Box<dyn Kept>) {
        let Some(open) = self.room.open.get() else { return };
        let token = Token(usize::try_from(self.key.place).unwrap_or(usize::MAX));
        let mut shard = self.room.shard_at(self.key.place);
        let registered = open.registry.register(stream.tcp(), token, Interest::READABLE);
        let mut page = Page::new(stream, viewer, kept, open);
        match (registered, shard.get(self.key)) {
            (Ok(()), Some(watcher)) => {
                open.look(watcher.who, &page, Some(after));
                watcher.way = Way::Page(Some(page));
                self.room.hear(&mut shard, self.key, early);
                self.is_parked = true;
            }
            (Err(error), _) => tracing::error!(%error, "a page cannot wait"),
            (_, None) => drop(page.close(End::Later, open)),
        }
    }
}

/// Ends the watch of one page. It keeps neither the page nor the room.
#[derive(Clone, Debug)]
pub struct Handle {
    room: Weak<Room>,
    key: Key,
}

impl Handle {
    /// Ends the watch and closes the socket, unless that has happened.
    pub fn end(&self, end: End) {
        if let Some(room) = self.room.upgrade() {
            room.end(self.key, end);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if !self.is_parked {
            self.room.end(self.key, End::Gone);
        }
    }
}

/// The watch of a task over one ticket. When it is dropped, it stops watching, and the other side is told.
#[derive(Debug)]
pub struct Subscription {
    seat: Seat,
    ticket: TicketId,
    side: Side,
    news: watch::Receiver<Announced>,
    seen: u32,
}

impl Subscription {
    /// Returns the id of the ticket that is watched.
    pub fn ticket(&self) -> TicketId {
        self.ticket
    }

    /// Returns the side for which this watches: browser or phone.
    pub fn side(&self) -> Side {
        self.side
    }

    /// Returns whether newer watchers of the same side replaced this one, because there may be only
    /// [`WATCHERS`](super::WATCHERS).
    pub fn is_replaced(&self) -> bool {
        self.news.has_changed().is_err()
    }

    /// Takes the announced ticket, so that the store need not be asked. `None` if none was announced since the last
    /// call, or if a later version was read.
    pub fn news(&mut self) -> Option<Ticket> {
        if !self.news.has_changed().unwrap_or(false) {
            return None;
        }
        self.news.borrow_and_update().ticket.as_deref().filter(|news| news.seq >= self.seen).cloned()
    }

    /// Records that the version of the ticket with this `seq` was read.
    pub fn saw(&mut self, seq: u32) {
        self.seen = seq;
        let Seat { room, key, .. } = &self.seat;
        if let Some(watcher) = room.shard_at(key.place).get(*key)
            && let Way::Task(_, seen) = &mut watcher.way
        {
            *seen = seq;
        }
    }

    /// Waits until something was announced about the ticket since the last call of [`news`](Self::news).
    pub async fn heard(&mut self) {
        if self.news.changed().await.is_ok() {
            // Whether the news was seen, only `news` decides.
            self.news.mark_changed();
        }
    }
}

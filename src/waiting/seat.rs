//! What a watcher holds for as long as it watches: a task its [`Subscription`], and a page its [`Seat`] until its socket
//! is parked.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::end::End;
use super::key::Key;
use super::news::{Kept, Viewer, What};
use super::open::Whose;
use super::page::Page;
use super::room::Room;
use super::shard::Way;
use super::side::Side;
use super::signal::Signal;
use super::stream::Stream;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;

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
        let signal = Arc::new(Signal::default());
        let seat = self.seat_as(ticket, side, Way::Task(Arc::clone(&signal), 0));
        Subscription { seat, ticket, side, signal, heard: 0 }
    }

    /// Adds a page that watches a ticket over a socket, whose handshake is about to be answered. The other side is told.
    pub fn seat(self: &Arc<Self>, ticket: TicketId, side: Side) -> Seat {
        self.seat_as(ticket, side, Way::Arriving)
    }

    fn seat_as(self: &Arc<Self>, ticket: TicketId, side: Side, way: Way) -> Seat {
        Seat { room: Arc::clone(self), key: self.add(ticket, side, way), is_parked: false }
    }
}

impl Seat {
    /// Returns the key of this watcher, for [`Room::end`].
    pub fn key(&self) -> Key {
        self.key
    }

    /// Parks the socket of a page after its handshake: from now on the room writes to it and reads from it. `early` is
    /// what the page sent already, and `after` the `seq` of the state that it shows. Its first state follows when
    /// [`What::First`] is answered.
    pub fn park(mut self, mut stream: Stream, early: &[u8], after: u32, viewer: Option<Viewer>, kept: Box<dyn Kept>) {
        let Some(open) = self.room.open.get() else { return };
        let key = self.key;
        {
            let mut shard = self.room.shard_of(key);
            let Some(watcher) = shard.get(key) else { return };
            if let Err(error) = open.poll(&mut stream, Room::token(key)) {
                tracing::error!(%error, "a page cannot wait");
                return;
            }
            let page = Page::new(stream, viewer.map(Box::new), kept, open.clock.now(), &open.rules);
            self.is_parked = true;
            if let Way::Ended(end) = watcher.way {
                match page.close(end) {
                    Some(closing) => watcher.way = Way::Closing(closing),
                    None => shard.remove(key),
                }
                open.close_by(key, end);
                return;
            }
            open.call(Whose { key, ticket: watcher.ticket, side: watcher.side }, &page, What::First { after });
            watcher.way = Way::Parked(page);
        }
        self.room.hear_from(key, early);
        if self.room.is_ending.load(Ordering::Acquire) {
            self.room.end(key, End::Restart);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if !self.is_parked {
            let left = {
                let mut shard = self.room.shard_of(self.key);
                let left = shard.end(self.key, End::Gone);
                shard.remove(self.key);
                left
            };
            self.room.have_left(left);
        }
    }
}

/// The watch of a task over one ticket. When it is dropped, it stops watching, and the other side is told.
#[derive(Debug)]
pub struct Subscription {
    seat: Seat,
    ticket: TicketId,
    side: Side,
    signal: Arc<Signal>,
    heard: u32,
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
        self.seat.room.shard_of(self.seat.key).get(self.seat.key).is_none()
    }

    /// Takes the announced ticket, so that the store need not be asked. `None` if there is none, or if a later version
    /// was read.
    pub fn news(&self) -> Option<Ticket> {
        let news = self.signal.take()?;
        let mut shard = self.seat.room.shard_of(self.seat.key);
        let is_new = matches!(shard.get(self.seat.key)?.way, Way::Task(_, seq) if news.seq >= seq);
        is_new.then_some(news)
    }

    /// Records that the version of the ticket with this `seq` was read.
    pub fn saw(&self, seq: u32) {
        if let Some(watcher) = self.seat.room.shard_of(self.seat.key).get(self.seat.key)
            && let Way::Task(_, seen) = &mut watcher.way
        {
            *seen = seq;
        }
    }

    /// Waits until something was announced about the ticket since the last call. The caller then reads the
    /// announced ticket or the store; what is announced during the read makes the next call return at once.
    pub async fn heard(&mut self) {
        self.heard = self.signal.heard(self.heard).await;
    }
}

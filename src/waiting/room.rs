//! The room: who watches which ticket in this process, and how they are told.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::mpsc;

use super::end::End;
use super::key::Key;
use super::news::News;
use super::open::{Open, Whose};
use super::page::Page;
use super::shard::{Left, Shard, Watcher, Way, at};
use super::side::Side;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;

/// The number of shards into which the room is divided, each with a lock. A lock is held for one lookup, or while a
/// few bytes are given to the kernel; with this many, two cores seldom need the same one.
const SHARDS: u8 = 64;

/// The watchers of all tickets in one process.
pub struct Room {
    /// The watchers, in shards by the first byte of their ticket. They are valid after every step, so a panic under a
    /// lock leaves no half-made change.
    shards: Vec<Mutex<Shard>>,
    watchers: AtomicUsize,
    /// Receives a ticket and a side (browser or phone) when the last watcher of that side has left; `None` if no other
    /// process has watchers.
    left: Option<mpsc::UnboundedSender<(TicketId, Side)>>,
    /// What sockets are parked with, from [`Room::open`] on.
    pub(super) open: OnceLock<Open>,
    /// Whether all parked pages are being closed, because the server stops.
    pub(super) is_ending: AtomicBool,
}

impl fmt::Debug for Room {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Room").field("watchers", &self.watchers).finish_non_exhaustive()
    }
}

impl Room {
    /// Makes an empty room. It sends a ticket and a side to `left` when the last watcher of that side has left; without
    /// `left`, no other process has watchers.
    pub fn new(left: Option<mpsc::UnboundedSender<(TicketId, Side)>>) -> Arc<Self> {
        let shards = (0..SHARDS).map(|number| Mutex::new(Shard::new(number))).collect();
        let (watchers, is_ending) = (AtomicUsize::new(0), AtomicBool::new(false));
        Arc::new(Self { shards, watchers, left, open: OnceLock::new(), is_ending })
    }

    /// Adds a watcher of a ticket for this side. If there are too many, the oldest of the side ends.
    pub(super) fn add(&self, ticket: TicketId, side: Side, way: Way) -> Key {
        self.watchers.fetch_add(1, Ordering::Relaxed);
        let mut shard = self.shard(ticket);
        let (key, oldest) = shard.add(ticket, side, way);
        let replaced = oldest.and_then(|oldest| self.end_in(&mut shard, oldest, End::Later));
        drop(shard);
        self.have_left(replaced);
        // The other side is told that this side watches.
        self.wake(ticket, Some(side.other()));
        key
    }

    fn shard(&self, ticket: TicketId) -> MutexGuard<'_, Shard> {
        self.shards[usize::from(ticket.as_bytes()[0] % SHARDS)].lock()
    }

    pub(super) fn shard_of(&self, key: Key) -> MutexGuard<'_, Shard> {
        self.shards[usize::from(key.shard % SHARDS)].lock()
    }

    /// Returns the token by which the poll names the place of this watcher.
    pub(super) fn token(key: Key) -> usize {
        at(key.index) * usize::from(SHARDS) + usize::from(key.shard)
    }

    /// Returns the watcher at the place that this token names.
    pub(super) fn key_of(&self, token: usize) -> Option<Key> {
        let shards = usize::from(SHARDS);
        self.shards[token % shards].lock().key_at(token / shards)
    }

    /// Returns every parked page.
    pub(super) fn pages(&self) -> Vec<Key> {
        self.shards.iter().flat_map(|shard| shard.lock().pages()).collect()
    }

    /// Tells the watchers of a ticket what it has become: writes it to the sockets of its pages, and wakes its tasks.
    pub fn tell(&self, ticket: &Ticket) {
        let mut behind = Vec::new();
        let is_browser_here = {
            let mut shard = self.shard(ticket.id);
            for key in shard.of(ticket.id) {
                let Some(watcher) = shard.get(key) else { continue };
                match &watcher.way {
                    Way::Task(signal, _) => signal.send(Some(ticket)),
                    Way::Parked(page) if page.is_behind(ticket.seq) => behind.push((key, watcher.side)),
                    _ => {}
                }
            }
            shard.is_watched(ticket.id, Side::Browser)
        };
        let Some(open) = self.open.get() else { return };
        // Whether a browser watches elsewhere, this process cannot tell.
        let page_open = (is_browser_here || self.left.is_none()).then_some(is_browser_here);
        for side in [Side::Browser, Side::Phone] {
            let mut pages = behind.iter().filter(|(_, of)| *of == side).map(|(key, _)| *key).peekable();
            if pages.peek().is_none() {
                continue;
            }
            let news = (open.render)(ticket, side, page_open);
            for key in pages {
                self.with_page(key, |open, whose, page| match &news {
                    Some(news) => page.tell(news),
                    None => Ok(open.look(whose, page)),
                });
            }
        }
    }

    /// Wakes all watchers of this ticket in this process. They then read the ticket from the store.
    pub fn announce(&self, ticket: TicketId) {
        self.wake(ticket, None);
    }

    /// Wakes all watchers of all tickets in this process. Each of them then reads its ticket from the store.
    pub fn announce_all(&self) {
        for shard in &self.shards {
            let tickets: Vec<_> = shard.lock().tickets().collect();
            tickets.into_iter().for_each(|ticket| self.announce(ticket));
        }
    }

    /// Wakes the watchers of a ticket, or those of one side. They then read the ticket from the store.
    fn wake(&self, ticket: TicketId, only: Option<Side>) {
        let mut shard = self.shard(ticket);
        for key in shard.of(ticket) {
            let Some(watcher) = shard.get(key).filter(|watcher| only.is_none_or(|side| side == watcher.side)) else {
                continue;
            };
            match (&mut watcher.way, self.open.get()) {
                (Way::Task(signal, _), _) => signal.send(None),
                (Way::Parked(page), Some(open)) => open.look(Whose { key, ticket, side: watcher.side }, page),
                _ => {}
            }
        }
    }

    /// Does something with a parked page, and closes the page if that returns why. Afterwards the page is due when it
    /// has to be. `None` if the page is not parked any more.
    pub(super) fn with_page<T>(
        &self,
        key: Key,
        work: impl FnOnce(&Open, Whose, &mut Page) -> Result<T, End>,
    ) -> Option<T> {
        let open = self.open.get()?;
        let mut shard = self.shard_of(key);
        let Watcher { ticket, side, way: Way::Parked(page), .. } = shard.get(key)? else { return None };
        match work(open, Whose { key, ticket: *ticket, side: *side }, page) {
            Ok(done) => {
                open.schedule(key, page);
                Some(done)
            }
            Err(end) => {
                let left = self.end_in(&mut shard, key, end);
                drop(shard);
                self.have_left(left);
                None
            }
        }
    }

    /// Answers a [`What::First`] or [`What::Look`]: tells a page this state, unless it was told it or a later one.
    /// Returns `true` if something was announced meanwhile, so that the caller has to look once more.
    pub fn answer(&self, key: Key, news: &News) -> bool {
        let answered = self.with_page(key, |_, _, page| page.tell(news).map(|()| page.end_look()));
        answered.unwrap_or(false)
    }

    /// Answers a [`What::Ping`]: the person may go on watching, so the page is pinged.
    pub fn ping(&self, key: Key) {
        self.with_page(key, |_, _, page| page.ping());
    }

    /// Ends the watch of a page and closes its socket.
    pub fn end(&self, key: Key, end: End) {
        let mut shard = self.shard_of(key);
        let left = self.end_in(&mut shard, key, end);
        drop(shard);
        self.have_left(left);
    }

    fn end_in(&self, shard: &mut Shard, key: Key, end: End) -> Option<Left> {
        let left = shard.end(key, end)?;
        if let (Some(open), true) = (self.open.get(), shard.is_closing(key)) {
            open.close_by(key, end);
        }
        Some(left)
    }

    /// Does what follows after a watcher has left, once no shard is locked.
    pub(super) fn have_left(&self, left: Option<Left>) {
        let Some(Left { ticket, side, was_last }) = left else { return };
        self.watchers.fetch_sub(1, Ordering::Relaxed);
        if let (Some(channel), true) = (&self.left, was_last) {
            // If the receiver is dropped, the process is ending.
            let _ = channel.send((ticket, side));
        }
        self.wake(ticket, Some(side.other()));
    }

    /// Returns each ticket that is watched in this process with the side (browser or phone) that watches it, and the
    /// lowest `seq` that its watchers know. A ticket that both sides watch is returned twice.
    pub fn watched(&self) -> Vec<(TicketId, Side, u32)> {
        self.shards.iter().flat_map(|shard| shard.lock().watched()).collect()
    }

    /// Returns whether a page of this side (browser or phone) watches this ticket in this process.
    pub fn is_watched(&self, ticket: TicketId, side: Side) -> bool {
        self.shard(ticket).is_watched(ticket, side)
    }

    /// Returns the number of watchers of all tickets together in this process.
    pub fn watchers(&self) -> usize {
        self.watchers.load(Ordering::Relaxed)
    }
}

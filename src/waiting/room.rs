//! The room: how the watchers of a ticket are told, and how a watch ends.

use std::cell::OnceCell;
use std::fmt;
use std::sync::{Arc, OnceLock};

use mio::Registry;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::news::{Caller, End, Key, News, Who};
use super::page::Page;
use super::shard::{SHARDS, Shard, Watcher, Way};
use super::times::{Times, ticks};
use crate::clock::Clock;
use crate::crowd::Parking;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;
use crate::ticket::side::Side;

/// The watchers of all tickets in one process.
pub struct Room {
    /// The watchers, in shards by the first byte of their ticket. They are valid after every step, so a panic under a
    /// lock leaves no half-made change.
    shards: Vec<Mutex<Shard>>,
    /// Receives a ticket and a side when the last watcher of that side has left; `None` if no other process has
    /// watchers. The caller of [`Room::new`] chooses its capacity and receives from it; while it is full, messages are
    /// dropped.
    left: Option<mpsc::Sender<(TicketId, Side)>>,
    /// What sockets are parked with, from [`Room::open`] on.
    pub(super) open: OnceLock<Open>,
    /// What ends the watches of pages, whether their sockets are parked yet or not.
    pub(super) parking: Arc<Parking>,
}

/// What sockets are parked with.
pub(super) struct Open {
    pub(super) clock: Clock,
    pub(super) since: Instant,
    pub(super) caller: Box<dyn Caller>,
    /// Where sockets are registered, so that the thread that listens hears them.
    pub(super) registry: Registry,
    /// Cancelled when all pages have to reconnect, because this instance stops.
    pub(super) stopping: CancellationToken,
}

impl fmt::Debug for Room {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Room").finish_non_exhaustive()
    }
}

impl Open {
    /// Returns the present time by each clock.
    pub(super) fn times(&self) -> Times {
        Times { now: self.clock.now(), steady: ticks(self.clock.steady()), system: ticks(self.since.elapsed()) }
    }

    /// Has the ticket of a page read, unless it is being read already, and then once more.
    pub(super) fn read(&self, who: Who, page: &mut Page) {
        if page.begin_reading() {
            self.caller.read(who, page.viewing.as_ref().map(|viewing| viewing.0));
        }
    }
}

impl Room {
    /// Makes an empty room. It sends a ticket and a side to `left` when the last watcher of that side has left; without
    /// `left`, no other process has watchers.
    pub fn new(left: Option<mpsc::Sender<(TicketId, Side)>>) -> Arc<Self> {
        let shards = (0..SHARDS).map(|number| Mutex::new(Shard::new(number))).collect();
        Arc::new_cyclic(|room| {
            let parking = Parking::new(room, |room: &Self, number, gives_way| {
                room.end(Key(number), if gives_way { End::Evicted } else { End::Restart });
            });
            Self { shards, left, open: OnceLock::new(), parking }
        })
    }

    pub(super) fn shard(&self, ticket: TicketId) -> MutexGuard<'_, Shard> {
        self.shards[usize::from(ticket.as_bytes()[0]) % SHARDS].lock()
    }

    pub(super) fn shard_at(&self, key: Key) -> MutexGuard<'_, Shard> {
        self.shards[key.0 % SHARDS].lock()
    }

    pub(super) fn shards(&self) -> impl Iterator<Item = MutexGuard<'_, Shard>> {
        self.shards.iter().map(Mutex::lock)
    }

    /// Tells the watchers of a ticket what it has become: writes it to the sockets of its pages, and wakes its tasks.
    pub fn tell(&self, ticket: &Ticket) {
        let mut shard = self.shard(ticket.id);
        let is_browser_here = shard.is_watched(ticket.id, Side::Browser);
        // Whether a browser watches elsewhere, this process cannot tell.
        let page_open = (is_browser_here || self.left.is_none()).then_some(is_browser_here);
        for side in Side::BOTH {
            let news = OnceCell::new();
            self.notify(shard.of(ticket.id, side), &mut shard, |open, who, page| {
                if page.seq >= ticket.seq {
                    return Ok(());
                }
                // Whether the person is still signed in has to be looked up first.
                if page.viewing.is_none()
                    && let Some(news) = news.get_or_init(|| open.caller.render(ticket, side, page_open))
                {
                    return page.tell(news);
                }
                open.read(who, page);
                Ok(())
            });
        }
    }

    /// Wakes all watchers of this ticket in this process. The ticket is then read from the store.
    pub fn announce(&self, ticket: TicketId) {
        let mut shard = self.shard(ticket);
        for side in Side::BOTH {
            self.wake(shard.of(ticket, side), &mut shard);
        }
    }

    /// Wakes all watchers of all tickets in this process. Each ticket is then read from the store.
    pub fn announce_all(&self) {
        for mut shard in self.shards() {
            self.wake(shard.watching().map(|watcher| watcher.who.key).collect(), &mut shard);
        }
    }

    /// Wakes these watchers. Their tickets are then read from the store.
    pub(super) fn wake(&self, keys: Vec<Key>, shard: &mut Shard) {
        self.notify(keys, shard, |open, who, page| {
            open.read(who, page);
            Ok(())
        });
    }

    /// Wakes the tasks among these watchers, and does something with the pages among them.
    fn notify(&self, keys: Vec<Key>, shard: &mut Shard, work: impl Fn(&Open, Who, &mut Page) -> Result<(), End>) {
        for key in keys {
            if let Some(Watcher { way: Way::Task(task, _), .. }) = shard.get(key) {
                task.send_replace(());
            }
            self.with_page(shard, key, &work);
        }
    }

    /// Does something with a page whose socket is there, and closes the page if that returns why. `None` if the page is
    /// not there, or closed.
    pub(super) fn with_page<T>(
        &self,
        shard: &mut Shard,
        key: Key,
        work: impl FnOnce(&Open, Who, &mut Page) -> Result<T, End>,
    ) -> Option<T> {
        let open = self.open.get()?;
        let Watcher { who, way: Way::Page(page) } = shard.get(key)? else { return None };
        work(open, *who, page).map_err(|end| self.end_in(shard, key, end)).ok()
    }

    /// Reads what a page sent after `early`.
    pub(super) fn hear(&self, shard: &mut Shard, key: Key, early: &[u8]) {
        let heard = self.with_page(shard, key, |open, who, page| {
            if page.hear(early, &open.times())? && who.side == Side::Browser {
                open.caller.renew(who.ticket);
            }
            Ok(())
        });
        if heard.is_none() {
            // The poll reports what has arrived once, so what was not read when the page was closed is read now. That it
            // has closed too may be among it.
            self.with_page(shard, key, |open, _, page| page.hear(&[], &open.times()));
        }
    }

    /// Tells a page the state that was read for it, unless it was told it or a later one. Returns `true` if something was
    /// announced meanwhile, so that the caller has to read the ticket once more.
    pub fn answer(&self, key: Key, news: &News) -> bool {
        self.with_page(&mut self.shard_at(key), key, |_, _, page| page.end_reading(news)).unwrap_or(false)
    }

    /// Ends the watch of a page and closes its socket.
    pub fn end(&self, key: Key, end: End) {
        self.end_in(&mut self.shard_at(key), key, end);
    }

    /// Ends the watch of a watcher, and tells the other side. A page is forgotten once its peer has closed the
    /// connection too (RFC 6455 §7.1.1), which [`Page::hear`] and [`Page::attend`] report as another end.
    pub(super) fn end_in(&self, shard: &mut Shard, key: Key, end: End) {
        let Some(Watcher { who, way }) = shard.get(key) else { return };
        let who = *who;
        let stays = match (way, self.open.get()) {
            (Way::Page(page), Some(open)) => page.close(end, &open.times()),
            _ => false,
        };
        if shard.unlink(who) {
            if let (Some(left), false) = (&self.left, shard.is_watched(who.ticket, who.side)) {
                // If the channel is full, its receiver cannot keep up; if it is closed, the process is ending.
                let _ = left.try_send((who.ticket, who.side));
            }
            self.wake(shard.of(who.ticket, who.side.other()), shard);
        }
        if !stays {
            shard.remove(key);
        }
    }

    /// Returns each ticket that is watched in this process with the side that watches it, and the lowest `seq` that its
    /// watchers know. A ticket that both sides watch is returned twice.
    pub fn watched(&self) -> Vec<(TicketId, Side, u32)> {
        let mut all = Vec::new();
        for shard in self.shards() {
            all.extend(shard.watching().map(|Watcher { who, way }| {
                let (Way::Task(_, seq) | Way::Page(Page { seq, .. })) = way;
                (who.ticket, who.side, *seq)
            }));
        }
        all.sort_unstable();
        all.dedup_by_key(|(ticket, side, _)| (*ticket, *side));
        all
    }

    /// Returns whether a page of this side (browser or phone) watches this ticket in this process.
    pub fn is_watched(&self, ticket: TicketId, side: Side) -> bool {
        self.shard(ticket).is_watched(ticket, side)
    }

    /// Returns the number of watchers of all tickets together in this process.
    pub fn watchers(&self) -> usize {
        self.shards().map(|shard| shard.watching().len()).sum()
    }
}

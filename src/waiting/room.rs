//! The room: how the watchers of a ticket are told, and how a watch ends.

use std::cell::OnceCell;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::mpsc;

use super::news::{End, Key, Look, News, Who};
use super::open::Open;
use super::page::Page;
use super::shard::{Announced, SHARDS, Shard, WATCHERS, Watcher, Way};
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;
use crate::ticket::side::Side;

/// The watchers of all tickets in one process.
pub struct Room {
    /// The watchers, in shards by the first byte of their ticket. They are valid after every step, so a panic under a
    /// lock leaves no half-made change.
    shards: Vec<Mutex<Shard>>,
    watchers: AtomicUsize,
    /// Receives a ticket and a side when the last watcher of that side has left; `None` if no other process has
    /// watchers.
    left: Option<mpsc::UnboundedSender<(TicketId, Side)>>,
    /// What sockets are parked with, from [`Room::open`] on.
    pub(super) open: OnceLock<Open>,
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
        Arc::new(Self { shards, watchers: AtomicUsize::new(0), left, open: OnceLock::new() })
    }

    pub(super) fn shard(&self, ticket: TicketId) -> MutexGuard<'_, Shard> {
        self.shards[usize::from(ticket.as_bytes()[0]) % self.shards.len()].lock()
    }

    pub(super) fn shard_at(&self, place: u32) -> MutexGuard<'_, Shard> {
        self.shards[usize::try_from(place).unwrap_or_default() % self.shards.len()].lock()
    }

    pub(super) fn shards(&self) -> impl Iterator<Item = MutexGuard<'_, Shard>> {
        self.shards.iter().map(Mutex::lock)
    }

    /// Adds a watcher of a ticket for this side, and tells the other side. If there are too many, the oldest ends.
    pub(super) fn add(&self, ticket: TicketId, side: Side, way: Way) -> Key {
        let mut shard = self.shard(ticket);
        if let [oldest, rest @ ..] = &*shard.of(ticket, side)
            && rest.len() + 1 >= WATCHERS
        {
            self.end_in(&mut shard, *oldest, End::Later);
        }
        self.watchers.fetch_add(1, Ordering::Relaxed);
        let key = shard.add(ticket, side, way);
        self.wake(&mut shard, ticket, side.other());
        key
    }

    /// Tells the watchers of a ticket what it has become: writes it to the sockets of its pages, and wakes its tasks.
    pub fn tell(&self, ticket: &Ticket) {
        let mut shard = self.shard(ticket.id);
        let is_browser_here = shard.is_watched(ticket.id, Side::Browser);
        // Whether a browser watches elsewhere, this process cannot tell.
        let page_open = (is_browser_here || self.left.is_none()).then_some(is_browser_here);
        for side in Side::BOTH {
            let news = OnceCell::new();
            for key in shard.of(ticket.id, side) {
                if let Some(Watcher { way: Way::Task(task, _), .. }) = shard.get(key) {
                    task.send_modify(|known| {
                        // Two changes may be announced in the reverse order.
                        if known.seq <= ticket.seq {
                            *known = Announced { seq: ticket.seq, ticket: Some(Box::new(ticket.clone())) };
                        }
                    });
                }
                self.with_page(&mut shard, key, |open, who, page| {
                    if page.seq >= ticket.seq {
                        return Ok(());
                    }
                    // Whether the person is still signed in has to be looked up first.
                    if page.viewer.is_some() {
                        open.look_once(who, page);
                        return Ok(());
                    }
                    if let Some(news) = news.get_or_init(|| (open.render)(ticket, side, page_open)) {
                        return page.tell(news);
                    }
                    open.look_once(who, page);
                    Ok(())
                });
            }
        }
    }

    /// Wakes all watchers of this ticket in this process. They then read the ticket from the store.
    pub fn announce(&self, ticket: TicketId) {
        let mut shard = self.shard(ticket);
        for side in Side::BOTH {
            self.wake(&mut shard, ticket, side);
        }
    }

    /// Wakes all watchers of all tickets in this process. Each of them then reads its ticket from the store.
    pub fn announce_all(&self) {
        for mut shard in self.shards() {
            let all: Vec<Key> = shard.watching().map(|watcher| watcher.who.key).collect();
            for key in all {
                self.wake_one(&mut shard, key);
            }
        }
    }

    fn wake(&self, shard: &mut Shard, ticket: TicketId, side: Side) {
        for key in shard.of(ticket, side) {
            self.wake_one(shard, key);
        }
    }

    fn wake_one(&self, shard: &mut Shard, key: Key) {
        if let Some(Watcher { way: Way::Task(task, _), .. }) = shard.get(key) {
            task.send_modify(|known| known.ticket = None);
        }
        self.with_page(shard, key, |open, who, page| {
            open.look_once(who, page);
            Ok(())
        });
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
        let Watcher { who, way: Way::Page(Some(page)) } = shard.get(key)? else { return None };
        work(open, *who, page).map_err(|end| self.end_in(shard, key, end)).ok()
    }

    /// Answers a [`Look`]: tells a page this state, unless it was told it or a later one. Returns `true` if
    /// something was announced meanwhile, so that the caller has to look once more.
    pub fn answer(&self, key: Key, news: &News) -> bool {
        let told = |_: &Open, _, page: &mut Page| page.end_look(news);
        self.with_page(&mut self.shard_at(key.place), key, told).unwrap_or(false)
    }

    /// Ends the watch of a page and closes its socket.
    pub fn end(&self, key: Key, end: End) {
        self.end_in(&mut self.shard_at(key.place), key, end);
    }

    /// Ends the watch of a watcher, and tells the other side. A page is forgotten once its peer has closed the
    /// connection too (RFC 6455 §7.1.1), which [`Page::hear`] and [`Page::attend`] report as another end.
    pub(super) fn end_in(&self, shard: &mut Shard, key: Key, end: End) {
        let Some(Watcher { who, way }) = shard.get(key) else { return };
        let who = *who;
        let stays = match (way, self.open.get()) {
            (Way::Page(Some(page)), Some(open)) => page.close(end, open),
            _ => false,
        };
        if shard.unlink(who) {
            self.watchers.fetch_sub(1, Ordering::Relaxed);
            if let (Some(left), true) = (&self.left, !shard.is_watched(who.ticket, who.side)) {
                // If the receiver is dropped, the process is ending.
                let _ = left.send((who.ticket, who.side));
            }
            self.wake(shard, who.ticket, who.side.other());
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
                let seq = match way {
                    Way::Task(_, seq) => *seq,
                    Way::Page(page) => page.as_ref().map_or(0, |page| page.seq),
                };
                (who.ticket, who.side, seq)
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
        self.watchers.load(Ordering::Relaxed)
    }
}

impl Open {
    /// Has the caller tell a page the present state. `shown` is the `seq` of the state that a page shows which has just
    /// come.
    pub(super) fn look(&self, who: Who, page: &Page, shown: Option<u32>) {
        // If the receiver is dropped, the process is ending.
        let _ = self.looks.send(Look { who, viewer: page.viewer.as_deref().copied(), shown });
    }

    /// The same, unless somebody is looking already, who then looks once more.
    pub(super) fn look_once(&self, who: Who, page: &mut Page) {
        if page.begin_look() {
            self.look(who, page, None);
        }
    }
}

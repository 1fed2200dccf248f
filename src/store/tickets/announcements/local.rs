//! Announcements within one process: a map from each ticket to one signal that all its watchers share.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::{Notify, mpsc};

use super::Side;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;

/// The number of shards into which the map is divided, each with a lock. A lock is held for one lookup; with
/// this many, two cores seldom need the same one.
const SHARDS: usize = 64;

/// The most watchers of one side (browser or phone) of a ticket in a process. A page has one, and for a while
/// another whose connection was lost. A further one replaces the oldest, whose connection is then closed.
pub const WATCHERS: usize = 4;

/// The signal that all watchers of a ticket in this process share. Its count `sent` grows with each announcement, so
/// that a watcher that was busy sees that something was announced in that time.
#[derive(Debug, Default)]
struct Signal {
    sent: AtomicU32,
    /// The `seq` of the ticket that a watcher read last.
    seen: AtomicU32,
    /// The ticket as it was announced, until a watcher has taken it.
    news: Mutex<Option<Box<Ticket>>>,
    wake: Notify,
}

impl Signal {
    /// Wakes all watchers of the ticket, and stores the announced ticket, unless a later version is stored, for the
    /// first of them that takes it. The others, and all of them if no ticket is announced, read the store.
    fn send(&self, news: Option<Box<Ticket>>) {
        {
            let mut known = self.news.lock();
            // Two changes may be announced in the reverse order.
            *known = match (known.take(), news) {
                (Some(known), Some(news)) if known.seq > news.seq => Some(known),
                (_, news) => news,
            };
        }
        self.sent.fetch_add(1, Ordering::Release);
        self.wake.notify_waiters();
    }
}

#[derive(Debug, Default)]
struct Channel {
    signal: Arc<Signal>,
    /// The numbers of the browser's watchers, the oldest first.
    browsers: Vec<u32>,
    phones: Vec<u32>,
    next: u32,
}

/// The watchers of all tickets in one process: a map from each ticket to its watchers and their signal, in shards.
#[derive(Debug)]
pub struct Local {
    /// The watchers of each ticket, in shards. The maps are valid after every step, so a panic under a lock
    /// leaves no half-made change.
    shards: [Mutex<HashMap<TicketId, Channel>>; SHARDS],
    watchers: AtomicUsize,
    /// Receives a ticket and a side (browser or phone) when the last watcher of that side has left.
    left: Option<mpsc::UnboundedSender<(TicketId, Side)>>,
}

impl Default for Local {
    fn default() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), watchers: AtomicUsize::new(0), left: None }
    }
}

impl Local {
    /// Makes an empty map that sends a ticket and a side to this channel when the last watcher of that side in
    /// this process has left.
    pub(crate) fn telling(left: mpsc::UnboundedSender<(TicketId, Side)>) -> Self {
        Self { left: Some(left), ..Self::default() }
    }

    /// Wakes every watcher of every ticket in this process. Each of them then reads its ticket from the store.
    pub(crate) fn announce_all(&self) {
        for shard in &self.shards {
            let signals: Vec<_> = shard.lock().values().map(|channel| Arc::clone(&channel.signal)).collect();
            for signal in signals {
                signal.send(None);
            }
        }
    }

    /// Returns each ticket that is watched in this process with the side (browser or phone) that watches it,
    /// and the `seq` of the ticket that was read last. A ticket that both sides watch is returned twice.
    pub(crate) fn watched(&self) -> Vec<(TicketId, Side, u32)> {
        let mut watched = Vec::new();
        for shard in &self.shards {
            for (ticket, channel) in &*shard.lock() {
                let seen = channel.signal.seen.load(Ordering::Relaxed);
                let sides = [(Side::Browser, &channel.browsers), (Side::Phone, &channel.phones)];
                watched.extend(sides.iter().filter(|(_, all)| !all.is_empty()).map(|(side, _)| (*ticket, *side, seen)));
            }
        }
        watched
    }

    fn shard(&self, ticket: TicketId) -> MutexGuard<'_, HashMap<TicketId, Channel>> {
        self.shards[usize::from(ticket.as_bytes()[0]) % SHARDS].lock()
    }

    /// Wakes the watchers of this ticket in this process. They then read the ticket from the store.
    pub fn announce(&self, ticket: TicketId) {
        if let Some(signal) = self.signal(ticket) {
            signal.send(None);
        }
    }

    /// Wakes the watchers of this ticket in this process. The first of them that calls [`Subscription::news`] gets the
    /// ticket as it is after the change; the others read it from the store.
    pub(crate) fn announce_changed(&self, ticket: &Ticket) {
        if let Some(signal) = self.signal(ticket.id) {
            signal.send(Some(Box::new(ticket.clone())));
        }
    }

    fn signal(&self, ticket: TicketId) -> Option<Arc<Signal>> {
        self.shard(ticket).get(&ticket).map(|channel| Arc::clone(&channel.signal))
    }

    /// Returns whether a page of the browser watches this ticket in this process.
    pub fn browser_is_here(&self, ticket: TicketId) -> bool {
        self.is_watched(ticket, Side::Browser)
    }

    /// Returns whether a page of this side (browser or phone) watches this ticket in this process.
    pub(crate) fn is_watched(&self, ticket: TicketId, side: Side) -> bool {
        self.shard(ticket).get_mut(&ticket).is_some_and(|channel| !channel.side(side).is_empty())
    }

    /// Returns the number of watchers of all tickets together in this process.
    pub fn watchers(&self) -> usize {
        self.watchers.load(Ordering::Relaxed)
    }
}

/// A watcher of one ticket, for a page of the browser or of the phone. When it is dropped, it stops watching, and the
/// other watchers of the ticket in this process are woken.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Local>,
    ticket: TicketId,
    side: Side,
    number: u32,
    signal: Arc<Signal>,
    heard: u32,
}

impl Subscription {
    pub(crate) fn new(hub: Arc<Local>, ticket: TicketId, side: Side) -> Self {
        let (signal, number) = {
            let mut shard = hub.shard(ticket);
            let channel = shard.entry(ticket).or_default();
            (Arc::clone(&channel.signal), channel.add(side))
        };
        hub.watchers.fetch_add(1, Ordering::Relaxed);
        // The other side is told that this side watches.
        signal.send(None);
        let heard = signal.sent.load(Ordering::Acquire);
        Self { hub, ticket, side, number, signal, heard }
    }

    /// Returns the id of the ticket that is watched.
    pub fn ticket(&self) -> TicketId {
        self.ticket
    }

    /// Returns the side for which this watches: browser or phone.
    pub fn side(&self) -> Side {
        self.side
    }

    /// Returns whether newer watchers of the same side replaced this one, because there may be only [`WATCHERS`].
    pub fn is_replaced(&self) -> bool {
        let mut shard = self.hub.shard(self.ticket);
        !shard.get_mut(&self.ticket).is_some_and(|channel| channel.side(self.side).contains(&self.number))
    }

    /// Takes the announced ticket, so that the store need not be asked. `None` if there is none, if another
    /// watcher took it, or if a watcher has read a later version.
    pub fn news(&self) -> Option<Ticket> {
        let news = self.signal.news.lock().take()?;
        (news.seq >= self.signal.seen.load(Ordering::Relaxed)).then_some(*news)
    }

    /// Records, for all watchers of the ticket in this process, that the version of the ticket with this `seq` was
    /// read.
    pub fn saw(&self, seq: u32) {
        self.signal.seen.store(seq, Ordering::Relaxed);
    }

    /// Waits until something was announced about the ticket since the last call. The caller then reads the
    /// announced ticket or the store; what is announced during the read makes the next call return at once.
    pub async fn heard(&mut self) {
        loop {
            // Made before the count is read, so that a signal between the two is not missed.
            let wake = self.signal.wake.notified();
            let sent = self.signal.sent.load(Ordering::Acquire);
            if sent != self.heard {
                self.heard = sent;
                return;
            }
            wake.await;
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        {
            let mut shard = self.hub.shard(self.ticket);
            if let Some(channel) = shard.get_mut(&self.ticket) {
                let watching = channel.side(self.side);
                let before = watching.len();
                watching.retain(|number| *number != self.number);
                if let Some(left) = self.hub.left.as_ref().filter(|_| before > 0 && watching.is_empty()) {
                    // If the receiver is dropped, the process is ending.
                    let _ = left.send((self.ticket, self.side));
                }
                if channel.browsers.is_empty() && channel.phones.is_empty() {
                    shard.remove(&self.ticket);
                }
            }
        }
        self.hub.watchers.fetch_sub(1, Ordering::Relaxed);
        self.signal.send(None);
    }
}

impl Channel {
    /// Adds a watcher of the browser or of the phone (`side`) to the ticket, and returns the number that it
    /// gets. If that side has [`WATCHERS`] already, its oldest watcher is removed first.
    fn add(&mut self, side: Side) -> u32 {
        let number = self.next;
        self.next = number.wrapping_add(1);
        let watching = self.side(side);
        if watching.len() >= WATCHERS {
            watching.remove(0);
        }
        watching.push(number);
        number
    }

    fn side(&mut self, side: Side) -> &mut Vec<u32> {
        match side {
            Side::Browser => &mut self.browsers,
            Side::Phone => &mut self.phones,
        }
    }
}

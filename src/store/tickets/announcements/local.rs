//! Announcements within one process: a map from ticket to one wake-up that all its watchers share.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::{Notify, mpsc};

use super::Side;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;

/// Locks are held for a lookup each; this many keep two cores from meeting at one.
const SHARDS: usize = 64;

/// Watchers of one side of a ticket. A page has one, and for a while another that its network has lost; whoever opens
/// more has them instead of those before, and keeps no connection with them.
pub const WATCHERS: usize = 4;

/// What all watchers of a ticket hear. The count tells one who was busy that it rang meanwhile.
#[derive(Debug, Default)]
struct Bell {
    rung: AtomicU32,
    /// The `seq` that was read last by one of them.
    seen: AtomicU32,
    /// The ticket as it was announced, until one of them has read it.
    news: Mutex<Option<Box<Ticket>>>,
    wake: Notify,
}

impl Bell {
    /// Wakes all of them, with what there is to read, or to ask the store themselves.
    fn ring(&self, news: Option<Box<Ticket>>) {
        {
            let mut known = self.news.lock();
            // Two changes may be announced in another order than they were made in.
            *known = match (known.take(), news) {
                (Some(known), Some(news)) if known.seq > news.seq => Some(known),
                (_, news) => news,
            };
        }
        self.rung.fetch_add(1, Ordering::Release);
        self.wake.notify_waiters();
    }
}

#[derive(Debug, Default)]
struct Channel {
    bell: Arc<Bell>,
    /// The numbers of those that watch, the oldest first.
    browsers: Vec<u32>,
    phones: Vec<u32>,
    next: u32,
}

/// The map, in shards.
#[derive(Debug)]
pub struct Local {
    /// Counters and wake-ups, which are valid at every step: a panic under a lock leaves nothing half done.
    shards: [Mutex<HashMap<TicketId, Channel>>; SHARDS],
    watchers: AtomicUsize,
    /// Told when the last watcher of a side has left.
    left: Option<mpsc::UnboundedSender<(TicketId, Side)>>,
}

impl Default for Local {
    fn default() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), watchers: AtomicUsize::new(0), left: None }
    }
}

impl Local {
    /// One that says which side of which ticket nobody here watches any more.
    pub(crate) fn telling(left: mpsc::UnboundedSender<(TicketId, Side)>) -> Self {
        Self { left: Some(left), ..Self::default() }
    }

    /// Wakes everybody.
    pub(crate) fn announce_all(&self) {
        for shard in &self.shards {
            let bells: Vec<_> = shard.lock().values().map(|channel| Arc::clone(&channel.bell)).collect();
            for bell in bells {
                bell.ring(None);
            }
        }
    }

    /// Every side that is watched here, and how far its watcher has read.
    pub(crate) fn watched(&self) -> Vec<(TicketId, Side, u32)> {
        let mut watched = Vec::new();
        for shard in &self.shards {
            for (ticket, channel) in &*shard.lock() {
                let seen = channel.bell.seen.load(Ordering::Relaxed);
                let sides = [(Side::Browser, &channel.browsers), (Side::Phone, &channel.phones)];
                watched.extend(sides.iter().filter(|(_, all)| !all.is_empty()).map(|(side, _)| (*ticket, *side, seen)));
            }
        }
        watched
    }

    fn shard(&self, ticket: TicketId) -> MutexGuard<'_, HashMap<TicketId, Channel>> {
        self.shards[usize::from(ticket.as_bytes()[0]) % SHARDS].lock()
    }

    /// Wakes whoever watches this ticket.
    pub fn announce(&self, ticket: TicketId) {
        if let Some(bell) = self.bell(ticket) {
            bell.ring(None);
        }
    }

    /// The same, with the ticket as the store has it now.
    pub(crate) fn announce_changed(&self, ticket: &Ticket) {
        if let Some(bell) = self.bell(ticket.id) {
            bell.ring(Some(Box::new(ticket.clone())));
        }
    }

    fn bell(&self, ticket: TicketId) -> Option<Arc<Bell>> {
        self.shard(ticket).get(&ticket).map(|channel| Arc::clone(&channel.bell))
    }

    /// Whether a browser's page watches this ticket.
    pub fn browser_is_here(&self, ticket: TicketId) -> bool {
        self.is_watched(ticket, Side::Browser)
    }

    /// Whether this side of a ticket is watched here.
    pub(crate) fn is_watched(&self, ticket: TicketId, side: Side) -> bool {
        self.shard(ticket).get_mut(&ticket).is_some_and(|channel| !channel.side(side).is_empty())
    }

    /// Pages watching now.
    pub fn watchers(&self) -> usize {
        self.watchers.load(Ordering::Relaxed)
    }
}

/// One watcher of one ticket; leaves when dropped.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Local>,
    ticket: TicketId,
    side: Side,
    number: u32,
    bell: Arc<Bell>,
    heard: u32,
}

impl Subscription {
    pub(crate) fn new(hub: Arc<Local>, ticket: TicketId, side: Side) -> Self {
        let (bell, number) = {
            let mut shard = hub.shard(ticket);
            let channel = shard.entry(ticket).or_default();
            (Arc::clone(&channel.bell), channel.add(side))
        };
        hub.watchers.fetch_add(1, Ordering::Relaxed);
        // The other side sees who is here.
        bell.ring(None);
        let heard = bell.rung.load(Ordering::Acquire);
        Self { hub, ticket, side, number, bell, heard }
    }

    /// What it hears of.
    pub fn ticket(&self) -> TicketId {
        self.ticket
    }

    /// As which side.
    pub fn side(&self) -> Side {
        self.side
    }

    /// Whether newer watchers of this side took its place.
    pub fn is_replaced(&self) -> bool {
        let mut shard = self.hub.shard(self.ticket);
        !shard.get_mut(&self.ticket).is_some_and(|channel| channel.side(self.side).contains(&self.number))
    }

    /// The ticket as it was announced, where nobody has read anything later yet: no need to ask the store.
    pub fn news(&self) -> Option<Ticket> {
        let news = self.bell.news.lock().take()?;
        (news.seq >= self.bell.seen.load(Ordering::Relaxed)).then_some(*news)
    }

    /// The watcher has read the ticket as of this `seq`.
    pub fn saw(&self, seq: u32) {
        self.bell.seen.store(seq, Ordering::Relaxed);
    }

    /// Returns once something was announced since it returned last. Read the news or the store after it, and nothing is
    /// missed: what is announced during the read makes the next call return at once.
    pub async fn heard(&mut self) {
        loop {
            // Made before the count is read, so that a ring between the two is heard.
            let wake = self.bell.wake.notified();
            let rung = self.bell.rung.load(Ordering::Acquire);
            if rung != self.heard {
                self.heard = rung;
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
                    // Where nobody listens, the process is ending.
                    let _ = left.send((self.ticket, self.side));
                }
                if channel.browsers.is_empty() && channel.phones.is_empty() {
                    shard.remove(&self.ticket);
                }
            }
        }
        self.hub.watchers.fetch_sub(1, Ordering::Relaxed);
        self.bell.ring(None);
    }
}

impl Channel {
    /// One more watcher of this side; returns its number. Beyond [`WATCHERS`] the oldest is one no more.
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

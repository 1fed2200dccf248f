//! A shard of the room: the watchers of some of the tickets.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;
use hashbrown::hash_table::OccupiedEntry;
use tokio::sync::watch;

use super::news::{Key, Who};
use super::page::Page;
use crate::ticket::ids::TicketId;
use crate::ticket::side::Side;

/// The most watchers of one side (browser or phone) of a ticket in a process. A page has one, and for a while
/// another whose connection was lost. A further one replaces the oldest, whose connection is then closed.
pub const WATCHERS: usize = 4;

/// The number of shards of a room, each with a lock. A lock is held for one lookup, or while the news of one ticket is
/// rendered and given to the kernel; with this many, two cores seldom need the same one.
pub(super) const SHARDS: usize = 64;

/// The number of watchers for which a shard keeps memory although fewer than a quarter of it is used.
const SPARE: usize = 16;

/// The watchers of some of the tickets. A watcher whose watch has ended stays while its connection is open.
#[derive(Debug)]
pub(super) struct Shard {
    /// The watchers, without gaps: when one is removed, the last one gets its place.
    watchers: Vec<Watcher>,
    /// The places of all watchers, which are their indices, by the hash of their key.
    by_key: HashTable<u32>,
    /// The places of the watchers whose watch goes on, by the hash of their ticket. Nearly every ticket has one.
    by_ticket: HashTable<u32>,
    hasher: RandomState,
    /// The key of the watcher that was added last.
    last: Key,
}

/// One watcher of a ticket.
#[derive(Debug)]
pub(super) struct Watcher {
    pub(super) who: Who,
    pub(super) way: Way,
}

/// How a watcher is told.
#[derive(Debug)]
pub(super) enum Way {
    /// A task is woken, and reads the store; beside it is the `seq` that it read last. A page is told like this until its
    /// socket is parked.
    Task(watch::Sender<()>, u32),
    /// The news is written to the socket of a page.
    Page(Page),
}

impl Shard {
    /// Makes an empty shard with this number below [`SHARDS`].
    pub(super) fn new(number: usize) -> Self {
        let (by_key, by_ticket) = (HashTable::new(), HashTable::new());
        Self { watchers: Vec::new(), by_key, by_ticket, hasher: RandomState::new(), last: Key(number) }
    }

    /// Adds a watcher.
    pub(super) fn add(&mut self, ticket: TicketId, side: Side, way: Way) -> Who {
        if self.watchers.len() == self.watchers.capacity() {
            // The vector would double its memory, and its entries are large and many.
            self.watchers.reserve_exact(self.watchers.len() / 8 + 4);
        }
        self.last.0 = self.last.0.wrapping_add(SHARDS);
        let who = Who { key: self.last, ticket, side };
        let place = u32::try_from(self.watchers.len()).expect("a process has fewer than 2^32 sockets");
        self.watchers.push(Watcher { who, way });
        let Self { watchers, by_key, by_ticket, hasher, .. } = self;
        by_key.insert_unique(hasher.hash_one(who.key), place, |at| hasher.hash_one(watchers[index(*at)].who.key));
        by_ticket.insert_unique(hasher.hash_one(ticket), place, |at| hasher.hash_one(watchers[index(*at)].who.ticket));
        who
    }

    /// Returns the watchers of a ticket for this side, the oldest first.
    pub(super) fn of(&self, ticket: TicketId, side: Side) -> Vec<Key> {
        let mut keys: Vec<Key> = self.side(ticket, side).collect();
        keys.sort_unstable();
        keys
    }

    /// Returns whether this side of a ticket has a watcher.
    pub(super) fn is_watched(&self, ticket: TicketId, side: Side) -> bool {
        self.side(ticket, side).next().is_some()
    }

    /// Returns the watchers of a ticket for this side, in any order.
    fn side(&self, ticket: TicketId, side: Side) -> impl Iterator<Item = Key> {
        let places = self.by_ticket.iter_hash(self.hasher.hash_one(ticket));
        let all = places.map(|at| self.watchers[index(*at)].who);
        all.filter(move |who| (who.ticket, who.side) == (ticket, side)).map(|who| who.key)
    }

    /// Returns the watcher with this key; `None` if it is gone.
    pub(super) fn get(&mut self, key: Key) -> Option<&mut Watcher> {
        let Self { watchers, by_key, hasher, .. } = self;
        let place = by_key.find(hasher.hash_one(key), |at| watchers[index(*at)].who.key == key)?;
        watchers.get_mut(index(*place))
    }

    /// Returns all watchers whose watch goes on.
    pub(super) fn watching(&self) -> impl ExactSizeIterator<Item = &Watcher> {
        self.by_ticket.iter().map(|at| &self.watchers[index(*at)])
    }

    /// Returns the pages that are parked or being closed and for which this holds.
    pub(super) fn pages(&self, holds: impl Fn(&Page) -> bool) -> Vec<Key> {
        let is_it = |watcher: &&Watcher| matches!(&watcher.way, Way::Page(page) if holds(page));
        self.watchers.iter().filter(is_it).map(|watcher| watcher.who.key).collect()
    }

    /// Ends the watch of a watcher, which keeps its place. Returns `false` if it had ended already.
    pub(super) fn unlink(&mut self, who: Who) -> bool {
        let is_it = |at: &u32| self.watchers[index(*at)].who.key == who.key;
        self.by_ticket.find_entry(self.hasher.hash_one(who.ticket), is_it).map(OccupiedEntry::remove).is_ok()
    }

    /// Forgets a watcher whose watch has ended, and gives memory back if little of it is used.
    pub(super) fn remove(&mut self, key: Key) {
        let Self { watchers, by_key, by_ticket, hasher, .. } = self;
        let Ok(found) = by_key.find_entry(hasher.hash_one(key), |at| watchers[index(*at)].who.key == key) else {
            return;
        };
        let (place, _) = found.remove();
        watchers.swap_remove(index(place));
        let used = watchers.len();
        if let Some(Watcher { who, .. }) = watchers.get(index(place)) {
            for (places, hash) in
                [(&mut *by_key, hasher.hash_one(who.key)), (&mut *by_ticket, hasher.hash_one(who.ticket))]
            {
                places.find_mut(hash, |at| index(*at) == used).into_iter().for_each(|at| *at = place);
            }
        }
        if watchers.capacity() > 4 * used + SPARE {
            watchers.shrink_to(2 * used);
            by_key.shrink_to(2 * used, |at| hasher.hash_one(watchers[index(*at)].who.key));
            by_ticket.shrink_to(2 * used, |at| hasher.hash_one(watchers[index(*at)].who.ticket));
        }
    }
}

/// Returns a place as an index.
fn index(place: u32) -> usize {
    usize::try_from(place).expect("a pointer has 32 bits")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::random;

    /// Adds watchers of tickets of their own.
    fn crowd(shard: &mut Shard, count: usize) -> Vec<Who> {
        let task = || Way::Task(watch::channel(()).0, 0);
        (0..count).map(|_| shard.add(TicketId::from_random(random()), Side::Browser, task())).collect()
    }

    fn leave(shard: &mut Shard, who: Who) {
        assert!(shard.unlink(who));
        shard.remove(who.key);
    }

    #[test]
    fn a_shard_gives_memory_back_although_some_watchers_of_a_crowd_stay() {
        let mut shard = Shard::new(5);
        let all = crowd(&mut shard, 10_000);
        assert!((10_000..12_000).contains(&shard.watchers.capacity()), "{}", shard.watchers.capacity());
        let (stay, go): (Vec<_>, Vec<_>) = all.into_iter().partition(|who| (who.key.0 / SHARDS).is_multiple_of(100));
        for who in &go {
            leave(&mut shard, *who);
        }
        let capacities = [shard.watchers.capacity(), shard.by_key.capacity(), shard.by_ticket.capacity()];
        assert!(capacities.iter().all(|capacity| *capacity < 1_000), "{capacities:?}");
        // Those who stay are found as before, and those who left are not.
        assert_eq!((stay.len(), shard.watching().len()), (100, 100));
        for who in &stay {
            assert_eq!(shard.get(who.key).map(|found| found.who.ticket), Some(who.ticket));
            assert_eq!(shard.of(who.ticket, Side::Browser), [who.key]);
            assert!(shard.of(who.ticket, Side::Phone).is_empty());
        }
        assert!(go.iter().all(|who| shard.get(who.key).is_none() && !shard.is_watched(who.ticket, Side::Browser)));
        // More may come, and all may leave.
        let more = crowd(&mut shard, 1_000);
        for who in stay.into_iter().chain(more) {
            leave(&mut shard, who);
        }
        assert_eq!(shard.watching().len(), 0);
        assert!(shard.watchers.capacity() <= SPARE, "{}", shard.watchers.capacity());
    }

    #[test]
    fn a_watcher_whose_watch_has_ended_keeps_its_key_while_others_are_removed() {
        let mut shard = Shard::new(0);
        let all = crowd(&mut shard, 3);
        let [first, second, third] = all[..] else { panic!("three were added") };
        assert!(shard.unlink(third) && !shard.unlink(third));
        leave(&mut shard, first);
        assert_eq!(shard.get(third.key).map(|found| found.who.ticket), Some(third.ticket));
        assert!(!shard.is_watched(third.ticket, Side::Browser) && shard.is_watched(second.ticket, Side::Browser));
        shard.remove(third.key);
        assert!(shard.get(third.key).is_none() && shard.get(second.key).is_some());
    }
}

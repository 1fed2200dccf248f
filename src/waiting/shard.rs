//! A shard of the room: the watchers of some of the tickets.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;
use slab::Slab;
use tokio::sync::watch;

use super::news::{Key, Who};
use super::page::Page;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;
use crate::ticket::side::Side;

/// The most watchers of one side (browser or phone) of a ticket in a process. A page has one, and for a while
/// another whose connection was lost. A further one replaces the oldest, whose connection is then closed.
pub const WATCHERS: usize = 4;

/// The number of shards of a room, each with a lock. A lock is held for one lookup, or while the news of one ticket is
/// rendered and given to the kernel; with this many, two cores seldom need the same one.
pub(super) const SHARDS: u32 = 64;

/// The watchers of some of the tickets. A watcher whose watch has ended stays while its connection is open.
#[derive(Debug)]
pub(super) struct Shard {
    number: u32,
    watchers: Slab<Watcher>,
    /// The places of the watchers whose watch goes on, by the hash of their ticket. Nearly every ticket has one.
    by_ticket: HashTable<u32>,
    hasher: RandomState,
    born: u32,
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
    /// A task is woken; beside it is the `seq` that it read last.
    Task(watch::Sender<Announced>, u32),
    /// The news is written to the socket of a page, which is there once the handshake is over.
    Page(Option<Page>),
}

/// What was announced to a task.
#[derive(Debug, Default)]
pub(super) struct Announced {
    /// The latest `seq` that was announced; 0 before the first.
    pub(super) seq: u32,
    /// The ticket as it was announced last; `None` if only that something may have changed since.
    pub(super) ticket: Option<Box<Ticket>>,
}

impl Shard {
    /// Makes an empty shard with this number below [`SHARDS`].
    pub(super) fn new(number: u32) -> Self {
        let (watchers, by_ticket, hasher) = (Slab::new(), HashTable::new(), RandomState::new());
        Self { number, watchers, by_ticket, hasher, born: 0 }
    }

    /// Adds a watcher.
    pub(super) fn add(&mut self, ticket: TicketId, side: Side, way: Way) -> Key {
        if self.watchers.len() == self.watchers.capacity() {
            // The slab would double its memory, and its entries are large and many.
            self.watchers.reserve_exact(self.watchers.len() / 8 + 4);
        }
        self.born = self.born.wrapping_add(1);
        let index = u32::try_from(self.watchers.vacant_key()).expect("a process has fewer than 2^26 sockets");
        let key = Key { place: index * SHARDS + self.number, born: self.born };
        self.watchers.insert(Watcher { who: Who { key, ticket, side }, way });
        let Self { watchers, by_ticket, hasher, .. } = self;
        by_ticket.insert_unique(hasher.hash_one(ticket), key.place, |place| {
            hasher.hash_one(watchers[index_of(*place)].who.ticket)
        });
        key
    }

    /// Returns the watchers of a ticket for this side, the oldest first.
    pub(super) fn of(&self, ticket: TicketId, side: Side) -> Vec<Key> {
        let mut keys: Vec<Key> = self.side(ticket, side).collect();
        // `born` wraps around, so the age is its distance from the next number.
        keys.sort_unstable_by_key(|key| key.born.wrapping_sub(self.born.wrapping_add(1)));
        keys
    }

    /// Returns whether this side of a ticket has a watcher.
    pub(super) fn is_watched(&self, ticket: TicketId, side: Side) -> bool {
        self.side(ticket, side).next().is_some()
    }

    /// Returns the watchers of a ticket for this side, in any order.
    fn side(&self, ticket: TicketId, side: Side) -> impl Iterator<Item = Key> {
        let places = self.by_ticket.iter_hash(self.hasher.hash_one(ticket));
        let all = places.map(|place| self.watchers[index_of(*place)].who);
        all.filter(move |who| (who.ticket, who.side) == (ticket, side)).map(|who| who.key)
    }

    /// Returns the watcher with this key; `None` if it is gone.
    pub(super) fn get(&mut self, key: Key) -> Option<&mut Watcher> {
        self.watchers.get_mut(index_of(key.place)).filter(|watcher| watcher.who.key == key)
    }

    /// Returns the key of the watcher at this place.
    pub(super) fn at(&self, place: u32) -> Option<Key> {
        self.watchers.get(index_of(place)).map(|watcher| watcher.who.key)
    }

    /// Returns all watchers whose watch goes on.
    pub(super) fn watching(&self) -> impl Iterator<Item = &Watcher> {
        self.by_ticket.iter().map(|place| &self.watchers[index_of(*place)])
    }

    /// Returns the pages that are parked or being closed and for which this holds.
    pub(super) fn pages(&self, holds: impl Fn(&Page) -> bool) -> Vec<Key> {
        let all = self.watchers.iter().filter_map(|(_, watcher)| match &watcher.way {
            Way::Page(Some(page)) if holds(page) => Some(watcher.who.key),
            _ => None,
        });
        all.collect()
    }

    /// Ends the watch of a watcher, which stays at its place. Returns `false` if it had ended already.
    pub(super) fn unlink(&mut self, who: Who) -> bool {
        let found = self.by_ticket.find_entry(self.hasher.hash_one(who.ticket), |place| *place == who.key.place);
        found.map(hashbrown::hash_table::OccupiedEntry::remove).is_ok()
    }

    /// Forgets a watcher whose watch has ended.
    pub(super) fn remove(&mut self, key: Key) {
        self.watchers.try_remove(index_of(key.place));
        if self.watchers.is_empty() {
            self.watchers.shrink_to_fit();
            self.by_ticket = HashTable::new();
        }
    }
}

/// Returns the index in its shard of a place, which counts through all shards.
fn index_of(place: u32) -> usize {
    usize::try_from(place / SHARDS).expect("a pointer has 32 bits")
}

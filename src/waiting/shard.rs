//! A part of the room: the watchers of some of the tickets. The watchers of a ticket are a chain from the newest to the
//! oldest, so that a ticket with one watcher, which is nearly every ticket, takes as little memory as possible.

use std::collections::HashMap;
use std::iter::successors;
use std::sync::Arc;

use slab::Slab;

use super::end::End;
use super::key::Key;
use super::page::{Closing, Page};
use super::side::Side;
use super::signal::Signal;
use crate::ticket::ids::TicketId;

/// The most watchers of one side (browser or phone) of a ticket in a process. A page has one, and for a while
/// another whose connection was lost. A further one replaces the oldest, whose connection is then closed.
pub const WATCHERS: usize = 4;

/// The watchers of some of the tickets, and the connections of watches that have ended and are not closed yet.
#[derive(Debug)]
pub(super) struct Shard {
    number: u8,
    newest: HashMap<TicketId, u32>,
    watchers: Slab<Watcher>,
    born: u32,
}

/// One watcher of a ticket.
#[derive(Debug)]
pub(super) struct Watcher {
    born: u32,
    /// The next older watcher of the ticket.
    older: Option<u32>,
    pub(super) ticket: TicketId,
    pub(super) side: Side,
    pub(super) way: Way,
}

/// How a watcher is told.
#[derive(Debug)]
pub(super) enum Way {
    /// A task is woken; beside it is the `seq` that it read last.
    Task(Arc<Signal>, u32),
    /// The handshake of a page is not over yet.
    Arriving,
    /// The watch ended before the handshake was over; once the socket is there, it is closed for this reason.
    Ended(End),
    /// The news is written to the socket of a page.
    Parked(Page),
    /// The watch has ended, and the peer has not closed the connection yet.
    Closing(Closing),
}

/// A watcher that has left: of which side of which ticket, and whether it was the last one of that side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    pub(super) ticket: TicketId,
    pub(super) side: Side,
    pub(super) was_last: bool,
}

impl Shard {
    pub(super) fn new(number: u8) -> Self {
        Self { number, newest: HashMap::new(), watchers: Slab::new(), born: 0 }
    }

    /// Adds a watcher, and returns its key, and the key of the watcher that has to end for it, if its side has
    /// [`WATCHERS`] already.
    pub(super) fn add(&mut self, ticket: TicketId, side: Side, way: Way) -> (Key, Option<Key>) {
        let same_side = |key: &Key| self.watchers.get(at(key.index)).is_some_and(|watcher| watcher.side == side);
        let all: Vec<Key> = self.of(ticket).into_iter().filter(same_side).collect();
        let replaced = all.last().copied().filter(|_| all.len() >= WATCHERS);
        if self.watchers.len() == self.watchers.capacity() {
            // The slab would double its memory, and its entries are large and many.
            self.watchers.reserve_exact(self.watchers.len() / 8 + 4);
        }
        self.born = self.born.wrapping_add(1);
        let older = self.newest.get(&ticket).copied();
        let index = self.watchers.insert(Watcher { born: self.born, older, ticket, side, way });
        let index = u32::try_from(index).expect("fewer than 2^32 connections");
        self.newest.insert(ticket, index);
        (self.key(index), replaced)
    }

    fn key(&self, index: u32) -> Key {
        Key { shard: self.number, index, born: self.watchers[at(index)].born }
    }

    /// Returns the watchers of a ticket, the newest first.
    pub(super) fn of(&self, ticket: TicketId) -> Vec<Key> {
        let chain = successors(self.newest.get(&ticket).copied(), |index| self.watchers[at(*index)].older);
        chain.map(|index| self.key(index)).collect()
    }

    /// Returns the watcher with this key; `None` if it is gone.
    pub(super) fn get(&mut self, key: Key) -> Option<&mut Watcher> {
        self.watchers.get_mut(at(key.index)).filter(|watcher| watcher.born == key.born)
    }

    /// Returns the key of the watcher at this place.
    pub(super) fn key_at(&self, index: usize) -> Option<Key> {
        let watcher = self.watchers.get(index)?;
        Some(Key { shard: self.number, index: u32::try_from(index).ok()?, born: watcher.born })
    }

    /// Returns whether a watcher of this side watches the ticket.
    pub(super) fn is_watched(&self, ticket: TicketId, side: Side) -> bool {
        self.of(ticket).iter().any(|key| self.watchers[at(key.index)].side == side)
    }

    /// Returns every ticket that is watched.
    pub(super) fn tickets(&self) -> impl Iterator<Item = TicketId> {
        self.newest.keys().copied()
    }

    /// Returns the watched tickets with the side that watches, and the lowest `seq` that its watchers know.
    pub(super) fn watched(&self) -> Vec<(TicketId, Side, u32)> {
        let mut watched = Vec::new();
        for ticket in self.tickets() {
            for side in [Side::Browser, Side::Phone] {
                let keys = self.of(ticket);
                let of_side = keys.iter().map(|key| &self.watchers[at(key.index)]).filter(|one| one.side == side);
                watched.extend(of_side.map(Watcher::seq).min().map(|seq| (ticket, side, seq)));
            }
        }
        watched
    }

    /// Returns every parked page.
    pub(super) fn pages(&self) -> Vec<Key> {
        let parked = self.watchers.iter().filter(|(_, watcher)| matches!(watcher.way, Way::Parked(_)));
        parked.filter_map(|(index, _)| self.key_at(index)).collect()
    }

    /// Ends the watch of a watcher, and says who left; `None` if it has ended already. The connection of a page stays
    /// as [`Way::Closing`] while its peer has not closed it.
    pub(super) fn end(&mut self, key: Key, end: End) -> Option<Left> {
        let watcher = self.get(key)?;
        let next = match std::mem::replace(&mut watcher.way, Way::Ended(end)) {
            ended @ (Way::Ended(_) | Way::Closing(_)) => {
                watcher.way = ended;
                return None;
            }
            Way::Task(signal, _) => {
                signal.send(None);
                None
            }
            Way::Arriving => Some(Way::Ended(end)),
            Way::Parked(page) => page.close(end).map(Way::Closing),
        };
        let is_gone = next.is_none();
        if let Some(next) = next {
            watcher.way = next;
        }
        let left = self.unlink(key.index);
        if is_gone {
            self.remove(key);
        }
        Some(left)
    }

    /// Returns whether this is a connection that is not closed yet.
    pub(super) fn is_closing(&mut self, key: Key) -> bool {
        self.get(key).is_some_and(|watcher| matches!(watcher.way, Way::Closing(_)))
    }

    /// Forgets a watcher whose watch has ended.
    pub(super) fn remove(&mut self, key: Key) {
        if self.get(key).is_some() {
            self.watchers.remove(at(key.index));
        }
        if self.watchers.is_empty() {
            self.watchers.shrink_to_fit();
            self.newest.shrink_to_fit();
        }
    }

    /// Takes a watcher out of the chain of its ticket.
    fn unlink(&mut self, index: u32) -> Left {
        let Watcher { ticket, side, older, .. } = self.watchers[at(index)];
        let newer = self.of(ticket).into_iter().find(|newer| self.watchers[at(newer.index)].older == Some(index));
        match (newer, older) {
            (Some(newer), _) => self.watchers[at(newer.index)].older = older,
            (None, Some(older)) => drop(self.newest.insert(ticket, older)),
            (None, None) => drop(self.newest.remove(&ticket)),
        }
        Left { ticket, side, was_last: !self.is_watched(ticket, side) }
    }
}

impl Watcher {
    /// Returns the `seq` that this watcher knows.
    fn seq(&self) -> u32 {
        match &self.way {
            Way::Task(_, seq) => *seq,
            Way::Parked(page) => page.seq(),
            Way::Arriving | Way::Ended(_) | Way::Closing(_) => 0,
        }
    }
}

/// Returns an index as the slab takes it.
pub(super) fn at(index: u32) -> usize {
    usize::try_from(index).expect("a pointer has 32 bits")
}

//! A shard of the store: some of the tickets, found by their id, and the order in which they end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;
use parking_lot::Mutex;
use slab::Slab;

use super::place::Place;
use super::record::Kept;
use super::typed::{Typed, TypedCodes};
use crate::store::tickets::change::ENDED_TICKET_KEPT;
use crate::ticket::ids::TicketId;
use crate::ticket::time::{Due, Timestamp};

/// The tables grow by this part of their length, because at most that much of them is left empty. They have as many
/// large entries as there are tickets, so doubling them would waste more than it saves.
const GROWTH_PART: usize = 16;

/// The number of bits of an [`End`] that hold the index of the ticket.
const INDEX_BITS: u32 = 22;

/// Some of the tickets. A function that removes or moves tickets is given the typed codes, which it locks while the
/// shard is locked.
#[derive(Debug)]
pub(super) struct Shard {
    number: u8,
    tickets: Slab<Kept>,
    /// The index of each ticket, by the hash of its id.
    by_id: HashTable<u32>,
    hasher: RandomState,
    /// When each ticket is looked at whether it has ended long ago. A ticket that was prolonged is looked at once more.
    ends: BinaryHeap<Reverse<End>>,
}

/// When a ticket is looked at, in the upper bits, in milliseconds; and in the [lowest](INDEX_BITS) its index. The
/// milliseconds have 42 bits, which last until the year 2109.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct End(u64);

impl End {
    fn of(kept: &Kept, index: usize) -> Self {
        let order = Due(kept.expires_at() + ENDED_TICKET_KEPT).order().min(u64::MAX >> INDEX_BITS);
        let index = u64::try_from(index).ok().filter(|index| *index < 1 << INDEX_BITS);
        Self((order << INDEX_BITS) | index.expect("a shard has fewer than 2^22 tickets"))
    }

    fn index(self) -> usize {
        usize::try_from(self.0 & ((1 << INDEX_BITS) - 1)).expect("a pointer has 32 bits")
    }
}

impl Shard {
    /// Makes an empty shard with this number.
    pub(super) fn new(number: u8) -> Self {
        let (by_id, hasher) = (HashTable::new(), RandomState::new());
        Self { number, tickets: Slab::new(), by_id, hasher, ends: BinaryHeap::new() }
    }

    fn index_of(&self, id: TicketId) -> Option<usize> {
        let found = self.by_id.find(self.hasher.hash_one(id), |index| self.tickets[wide(*index)].id() == id);
        found.map(|index| wide(*index))
    }

    fn place(&self, index: usize) -> Place {
        Place::new(self.number, index)
    }

    /// Returns a ticket; `None` if there is none with this id.
    pub(super) fn get(&self, id: TicketId) -> Option<&Kept> {
        self.index_of(id).map(|index| &self.tickets[index])
    }

    /// Returns what belongs to the typed code of the ticket at this place, which is attached to it.
    pub(super) fn typed_at(&self, place: Place) -> Option<Typed> {
        self.tickets.get(place.index()).map(Kept::typed)
    }

    /// Returns the tickets.
    pub(super) fn tickets(&self) -> impl Iterator<Item = &Kept> {
        self.tickets.iter().map(|(_, kept)| kept)
    }

    /// Returns how many tickets there is room for before the table of tickets grows.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.tickets.capacity()
    }

    /// Returns how many entries wait for the end of a ticket.
    #[cfg(test)]
    pub(super) fn queued(&self) -> usize {
        self.ends.len()
    }

    /// Adds a ticket, or replaces the one with its id. Returns whether there was none.
    pub(super) fn put(&mut self, kept: Kept, typed: &Mutex<TypedCodes>) -> bool {
        let index = self.index_of(kept.id());
        if let Some(index) = index {
            self.replace(index, kept, typed);
        } else {
            self.add(kept, typed);
        }
        index.is_none()
    }

    fn add(&mut self, kept: Kept, typed: &Mutex<TypedCodes>) {
        if self.tickets.len() == self.tickets.capacity() {
            self.tickets.reserve_exact(self.tickets.len() / GROWTH_PART + 4);
        }
        if self.ends.len() == self.ends.capacity() {
            self.ends.reserve_exact(self.ends.len() / GROWTH_PART + 4);
        }
        let (id, index) = (kept.id(), self.tickets.vacant_key());
        self.ends.push(Reverse(End::of(&kept, index)));
        typed.lock().attach(kept.user_code(), &kept.typed(), self.place(index));
        self.tickets.insert(kept);
        let Self { tickets, by_id, hasher, .. } = self;
        by_id.insert_unique(hasher.hash_one(id), narrow(index), |index| hasher.hash_one(tickets[wide(*index)].id()));
    }

    fn replace(&mut self, index: usize, kept: Kept, typed: &Mutex<TypedCodes>) {
        let place = self.place(index);
        let before = std::mem::replace(&mut self.tickets[index], kept);
        let ((code_before, typed_before), kept) = ((before.user_code(), before.typed()), &self.tickets[index]);
        let (code, own) = (kept.user_code(), kept.typed());
        if code != code_before || !own.is_exactly(&typed_before) {
            let mut typed = typed.lock();
            typed.detach(code_before, typed_before, place);
            typed.attach(code, &own, place);
        }
    }

    fn remove(&mut self, index: usize, typed: &mut TypedCodes) -> Kept {
        let kept = self.tickets.remove(index);
        let found = self.by_id.find_entry(self.hasher.hash_one(kept.id()), |known| wide(*known) == index);
        found.map(hashbrown::hash_table::OccupiedEntry::remove).expect("each ticket is found by its id");
        typed.remove_from(kept.user_code(), self.place(index));
        kept
    }

    /// Evicts those of these tickets that are still there and may be evicted, and releases their typed codes. Returns
    /// the evicted ones.
    pub(super) fn evict(&mut self, ids: impl Iterator<Item = TicketId>, typed: &Mutex<TypedCodes>) -> Vec<TicketId> {
        let mut evicted = Vec::new();
        for id in ids {
            let index = self.index_of(id).filter(|index| self.tickets[*index].may_give_way());
            let Some(index) = index else { continue };
            let mut typed = typed.lock();
            let kept = self.remove(index, &mut typed);
            typed.release_of(kept.user_code(), id);
            evicted.push(id);
        }
        if !evicted.is_empty() {
            // Their indexes are given to other tickets, which must not be looked at when these would have ended.
            let Self { tickets, ends, .. } = self;
            ends.retain(|Reverse(end)| tickets.contains(end.index()));
        }
        evicted
    }

    /// Removes the tickets of this shard that ended more than [`ENDED_TICKET_KEPT`] ago; returns their number.
    pub(super) fn forget(&mut self, now: Timestamp, typed: &Mutex<TypedCodes>) -> usize {
        let mut forgotten = 0;
        while let Some(Reverse(first)) = self.ends.peek().copied() {
            let index = first.index();
            let kept = &self.tickets[index];
            let end = End::of(kept, index);
            if (kept.expires_at() + ENDED_TICKET_KEPT).is_over(now) {
                self.ends.pop();
                self.remove(index, &mut typed.lock());
                forgotten += 1;
            } else if first < end {
                self.ends.pop();
                self.ends.push(Reverse(end));
            } else {
                break;
            }
        }
        if self.tickets.capacity() > 64 && self.tickets.len() * 4 < self.tickets.capacity() {
            self.shrink(&mut typed.lock());
        }
        forgotten
    }

    /// Frees the memory of a flood of tickets. The tickets that are left move to the first places.
    fn shrink(&mut self, typed: &mut TypedCodes) {
        let Self { number, tickets, by_id, hasher, ends } = self;
        tickets.compact(|kept, from, to| {
            let found = by_id.find_mut(hasher.hash_one(kept.id()), |index| wide(*index) == from);
            *found.expect("each ticket is found by its id") = narrow(to);
            typed.moved(kept.user_code(), Place::new(*number, from), Place::new(*number, to));
            true
        });
        by_id.shrink_to_fit(|index| hasher.hash_one(tickets[wide(*index)].id()));
        *ends = tickets.iter().map(|(index, kept)| Reverse(End::of(kept, index))).collect();
    }
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).expect("a shard has fewer than 2^22 tickets")
}

fn wide(index: u32) -> usize {
    usize::try_from(index).expect("a pointer has 32 bits")
}

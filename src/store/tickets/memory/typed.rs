//! The codes that people type, and who has each.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;

use super::place::Place;
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::time::Timestamp;

/// The ticket and round that a typed code belongs to, and the end of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) ticket: TicketId,
    pub(super) round: Round,
    pub(super) until: Timestamp,
}

impl Typed {
    /// Returns whether the two are the same also by the uptime, which `==` does not compare.
    pub(super) fn is_exactly(&self, other: &Self) -> bool {
        self == other && self.until.uptime_millis() == other.until.uptime_millis()
    }
}

/// All typed codes. Nearly every code is the present one of a ticket and ends with it, so that nothing needs to be
/// kept but the place of the ticket.
#[derive(Debug, Default)]
pub(super) struct TypedCodes {
    /// The present codes of tickets, each as one [number](with_place) with the place of its ticket.
    of_tickets: HashTable<u64>,
    /// All other codes: those that were reserved for a ticket which has not got them yet, and those of earlier rounds.
    apart: HashMap<UserCode, Typed>,
    hasher: RandomState,
}

/// Returns a code and a place as one number.
fn with_place(code: UserCode, place: Place) -> u64 {
    (code.as_number() << Place::BITS) | u64::from(place.number())
}

fn code_number(entry: u64) -> u64 {
    entry >> Place::BITS
}

fn place_of(entry: u64) -> Place {
    Place::from_number(u32::try_from(entry & ((1 << Place::BITS) - 1)).expect("a place has fewer bits"))
}

impl TypedCodes {
    /// Returns the place of the ticket whose present code this is; `None` if it is no such code.
    pub(super) fn place(&self, code: UserCode) -> Option<Place> {
        let code = code.as_number();
        let found = self.of_tickets.find(self.hasher.hash_one(code), |entry| code_number(*entry) == code);
        found.map(|entry| place_of(*entry))
    }

    /// Returns who has this code, if it is not the present code of a ticket.
    pub(super) fn apart(&self, code: UserCode) -> Option<Typed> {
        self.apart.get(&code).copied()
    }

    /// Returns the number of codes that are not the present code of a ticket.
    pub(super) fn count_apart(&self) -> usize {
        self.apart.len()
    }

    /// Returns the number of all codes.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.apart.len() + self.of_tickets.len()
    }

    /// Notes who has this code, which nobody has.
    pub(super) fn insert(&mut self, code: UserCode, typed: Typed, now: Timestamp) {
        if self.apart.len() == self.apart.capacity() {
            self.forget_over(now);
            // Otherwise a table that is nearly full would be searched again for each of the next few codes.
            if self.apart.len() > self.apart.capacity() / 2 {
                self.apart.reserve(self.apart.len());
            }
        }
        self.apart.insert(code, typed);
    }

    /// Removes a code, whoever has it.
    pub(super) fn remove(&mut self, code: UserCode) {
        self.apart.remove(&code);
        if let Some(place) = self.place(code) {
            self.remove_from(code, place);
        }
    }

    /// Removes a code if it is the present one of the ticket at this place; returns whether it was.
    pub(super) fn remove_from(&mut self, code: UserCode, place: Place) -> bool {
        let (hash, own) = (self.hasher.hash_one(code.as_number()), with_place(code, place));
        let found = self.of_tickets.find_entry(hash, |entry| *entry == own);
        found.map(hashbrown::hash_table::OccupiedEntry::remove).is_ok()
    }

    /// Removes a code if this ticket has it, and it is not attached to the ticket.
    pub(super) fn release_of(&mut self, code: UserCode, ticket: TicketId) {
        if self.apart.get(&code).is_some_and(|held| held.ticket == ticket) {
            self.apart.remove(&code);
        }
    }

    /// Notes that the ticket at this place has this code, if the code was reserved for it until the end that the
    /// ticket has itself.
    pub(super) fn attach(&mut self, code: UserCode, typed: &Typed, place: Place) {
        if !self.apart.get(&code).is_some_and(|held| held.is_exactly(typed)) {
            return;
        }
        self.apart.remove(&code);
        let Self { of_tickets, hasher, .. } = self;
        let hash = |entry: &u64| hasher.hash_one(code_number(*entry));
        let entry = with_place(code, place);
        of_tickets.insert_unique(hash(&entry), entry, hash);
    }

    /// Keeps the code of the ticket at this place as it is, because the ticket changes.
    pub(super) fn detach(&mut self, code: UserCode, typed: Typed, place: Place) {
        if self.remove_from(code, place) {
            self.apart.insert(code, typed);
        }
    }

    /// Notes that the ticket with this code has another place now.
    pub(super) fn moved(&mut self, code: UserCode, from: Place, to: Place) {
        let (hash, own) = (self.hasher.hash_one(code.as_number()), with_place(code, from));
        if let Some(entry) = self.of_tickets.find_mut(hash, |entry| *entry == own) {
            *entry = with_place(code, to);
        }
    }

    /// Removes the codes that are over, except those that are removed with their tickets.
    pub(super) fn forget_over(&mut self, now: Timestamp) {
        self.apart.retain(|_, held| !held.until.is_over(now));
    }

    /// Frees the memory of a flood of codes.
    pub(super) fn shrink(&mut self) {
        if self.apart.capacity() > 64 && self.apart.len() * 4 < self.apart.capacity() {
            self.apart.shrink_to_fit();
        }
        let Self { of_tickets, hasher, .. } = self;
        if of_tickets.capacity() > 64 && of_tickets.len() * 4 < of_tickets.capacity() {
            of_tickets.shrink_to_fit(|entry| hasher.hash_one(code_number(*entry)));
        }
    }
}

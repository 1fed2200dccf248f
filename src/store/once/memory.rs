//! Such objects in memory: a shelf for each kind, with a bound on its number and its bytes, and nothing kept past its time.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{BYTES_EACH, Kind, OnceName, Taken};
use crate::store::Fault;
use crate::ticket::time::{Due, Timestamp};

/// The objects of one process.
#[derive(Debug)]
pub struct OnceMemory {
    capacity: usize,
    shelves: [Mutex<Shelf>; Kind::ALL.len()],
}

#[derive(Debug, Default)]
struct Shelf {
    held: HashMap<[u8; 32], Held>,
    /// When to forget each.
    due: BinaryHeap<Reverse<(Due, [u8; 32])>>,
    bytes: usize,
}

#[derive(Debug)]
struct Held {
    sealed: Vec<u8>,
    until: Timestamp,
    is_taken: bool,
}

impl OnceMemory {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, shelves: std::array::from_fn(|_| Mutex::default()) }
    }

    fn shelf(&self, kind: Kind) -> MutexGuard<'_, Shelf> {
        // What is counted is set right by whoever forgets next, so a panic elsewhere leaves nothing half done.
        self.shelves[kind as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keep(
        &self,
        name: &OnceName,
        sealed: Vec<u8>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        let shelf = &mut *self.shelf(name.kind);
        shelf.forget(now);
        let bytes = shelf.bytes.saturating_add(sealed.len());
        let is_full = shelf.held.len() >= self.capacity || bytes > self.capacity.saturating_mul(BYTES_EACH);
        match shelf.held.entry(name.hash) {
            Entry::Occupied(_) => Ok(false),
            Entry::Vacant(_) if is_full => Err(Fault::Full),
            Entry::Vacant(free) => {
                shelf.bytes = bytes;
                shelf.due.push(Reverse((Due(until + name.kind.remembered()), name.hash)));
                free.insert(Held { sealed, until, is_taken: false });
                Ok(true)
            }
        }
    }

    pub(super) fn read(&self, name: &OnceName, now: Timestamp) -> Option<Vec<u8>> {
        let shelf = self.shelf(name.kind);
        shelf
            .held
            .get(&name.hash)
            .filter(|held| !held.is_taken && !held.until.is_over(now))
            .map(|held| held.sealed.clone())
    }

    pub(super) fn take(&self, name: &OnceName, now: Timestamp) -> Taken {
        let mut shelf = self.shelf(name.kind);
        let Some(held) = shelf.held.get_mut(&name.hash) else { return Taken::Unknown };
        if held.is_taken {
            return Taken::Again(held.sealed.clone());
        }
        if held.until.is_over(now) {
            return Taken::Expired;
        }
        held.is_taken = true;
        Taken::First(held.sealed.clone())
    }

    pub(super) fn sweep(&self, now: Timestamp) {
        for kind in Kind::ALL {
            let mut shelf = self.shelf(kind);
            shelf.forget(now);
            if shelf.held.capacity() > 64 && shelf.held.len() * 4 < shelf.held.capacity() {
                shelf.held.shrink_to_fit();
                shelf.due.shrink_to_fit();
            }
        }
    }
}

impl Shelf {
    fn forget(&mut self, now: Timestamp) {
        while let Some(Reverse((Due(due), hash))) = self.due.peek().copied()
            && due.is_over(now)
        {
            self.due.pop();
            if let Some(held) = self.held.remove(&hash) {
                self.bytes -= held.sealed.len();
            }
        }
    }
}

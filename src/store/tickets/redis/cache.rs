//! A cache of tickets as this instance saw them last, so that a change need not read first: the script that
//! swaps says whether the cached version is still the present one. A refusal is never based on the cache.

use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;

/// The number of slots in the cache, which use half a megabyte together. The id of a ticket determines its slot,
/// where it replaces the ticket that was there.
const SLOTS: usize = 1024;

/// One version of a ticket, as Redis had it.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub ticket: Ticket,
    /// The id of the change that made this version; empty before the first change. Unlike `seq` it is never given
    /// twice, not even by a replica that was promoted and had missed a change.
    pub attempt: Vec<u8>,
}

/// The cache of the tickets that this instance saw last; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct TicketCache(Arc<[Mutex<Option<Version>>]>);

impl Default for TicketCache {
    fn default() -> Self {
        Self((0..SLOTS).map(|_| Mutex::default()).collect())
    }
}

impl TicketCache {
    /// Caches this version of a ticket. It replaces the ticket that has the same slot.
    pub fn put(&self, version: Version) {
        let id = version.ticket.id;
        *self.slot(id) = Some(version);
    }

    /// Returns the cached version of this ticket and removes it from the cache; `None` if it is not cached.
    pub fn take(&self, id: TicketId) -> Option<Version> {
        self.slot(id).take_if(|version| version.ticket.id == id)
    }

    /// Returns the cached ticket and leaves it in the cache; `None` if it is not cached.
    pub fn get(&self, id: TicketId) -> Option<Ticket> {
        self.slot(id).as_ref().filter(|version| version.ticket.id == id).map(|version| version.ticket.clone())
    }

    fn slot(&self, id: TicketId) -> MutexGuard<'_, Option<Version>> {
        let [.., high, low] = *id.as_bytes();
        let slot = &self.0[usize::from(u16::from_be_bytes([high, low])) % SLOTS];
        slot.lock()
    }
}

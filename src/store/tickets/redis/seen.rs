//! What this instance saw last of some tickets, so that a change need not ask first: the script that swaps says whether
//! what was seen still is. A hint and nothing more: only the store says no.

use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;

/// Places for tickets; one that finds its place taken takes it over. Half a megabyte when all are taken.
const PLACES: usize = 1024;

/// A ticket as Redis held it.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub ticket: Ticket,
    /// Of the change that made it so; empty before the first. Unlike `seq` it is never given twice, not even by a
    /// replica that took over and had missed a change.
    pub attempt: Vec<u8>,
}

/// The places; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Seen(Arc<[Mutex<Option<Version>>]>);

impl Default for Seen {
    fn default() -> Self {
        Self((0..PLACES).map(|_| Mutex::default()).collect())
    }
}

impl Seen {
    /// Keeps this version in place of an older one.
    pub fn keep(&self, version: Version) {
        let id = version.ticket.id;
        *self.place(id) = Some(version);
    }

    /// What was seen last of this ticket; it is not kept any longer.
    pub fn take(&self, id: TicketId) -> Option<Version> {
        self.place(id).take_if(|version| version.ticket.id == id)
    }

    /// The same, and it stays where it is.
    pub fn look(&self, id: TicketId) -> Option<Ticket> {
        self.place(id).as_ref().filter(|version| version.ticket.id == id).map(|version| version.ticket.clone())
    }

    fn place(&self, id: TicketId) -> MutexGuard<'_, Option<Version>> {
        let [.., high, low] = *id.as_bytes();
        let place = &self.0[usize::from(u16::from_be_bytes([high, low])) % PLACES];
        place.lock()
    }
}

//! Tickets, in whichever store this instance has. The one way to change a ticket is [`Tickets::change`].

use std::sync::Arc;

use thiserror::Error;

use super::Fault;
use super::memory::Memory;
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::machine::{Refused, Ticket};
use crate::ticket::time::Timestamp;

/// Where tickets are kept.
#[derive(Clone, Debug)]
pub enum Tickets {
    /// In this process: gone with it, and bounded.
    Memory(Arc<Memory>),
}

/// What came of asking for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// It is this ticket's.
    Yes,
    /// Another ticket holds it.
    Taken,
    /// As many codes are held as this store takes.
    Full,
}

/// Why a ticket could not be added.
#[derive(Debug, Error)]
pub enum AddError {
    /// As many tickets wait as this server takes.
    #[error("as many sign-ins are waiting as this server takes")]
    Full,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a ticket did not change.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// The store knows no such ticket: it was never made here, or is long over.
    #[error("no such ticket")]
    Unknown,
    /// The machine refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

#[expect(clippy::unused_async, reason = "memory answers at once; a store over a network will not")]
impl Tickets {
    /// Tickets in memory, at most `capacity` of them.
    pub fn memory(capacity: usize) -> Self {
        Self::Memory(Arc::new(Memory::new(capacity)))
    }

    /// Takes a code for typing for this ticket and round until `until`.
    pub async fn reserve(
        &self,
        code: UserCode,
        ticket: TicketId,
        round: Round,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Reserved, Fault> {
        match self {
            Self::Memory(memory) => Ok(memory.reserve(code, ticket, round, now, until)),
        }
    }

    /// Gives a code for typing back.
    pub async fn release(&self, code: UserCode) -> Result<(), Fault> {
        match self {
            Self::Memory(memory) => memory.release(code),
        }
        Ok(())
    }

    /// The ticket and round that a typed code stands for.
    pub async fn find(&self, code: UserCode, now: Timestamp) -> Result<Option<(TicketId, Round)>, Fault> {
        match self {
            Self::Memory(memory) => Ok(memory.find(code, now)),
        }
    }

    /// Adds a fresh ticket; it is kept a while beyond its end, so that "expired" is told from "unknown".
    pub async fn add(&self, ticket: Ticket, now: Timestamp) -> Result<(), AddError> {
        match self {
            Self::Memory(memory) => memory.add(ticket, now),
        }
    }

    /// The ticket as it stands.
    pub async fn get(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        match self {
            Self::Memory(memory) => Ok(memory.get(id)),
        }
    }

    /// Changes a ticket by compare-and-swap: `step` sees it as it stands and says what it becomes (and what else
    /// comes of it); nobody else's change comes between. `step` may run again on contention.
    pub async fn change<T>(
        &self,
        id: TicketId,
        step: impl Fn(&Ticket) -> Result<(Ticket, T), Refused>,
    ) -> Result<(Ticket, T), ChangeError> {
        match self {
            Self::Memory(memory) => memory.change(id, step),
        }
    }

    /// How many tickets are kept.
    pub async fn count(&self) -> Result<usize, Fault> {
        match self {
            Self::Memory(memory) => Ok(memory.count()),
        }
    }

    /// Forgets what is long over; [`Tickets::add`] does so as well, as it goes.
    pub async fn sweep(&self, now: Timestamp) -> Result<(), Fault> {
        match self {
            Self::Memory(memory) => memory.sweep(now),
        }
        Ok(())
    }
}

//! Tickets, in whichever store this instance has. The one way to change a ticket is [`Tickets::change`].

pub(super) mod redis;
mod memory;
pub mod announcements;
mod change;

use std::sync::Arc;

pub use self::change::{ChangeError, REMEMBERED};
use self::memory::Memory;
use self::redis::RedisTickets;
use super::Fault;
use super::redis::Link;
use crate::settings::RedisAddress;
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::machine::{Refused, Ticket};
use crate::ticket::time::{Lifetimes, Timestamp};

/// Where tickets are kept.
#[derive(Clone, Debug)]
pub enum Tickets {
    /// In this process: gone with it.
    Memory(Arc<Memory>),
    /// In Redis, for any number of instances. What waits for it is boxed, and not in every page that only waits.
    Redis(RedisTickets),
}

impl Tickets {
    /// Tickets in memory, at most `capacity` of them.
    pub fn memory(capacity: usize) -> Self {
        Self::Memory(Arc::new(Memory::new(capacity)))
    }

    /// Tickets in Redis, over this link to this address, at most `capacity` of them that nobody has scanned.
    pub fn redis(link: Link, address: &RedisAddress, capacity: usize, lifetimes: Lifetimes) -> Result<Self, Fault> {
        RedisTickets::new(link, address, capacity, lifetimes).map(Self::Redis)
    }

    /// Whether all instances that share these tickets have the same key; the first to come says which.
    pub async fn agree_on(&self, fingerprint: String) -> Result<bool, Fault> {
        match self {
            Self::Memory(_) => Ok(true),
            Self::Redis(redis) => redis.agree_on(&fingerprint).await,
        }
    }

    /// Takes a code for typing for this ticket and round until `until`; `false` where another ticket holds it.
    ///
    /// # Errors
    /// [`Fault::Full`] where as many codes are held as this store takes.
    pub async fn reserve(
        &self,
        code: UserCode,
        ticket: TicketId,
        round: Round,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        match self {
            Self::Memory(memory) => memory.reserve(code, ticket, round, now, until),
            Self::Redis(redis) => Box::pin(redis.reserve(code, ticket, round, now, until)).await,
        }
    }

    /// Gives a code for typing back.
    pub async fn release(&self, code: UserCode) -> Result<(), Fault> {
        match self {
            Self::Memory(memory) => {
                memory.release(code);
                Ok(())
            }
            Self::Redis(redis) => Box::pin(redis.release(code)).await,
        }
    }

    /// The ticket and round that a typed code stands for.
    pub async fn find(&self, code: UserCode, now: Timestamp) -> Result<Option<(TicketId, Round)>, Fault> {
        match self {
            Self::Memory(memory) => Ok(memory.find(code, now)),
            Self::Redis(redis) => Box::pin(redis.find(code, now)).await,
        }
    }

    /// Adds a fresh ticket; it is kept a while beyond its end, so that "expired" is told from "unknown". Where as many are
    /// kept as this store takes, the oldest that may give way, of the
    /// [subscriber](crate::weights::subscriber) who has most of them: says which they were.
    ///
    /// # Errors
    /// [`Fault::Full`] where none of them may.
    pub async fn add(&self, ticket: Ticket, now: Timestamp) -> Result<Vec<TicketId>, Fault> {
        match self {
            Self::Memory(memory) => memory.add(ticket, now),
            Self::Redis(redis) => Box::pin(redis.add(&ticket, now)).await,
        }
    }

    /// The ticket as it stands.
    pub async fn get(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        match self {
            Self::Memory(memory) => Ok(memory.get(id)),
            Self::Redis(redis) => Box::pin(redis.get(id)).await,
        }
    }

    /// The ticket as this instance saw it last, if it did: a hint, and never a reason to say no.
    pub fn glimpse(&self, id: TicketId) -> Option<Ticket> {
        match self {
            Self::Memory(memory) => memory.get(id),
            Self::Redis(redis) => redis.glimpse(id),
        }
    }

    /// Changes a ticket by compare-and-swap: `step` sees it as it stands and says what it becomes (and what else
    /// comes of it); nobody else's change comes between. `step` may run again, on contention and where what it saw at
    /// first was outdated: only what comes of its last run counts.
    pub async fn change<T>(
        &self,
        id: TicketId,
        step: impl Fn(&Ticket) -> Result<(Ticket, T), Refused>,
    ) -> Result<(Ticket, T), ChangeError> {
        match self {
            Self::Memory(memory) => memory.change(id, step),
            Self::Redis(redis) => Box::pin(redis.change(id, step)).await,
        }
    }

    /// How many tickets this process keeps; those in Redis are Redis' to count.
    pub fn count(&self) -> usize {
        match self {
            Self::Memory(memory) => memory.count(),
            Self::Redis(_) => 0,
        }
    }

    /// Forgets what is long over; [`Tickets::add`] does so as well, as it goes, and Redis by itself.
    pub fn sweep(&self, now: Timestamp) {
        if let Self::Memory(memory) = self {
            memory.sweep(now);
        }
    }

    /// Whether the store answers.
    pub async fn ping(&self) -> Result<(), Fault> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis(redis) => Box::pin(redis.ping()).await,
        }
    }
}

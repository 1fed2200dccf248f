//! Tickets, in whichever store this instance has. The one way to change a ticket is [`Tickets::change`], which tells the pages
//! that watch it as well.

pub(super) mod redis;
mod memory;
mod announcements;
mod change;

use std::sync::Arc;

use self::announcements::{Announcements, channel};
pub use self::announcements::{Side, Subscription, WATCHERS};
pub use self::change::{ChangeError, REMEMBERED};
use self::memory::Memory;
use self::redis::RedisTickets;
use super::Fault;
use super::redis::Link;
use crate::settings::RedisAddress;
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::machine::{Refused, Ticket};
use crate::ticket::time::{Lifetimes, Timestamp};

/// Where tickets are kept, and who watches them; cheap to clone.
#[derive(Clone, Debug)]
pub struct Tickets {
    kept: Kept,
    announcements: Announcements,
}

#[derive(Clone, Debug)]
enum Kept {
    /// In this process, and no longer than it runs.
    Memory(Arc<Memory>),
    /// In Redis, for any number of instances. What waits for it is boxed, and not in every page that only waits.
    Redis(RedisTickets),
}

impl Tickets {
    /// Tickets in memory, at most `capacity` of them.
    pub fn memory(capacity: usize) -> Self {
        Self { kept: Kept::Memory(Arc::new(Memory::new(capacity))), announcements: Announcements::local() }
    }

    /// Tickets in Redis, over this link to this address, at most `capacity` of them that nobody has scanned. `instance` is
    /// an id that no other process has.
    pub fn redis(
        link: Link,
        address: &RedisAddress,
        capacity: usize,
        lifetimes: Lifetimes,
        instance: &str,
    ) -> Result<Self, Fault> {
        let channel = channel(instance);
        let kept = Kept::Redis(RedisTickets::new(link.clone(), address, capacity, lifetimes, &channel)?);
        Ok(Self { kept, announcements: Announcements::remote(link, channel) })
    }

    /// Whether all instances that share these tickets have the same key; the first to come says which.
    pub async fn agree_on(&self, fingerprint: String) -> Result<bool, Fault> {
        match &self.kept {
            Kept::Memory(_) => Ok(true),
            Kept::Redis(redis) => redis.agree_on(&fingerprint).await,
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
        match &self.kept {
            Kept::Memory(memory) => memory.reserve(code, ticket, round, now, until),
            Kept::Redis(redis) => Box::pin(redis.reserve(code, ticket, round, now, until)).await,
        }
    }

    /// Gives a code for typing back.
    pub async fn release(&self, code: UserCode) -> Result<(), Fault> {
        match &self.kept {
            Kept::Memory(memory) => {
                memory.release(code);
                Ok(())
            }
            Kept::Redis(redis) => Box::pin(redis.release(code)).await,
        }
    }

    /// The ticket and round that a typed code stands for.
    pub async fn find(&self, code: UserCode, now: Timestamp) -> Result<Option<(TicketId, Round)>, Fault> {
        match &self.kept {
            Kept::Memory(memory) => Ok(memory.find(code, now)),
            Kept::Redis(redis) => Box::pin(redis.find(code, now)).await,
        }
    }

    /// Adds a fresh ticket; it is kept a while beyond its end, so that "expired" is told from "unknown". Where as many are
    /// kept as this store takes, the oldest that may give way, of the
    /// [subscriber](crate::weights::subscriber) who has most of them: says which they were.
    ///
    /// # Errors
    /// [`Fault::Full`] where none of them may.
    pub async fn add(&self, ticket: Ticket, now: Timestamp) -> Result<Vec<TicketId>, Fault> {
        let given_way = match &self.kept {
            Kept::Memory(memory) => memory.add(ticket, now),
            Kept::Redis(redis) => Box::pin(redis.add(&ticket, now)).await,
        }?;
        // Their pages find out at once, and ask for another.
        given_way.iter().for_each(|id| self.announcements.look(*id));
        Ok(given_way)
    }

    /// The ticket as it stands.
    pub async fn get(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        match &self.kept {
            Kept::Memory(memory) => Ok(memory.get(id)),
            Kept::Redis(redis) => Box::pin(redis.get(id)).await,
        }
    }

    /// The ticket as this instance saw it last, if it did: a hint, and never a reason to say no.
    pub fn glimpse(&self, id: TicketId) -> Option<Ticket> {
        match &self.kept {
            Kept::Memory(memory) => memory.get(id),
            Kept::Redis(redis) => redis.glimpse(id),
        }
    }

    /// Changes a ticket by compare-and-swap: `step` sees it as it stands and says what it becomes (and what else
    /// comes of it); nobody else's change comes between. Whoever watches the ticket is told. `step` may run again, on contention and where what it saw at
    /// first was outdated: only what comes of its last run counts.
    pub async fn change<T>(
        &self,
        id: TicketId,
        step: impl Fn(&Ticket) -> Result<(Ticket, T), Refused>,
    ) -> Result<(Ticket, T), ChangeError> {
        let noting = |ticket: &Ticket| {
            let (after, outcome) = step(ticket)?;
            let is_new = after.seq != ticket.seq;
            Ok((after, (is_new, outcome)))
        };
        let changed = match &self.kept {
            Kept::Memory(memory) => memory.change(id, noting),
            Kept::Redis(redis) => Box::pin(redis.change(id, noting)).await,
        };
        match changed {
            Ok((ticket, (is_new, outcome))) => {
                if is_new {
                    self.announcements.changed(&ticket);
                }
                Ok((ticket, outcome))
            }
            Err(error) => {
                // The ticket may have been changed, and only the answer was lost.
                if matches!(error, ChangeError::Fault(_)) {
                    self.announcements.look(id);
                }
                Err(error)
            }
        }
    }

    /// Hears of this ticket until the subscription is dropped; its presence is seen by the other side.
    pub async fn watch(&self, id: TicketId, side: Side) -> Result<Subscription, Fault> {
        self.announcements.subscribe(id, side).await
    }

    /// Whether the browser's page is open.
    pub async fn browser_is_here(&self, id: TicketId) -> Result<bool, Fault> {
        self.announcements.browser_is_here(id).await
    }

    /// How many pages watch in this process.
    pub fn watchers(&self) -> usize {
        self.announcements.watchers()
    }

    /// How many tickets this process keeps; those in Redis are Redis' to count.
    pub fn count(&self) -> usize {
        match &self.kept {
            Kept::Memory(memory) => memory.count(),
            Kept::Redis(_) => 0,
        }
    }

    /// Forgets what is long over; [`Tickets::add`] does so as well, as it goes, and Redis by itself.
    pub fn sweep(&self, now: Timestamp) {
        if let Kept::Memory(memory) = &self.kept {
            memory.sweep(now);
        }
    }

    /// Whether the store answers.
    pub async fn ping(&self) -> Result<(), Fault> {
        match &self.kept {
            Kept::Memory(_) => Ok(()),
            Kept::Redis(redis) => Box::pin(redis.ping()).await,
        }
    }
}

//! The store of tickets, in memory or in Redis. [`Tickets::change`] is the only way to change a ticket, and
//! [`Tickets::renew`] does the same for many that get another code; both announce each change to the pages that watch
//! the ticket.

pub(super) mod redis;
mod memory;
mod announcements;
mod change;

use std::sync::Arc;

use self::announcements::{Announcements, channel};
pub use self::change::{ChangeError, DRAWS, ENDED_TICKET_KEPT};
use self::memory::Memory;
use self::redis::RedisTickets;
use super::Fault;
use super::redis::Link;
use super::sign_outs::SignOuts;
use crate::settings::RedisAddress;
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::machine::{Refused, Ticket};
use crate::ticket::side::Side;
use crate::ticket::time::{Lifetimes, Timestamp};
use crate::waiting::{Room, Subscription};

/// The store of tickets, and the announcements to the pages that watch them; cheap to clone.
#[derive(Clone, Debug)]
pub struct Tickets {
    kept: Kept,
    announcements: Announcements,
    sign_outs: SignOuts,
}

#[derive(Clone, Debug)]
enum Kept {
    /// In the memory of this process, and no longer than it runs.
    Memory(Arc<Memory>),
    /// In Redis, for any number of instances. Its futures are boxed, so that the tasks of waiting pages stay
    /// small.
    Redis(RedisTickets),
}

impl Tickets {
    /// Makes a store in the memory of this process, for at most `capacity` tickets.
    pub fn memory(capacity: usize) -> Self {
        let kept = Kept::Memory(Arc::new(Memory::new(capacity)));
        Self { kept, announcements: Announcements::local(), sign_outs: SignOuts::local() }
    }

    /// Makes a store in Redis, over this link to the server at `address`, for at most `capacity` tickets that were not
    /// scanned, and starts the tasks that exchange announcements with other instances until the process ends.
    /// `instance` is an id that no other process has.
    pub fn redis(
        link: Link,
        address: &RedisAddress,
        capacity: usize,
        lifetimes: Lifetimes,
        instance: &str,
    ) -> Result<Self, Fault> {
        let channel = channel(instance);
        let kept = Kept::Redis(RedisTickets::new(link.clone(), address, capacity, lifetimes, &channel)?);
        let (sign_outs, to_announce) = SignOuts::remote();
        let announcements = Announcements::remote(link, channel, (sign_outs.clone(), to_announce));
        Ok(Self { kept, announcements, sign_outs })
    }

    /// Returns whether the code key with this fingerprint is the one of all instances that share these tickets.
    /// The first instance stores its fingerprint, and the others are compared with it. A store in memory is not
    /// shared, so it returns `true`.
    pub async fn agree_on(&self, fingerprint: String) -> Result<bool, Fault> {
        match &self.kept {
            Kept::Memory(_) => Ok(true),
            Kept::Redis(redis) => redis.agree_on(&fingerprint).await,
        }
    }

    /// Reserves a code that people type instead of scanning, for this ticket and round until `until`, and returns
    /// `true`. The same call again returns `true` as well, because its answer may have been lost. Returns `false` if
    /// the code is reserved otherwise: for another ticket, or for another round or time of this one.
    ///
    /// # Errors
    /// [`Fault::Full`] if the store cannot hold more typed codes.
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

    /// Releases a typed code, whatever ticket has it, so that another ticket can reserve it.
    pub async fn release(&self, code: UserCode) -> Result<(), Fault> {
        match &self.kept {
            Kept::Memory(memory) => {
                memory.release(code);
                Ok(())
            }
            Kept::Redis(redis) => Box::pin(redis.release(code)).await,
        }
    }

    /// Returns the ticket and round to which a typed code belongs; `None` if it is unknown or has expired.
    pub async fn find(&self, code: UserCode, now: Timestamp) -> Result<Option<(TicketId, Round)>, Fault> {
        match &self.kept {
            Kept::Memory(memory) => Ok(memory.find(code, now)),
            Kept::Redis(redis) => Box::pin(redis.find(code, now)).await,
        }
    }

    /// Adds a new ticket, which is kept for [`ENDED_TICKET_KEPT`] after its end, so that its code is answered with
    /// "expired" and not "unknown". When the store is full, tickets that were not scanned or were cancelled are
    /// evicted, the oldest of the [subscriber](crate::weights::subscriber) (IPv4 address or IPv6 /48) with the most
    /// first. Wakes the watchers of the evicted tickets and returns their ids.
    ///
    /// # Errors
    /// [`Fault::Full`] if no ticket may be evicted.
    pub async fn add(&self, ticket: Ticket, now: Timestamp) -> Result<Vec<TicketId>, Fault> {
        let given_way = match &self.kept {
            Kept::Memory(memory) => memory.add(ticket, now),
            Kept::Redis(redis) => Box::pin(redis.add(&ticket, now)).await,
        }?;
        // Their pages are woken, so that they ask for another ticket at once.
        for id in &given_way {
            self.announcements.look(*id);
        }
        Ok(given_way)
    }

    /// Returns the ticket as the store has it now; `None` if there is none.
    pub async fn get(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        match &self.kept {
            Kept::Memory(memory) => Ok(memory.get(id)),
            Kept::Redis(redis) => Box::pin(redis.get(id)).await,
        }
    }

    /// Returns the ticket as this instance saw it last, without asking Redis; `None` if this instance does not
    /// remember it. It may be outdated, so it must never be the reason for a refusal.
    pub fn cached(&self, id: TicketId) -> Option<Ticket> {
        match &self.kept {
            Kept::Memory(memory) => memory.get(id),
            Kept::Redis(redis) => redis.cached(id),
        }
    }

    /// Changes a ticket by compare-and-swap: `step` gets the present ticket and returns the changed one with a result,
    /// or refuses. No other change comes between. If `seq` changed, the watchers of the ticket are woken. `step` may
    /// run again, on contention or if its first ticket was outdated; only the result of its last run is returned.
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
        self.announced(id, changed)
    }

    /// Renews the codes of many tickets at once: `step` gets the present ticket and returns it with another code, returns
    /// it as it is, or refuses, like the `step` of [`change`](Self::change). The typed code of the returned ticket is
    /// reserved until the ticket expires. If the code is reserved otherwise, `step` runs again, and has to draw another
    /// one. Returns the tickets in the order of `ids`, each of which is there once; a ticket that fails keeps no other
    /// from its code.
    pub async fn renew(
        &self,
        ids: &[TicketId],
        now: Timestamp,
        step: impl Fn(&Ticket) -> Result<Ticket, Refused>,
    ) -> Vec<Result<Ticket, ChangeError>> {
        let renewed = match &self.kept {
            Kept::Memory(memory) => ids.iter().map(|id| memory.renew(*id, now, &step)).collect(),
            Kept::Redis(redis) => Box::pin(redis.renew(ids, now, step)).await,
        };
        let told = ids.iter().zip(renewed).map(|(id, renewed)| {
            let changed = renewed.map(|(ticket, is_new)| (ticket, (is_new, ())));
            self.announced(*id, changed).map(|(ticket, ())| ticket)
        });
        told.collect()
    }

    /// Tells the watchers of a ticket that it was changed, if it was, and returns the outcome of the change.
    fn announced<T>(
        &self,
        id: TicketId,
        changed: Result<(Ticket, (bool, T)), ChangeError>,
    ) -> Result<(Ticket, T), ChangeError> {
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

    /// Returns the announcements of ended sessions, which reach the same instances as those of tickets.
    pub fn sign_outs(&self) -> &SignOuts {
        &self.sign_outs
    }

    /// Returns the watchers in this process, to park the sockets of pages among them.
    pub fn room(&self) -> &Arc<Room> {
        self.announcements.here()
    }

    /// Has a page of the browser or of the phone (`side`) watch a ticket, until the subscription is dropped or the page's
    /// socket is parked with it. Wakes the watchers of the other side, so that they see that this side watches.
    pub async fn watch(&self, id: TicketId, side: Side) -> Result<Subscription, Fault> {
        self.announcements.subscribe(id, side).await
    }

    /// Returns whether a page of the browser watches this ticket, on any instance of the server.
    pub async fn browser_is_here(&self, id: TicketId) -> Result<bool, Fault> {
        self.announcements.browser_is_here(id).await
    }

    /// Returns the number of watchers of all tickets together in this process.
    pub fn watchers(&self) -> usize {
        self.announcements.watchers()
    }

    /// Returns the number of tickets in the memory of this process; 0 if they are in Redis, which has numbers
    /// of its own.
    pub fn count(&self) -> usize {
        match &self.kept {
            Kept::Memory(memory) => memory.count(),
            Kept::Redis(_) => 0,
        }
    }

    /// Removes expired typed codes, and tickets that ended more than [`ENDED_TICKET_KEPT`] ago, from a store in memory.
    /// Redis removes them by itself.
    pub fn sweep(&self, now: Timestamp) {
        if let Kept::Memory(memory) = &self.kept {
            memory.sweep(now);
        }
    }

    /// Fails if Redis does not answer; a store in memory always answers.
    pub async fn ping(&self) -> Result<(), Fault> {
        match &self.kept {
            Kept::Memory(_) => Ok(()),
            Kept::Redis(redis) => Box::pin(redis.ping()).await,
        }
    }
}

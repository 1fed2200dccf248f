//! Tickets in memory: shards under short locks, with a limit on their number; expired tickets are removed.
//! When the store is full, the oldest tickets that were not scanned are evicted, those of the subscriber with
//! the most first.
//!
//! A login page that waits costs about 150 bytes here: 112 of its record, 5 for each of the places of its shard's table
//! of ids, 9 for each of the places of the table of typed codes, and 8 in the queue of the ends.

mod eviction;
mod moments;
mod names;
mod place;
mod record;
mod shard;
mod typed;

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::{Mutex, MutexGuard};

use self::eviction::{Evictable, first_to_give_way};
use self::names::Names;
use self::place::SHARDS;
use self::record::Kept;
use self::shard::Shard;
use self::typed::{Typed, TypedCodes};
use super::change::{ChangeError, DRAWS, TRIES};
use crate::store::Fault;
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::machine::{Refused, Ticket};
use crate::ticket::time::Timestamp;

/// The number of typed codes per ticket of the capacity: the store has room for the capacity times this. A ticket has
/// at most three valid ones, its newest and those of the last minute; an evicted ticket leaves two behind for as long.
const TYPED_EACH: usize = 8;
/// The number by which the capacity is divided to get how many tickets are evicted at once when the store is full.
/// Several are, because finding the subscriber (IPv4 address or IPv6 /48) with the most reads all tickets.
const EVICTED_PART: usize = 64;

/// The store of tickets and typed codes in the memory of one process.
#[derive(Debug)]
pub struct Memory {
    capacity: usize,
    count: AtomicUsize,
    /// The tickets, in shards. The step of a change runs before anything is changed, so a panic in it leaves no
    /// half-made change.
    shards: [Mutex<Shard>; SHARDS as usize],
    /// The typed codes. They are locked after a shard and never before one.
    typed: Mutex<TypedCodes>,
    names: Names,
    /// Held while tickets are evicted, so that not every waiting caller evicts some.
    making_room: Mutex<()>,
}

impl Memory {
    /// Makes a store for at most `capacity` tickets.
    pub fn new(capacity: usize) -> Self {
        let mut numbers = 0..SHARDS;
        Self {
            capacity,
            count: AtomicUsize::new(0),
            shards: std::array::from_fn(|_| Mutex::new(Shard::new(numbers.next().expect("one for each shard")))),
            typed: Mutex::default(),
            names: Names::new(),
            making_room: Mutex::default(),
        }
    }

    fn shard(&self, id: TicketId) -> MutexGuard<'_, Shard> {
        self.shards[shard_of(id)].lock()
    }

    pub(in crate::store) fn reserve(
        &self,
        code: UserCode,
        ticket: TicketId,
        round: Round,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        let own = Typed { ticket, round, until };
        self.with_typed(code, |typed, held| {
            if let Some(held) = held.filter(|held| !held.until.is_over(now)) {
                return Ok(held == own);
            }
            // The limit on tickets is reached first: each ticket has only a few codes.
            let most = self.capacity.saturating_mul(TYPED_EACH);
            if typed.count_apart() >= most {
                typed.forget_over(now);
                if typed.count_apart() >= most {
                    return Err(Fault::Full);
                }
            }
            typed.remove(code);
            typed.insert(code, own, now);
            Ok(true)
        })
    }

    pub(in crate::store) fn release(&self, code: UserCode) {
        self.typed.lock().remove(code);
    }

    pub(in crate::store) fn find(&self, code: UserCode, now: Timestamp) -> Option<(TicketId, Round)> {
        let held = self.with_typed(code, |_, held| held);
        held.filter(|held| !held.until.is_over(now)).map(|held| (held.ticket, held.round))
    }

    /// Calls `with` with the typed codes, and with what belongs to this one, whether it is over or not.
    fn with_typed<T>(&self, code: UserCode, with: impl FnOnce(&mut TypedCodes, Option<Typed>) -> T) -> T {
        loop {
            let mut typed = self.typed.lock();
            let Some(place) = typed.place(code) else {
                let held = typed.apart(code);
                return with(&mut typed, held);
            };
            drop(typed);
            let shard = self.shards[place.shard()].lock();
            let mut typed = self.typed.lock();
            // The ticket may have got another code or another place since.
            if typed.place(code) == Some(place) {
                return with(&mut typed, shard.typed_at(place));
            }
        }
    }

    /// Adds a ticket; returns the ids of those that were evicted for it. Fails with [`Fault::Full`] if the store is
    /// full and none may be evicted.
    pub(in crate::store) fn add(&self, ticket: Ticket, now: Timestamp) -> Result<Vec<TicketId>, Fault> {
        let mut given_way = Vec::new();
        while !self.takes_place() {
            let before = given_way.len();
            given_way.extend(self.make_room(now));
            if given_way.len() == before && self.count() >= self.capacity {
                return Err(Fault::Full);
            }
        }
        let mut shard = self.shard(ticket.id);
        self.count.fetch_sub(shard.forget(now, &self.typed), Ordering::Relaxed);
        if !shard.put(Kept::of(ticket, &self.names), &self.typed) {
            self.count.fetch_sub(1, Ordering::Relaxed);
        }
        Ok(given_way)
    }

    /// Counts one more ticket and returns `true`; returns `false` and does not count it if the store is full.
    fn takes_place(&self) -> bool {
        let more = |count| (count < self.capacity).then_some(count + 1);
        self.count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// Removes tickets that ended more than `ENDED_TICKET_KEPT` ago. If the store is still full, evicts some that
    /// [may be evicted](Kept::may_give_way), the oldest of the subscribers (IPv4 addresses or IPv6 /48) with the most first,
    /// and returns the ids of the evicted ones.
    fn make_room(&self, now: Timestamp) -> Vec<TicketId> {
        let _alone = self.making_room.lock();
        for shard in &self.shards {
            let forgotten = shard.lock().forget(now, &self.typed);
            self.count.fetch_sub(forgotten, Ordering::Relaxed);
        }
        if self.count() < self.capacity {
            return Vec::new();
        }
        let evictable = |shard: &Mutex<Shard>| -> Vec<_> { shard.lock().tickets().filter_map(Evictable::of).collect() };
        let evictable = self.shards.iter().flat_map(evictable).collect();
        let mut given_way = first_to_give_way(evictable, (self.capacity / EVICTED_PART).max(1));
        let mut evicted = HashSet::new();
        for (number, shard) in self.shards.iter().enumerate() {
            let here = given_way.iter().copied().filter(|id| shard_of(*id) == number);
            evicted.extend(shard.lock().evict(here, &self.typed));
        }
        given_way.retain(|id| evicted.contains(id));
        self.count.fetch_sub(given_way.len(), Ordering::Relaxed);
        given_way
    }

    pub(in crate::store) fn get(&self, id: TicketId) -> Option<Ticket> {
        self.shard(id).get(id).map(|kept| kept.ticket(&self.names))
    }

    pub(in crate::store) fn change<T>(
        &self,
        id: TicketId,
        step: impl Fn(&Ticket) -> Result<(Ticket, T), Refused>,
    ) -> Result<(Ticket, T), ChangeError> {
        let mut shard = self.shard(id);
        let before = shard.get(id).ok_or(ChangeError::Unknown)?.ticket(&self.names);
        let (after, outcome) = step(&before)?;
        shard.put(Kept::of(after.clone(), &self.names), &self.typed);
        Ok((after, outcome))
    }

    /// Renews the code of a ticket, and returns the ticket with whether it has changed. The typed code is reserved without
    /// the lock of the ticket, because who has it otherwise may be a ticket of another shard. Fails with
    /// [`Fault::Contended`] if others change the ticket again and again meanwhile, and with [`Fault::Full`] if no free code
    /// is drawn.
    pub(in crate::store) fn renew(
        &self,
        id: TicketId,
        now: Timestamp,
        step: impl Fn(&Ticket) -> Result<Ticket, Refused>,
    ) -> Result<(Ticket, bool), ChangeError> {
        let mut draws = 0;
        for _ in 0..TRIES {
            let before = self.get(id).ok_or(ChangeError::Unknown)?;
            let after = step(&before)?;
            if after.seq == before.seq {
                return Ok((after, false));
            }
            if !self.reserve(after.user_code, id, after.round, now, after.expires_at)? {
                draws += 1;
                if draws == DRAWS {
                    return Err(Fault::Full.into());
                }
            } else if self.replace(&before, &after) {
                return Ok((after, true));
            } else {
                // The ticket was changed meanwhile, and the step decides anew.
                self.release(after.user_code);
            }
        }
        Err(Fault::Contended.into())
    }

    /// Replaces a ticket if it is still this one; returns whether it is.
    fn replace(&self, before: &Ticket, after: &Ticket) -> bool {
        let mut shard = self.shard(before.id);
        let is_same = shard.get(before.id).is_some_and(|kept| kept.ticket(&self.names) == *before);
        if is_same {
            shard.put(Kept::of(after.clone(), &self.names), &self.typed);
        }
        is_same
    }

    pub(in crate::store) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    pub(in crate::store) fn sweep(&self, now: Timestamp) {
        for shard in &self.shards {
            let forgotten = shard.lock().forget(now, &self.typed);
            self.count.fetch_sub(forgotten, Ordering::Relaxed);
        }
        let mut typed = self.typed.lock();
        typed.forget_over(now);
        typed.shrink();
    }
}

fn shard_of(id: TicketId) -> usize {
    usize::from(id.as_bytes()[0] % SHARDS)
}

#[cfg(test)]
mod tests;

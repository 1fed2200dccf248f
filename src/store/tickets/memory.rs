//! Tickets in memory: shards under short locks, with a limit on their number; expired tickets are removed.
//! When the store is full, the oldest tickets that were not scanned are evicted, those of the subscriber with
//! the most first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::{Mutex, MutexGuard};

use super::change::{ChangeError, DRAWS, ENDED_TICKET_KEPT, may_give_way};
use crate::store::Fault;
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::machine::{Refused, Ticket};
use crate::ticket::time::{Due, Timestamp};
use crate::weights::subscriber;

/// The number of shards into which the tickets are divided, each with a lock. A lock is held for one lookup and
/// one change; with this many, two cores seldom need the same one.
const SHARDS: usize = 64;
/// The number of typed codes per ticket of the capacity: the store has room for the capacity times this. A ticket has
/// at most three valid ones, its newest and those of the last minute; an evicted ticket leaves two behind for as long.
const TYPED_EACH: usize = 8;
/// The number by which the capacity is divided to get how many tickets are evicted at once when the store is full.
/// Several are, because finding the subscriber (IPv4 address or IPv6 /48) with the most reads all tickets.
const EVICTED_PART: usize = 64;

#[derive(Debug, Default)]
struct Shard {
    tickets: HashMap<TicketId, Box<Ticket>>,
    /// The tickets in the order of the times at which each is checked for its end; a ticket that was prolonged
    /// is queued again.
    due: BinaryHeap<Reverse<(Due, TicketId)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Typed {
    ticket: TicketId,
    round: Round,
    until: Timestamp,
}

/// The store of tickets and typed codes in the memory of one process.
#[derive(Debug)]
pub struct Memory {
    capacity: usize,
    count: AtomicUsize,
    /// The tickets, in shards. Every change replaces a whole ticket, so a panic under a lock leaves no
    /// half-made change.
    shards: [Mutex<Shard>; SHARDS],
    typed: Mutex<HashMap<UserCode, Typed>>,
    /// Held while tickets are evicted, so that not every waiting caller evicts some.
    making_room: Mutex<()>,
}

/// A ticket that [may be evicted](may_give_way).
#[derive(Debug)]
struct Evictable {
    holder: IpAddr,
    issued_at: Timestamp,
    id: TicketId,
}

impl Memory {
    /// Makes a store for at most `capacity` tickets.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            count: AtomicUsize::new(0),
            shards: std::array::from_fn(|_| Mutex::default()),
            typed: Mutex::default(),
            making_room: Mutex::default(),
        }
    }

    fn shard(&self, id: TicketId) -> MutexGuard<'_, Shard> {
        self.shards[usize::from(id.as_bytes()[0]) % SHARDS].lock()
    }

    pub(in crate::store) fn reserve(
        &self,
        code: UserCode,
        ticket: TicketId,
        round: Round,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        let (mut typed, own) = (self.typed.lock(), Typed { ticket, round, until });
        if let Some(held) = typed.get(&code).filter(|held| !held.until.is_over(now)) {
            return Ok(*held == own);
        }
        // The limit on tickets is reached first: each ticket has only a few codes.
        if typed.len() >= self.capacity.saturating_mul(TYPED_EACH) {
            typed.retain(|_, held| !held.until.is_over(now));
            if typed.len() >= self.capacity.saturating_mul(TYPED_EACH) {
                return Err(Fault::Full);
            }
        }
        typed.insert(code, own);
        Ok(true)
    }

    pub(in crate::store) fn release(&self, code: UserCode) {
        self.typed.lock().remove(&code);
    }

    pub(in crate::store) fn find(&self, code: UserCode, now: Timestamp) -> Option<(TicketId, Round)> {
        self.typed.lock().get(&code).filter(|held| !held.until.is_over(now)).map(|held| (held.ticket, held.round))
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
        self.count.fetch_sub(shard.forget(now), Ordering::Relaxed);
        shard.due.push(Reverse((Due(ticket.expires_at + ENDED_TICKET_KEPT), ticket.id)));
        shard.tickets.insert(ticket.id, Box::new(ticket));
        Ok(given_way)
    }

    /// Counts one more ticket and returns `true`; returns `false` and does not count it if the store is full.
    fn takes_place(&self) -> bool {
        let more = |count| (count < self.capacity).then_some(count + 1);
        self.count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// Removes tickets that ended more than [`ENDED_TICKET_KEPT`] ago. If the store is still full, evicts some that
    /// [may be evicted](may_give_way), the oldest of the subscribers (IPv4 addresses or IPv6 /48) with the most first,
    /// and returns the ids of the evicted ones.
    fn make_room(&self, now: Timestamp) -> Vec<TicketId> {
        let _alone = self.making_room.lock();
        for shard in &self.shards {
            let forgotten = shard.lock().forget(now);
            self.count.fetch_sub(forgotten, Ordering::Relaxed);
        }
        if self.count() < self.capacity {
            return Vec::new();
        }
        let evictable = self.shards.iter().flat_map(|shard| shard.lock().evictable()).collect();
        let mut given_way = first_to_give_way(evictable, (self.capacity / EVICTED_PART).max(1));
        given_way.retain(|id| self.shard(*id).give_up(*id, |code| self.release_of(code, *id)));
        self.count.fetch_sub(given_way.len(), Ordering::Relaxed);
        given_way
    }

    /// Releases a typed code, unless another ticket has it by now.
    fn release_of(&self, code: UserCode, ticket: TicketId) {
        let mut typed = self.typed.lock();
        if typed.get(&code).is_some_and(|held| held.ticket == ticket) {
            typed.remove(&code);
        }
    }

    pub(in crate::store) fn get(&self, id: TicketId) -> Option<Ticket> {
        self.shard(id).tickets.get(&id).map(|ticket| (**ticket).clone())
    }

    pub(in crate::store) fn change<T>(
        &self,
        id: TicketId,
        step: impl Fn(&Ticket) -> Result<(Ticket, T), Refused>,
    ) -> Result<(Ticket, T), ChangeError> {
        let mut shard = self.shard(id);
        let ticket = shard.tickets.get_mut(&id).ok_or(ChangeError::Unknown)?;
        let (after, outcome) = step(ticket)?;
        **ticket = after.clone();
        Ok((after, outcome))
    }

    /// Renews the code of a ticket, and returns the ticket with whether it has changed.
    pub(in crate::store) fn renew(
        &self,
        id: TicketId,
        now: Timestamp,
        step: impl Fn(&Ticket) -> Result<Ticket, Refused>,
    ) -> Result<(Ticket, bool), ChangeError> {
        let mut shard = self.shard(id);
        let ticket = shard.tickets.get_mut(&id).ok_or(ChangeError::Unknown)?;
        for _ in 0..DRAWS {
            let after = step(ticket)?;
            if after.seq == ticket.seq {
                return Ok((after, false));
            }
            if self.reserve(after.user_code, id, after.round, now, after.expires_at)? {
                **ticket = after.clone();
                return Ok((after, true));
            }
        }
        Err(Fault::Full.into())
    }

    pub(in crate::store) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    pub(in crate::store) fn sweep(&self, now: Timestamp) {
        for shard in &self.shards {
            let forgotten = shard.lock().forget(now);
            self.count.fetch_sub(forgotten, Ordering::Relaxed);
        }
        let mut typed = self.typed.lock();
        typed.retain(|_, held| !held.until.is_over(now));
        // The memory of a flood of codes is freed.
        if typed.capacity() > 64 && typed.len() * 4 < typed.capacity() {
            typed.shrink_to_fit();
        }
    }
}

/// Returns up to `most` of these tickets, in the order in which they are evicted. The tickets of each subscriber are
/// numbered from the newest to the oldest, and those with the highest numbers come first; of equal numbers, the oldest.
fn first_to_give_way(mut evictable: Vec<Evictable>, most: usize) -> Vec<TicketId> {
    evictable.sort_unstable_by_key(|one| (one.holder, Reverse(one.issued_at), one.id));
    let mut ranked = Vec::with_capacity(evictable.len());
    for of_one in evictable.chunk_by(|one, next| one.holder == next.holder) {
        ranked.extend(of_one.iter().enumerate().map(|(at, one)| (Reverse(at), one.issued_at, one.id)));
    }
    ranked.sort_unstable();
    ranked.into_iter().take(most).map(|(_, _, id)| id).collect()
}

impl Shard {
    /// Returns the tickets of this shard that [may be evicted](may_give_way).
    fn evictable(&self) -> Vec<Evictable> {
        let evictable = self.tickets.values().filter(|ticket| may_give_way(ticket));
        evictable
            .map(|ticket| Evictable {
                holder: subscriber(ticket.asker.address),
                issued_at: ticket.issued_at,
                id: ticket.id,
            })
            .collect()
    }

    /// Evicts a ticket and calls `release` with its typed code; returns `false` if the ticket is gone or may
    /// not be evicted any more.
    fn give_up(&mut self, id: TicketId, release: impl FnOnce(UserCode)) -> bool {
        let Some(ticket) = self.tickets.get(&id).filter(|ticket| may_give_way(ticket)) else { return false };
        release(ticket.user_code);
        self.tickets.remove(&id);
        // The queue stays at most about twice as long as there are tickets.
        if self.due.len() > 2 * self.tickets.len() + 64 {
            let Self { tickets, due } = self;
            due.retain(|Reverse((_, id))| tickets.contains_key(id));
        }
        true
    }

    /// Removes the tickets of this shard that ended more than [`ENDED_TICKET_KEPT`] ago; returns their number.
    fn forget(&mut self, now: Timestamp) -> usize {
        let mut forgotten = 0;
        while let Some(Reverse((Due(due), id))) = self.due.peek().copied()
            && due.is_over(now)
        {
            self.due.pop();
            let Some(ticket) = self.tickets.get(&id) else { continue };
            let until = ticket.expires_at + ENDED_TICKET_KEPT;
            if until.is_over(now) {
                self.tickets.remove(&id);
                forgotten += 1;
            } else {
                self.due.push(Reverse((Due(until), id)));
            }
        }
        if self.tickets.capacity() > 64 && self.tickets.len() * 4 < self.tickets.capacity() {
            self.tickets.shrink_to_fit();
            self.due.shrink_to_fit();
        }
        forgotten
    }
}

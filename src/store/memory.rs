//! Tickets in memory: shards under short locks, a bound on their number, and nothing kept past its time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Fault;
use super::tickets::{ChangeError, REMEMBERED};
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::machine::{Refused, Ticket};
use crate::ticket::time::{Due, Timestamp};

/// Locks are held for one lookup and one transition; this many keep two cores from meeting at one.
const SHARDS: usize = 64;

#[derive(Debug, Default)]
struct Shard {
    tickets: HashMap<TicketId, Box<Ticket>>,
    /// When to look at each ticket again; a ticket that lived on is queued anew.
    due: BinaryHeap<Reverse<(Due, TicketId)>>,
}

#[derive(Debug, Clone, Copy)]
struct Typed {
    ticket: TicketId,
    round: Round,
    until: Timestamp,
}

/// The tickets of one process.
#[derive(Debug)]
pub struct Memory {
    capacity: usize,
    count: AtomicUsize,
    shards: [Mutex<Shard>; SHARDS],
    typed: Mutex<HashMap<UserCode, Typed>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change replaces a whole ticket, so a panic elsewhere leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    /// Room for `capacity` tickets.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            count: AtomicUsize::new(0),
            shards: std::array::from_fn(|_| Mutex::default()),
            typed: Mutex::default(),
        }
    }

    fn shard(&self, id: TicketId) -> MutexGuard<'_, Shard> {
        locked(&self.shards[usize::from(id.as_bytes()[0]) % SHARDS])
    }

    pub(super) fn reserve(
        &self,
        code: UserCode,
        ticket: TicketId,
        round: Round,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        let mut typed = locked(&self.typed);
        if typed.get(&code).is_some_and(|held| !held.until.is_over(now)) {
            return Ok(false);
        }
        // A ticket has at most two codes that count, its newest and the one before.
        if typed.len() >= self.capacity.saturating_mul(2) {
            typed.retain(|_, held| !held.until.is_over(now));
            if typed.len() >= self.capacity.saturating_mul(2) {
                return Err(Fault::Full);
            }
        }
        typed.insert(code, Typed { ticket, round, until });
        Ok(true)
    }

    pub(super) fn release(&self, code: UserCode) {
        locked(&self.typed).remove(&code);
    }

    pub(super) fn find(&self, code: UserCode, now: Timestamp) -> Option<(TicketId, Round)> {
        locked(&self.typed).get(&code).filter(|held| !held.until.is_over(now)).map(|held| (held.ticket, held.round))
    }

    pub(super) fn add(&self, ticket: Ticket, now: Timestamp) -> Result<(), Fault> {
        let mut shard = self.shard(ticket.id);
        self.count.fetch_sub(shard.forget(now), Ordering::Relaxed);
        if self.count.fetch_add(1, Ordering::Relaxed) >= self.capacity {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return Err(Fault::Full);
        }
        shard.due.push(Reverse((Due(ticket.expires_at + REMEMBERED), ticket.id)));
        shard.tickets.insert(ticket.id, Box::new(ticket));
        Ok(())
    }

    pub(super) fn get(&self, id: TicketId) -> Option<Ticket> {
        self.shard(id).tickets.get(&id).map(|ticket| (**ticket).clone())
    }

    pub(super) fn change<T>(
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

    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    pub(super) fn sweep(&self, now: Timestamp) {
        for shard in &self.shards {
            let forgotten = locked(shard).forget(now);
            self.count.fetch_sub(forgotten, Ordering::Relaxed);
        }
        let mut typed = locked(&self.typed);
        typed.retain(|_, held| !held.until.is_over(now));
        // A flood that is over gives its memory back.
        if typed.capacity() > 64 && typed.len() * 4 < typed.capacity() {
            typed.shrink_to_fit();
        }
    }
}

impl Shard {
    /// Drops what is long over; says how many.
    fn forget(&mut self, now: Timestamp) -> usize {
        let mut forgotten = 0;
        while let Some(Reverse((Due(due), id))) = self.due.peek().copied()
            && due.is_over(now)
        {
            self.due.pop();
            let Some(ticket) = self.tickets.get(&id) else { continue };
            let until = ticket.expires_at + REMEMBERED;
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

//! Tickets in memory: shards under short locks, a bound on their number, and nothing kept past its time. Where there is no
//! room for another, the oldest that nobody has scanned give way, of whoever has most of them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::{Mutex, MutexGuard};

use super::change::{ChangeError, REMEMBERED, may_give_way};
use crate::store::Fault;
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::machine::{Refused, Ticket};
use crate::ticket::time::{Due, Timestamp};
use crate::weights::subscriber;

/// Locks are held for one lookup and one transition; this many keep two cores from meeting at one.
const SHARDS: usize = 64;
/// Codes for typing that there is room for, of each ticket. It has at most three that count, its newest and those that it had
/// within a minute; one that gave way leaves two behind for as long.
const TYPED_EACH: usize = 8;
/// One part in so many gives way at once: to find out who has most takes a look at all of them.
const GIVES_WAY: usize = 64;

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
    /// Every change replaces a whole ticket, so a panic under a lock leaves nothing half done.
    shards: [Mutex<Shard>; SHARDS],
    typed: Mutex<HashMap<UserCode, Typed>>,
    /// Held by whoever makes room, so that not everybody who needs it makes some.
    making_room: Mutex<()>,
}

/// A ticket that [may give way](may_give_way).
#[derive(Debug)]
struct Loose {
    holder: IpAddr,
    issued_at: Timestamp,
    id: TicketId,
}

impl Memory {
    /// Room for `capacity` tickets.
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
        let mut typed = self.typed.lock();
        if typed.get(&code).is_some_and(|held| !held.until.is_over(now)) {
            return Ok(false);
        }
        // The bound is that of tickets, which give way; this one is never met while each ticket has a few codes at most.
        if typed.len() >= self.capacity.saturating_mul(TYPED_EACH) {
            typed.retain(|_, held| !held.until.is_over(now));
            if typed.len() >= self.capacity.saturating_mul(TYPED_EACH) {
                return Err(Fault::Full);
            }
        }
        typed.insert(code, Typed { ticket, round, until });
        Ok(true)
    }

    pub(in crate::store) fn release(&self, code: UserCode) {
        self.typed.lock().remove(&code);
    }

    pub(in crate::store) fn find(&self, code: UserCode, now: Timestamp) -> Option<(TicketId, Round)> {
        self.typed.lock().get(&code).filter(|held| !held.until.is_over(now)).map(|held| (held.ticket, held.round))
    }

    /// Adds a ticket; says which gave way to it.
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
        shard.due.push(Reverse((Due(ticket.expires_at + REMEMBERED), ticket.id)));
        shard.tickets.insert(ticket.id, Box::new(ticket));
        Ok(given_way)
    }

    /// Counts one more ticket, where there is room for it.
    fn takes_place(&self) -> bool {
        let more = |count| (count < self.capacity).then_some(count + 1);
        self.count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// Forgets what is over; where nothing is, the oldest that may give way, of whoever has most of them. Says which did.
    fn make_room(&self, now: Timestamp) -> Vec<TicketId> {
        let _alone = self.making_room.lock();
        for shard in &self.shards {
            let forgotten = shard.lock().forget(now);
            self.count.fetch_sub(forgotten, Ordering::Relaxed);
        }
        if self.count() < self.capacity {
            return Vec::new();
        }
        let loose = self.shards.iter().flat_map(|shard| shard.lock().loose()).collect();
        let mut given_way = first_to_give_way(loose, (self.capacity / GIVES_WAY).max(1));
        given_way.retain(|id| self.shard(*id).give_up(*id, |code| self.release_of(code, *id)));
        self.count.fetch_sub(given_way.len(), Ordering::Relaxed);
        given_way
    }

    /// Gives a code for typing back, unless another ticket has it by now.
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
        // A flood that is over gives its memory back.
        if typed.capacity() > 64 && typed.len() * 4 < typed.capacity() {
            typed.shrink_to_fit();
        }
    }
}

/// So many of these, as they give way: what somebody has is counted from their newest to their oldest, and those with the
/// highest numbers go first; of equal numbers, the oldest.
fn first_to_give_way(mut loose: Vec<Loose>, most: usize) -> Vec<TicketId> {
    loose.sort_unstable_by_key(|one| (one.holder, Reverse(one.issued_at), one.id));
    let mut ranked = Vec::with_capacity(loose.len());
    for of_one in loose.chunk_by(|one, next| one.holder == next.holder) {
        ranked.extend(of_one.iter().enumerate().map(|(at, one)| (Reverse(at), one.issued_at, one.id)));
    }
    ranked.sort_unstable();
    ranked.into_iter().take(most).map(|(_, _, id)| id).collect()
}

impl Shard {
    /// What may give way.
    fn loose(&self) -> Vec<Loose> {
        let loose = self.tickets.values().filter(|ticket| may_give_way(ticket));
        loose
            .map(|ticket| Loose {
                holder: subscriber(ticket.asker.address),
                issued_at: ticket.issued_at,
                id: ticket.id,
            })
            .collect()
    }

    /// Forgets a ticket, and hands its code for typing back; `false` where it may not give way any more.
    fn give_up(&mut self, id: TicketId, release: impl FnOnce(UserCode)) -> bool {
        let Some(ticket) = self.tickets.get(&id).filter(|ticket| may_give_way(ticket)) else { return false };
        release(ticket.user_code);
        self.tickets.remove(&id);
        // What is looked at again is at most twice what there is.
        if self.due.len() > 2 * self.tickets.len() + 64 {
            let Self { tickets, due } = self;
            due.retain(|Reverse((_, id))| tickets.contains_key(id));
        }
        true
    }

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

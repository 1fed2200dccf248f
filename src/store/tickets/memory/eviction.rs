//! Which tickets are evicted first.

use std::cmp::Reverse;
use std::net::IpAddr;

use super::record::Kept;
use crate::ticket::ids::TicketId;
use crate::ticket::time::Timestamp;
use crate::weights::subscriber;

/// A ticket that [may be evicted](Kept::may_give_way).
#[derive(Debug)]
pub(super) struct Evictable {
    holder: IpAddr,
    issued_at: Timestamp,
    id: TicketId,
}

impl Evictable {
    /// Returns what decides when a ticket is evicted; `None` if it may not be.
    pub(super) fn of(kept: &Kept) -> Option<Self> {
        kept.may_give_way().then(|| Self {
            holder: subscriber(kept.address()),
            issued_at: kept.issued_at(),
            id: kept.id(),
        })
    }
}

/// Returns up to `most` of these tickets, in the order in which they are evicted. The tickets of each subscriber are
/// numbered from the newest to the oldest, and those with the highest numbers come first; of equal numbers, the oldest.
pub(super) fn first_to_give_way(mut evictable: Vec<Evictable>, most: usize) -> Vec<TicketId> {
    evictable.sort_unstable_by_key(|one| (one.holder, Reverse(one.issued_at), one.id));
    let mut ranked = Vec::with_capacity(evictable.len());
    for of_one in evictable.chunk_by(|one, next| one.holder == next.holder) {
        ranked.extend(of_one.iter().enumerate().map(|(at, one)| (Reverse(at), one.issued_at, one.id)));
    }
    ranked.sort_unstable();
    ranked.into_iter().take(most).map(|(_, _, id)| id).collect()
}

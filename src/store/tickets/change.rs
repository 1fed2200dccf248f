//! What both stores of tickets share: how long a ticket is kept, which one may be evicted, and why a change fails.

use std::time::Duration;

use thiserror::Error;

use crate::store::Fault;
use crate::ticket::machine::{Refused, Stage, Ticket};

/// The time for which a ticket is kept after its end, so that its code is answered with "expired" or "used" and not
/// "unknown": twice the longest `login.code_seconds` (BCP 247 §6.1.4).
pub const ENDED_TICKET_KEPT: Duration = Duration::from_secs(120);

/// Largest number of attempts to draw a typed code that is free; with 25 billion codes a second attempt is
/// practically never needed.
pub const DRAWS: u8 = 8;

/// The most attempts to change a ticket, which are repeated if another change came first.
pub(super) const TRIES: u8 = 64;

/// Returns whether a ticket may be evicted to make room for another: it was not scanned, or the browser
/// cancelled it. That costs no more than the code on a screen. The script `GIVE_WAY` of `tickets/redis/scripts.rs` says the
/// same by the names of these stages, so both are changed together.
pub(super) fn may_give_way(ticket: &Ticket) -> bool {
    matches!(ticket.stage, Stage::Waiting | Stage::Cancelled)
}

/// The reason why [`Tickets::change`](super::Tickets::change) did not change a ticket.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// The store has no such ticket: it never had one, or the ticket ended long ago.
    #[error("no such ticket")]
    Unknown,
    /// The state machine of tickets refused the step, for this reason.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

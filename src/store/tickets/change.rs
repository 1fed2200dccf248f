//! What every store of tickets says of a change, and what it keeps.

use std::time::Duration;

use thiserror::Error;

use crate::store::Fault;
use crate::ticket::machine::{Refused, Stage, Ticket};

/// A ticket stays known for this long after its end, so that its code is told "expired" or "used" and not
/// "unknown": twice the longest code (BCP 247 §6.1.4).
pub const REMEMBERED: Duration = Duration::from_secs(120);

/// Whether a ticket may give way to another. Nobody loses more by its end than the code on a screen: nobody has scanned it,
/// or the browser gave it up.
pub(super) fn may_give_way(ticket: &Ticket) -> bool {
    matches!(ticket.stage, Stage::Waiting | Stage::Cancelled)
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

//! The stages of a ticket, and how the stores have them.

use serde::{Deserialize, Serialize};

use crate::ticket::approval::Approval;
use crate::ticket::ids::{AccountId, Attempt};
use crate::ticket::ladder::{Asks, Owed};
use crate::ticket::scanner::Scanner;

/// The stage of a ticket. Each variant holds the data that exists only in that stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredStage", into = "StoredStage")]
pub enum Stage {
    /// The code is on the screen and waits to be scanned.
    Waiting,
    /// An account scanned the code and is asked to decide; its approval owes this.
    Scanned(Scanner, Owed),
    /// The account that scanned the code approved the sign-in, and it was not claimed yet.
    Approved(Scanner, Approval),
    /// The browser, device or program that made the ticket claimed it, in this attempt.
    Claimed(Scanner, Approval, Attempt),
    /// The account that scanned denied or answered wrong, or its approval was revoked.
    Denied(AccountId),
    /// The browser cancelled the ticket.
    Cancelled,
}

/// A stage as the stores have it. A scan whose approval owes nothing more than the tap is stored as earlier versions store
/// every scan. One that owes more has a name that they do not know: an instance of an earlier version that runs beside this
/// one cannot read such a ticket, and so cannot approve it without the answer.
#[derive(Serialize, Deserialize)]
enum StoredStage {
    Waiting,
    Scanned(Scanner),
    Owing(Scanner, Owed),
    Approved(Scanner, Approval),
    Claimed(Scanner, Approval, Attempt),
    Denied(AccountId),
    Cancelled,
}

impl From<Stage> for StoredStage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Waiting => Self::Waiting,
            Stage::Scanned(by, Owed { asks: Asks::Tap, .. }) => Self::Scanned(by),
            Stage::Scanned(by, owed) => Self::Owing(by, owed),
            Stage::Approved(by, approval) => Self::Approved(by, approval),
            Stage::Claimed(by, approval, attempt) => Self::Claimed(by, approval, attempt),
            Stage::Denied(by) => Self::Denied(by),
            Stage::Cancelled => Self::Cancelled,
        }
    }
}

impl From<StoredStage> for Stage {
    fn from(stored: StoredStage) -> Self {
        match stored {
            StoredStage::Waiting => Self::Waiting,
            StoredStage::Scanned(by) => Self::Scanned(by, Owed::default()),
            StoredStage::Owing(by, owed) => Self::Scanned(by, owed),
            StoredStage::Approved(by, approval) => Self::Approved(by, approval),
            StoredStage::Claimed(by, approval, attempt) => Self::Claimed(by, approval, attempt),
            StoredStage::Denied(by) => Self::Denied(by),
            StoredStage::Cancelled => Self::Cancelled,
        }
    }
}

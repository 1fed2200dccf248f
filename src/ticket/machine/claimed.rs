//! The proof that a browser claimed an approved ticket.

use super::{Action, Refused, Scanner, Stage, Ticket};
use crate::consent::field::Fields;
use crate::ticket::approval::{Approval, Epoch, Stay};
use crate::ticket::ids::{AccountId, Attempt, BrowserHash, ClaimKeyHash, SessionTokenHash, TicketId};
use crate::ticket::ladder::{Reasons, Rung};
use crate::ticket::time::{Lifetimes, Timestamp};

/// Proof that a browser claimed an approved ticket, needed to open a session by scan. Only [`Ticket::claim`]
/// makes one. Repeating an attempt gives an equal value, so one ticket opens one session.
#[derive(Debug, PartialEq, Eq)]
pub struct Claimed {
    ticket: TicketId,
    browser: Option<BrowserHash>,
    by: Scanner,
    approval: Approval,
    attempt: Attempt,
}

impl Claimed {
    /// Returns the account that approved.
    pub fn account(&self) -> AccountId {
        self.by.account
    }

    /// Returns the latest moment at which the new session may end: the end of the session that scanned the code.
    /// `None` if only the configured lifetime limits the new session.
    pub fn until(&self) -> Option<Timestamp> {
        self.by.until
    }

    /// Returns the fields that the person ticked for the app; `None` if the approval did not say.
    pub fn ticked(&self) -> Option<Fields> {
        self.approval.terms.ticked
    }

    /// Returns the time of the approval. It is compared with later decisions about the app, so that a consent that
    /// was withdrawn after the approval stays withdrawn.
    pub fn approved_at(&self) -> Timestamp {
        self.approval.at
    }

    /// Returns the epoch of the account at the time of the approval.
    pub fn epoch(&self) -> Epoch {
        self.approval.terms.epoch
    }

    /// Returns the session in which the account approved; `None` if it approved by a phone app's token.
    pub fn approved_in(&self) -> Option<SessionTokenHash> {
        self.approval.terms.session
    }

    /// Returns for how long the phone chose that the browser stays signed in.
    pub fn stay(&self) -> Stay {
        self.approval.terms.stay
    }

    /// Returns the rung that the approval answered, and the reasons for it.
    pub fn answered(&self) -> (Rung, Reasons) {
        (self.approval.answered.rung(), self.approval.answered.reasons())
    }

    /// Returns whether the browser is to be made known to the account.
    pub fn makes_browser_known(&self) -> bool {
        self.approval.makes_browser_known()
    }

    /// Returns the hash of the id that the browser had when the ticket was made; `None` if it had none.
    pub fn browser(&self) -> Option<BrowserHash> {
        self.browser
    }

    /// Returns bytes that distinguish this claim from all others. They are the same when the attempt is
    /// repeated because its answer was lost, so a session token can be derived from them and a key of the
    /// server.
    pub fn identity(&self) -> [u8; 32] {
        identity(self.ticket, self.attempt)
    }
}

fn identity(ticket: TicketId, attempt: Attempt) -> [u8; 32] {
    let mut both = [0; 32];
    both[..16].copy_from_slice(ticket.as_bytes());
    both[16..].copy_from_slice(attempt.as_bytes());
    both
}

impl Ticket {
    /// Claims an approved ticket with the claim key of its browser. Returns the ticket as it is after the claim,
    /// and the proof with which a session is opened; or the reason why the claim is refused.
    pub fn claim(
        &self,
        key: ClaimKeyHash,
        attempt: Attempt,
        now: Timestamp,
        lifetimes: &Lifetimes,
    ) -> Result<(Self, Claimed), Refused> {
        let after = self.apply(&Action::Claim(key, attempt), now, lifetimes)?;
        match after.stage {
            Stage::Claimed(ref by, approval, attempt) => {
                let browser = self.browser_id;
                let claimed = Claimed { ticket: self.id, browser, by: by.clone(), approval, attempt };
                Ok((after, claimed))
            }
            _ => Err(Refused::NotApproved),
        }
    }

    /// Returns the [identity](Claimed::identity) of the claim; `None` if the ticket was not claimed.
    pub fn claim_identity(&self) -> Option<[u8; 32]> {
        let Stage::Claimed(_, _, attempt) = self.stage else { return None };
        Some(identity(self.id, attempt))
    }
}

//! The approval of a ticket by an account: by which account, and what is stored of it until the browser
//! claims.

use serde::{Deserialize, Serialize};

use super::ids::AccountId;
use super::ladder::{Answer, Answered, Rung};
pub use super::ladder::{Epoch, Stay, Terms};
use super::time::Timestamp;

/// The account that approves a ticket, its terms, and its answer to what the approval owes. The account comes from a
/// verified session or token, never from a parameter.
#[derive(Clone, Copy, Debug)]
pub struct Approver {
    /// The id of the account.
    pub account: AccountId,
    /// The terms on which it approves.
    pub terms: Terms,
    /// The answer to what the approval owes.
    pub answer: Answer,
}

impl Approver {
    /// Makes an approver of this account that approves by a phone app's token with a tap, with the first epoch and without
    /// ticks.
    #[cfg(test)]
    pub fn by_token(account: AccountId) -> Self {
        Self { account, terms: Terms::default(), answer: Answer::Tap }
    }
}

/// The part of an approval that a ticket stores. Whether the approval is still valid when the browser claims
/// is checked against the records: its account or its session may have been signed out since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The time of the approval.
    pub at: Timestamp,
    /// The terms of the account.
    #[serde(flatten)]
    pub terms: Terms,
    /// Proof that the account gave what the approval owed. An approval that an earlier version stored has the tap.
    #[serde(default)]
    pub answered: Answered,
}

impl Approval {
    /// Returns whether the browser is to be made known: the person chose it, and proved with more than a tap that they see
    /// the browser.
    pub fn makes_browser_known(&self) -> bool {
        self.terms.remembers && self.answered.rung() > Rung::Tap
    }
}

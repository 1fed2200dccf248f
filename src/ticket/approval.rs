//! The approval of a ticket by an account: by which account, and what is stored of it until the browser
//! claims.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, SessionTokenHash};
use super::time::Timestamp;
use crate::consent::field::Fields;

/// The epoch of an account: the number of times that all its sessions and grants were ended together, by an operator or
/// by its owner with a change of the password. An approval, an authorization code or a password check of an earlier
/// epoch is not valid any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u32);

/// The account that approves a ticket, with its session and the fields that the person ticks. The account comes from a
/// verified session or token, never from a parameter.
#[derive(Clone, Copy, Debug)]
pub struct Approver {
    /// The id of the account.
    pub account: AccountId,
    /// The current epoch of the account.
    pub epoch: Epoch,
    /// The session in which the account is signed in; `None` if it approves by a phone app's token.
    pub session: Option<SessionTokenHash>,
    /// The fields that the person ticks for the app; `None` if the request does not say.
    pub ticked: Option<Fields>,
}

impl Approver {
    /// Makes an approver of this account that approves by a phone app's token, with the first epoch and without ticks.
    #[cfg(test)]
    pub fn by_token(account: AccountId) -> Self {
        Self { account, epoch: Epoch::default(), session: None, ticked: None }
    }
}

/// The part of an approval that a ticket stores. Whether the approval is still valid when the browser claims
/// is checked against the records: its account or its session may have been signed out since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The time of the approval.
    pub at: Timestamp,
    /// The epoch of the account at that time.
    pub epoch: Epoch,
    /// The session that approved; `None` if a phone app's token did.
    pub session: Option<SessionTokenHash>,
    /// The fields that were ticked for the app; `None` if the request did not say.
    pub ticked: Option<Fields>,
}

impl Approval {
    /// Returns whether an approval by this approver would equal this one: it has the same epoch, session and ticks.
    /// The accounts are not compared.
    pub fn has_same_terms(&self, by: &Approver) -> bool {
        (self.epoch, self.session, self.ticked) == (by.epoch, by.session, by.ticked)
    }
}

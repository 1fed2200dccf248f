//! An account's yes to a ticket: who gives it, and what of it is kept until the browser claims.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, SessionTokenHash};
use super::time::Timestamp;
use crate::consent::field::Fields;

/// How often all that an account has was ended: by an operator, or by its owner with another password. What came to be of the account in an earlier epoch begins nothing any
/// more, wherever it is kept: an approval, a code, a password that was just being checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u32);

/// The account that says yes; from a verified session or token, never from a parameter.
#[derive(Clone, Copy, Debug)]
pub struct Approver {
    /// The account,
    pub account: AccountId,
    /// as it is now.
    pub epoch: Epoch,
    /// The session that it is signed in by; `None` where a phone app's token speaks for it.
    pub session: Option<SessionTokenHash>,
    /// What it ticks for the app; `None` where it does not say.
    pub ticked: Option<Fields>,
}

impl Approver {
    /// An account that was never signed out, by a phone app's token.
    #[cfg(test)]
    pub fn by_token(account: AccountId) -> Self {
        Self { account, epoch: Epoch::default(), session: None, ticked: None }
    }
}

/// What is kept of a yes. Whether it still counts when the browser claims is for the records to say: its account or its
/// session may have been signed out since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// When it was given,
    pub at: Timestamp,
    /// and in which epoch of its account.
    pub epoch: Epoch,
    /// The session that gave it; `None` where a phone app's token did.
    pub session: Option<SessionTokenHash>,
    /// What was ticked for the app; `None` where nothing was said of it.
    pub ticked: Option<Fields>,
}

impl Approval {
    /// Whether this approver would give the same once more.
    pub fn is_by(&self, by: &Approver) -> bool {
        (self.epoch, self.session, self.ticked) == (by.epoch, by.session, by.ticked)
    }
}

//! The other direction of a ticket (the session transfer of RFC 10027 §3.2.1): a signed-in browser shows the code, and
//! offers its account to the phone that opens it. The phone shows digits, which are typed into the browser, and then gets a
//! session. The stages are those of any other ticket, and who takes the steps is exchanged.

use serde::{Deserialize, Serialize};

use super::approval::{Approver, Epoch};
use super::ids::{ClaimKeyHash, Round, SessionTokenHash};
use super::scanner::{Asker, Scanner};

/// The largest number of times that digits may be typed; after the last wrong ones the code ends.
pub const DIGITS_TRIES: u8 = 3;

/// What a signed-in browser offers: its account, in the session in which it offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The account, as the phone shows it, with the end of the browser's session.
    pub account: Scanner,
    /// The session of the browser. Nothing is given in another one, or once it has ended.
    pub session: SessionTokenHash,
    /// The epoch of the account when it was offered.
    pub epoch: Epoch,
    /// The phone that took the code; `None` before one did.
    #[serde(default)]
    pub taker: Option<Taker>,
}

/// The phone that took the code of an offer: it alone shows the digits, and gets the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taker {
    /// The hash of the claim key of the phone's browser.
    pub key: ClaimKeyHash,
    /// What the browser is shown about the phone.
    pub asker: Asker,
    /// How many times wrong digits were typed.
    pub wrong: u8,
}

/// A step of a ticket with an offer that no other ticket has.
#[derive(Clone, Debug)]
pub enum OfferStep {
    /// A phone takes the code of this round.
    Take(Round, ClaimKeyHash, Asker),
    /// The person at the browser, whose claim key this is, typed digits. The last value tells whether they are those that
    /// the phone shows.
    TypeDigits(ClaimKeyHash, Approver, bool),
    /// The phone that took the code declines.
    Decline(ClaimKeyHash),
}

impl Offer {
    /// Returns whether this is the hash of the claim key of the phone that took the code.
    pub fn is_taken_by(&self, key: &ClaimKeyHash) -> bool {
        self.taker.as_ref().is_some_and(|taker| taker.key == *key)
    }

    /// Returns how many times digits may still be typed.
    pub fn tries_left(&self) -> u8 {
        DIGITS_TRIES.saturating_sub(self.taker.as_ref().map_or(0, |taker| taker.wrong))
    }
}

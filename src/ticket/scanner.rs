//! The account that scanned the code of a ticket, and what of it the waiting browser may be shown.

use serde::{Deserialize, Serialize};

use super::ids::AccountId;
use super::time::Timestamp;

/// The account that scanned, as the ticket records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanner {
    /// The id of the account; from a verified session or token, never from a parameter.
    pub account: AccountId,
    /// The display name, which the waiting browser is shown once a person has pressed something.
    pub name: Box<str>,
    /// Whether a person has pressed something, or the page was only opened.
    #[serde(default)]
    pub cause: ScanCause,
    /// The end of the session that scanned: what it signs in does not outlast it (BCP 247 §6.1.10).
    pub until: Option<Timestamp>,
    /// The path of the account's picture, if it has one.
    #[serde(default)]
    pub picture: Option<Box<str>>,
}

impl Scanner {
    /// Returns the scanner if the waiting browser may be shown who it is: only after a press. A device that was merely
    /// sent to the code is not shown.
    pub fn shown(&self) -> Option<&Self> {
        (self.cause == ScanCause::Pressed).then_some(self)
    }
}

/// What caused a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ScanCause {
    /// The page behind the code was opened, and sent the scan by itself. Any site can send a device there.
    #[default]
    Opened,
    /// A person pressed something on the device that scanned.
    Pressed,
}

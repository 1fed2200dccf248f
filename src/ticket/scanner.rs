//! The account that scanned a ticket's code, and what of it the waiting browser may be shown.

use serde::{Deserialize, Serialize};

use super::field::Fields;
use super::ids::AccountId;
use super::time::Timestamp;

/// Who scanned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanner {
    /// The account; from a verified session or token, never from a parameter.
    pub account: AccountId,
    /// The name that the waiting browser is shown once a person has pressed something.
    pub name: Box<str>,
    /// Whether they have.
    #[serde(default)]
    pub cause: ScanCause,
    /// The end of the session that scanned: what it signs in does not outlast it (BCP 247 §6.1.10).
    pub until: Option<Timestamp>,
    /// The path of its picture, if it has one.
    #[serde(default)]
    pub picture: Option<Box<str>>,
    /// Once it approved: what it ticked for the app; `None` where it did not say.
    #[serde(default)]
    pub ticked: Option<Fields>,
}

impl Scanner {
    /// Whom the waiting browser may be shown: somebody who pressed something, and nobody whose device was merely sent to
    /// the code.
    pub fn shown(&self) -> Option<&Self> {
        (self.cause == ScanCause::Pressed).then_some(self)
    }
}

/// What brought a scan about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ScanCause {
    /// The page behind the code was opened, and sent the scan by itself. Any site can send a device there.
    #[default]
    Opened,
    /// A person pressed something on the device that scanned.
    Pressed,
}

//! The browser that asks for a sign-in, and the account that scanned the code of its ticket, with what of it the waiting
//! browser may be shown.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::ids::AccountId;
use super::time::Timestamp;

/// The browser that asks for a sign-in, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asker {
    /// The name of the browser, for example "Firefox"; `None` if the browser does not say.
    pub browser: Option<Box<str>>,
    /// The operating system, for example "Windows"; `None` if the browser does not say.
    pub system: Option<Box<str>>,
    /// The client address, as resolved through the configured proxies.
    pub address: IpAddr,
}

/// The account that scanned the code of a ticket, as the ticket records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanner {
    /// The id of the account; from a verified session or token, never from a parameter.
    pub account: AccountId,
    /// What the waiting browser is shown of the display name once a person has pressed something; empty if its owner shows
    /// nothing.
    pub name: Box<str>,
    /// Whether a person has pressed something on the device, or the page was only opened.
    #[serde(default)]
    pub cause: ScanCause,
    /// The end of the session that scanned; a session that it approves ends no later (BCP 247 §6.1.10). `None` if a
    /// phone app's token scanned.
    pub until: Option<Timestamp>,
    /// The path of the account's picture, if it has one and its owner shows it.
    #[serde(default)]
    pub picture: Option<Box<str>>,
}

impl Scanner {
    /// Returns this scanner if the waiting browser may be shown who it is. `None` before a person pressed
    /// something, because any site can make a device open the code's page.
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

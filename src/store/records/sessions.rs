//! The sessions of signed-in browsers and phones, as they are stored.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::crypto::hash::sha256;
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::time::Timestamp;

/// How long an ended session is remembered, so that it is not opened again: longer than a claim may be
/// repeated.
pub const REMEMBERED: Duration = Duration::from_secs(600);

/// The way in which a session was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum OpenedBy {
    /// A password, typed on this device.
    Password,
    /// An approved scan.
    Scan,
}

impl OpenedBy {
    /// Returns the stored form.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Parses the stored form that [`Self::word`] returns; `None` if it is not one.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// The session of a signed-in browser or phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The hash of its token.
    pub token_hash: SessionTokenHash,
    /// The account that is signed in.
    pub account: AccountId,
    /// The way in which the session was opened.
    pub opened_by: OpenedBy,
    /// The time at which it was opened.
    pub created_at: Timestamp,
    /// The time of its last use, to the minute.
    pub last_seen_at: Timestamp,
    /// The absolute end of the session.
    pub ends_at: Timestamp,
    /// The hash of the path to which the sign-in led; `None` if it is not known any more.
    pub led_to: Option<LedTo>,
    /// The session in which the scan that opened this one was approved; `None` if a password opened it, or if the
    /// approval was by a phone app's token.
    pub approved_in: Option<SessionTokenHash>,
}

/// SHA-256 of the path to which a sign-in led. It tells for which authorization request of an app a person
/// signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedTo(pub [u8; 32]);

impl LedTo {
    /// Hashes this path.
    pub fn of(path: &str) -> Self {
        Self(sha256(&[path.as_bytes()]))
    }
}

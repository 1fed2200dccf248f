//! Sessions, as they are kept.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::crypto::hash::sha256;
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::time::Timestamp;

/// An ended session is remembered for this long: longer than a claim may be repeated.
pub const REMEMBERED: Duration = Duration::from_secs(600);

/// How a session came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum OpenedBy {
    /// A password, typed on this device.
    Password,
    /// An approved scan.
    Scan,
}

impl OpenedBy {
    /// The word for it in the tables.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The way of this word.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// One signed-in browser or phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Recognises its token.
    pub token_hash: SessionTokenHash,
    /// Who is signed in.
    pub account: AccountId,
    /// How it was opened.
    pub opened_by: OpenedBy,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// Its absolute end.
    pub ends_at: Timestamp,
    /// Where the sign-in that opened it led on to; `None` where that is not known any more.
    pub led_to: Option<LedTo>,
    /// The session in which the scan that opened it was approved; `None` where a password opened it, or where a phone app's
    /// token spoke for the person.
    pub approved_in: Option<SessionTokenHash>,
}

/// SHA-256 of the path that a sign-in led on to: recognises the request of an app that somebody signed in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedTo(pub [u8; 32]);

impl LedTo {
    /// By its path.
    pub fn of(path: &str) -> Self {
        Self(sha256(&[path.as_bytes()]))
    }
}

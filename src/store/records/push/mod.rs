//! The phones of an account that a known browser may ask for an approval: where the push service of each takes messages for
//! it (RFC 8030), and the keys with which they are encrypted (RFC 8291). A subscription belongs to the session of its phone
//! and ends with it.

pub(in crate::store) mod queries;

use crate::ticket::ids::{AccountId, SessionTokenHash, uuid_id};
use crate::ticket::time::Timestamp;

/// The largest number of phones of one account that may be asked.
pub const PHONES_ASKED: u16 = 5;

uuid_id! {
    /// The id of a push subscription.
    PushId
}

/// A push subscription as the records have it.
#[derive(Clone, PartialEq, Eq)]
pub struct PushRow {
    /// The id of the subscription.
    pub id: PushId,
    /// The account whose phone it is.
    pub account: AccountId,
    /// The session of the phone.
    pub session: SessionTokenHash,
    /// The address at the push service. Whoever has it can send messages there, so it is not printed.
    pub endpoint: String,
    /// The public key of the phone's browser: a point of P-256, not compressed.
    pub p256dh: Vec<u8>,
    /// The secret that the phone's browser shares with this server, so it is not printed.
    pub auth: Vec<u8>,
    /// The tag of the language in which messages are written.
    pub language: String,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When the push service last took a message for it; `None` if it never did.
    pub last_used_at: Option<Timestamp>,
}

impl std::fmt::Debug for PushRow {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("PushRow").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What became of a push subscription that was to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushAdded {
    /// It is stored. `true` if the session had none before.
    Done(bool),
    /// The account has as many as it may have, and it is not stored.
    Full,
    /// The session ended, and it is not stored.
    SessionOver,
}

/// The words of the line of activity about a phone that may be asked from now on.
pub const PHONE_ADDED: &str = "phone that may be asked added";
/// The words of the line of activity about a phone that may not be asked any more.
pub const PHONE_REMOVED: &str = "phone that may be asked removed";

//! What ends before its time, and what of it apps are still to be told. Whoever ends something writes down, in the same
//! transaction, which apps hear of it by their back channel: so an end that holds is told, across a restart too. Nothing
//! begins beside an end unseen: [`Records::begin_grant`] and [`Records::add_session`] hold what a grant or a session stands
//! on until it is kept.

use std::time::Duration;

use super::SessionRow;
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::time::Timestamp;

/// After the first try to tell an app the next waits for this long, after each further one for twice as long. It is
/// longer than an app may take to answer, so that no two instances tell the same thing at once.
pub const FIRST_PAUSE: Duration = Duration::from_secs(10);

/// What an app is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogoutNotice {
    /// Its place: a later end has a higher one.
    pub seq: u64,
    /// The app.
    pub app: AppId,
    /// Who is signed out.
    pub account: AccountId,
    /// The session that ended; `None` where all sign-ins of the account to this app did.
    pub session: Option<SessionTokenHash>,
    /// When it ended. The app may be told hours later, and somebody may have signed in to it anew by then.
    pub ended_at: Timestamp,
    /// How often it was tried to tell it, with the present try.
    pub tries: u64,
}

/// What an operator ended of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignedOut {
    /// Browsers and phones that were signed in.
    pub sessions: u64,
    /// Sign-ins to apps that could still be used.
    pub grants: u64,
}

/// A password that its owner changes: what of the account was seen when they gave the one before, and what is to be.
#[derive(Clone)]
pub struct PasswordChange {
    /// The epoch in which the password before was given.
    pub seen: Epoch,
    /// The hash that it fitted, as a PHC string.
    pub before: String,
    /// The hash of the new one.
    pub after: String,
    /// Whether whatever the account has ends with it.
    pub ends_all: bool,
    /// The session in which its owner goes on.
    pub goes_on_in: SessionRow,
}

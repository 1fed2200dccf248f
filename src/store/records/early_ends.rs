//! Sessions, grants and accounts that end before their time, and the logout notices that apps still have to
//! be sent. The notices are stored in the same transaction as the end, so that they survive a restart. No
//! grant or session can start unnoticed beside an end: `Records::begin_grant` and `Records::open_session` lock
//! the rows that they depend on until they are committed.

use std::time::Duration;

use super::SessionRow;
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::time::Timestamp;

/// The pause after the first try to send a logout notice; each further pause is twice as long. It is longer
/// than an app may take to answer, so that no two instances send the same notice at once.
pub const FIRST_PAUSE: Duration = Duration::from_secs(10);

/// A stored notice that tells an app that a person was signed out (OpenID Connect Back-Channel Logout).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogoutNotice {
    /// The number of the notice: a later end has a higher one.
    pub seq: u64,
    /// The app that gets the notice.
    pub app: AppId,
    /// The account that is signed out.
    pub account: AccountId,
    /// The session that ended; `None` if all sign-ins of the account to this app ended.
    pub session: Option<SessionTokenHash>,
    /// The time of the end. The notice may be sent hours later, when the person may have signed in anew.
    pub ended_at: Timestamp,
    /// The number of tries to send the notice, the present one included.
    pub tries: u64,
}

/// The number of sessions and of grants that ended when everything that an account had open was ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignedOut {
    /// The number of browsers and phones that were signed in.
    pub sessions: u64,
    /// The number of sign-ins to apps that could still be used.
    pub grants: u64,
}

/// A change of a password by the owner of the account, and what it is to end. It is made only if the account still
/// has the epoch `seen` (the number of times that everything of it was ended) and the password hash `before`.
#[derive(Clone)]
pub struct PasswordChange {
    /// The epoch of the account when the owner gave the previous password.
    pub seen: Epoch,
    /// The stored hash that the previous password matched, as a PHC string.
    pub before: String,
    /// The hash of the new password, as a PHC string.
    pub after: String,
    /// Whether all sessions and grants of the account end with the change.
    pub ends_all: bool,
    /// The session in which the owner changed it, if there is one. What depends on it depends on the new one from then on,
    /// unless it ends with the change.
    pub goes_on_from: Option<SessionTokenHash>,
    /// The new session in which the owner continues.
    pub goes_on_in: SessionRow,
}

//! The switch of the sign-in by scan: one for the whole server, and two for each account, of which its owner turns one and
//! administrators the other. The one of the server is kept for a moment after it was read ([`known`]); those of an account
//! come with the account.

pub(in crate::store) mod known;
pub(in crate::store) mod queries;

use crate::settings::Scanning;
use crate::ticket::time::Timestamp;

pub use self::known::{SWITCH_FRESH, SWITCH_OLDEST, SwitchState};

/// The switch of the sign-in by scan for the whole server, as it was turned last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanSwitch {
    /// Whether people sign in by scanning.
    pub state: Scanning,
    /// The time at which it was turned; `None` if it never was.
    pub changed_at: Option<Timestamp>,
    /// The name of who turned it; empty if it never was.
    pub changed_by: String,
    /// Why it was turned, as they wrote; may be empty.
    pub reason: String,
}

/// Whether an account takes part in the sign-in by scan. It does if neither its owner nor an administrator switched it off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountScan {
    /// Whether its owner switched it off.
    pub is_off_by_owner: bool,
    /// Whether an administrator switched it off, which the owner cannot undo.
    pub is_off_by_administrator: bool,
}

impl AccountScan {
    /// Returns whether the account takes part in the sign-in by scan.
    pub fn state(self) -> Scanning {
        if self.is_off_by_owner || self.is_off_by_administrator { Scanning::Off } else { Scanning::On }
    }
}

/// Returns the words of a line of activity about a switch that was turned to this state, which is of the kind `changed`; the
/// reason may be empty. Pages find them again with [`of_activity`].
pub fn activity_detail(state: Scanning, reason: &str) -> String {
    let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    format!("{DETAIL}{}{because}", state.word())
}

/// Returns the state and the reason in the words of a line of activity; `None` if it is about something else.
pub fn of_activity(detail: &str) -> Option<(Scanning, &str)> {
    let rest = detail.strip_prefix(DETAIL)?;
    let (state, reason) = rest.split_once(": ").unwrap_or((rest, ""));
    Some((state.parse().ok()?, reason))
}

/// The beginning of the words of a line of activity about a switch.
const DETAIL: &str = "scan ";

/// Which of the two switches of an account is turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountSwitch {
    /// The one of its owner.
    OfOwner,
    /// The one of the administrators.
    OfAdministrators,
}

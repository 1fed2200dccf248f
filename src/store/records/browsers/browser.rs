//! The browsers that an account made known, and what is known of a browser and an account when a code is scanned.

use std::time::Duration;

use crate::ticket::ids::BrowserHash;

/// How long a browser stays known to an account after its last sign-in.
pub const BROWSER_KNOWN: Duration = Duration::from_secs(90 * 24 * 3600);

/// The largest number of browsers that are known to one account; of more, those are forgotten that were used least lately.
pub const BROWSERS_KNOWN: i64 = 50;

/// The browser in which a session is opened, and what it becomes to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrowserUse {
    /// The hash of the browser's id.
    pub browser: BrowserHash,
    /// What it becomes.
    pub becomes: Becomes,
}

/// What a browser becomes to an account that is signed in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// It is known from now on.
    Known,
    /// What it was; one that is known was used again.
    UsedAgain,
    /// It is not known any more, because others use it too.
    Unknown,
}

/// What the records know of an account and of the browser whose code it scans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an answer of its own")]
pub struct Standing {
    /// Whether the account made this browser known.
    pub is_known: bool,
    /// Whether the account has a passkey.
    pub has_passkey: bool,
    /// Whether its owner wants every approval to ask for a passkey.
    pub asks_passkey: bool,
    /// Whether its owner reported a sign-in within the last day.
    pub is_reported: bool,
    /// Whether its owner reported this browser or its network within the last hour.
    pub refuses_browser: bool,
    /// Whether another person reported this browser or its network within the last hour.
    pub is_browser_reported: bool,
}

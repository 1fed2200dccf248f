//! The wire type: what a watching page may know. Never an account id, never an absolute time (clocks differ).

use serde::{Deserialize, Serialize};

/// The state of a ticket as a watching page sees it. A later `seq` replaces an earlier one; nothing is a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Grows with every change of the ticket; a page that reconnects says the last one it saw.
    pub seq: u32,
    /// Milliseconds until this state expires, as of sending.
    pub remaining_ms: u32,
    /// The state.
    pub seen: Seen,
}

/// What a page can see of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The code waits to be scanned.
    Waiting {
        /// The code to show, where the page does not show it already.
        code: Option<Code>,
        /// Somebody scanned a code that this page showed earlier and has replaced since.
        outdated_scan: bool,
    },
    /// Somebody scanned it and is asked to decide.
    Scanned {
        /// The name of who scanned.
        by: String,
    },
    /// Approved: the browser may claim.
    Approved {
        /// Whether the browser's page is open, as far as this server can see.
        page_open: bool,
    },
    /// The phone said no.
    Denied,
    /// The browser gave up on it.
    Cancelled,
    /// The browser is signed in.
    Claimed,
    /// Too late.
    Expired,
}

/// A code, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Modules along one side, quiet zone included.
    pub size: u16,
    /// The dark modules as the `d` of an SVG path.
    pub path: String,
    /// The code for typing, `XXXX-XXXX`.
    pub user_code: String,
}

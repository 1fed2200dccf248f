//! The wire type: what a watching page may know. Never an account id, never an absolute time (clocks differ).
//!
//! The server writes it as JSON; the page reads it with the browser's own JSON parser (`from_js`), because a
//! parser of our own would be a third of all that the page downloads.

#[cfg(feature = "hydrate")]
pub mod from_js;

/// What a login page says over its socket when its code is to be renewed; all else that it says is let pass unheard.
pub const REFRESH: &str = "refresh";

/// The state of a ticket as a watching page sees it. A later `seq` replaces an earlier one; nothing is a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(serde::Serialize))]
pub struct Event {
    /// Grows with every change of the ticket; a page that reconnects says the last one it saw.
    pub seq: u32,
    /// Milliseconds until this state expires, as of sending.
    pub remaining_ms: u32,
    /// The state.
    pub seen: Seen,
    /// What the person before the screen should hear beside it.
    pub notice: Option<Notice>,
}

/// A scan that was refused, and that whoever sits before the screen may want to know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Somebody scanned a code that this page showed earlier and has replaced since.
    OutdatedScan,
    /// Another account scanned the code after the one that has it.
    SecondAccount,
}

/// What a page can see of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Seen {
    /// The code waits to be scanned.
    Waiting {
        /// The code to show, where the page does not show it already.
        code: Option<Code>,
    },
    /// Somebody scanned it and is asked to decide.
    Scanned {
        /// The name of who scanned, once they pressed something on their device.
        #[cfg_attr(feature = "ssr", serde(skip_serializing_if = "Option::is_none"))]
        by: Option<String>,
        /// The path of their picture, if they have one, and pressed something.
        #[cfg_attr(feature = "ssr", serde(skip_serializing_if = "Option::is_none"))]
        picture: Option<String>,
    },
    /// Approved: the browser may claim.
    Approved {
        /// Whether the browser's page is open, as far as this server can see.
        page_open: bool,
        /// The name of who approved.
        by: String,
    },
    /// The sign-in was denied on the phone.
    Denied,
    /// The browser gave up on it.
    Cancelled,
    /// The browser is signed in.
    Claimed,
    /// Too late.
    Expired,
}

impl Seen {
    /// Whether nothing can follow this state.
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Denied | Self::Cancelled | Self::Claimed | Self::Expired)
    }
}

/// A code, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(serde::Serialize))]
pub struct Code {
    /// Modules along one side, quiet zone included.
    pub size: u16,
    /// The dark modules as the `d` of an SVG path.
    pub path: String,
    /// The code for typing, `XXXX-XXXX`.
    pub user_code: String,
}

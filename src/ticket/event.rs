//! The JSON of an event: what a watching page may know of a ticket. It never contains an account id or an
//! absolute time (clocks differ).
//!
//! The server writes an event as JSON. The page reads it with the browser's own JSON parser (`from_js`),
//! because a parser of our own would be a third of all that the page downloads.

#[cfg(feature = "hydrate")]
pub mod from_js;

/// The message by which a login page asks for a new code over its socket. It has no effect once the code was scanned.
/// Other messages have no effect, but too many messages of any kind close the socket.
pub const REFRESH: &str = "refresh";

/// The state of a ticket as a watching page sees it. Each event has the whole state, so that an event with a
/// later `seq` replaces all earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(serde::Serialize))]
pub struct Event {
    /// The version of the ticket, which grows with every change. A page that reconnects sends the last one that it
    /// saw.
    pub seq: u32,
    /// Milliseconds until this state expires, counted from the moment of sending.
    pub remaining_ms: u32,
    /// The state of the ticket.
    pub seen: Seen,
    /// The notice that the page shows beside the state, if any.
    pub notice: Option<Notice>,
}

/// A refused scan or a wrong answer, which the page with the code reports to the person in front of it.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Notice {
    /// A code was scanned that this page showed earlier and has replaced since.
    OutdatedScan,
    /// Another account scanned the code after the first one.
    SecondAccount,
    /// The phone chose another number than the browser shows, so the sign-in was denied.
    WrongNumber,
    /// Digits or letters were typed wrong too often, so the sign-in was denied.
    WrongTyped,
}

/// The name of a notice. The page has a text for each, and needs no more of them.
#[cfg(not(feature = "ssr"))]
pub type Notice = String;

/// The state of a ticket, as a page can see it.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Seen {
    /// The code waits to be scanned.
    Waiting {
        /// The code to show; `None` if the page shows it already, or is not the page with the code.
        code: Option<Code>,
    },
    /// An account scanned the code and is asked to decide.
    Scanned {
        /// What the account that scanned shows of its name, once its person pressed something on their device; missing if it
        /// shows nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// The path of the account's picture, if it has one and its person pressed something.
        #[serde(skip_serializing_if = "Option::is_none")]
        picture: Option<String>,
        /// The number that the page of the browser shows, and that the phone is to choose.
        #[serde(skip_serializing_if = "Option::is_none")]
        number: Option<String>,
        /// How many times wrong digits were typed, if the page of the browser takes the digits that the phone shows.
        #[serde(skip_serializing_if = "Option::is_none")]
        wrong: Option<u32>,
    },
    /// The account approved: the browser may claim.
    Approved {
        /// Whether the page with the code is open, as far as this server can see.
        page_open: bool,
        /// What the account that approved shows of its name; empty if it shows nothing.
        by: String,
    },
    /// The sign-in was denied on the phone.
    Denied,
    /// The browser cancelled the ticket.
    Cancelled,
    /// The browser claimed the ticket and is signed in.
    Claimed,
    /// The time of the ticket is over.
    Expired,
}

/// The state of a ticket as the page reads it: its name, and every field that a state can have. Types of its own for the
/// states would take more code than the page has for all of them.
#[cfg(not(feature = "ssr"))]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    name: String,
    by: Option<String>,
    picture: Option<String>,
    number: Option<String>,
    wrong: Option<u32>,
    page_open: bool,
    code: Option<Code>,
}

#[cfg(feature = "ssr")]
impl Seen {
    /// Returns the name of the state, as it is in the JSON of an event.
    pub fn name(&self) -> &str {
        self.into()
    }

    /// Returns the name of the account that scanned or approved, if the page may know it.
    pub fn by(&self) -> Option<&str> {
        match self {
            Self::Scanned { by, .. } => by.as_deref(),
            Self::Approved { by, .. } => Some(by),
            _ => None,
        }
    }

    /// Returns the path of the picture of the account that scanned, if the page may know it.
    pub fn picture(&self) -> Option<&str> {
        if let Self::Scanned { picture, .. } = self { picture.as_deref() } else { None }
    }

    /// Returns the number that the page shows and that the phone is to choose.
    pub fn number(&self) -> Option<&str> {
        if let Self::Scanned { number, .. } = self { number.as_deref() } else { None }
    }

    /// Returns how many times wrong digits were typed, if the page takes the digits that the phone shows.
    pub fn wrong(&self) -> Option<u32> {
        if let Self::Scanned { wrong, .. } = self { *wrong } else { None }
    }

    /// Returns whether the sign-in has ended, so that the page need not wait for another state: it was denied,
    /// cancelled or claimed, or it expired.
    pub fn is_last(&self) -> bool {
        match self {
            Self::Waiting { .. } | Self::Scanned { .. } | Self::Approved { .. } => false,
            Self::Denied | Self::Cancelled | Self::Claimed | Self::Expired => true,
        }
    }
}

/// The present code of a ticket as the login page shows it: a QR code and a typed code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(serde::Serialize))]
pub struct Code {
    /// The number of modules along one side of the QR code, quiet zone included.
    pub size: u16,
    /// The dark modules of the QR code as the `d` attribute of an SVG path.
    pub path: String,
    /// The typed code, `XXXX-XXXX`.
    pub user_code: String,
}

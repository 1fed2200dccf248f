//! Why a socket is closed, and the close frame that says so.

use super::frame;

/// Why the server closes the socket of a page.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// The last state of the ticket was sent, or the watch is refused.
    Done,
    /// The store does not answer, or newer watchers of the ticket replaced this one: the page should reconnect a
    /// little later.
    Later,
    /// This instance stops, or the session of the person who watches has ended.
    Restart,
    /// The connection is evicted to admit another one.
    Evicted,
    /// The page sent too many frames.
    Policy,
    /// The page sent what RFC 6455 forbids; the close code says what.
    Wrong(u16),
    /// The page closes the socket, with this code; its close is answered.
    Closing(Option<u16>),
    /// A ping was not answered, the page does not take what is sent, or the connection is lost.
    Gone,
}

impl End {
    /// Returns the close frame (RFC 6455 §7.4.1); `None` if none is sent.
    pub(super) fn frame(self) -> Option<Vec<u8>> {
        let (code, reason) = match self {
            Self::Done => (1000, ""),
            // 1012 and 1013 are "service restart" and "try again later" in the registry of RFC 6455.
            Self::Restart => (1012, "reconnect"),
            Self::Later | Self::Evicted => (1013, "try again"),
            Self::Policy => (1008, "too many messages"),
            Self::Wrong(code) => (code, ""),
            Self::Closing(code) => return Some(frame::close(code, "")),
            Self::Gone => return None,
        };
        Some(frame::close(Some(code), reason))
    }
}

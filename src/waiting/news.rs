//! What the room exchanges with its callers: watchers, news, what it needs from the code that opened it, and why a
//! socket is closed.

use tokio_util::task::AbortOnDropHandle;

use crate::crowd::Kept;
use crate::measure::Watcher;
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, SessionTokenHash, TicketId};
use crate::ticket::machine::Ticket;
use crate::ticket::side::Side;
use crate::ticket::time::Timestamp;

/// Names one watcher of the room. Later watchers have greater keys, and the remainder by the number of shards is that of
/// the watcher's shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub(super) usize);

/// A watcher: its key, and what it watches.
#[derive(Clone, Copy, Debug)]
pub struct Who {
    /// Names the watcher.
    pub key: Key,
    /// The ticket that it watches.
    pub ticket: TicketId,
    /// The side for which it watches.
    pub side: Side,
}

/// A signed-in person who watches: the account, the session by which they are signed in, and the account's epoch,
/// which changes when everything that the account had open is ended.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    /// The account.
    pub account: AccountId,
    /// The epoch of the account at the sign-in.
    pub epoch: Epoch,
    /// The session; `None` for an app of the operator, which has a token instead.
    pub session: Option<SessionTokenHash>,
}

/// A signed-in person who watches, and the task that ends the watch with their session.
pub type Viewing = (Viewer, AbortOnDropHandle<()>);

/// What belongs to a page: the person who watches, if they are signed in; what counts the watch for the metrics, if it is
/// counted; and what counts the connection.
pub type Belongings = (Option<Viewing>, Option<Watcher>, Kept);

/// A state of a ticket as one side is told it.
#[derive(Clone, Debug)]
pub struct News {
    /// The version of the ticket.
    pub seq: u32,
    /// Distinguishes the states that one version can have.
    pub mark: u8,
    /// The message to send.
    pub text: String,
    /// When the state expires by itself.
    pub until: Timestamp,
    /// Whether no other state can follow.
    pub is_last: bool,
}

/// What the room needs from the code that opened it, because the room reads no store and renders no text. The methods
/// are called under a lock of the room, so they neither wait nor call the room.
pub trait Caller: Send + Sync {
    /// Renders a ticket for one side. `page_open` tells whether a page of the browser watches the ticket, if this process
    /// alone can tell. Returns `None` if the state cannot be rendered without waiting.
    fn render(&self, ticket: &Ticket, side: Side, page_open: Option<bool>) -> Option<News>;

    /// Begins to read the ticket of a parked page. It has to be checked that the viewer, if there is one, may go on; then
    /// [`Room::answer`](super::Room::answer) tells the page, or [`Room::end`](super::Room::end) closes it. It is called
    /// again for the same page only after one of the two, so there are at most as many such tasks as parked pages.
    fn read(&self, who: Who, viewer: Option<Viewer>);

    /// Begins to renew the code of a ticket, because its browser asks for a newer one.
    fn renew(&self, ticket: TicketId);
}

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
    /// The connection is closed to admit another one.
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
    /// Returns the code and the reason of the close frame (RFC 6455 §7.4.1); `None` if none is sent.
    pub(super) fn close(self) -> Option<(Option<u16>, &'static str)> {
        match self {
            Self::Done => Some((Some(1000), "")),
            // 1012 and 1013 are "service restart" and "try again later" in the registry of RFC 6455.
            Self::Restart => Some((Some(1012), "reconnect")),
            Self::Later | Self::Evicted => Some((Some(1013), "try again")),
            Self::Policy => Some((Some(1008), "too many messages")),
            Self::Wrong(code) => Some((Some(code), "")),
            Self::Closing(code) => Some((code, "")),
            Self::Gone => None,
        }
    }
}

//! What pages are told, and what they need that has to be awaited.

use std::fmt;
use std::time::Duration;

use super::key::Key;
use super::side::Side;
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, SessionTokenHash, TicketId};
use crate::ticket::machine::Ticket;
use crate::ticket::time::Timestamp;

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

/// A state of a ticket as one side is told it.
#[derive(Clone, Debug)]
pub struct News {
    /// The version of the ticket.
    pub seq: u32,
    /// Distinguishes the states that one version can have: before and after it expires, and others.
    pub mark: u8,
    /// The message to send.
    pub text: String,
    /// When the state expires by itself.
    pub until: Timestamp,
    /// Whether no other state can follow.
    pub is_last: bool,
}

/// Renders a ticket for one side. The argument beside the side tells whether a page of the browser watches the ticket,
/// if this process alone can tell. `None` if the state cannot be rendered without waiting.
pub type Render = Box<dyn Fn(&Ticket, Side, Option<bool>) -> Option<News> + Send + Sync>;

/// What a parked page needs that the room cannot do, because it has to be awaited.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The page.
    pub key: Key,
    /// The ticket that it watches.
    pub ticket: TicketId,
    /// The side for which it watches.
    pub side: Side,
    /// The signed-in person who watches; `None` for the browser that is to be signed in.
    pub viewer: Option<Viewer>,
    /// What it needs.
    pub what: What,
}

/// What is to be done for a page.
#[derive(Clone, Copy, Debug)]
pub enum What {
    /// The page has come: read its ticket and tell it with [`Room::answer`], even if it shows this state already.
    First {
        /// The `seq` of the state that the page shows.
        after: u32,
    },
    /// The state may have changed: read the ticket and tell it with [`Room::answer`].
    Look,
    /// The page asks for a newer code.
    Refresh,
    /// The page is due for a ping, by [`Room::ping`], if the person may still watch.
    Ping,
}

/// The rules for the parked pages.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The interval of pings.
    pub ping_every: Duration,
    /// The most frames that a page may send in a minute.
    pub frames_per_minute: u32,
    /// How long the server waits until a page has closed its side.
    pub close_timeout: Duration,
    /// The same, if the page is closed to admit another connection.
    pub give_way_timeout: Duration,
}

/// What belongs to a page for as long as it waits.
pub trait Kept: Send + fmt::Debug {
    /// The watch has ended: returns what is held until the connection is closed.
    fn leave(self: Box<Self>) -> Box<dyn Held>;
}

/// What counts a connection until it is closed.
pub trait Held: Send + fmt::Debug {}

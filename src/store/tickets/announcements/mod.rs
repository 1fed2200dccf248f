//! Tells the pages that watch a ticket that it changed. A watcher subscribes first, then reads the ticket (in Redis
//! within the step that subscribes other instances), and reads it again after an announcement; so a lost announcement delays an update and never makes it
//! wrong. The instance that changed a ticket tells its own watchers directly, and Redis carries the
//! announcement to the other instances.

mod remote;

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::store::Fault;
use crate::store::redis::Link;
use crate::store::sign_outs::SignOuts;
use crate::ticket::ids::{AccountId, TicketId};
use crate::ticket::machine::Ticket;
use crate::ticket::side::Side;
use crate::waiting::{Room, Subscription};

use remote::Remote;
pub(super) use remote::channel;

/// The watchers of tickets and how they are told of changes: within one process, or through Redis also on other
/// instances.
#[derive(Clone, Debug)]
pub(super) enum Announcements {
    /// All watchers are in this process.
    Local(Arc<Room>),
    /// Other instances that share Redis have watchers too.
    Remote(Arc<Remote>),
}

impl Announcements {
    /// Makes announcements for a store that only this process uses.
    pub(super) fn local() -> Self {
        Self::Local(Room::new(None))
    }

    /// Makes announcements through Redis for this instance, which listens on this channel. It also carries those of
    /// ended sessions. The tasks that it starts run until the process ends.
    pub(super) fn remote(link: Link, channel: String, sign_outs: (SignOuts, mpsc::Receiver<AccountId>)) -> Self {
        Self::Remote(Remote::start(link, channel, sign_outs))
    }

    /// Returns the watchers of this process.
    pub(super) fn here(&self) -> &Arc<Room> {
        match self {
            Self::Local(room) => room,
            Self::Remote(remote) => &remote.room,
        }
    }

    /// Tells the watchers of a ticket in this process what it has become. Other instances are informed by the script
    /// that changes the ticket in Redis.
    pub(super) fn changed(&self, ticket: &Ticket) {
        self.here().tell(ticket);
    }

    /// Wakes the watchers of a ticket in this process. They then read the ticket from the store.
    pub(super) fn look(&self, ticket: TicketId) {
        self.here().announce(ticket);
    }

    /// Has a page of the browser or of the phone (`side`) watch a ticket, until the subscription is dropped. The
    /// subscription has the ticket as Redis found it in the same step; one in memory is read as cheaply later.
    pub(super) async fn subscribe(&self, ticket: TicketId, side: Side) -> Result<Subscription, Fault> {
        let subscription = self.here().subscribe(ticket, side);
        match self {
            Self::Local(_) => Ok(subscription),
            Self::Remote(remote) => Ok(subscription.with(Box::pin(remote.join(ticket, side)).await?)),
        }
    }

    /// Returns whether a page of the browser watches this ticket, on any instance of the server.
    pub(super) async fn browser_is_here(&self, ticket: TicketId) -> Result<bool, Fault> {
        match self {
            _ if self.here().is_watched(ticket, Side::Browser) => Ok(true),
            Self::Local(_) => Ok(false),
            Self::Remote(remote) => Box::pin(remote.browser_is_elsewhere(ticket)).await,
        }
    }

    /// Returns the number of watchers of all tickets together in this process.
    pub(super) fn watchers(&self) -> usize {
        self.here().watchers()
    }
}

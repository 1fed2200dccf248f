//! Tells the pages that watch a ticket that it changed. An announcement is a hint: a watcher subscribes first, then reads,
//! and reads again where it was told of something; so an announcement that is lost costs time and no truth. The instance
//! that changed a ticket tells its own watchers itself, and Redis carries the news to the others.

mod local;
mod remote;
mod side;

use std::sync::Arc;

use crate::store::Fault;
use crate::store::redis::Link;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;

pub use self::side::Side;
use local::Local;
pub use local::{Subscription, WATCHERS};
use remote::Remote;
pub(super) use remote::channel;

/// Who watches which ticket, in this process or among many.
#[derive(Clone, Debug)]
pub(super) enum Announcements {
    /// All watchers are in this process.
    Local(Arc<Local>),
    /// Other instances have watchers too.
    Remote(Arc<Remote>),
}

impl Announcements {
    /// Announcements within this process.
    pub(super) fn local() -> Self {
        Self::Local(Arc::new(Local::default()))
    }

    /// Announcements through Redis, for the instance with this channel. It listens until the process ends.
    pub(super) fn remote(link: Link, channel: String) -> Self {
        Self::Remote(Remote::start(link, channel))
    }

    /// The watchers of this process.
    fn here(&self) -> &Arc<Local> {
        match self {
            Self::Local(local) => local,
            Self::Remote(remote) => &remote.local,
        }
    }

    /// Tells the watchers of this process what a ticket has become.
    pub(super) fn changed(&self, ticket: &Ticket) {
        self.here().announce_changed(ticket);
    }

    /// Has the watchers of a ticket in this process read the store.
    pub(super) fn look(&self, ticket: TicketId) {
        self.here().announce(ticket);
    }

    /// Hears of this ticket until the subscription is dropped; its presence is seen by the other side.
    pub(super) async fn subscribe(&self, ticket: TicketId, side: Side) -> Result<Subscription, Fault> {
        let subscription = Subscription::new(Arc::clone(self.here()), ticket, side);
        if let Self::Remote(remote) = self {
            Box::pin(remote.join(ticket, side)).await?;
        }
        Ok(subscription)
    }

    /// Whether the browser's page is open.
    pub(super) async fn browser_is_here(&self, ticket: TicketId) -> Result<bool, Fault> {
        match self {
            _ if self.here().browser_is_here(ticket) => Ok(true),
            Self::Local(_) => Ok(false),
            Self::Remote(remote) => Box::pin(remote.browser_is_elsewhere(ticket)).await,
        }
    }

    /// How many pages watch in this process.
    pub(super) fn watchers(&self) -> usize {
        self.here().watchers()
    }
}

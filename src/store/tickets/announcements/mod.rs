//! Tells the pages that watch a ticket that it changed. A hint and nothing more: what changed is read from the
//! store, or told as the store had it in the step that changed it; so a lost hint costs time and never truth. Watchers
//! subscribe first, then read.

mod local;
mod remote;
mod side;

use std::sync::Arc;

use crate::store::Fault;
use crate::store::redis::Link;
use crate::ticket::ids::TicketId;

pub use self::local::{Local, Subscription, WATCHERS};
pub use self::remote::Remote;
pub use self::side::Side;

/// Announcements, by whichever means this instance has.
#[derive(Clone, Debug)]
pub enum Hub {
    /// Within this process.
    Local(Arc<Local>),
    /// Among many.
    Remote(Arc<Remote>),
}

impl Hub {
    /// Announcements within this process.
    pub fn local() -> Self {
        Self::Local(Arc::new(Local::default()))
    }

    /// Announcements through Redis, for the instance of this name.
    pub fn remote(link: Link, instance: &str) -> Self {
        Self::Remote(Remote::start(link, instance))
    }

    /// Wakes whoever watches this ticket, on either side. In Redis the change itself has done so, in the same step.
    pub fn announce(&self, ticket: TicketId) {
        match self {
            Self::Local(local) => local.announce(ticket),
            Self::Remote(_) => {}
        }
    }

    /// Hears of this ticket until the subscription is dropped; its presence is seen by the other side.
    pub async fn subscribe(&self, ticket: TicketId, side: Side) -> Result<Subscription, Fault> {
        match self {
            Self::Local(local) => Ok(Subscription::new(Arc::clone(local), ticket, side)),
            Self::Remote(remote) => {
                let subscription = Subscription::new(Arc::clone(&remote.local), ticket, side);
                Box::pin(remote.join(ticket, side)).await?;
                Ok(subscription)
            }
        }
    }

    /// Whether the browser's page is open, as far as this hub can see.
    pub async fn browser_is_here(&self, ticket: TicketId) -> Result<bool, Fault> {
        match self {
            Self::Local(local) => Ok(local.browser_is_here(ticket)),
            Self::Remote(remote) => {
                Ok(remote.local.browser_is_here(ticket) || Box::pin(remote.browser_is_here(ticket)).await?)
            }
        }
    }

    /// Pages watching on this instance now.
    pub fn watchers(&self) -> usize {
        match self {
            Self::Local(local) => local.watchers(),
            Self::Remote(remote) => remote.local.watchers(),
        }
    }
}

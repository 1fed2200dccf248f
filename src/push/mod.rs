//! Tells the pages that watch a ticket that it changed. A hint and nothing more: what changed is read from the
//! store, so a lost hint costs time and never truth. Watchers subscribe first, then read.

mod local;

use std::sync::Arc;

use crate::ticket::ids::TicketId;

pub use local::{Local, Subscription};

/// Which side of a ticket watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The page that shows the code.
    Browser,
    /// The device that decides.
    Phone,
}

/// Announcements, by whichever means this instance has.
#[derive(Clone, Debug)]
pub enum Hub {
    /// Within this process.
    Local(Arc<Local>),
}

impl Hub {
    /// Announcements within this process.
    pub fn local() -> Self {
        Self::Local(Arc::new(Local::default()))
    }

    /// Wakes whoever watches this ticket, on either side.
    pub fn announce(&self, ticket: TicketId) {
        match self {
            Self::Local(local) => local.announce(ticket),
        }
    }

    /// Hears of this ticket until the subscription is dropped; its presence is seen by the other side.
    pub fn subscribe(&self, ticket: TicketId, side: Side) -> Subscription {
        match self {
            Self::Local(local) => Subscription::new(Arc::clone(local), ticket, side),
        }
    }

    /// Whether the browser's page is open, as far as this hub can see.
    pub fn browser_is_here(&self, ticket: TicketId) -> bool {
        match self {
            Self::Local(local) => local.browser_is_here(ticket),
        }
    }

    /// Pages watching now.
    pub fn watchers(&self) -> usize {
        match self {
            Self::Local(local) => local.watchers(),
        }
    }
}

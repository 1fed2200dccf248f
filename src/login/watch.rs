//! Watching a ticket: subscribe first, then read the store, then wait for a hint or for the ticket's end, and read
//! again. A hint that never comes costs nothing but time, and what is told is always what the store says.

use super::flow::{Flow, Stop};
use crate::push::{Side, Subscription};
use crate::ticket::event::{Event, Seen};
use crate::ticket::ids::TicketId;
use crate::ticket::time::Timestamp;

/// One side's view of one ticket.
pub struct Watch {
    flow: Flow,
    ticket: TicketId,
    side: Side,
    subscription: Subscription,
    /// What was told last, without its time and code.
    told: Option<(u32, Kind)>,
}

/// What distinguishes two states of the same `seq`: time runs out, and pages open and close.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Live { page_open: bool },
    Expired,
}

impl Watch {
    pub(super) fn new(flow: Flow, ticket: TicketId, side: Side) -> Self {
        let subscription = flow.hub().subscribe(ticket, side);
        Self { flow, ticket, side, subscription, told: None }
    }

    /// The page shows the state of this `seq` already; it is told again only how long it lasts.
    pub async fn resume(&mut self, after: u32) -> Result<Event, Stop> {
        let ticket = self.flow.get(self.ticket).await?;
        let mut event = self.flow.event(&ticket);
        self.told = Some((event.seq, kind(&event.seen)));
        if event.seq != after {
            self.show_code(&mut event, &ticket);
        }
        Ok(event)
    }

    /// The next state that differs from what was told last.
    pub async fn next(&mut self) -> Result<Event, Stop> {
        loop {
            let hint = self.subscription.next();
            let until = match self.read().await? {
                Ok(event) => {
                    self.told = Some((event.seq, kind(&event.seen)));
                    return Ok(event);
                }
                Err(until) => until,
            };
            tokio::select! {
                () = hint => {}
                () = self.flow.clock().sleep_until(until) => {}
            }
        }
    }

    /// The present moment, by the clock of this house.
    pub fn now(&self) -> Timestamp {
        self.flow.clock().now()
    }

    /// Whether anything can follow this state.
    pub fn is_last(event: &Event) -> bool {
        matches!(event.seen, Seen::Denied | Seen::Cancelled | Seen::Claimed | Seen::Expired)
    }

    /// The state if it is news, else when it ends by itself.
    async fn read(&self) -> Result<Result<Event, Timestamp>, Stop> {
        let ticket = self.flow.get(self.ticket).await?;
        let mut event = self.flow.event(&ticket);
        if self.told == Some((event.seq, kind(&event.seen))) {
            return Ok(Err(ticket.expires_at));
        }
        self.show_code(&mut event, &ticket);
        Ok(Ok(event))
    }

    fn show_code(&self, event: &mut Event, ticket: &crate::ticket::machine::Ticket) {
        if let (Side::Browser, Seen::Waiting { code, .. }) = (self.side, &mut event.seen) {
            *code = Some(self.flow.code(ticket));
        }
    }
}

fn kind(seen: &Seen) -> Kind {
    match seen {
        Seen::Expired => Kind::Expired,
        Seen::Approved { page_open } => Kind::Live { page_open: *page_open },
        _ => Kind::Live { page_open: false },
    }
}

//! Watching a ticket: subscribe first, then read the store, then wait for a hint or for the ticket's end, and read
//! again. A hint that never comes costs nothing but time, and what is told is always what the store says.

use super::flow::{Flow, Stop};
use crate::push::{Side, Subscription};
use crate::ticket::event::{Event, Seen};
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;
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

/// What the store says beside what was told last.
pub enum News {
    /// A state that was not told yet.
    Is(Event),
    /// Nothing, until the ticket's time is over or a hint comes.
    NoneUntil(Timestamp),
}

/// What distinguishes two states of the same `seq`: time runs out, and pages open and close.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Live { page_open: bool },
    Expired,
}

impl Watch {
    pub(super) async fn new(flow: Flow, ticket: TicketId, side: Side) -> Result<Self, Stop> {
        let subscription = flow.hub().subscribe(ticket, side).await?;
        Ok(Self { flow, ticket, side, subscription, told: None })
    }

    /// The page shows the state of this `seq` already; it is told again only how long it lasts.
    pub async fn resume(&mut self, after: u32) -> Result<Event, Stop> {
        let ticket = self.read().await?;
        let mut event = self.flow.event(&ticket).await;
        self.told = Some((event.seq, kind(&event.seen)));
        if event.seq != after {
            self.show_code(&mut event, &ticket);
        }
        Ok(event)
    }

    /// The state, if it differs from what was told last; else until when it stays so by itself.
    pub async fn news(&mut self) -> Result<News, Stop> {
        let ticket = self.read().await?;
        let mut event = self.flow.event(&ticket).await;
        let state = Some((event.seq, kind(&event.seen)));
        if self.told == state {
            return Ok(News::NoneUntil(ticket.expires_at));
        }
        self.told = state;
        self.show_code(&mut event, &ticket);
        Ok(News::Is(event))
    }

    /// The page asks for a newer code; it is told like every other change. A phone has none.
    pub async fn refresh(&self) -> Result<(), Stop> {
        match self.side {
            Side::Browser => self.flow.refresh_watched(self.ticket).await.map(|_| ()),
            Side::Phone => Ok(()),
        }
    }

    /// The ticket as the store has it; what it has just announced need not be asked for.
    async fn read(&self) -> Result<Ticket, Stop> {
        let ticket = match self.subscription.news() {
            Some(announced) => announced,
            None => self.flow.get(self.ticket).await?,
        };
        self.subscription.saw(ticket.seq);
        Ok(ticket)
    }

    /// Returns when the store is worth reading again: something was announced, or it is `until`.
    pub async fn hint(&mut self, until: Timestamp) {
        tokio::select! {
            () = self.subscription.heard() => {}
            () = self.flow.clock().sleep_until(until) => {}
        }
    }

    /// Waits for news.
    pub async fn next(&mut self) -> Result<Event, Stop> {
        loop {
            match self.news().await? {
                News::Is(event) => return Ok(event),
                News::NoneUntil(until) => self.hint(until).await,
            }
        }
    }

    /// The present moment, by the clock of this house.
    pub fn now(&self) -> Timestamp {
        self.flow.now()
    }

    /// Whether anything can follow this state.
    pub fn is_last(event: &Event) -> bool {
        matches!(event.seen, Seen::Denied | Seen::Cancelled | Seen::Claimed | Seen::Expired)
    }

    fn show_code(&self, event: &mut Event, ticket: &Ticket) {
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

//! Watching a ticket: subscribe first, then read the store, then wait for a hint or for the ticket's end; then read what
//! was announced, or the store again. A hint that never comes costs nothing but time, and what is told is always what
//! the store said.

use std::time::Duration;

use crate::account::session::SignedIn;
use crate::login::flow::{Flow, Stop};
use crate::login::refusal::refused;
use crate::store::tickets::{Side, Subscription};
use crate::ticket::approval::Epoch;
use crate::ticket::event::{Event, Seen};
use crate::ticket::ids::{AccountId, ClaimKeyHash, SessionTokenHash, TicketId};
use crate::ticket::machine::{Refused, Stage, Ticket};
use crate::ticket::time::Timestamp;
use crate::web::bounds::PING_EVERY;

/// One side's view of one ticket.
pub struct Watch {
    flow: Flow,
    subscription: Subscription,
    /// What was told last, without its time and code.
    told: Option<(u32, Kind)>,
    /// Until when that stays so by itself.
    until: Timestamp,
    /// Who watches, where it matters that they are signed in.
    viewer: Option<Box<Viewer>>,
}

/// Somebody who is signed in.
#[derive(Clone, Copy)]
pub struct Viewer {
    account: AccountId,
    epoch: Epoch,
    session: Option<SessionTokenHash>,
}

impl Viewer {
    /// This person.
    pub fn of(who: &SignedIn) -> Self {
        let session = who.session.map(|session| session.token_hash);
        Self { account: who.account.id, epoch: who.account.epoch, session }
    }
}

/// What a wait ended with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// There may be news.
    News,
    /// It is the moment that was asked for, and nothing else.
    Alarm,
}

/// What distinguishes two states of the same `seq`: time runs out, and pages open and close.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Waiting,
    Live { page_open: bool },
    Expired,
}

impl Flow {
    /// The browser watches its ticket.
    pub async fn watch_as_browser(&self, id: TicketId, browser: ClaimKeyHash) -> Result<Watch, Stop> {
        // Before it is one of those that watch: whoever may not takes no place from those that may.
        self.ticket_of(id, browser, "watch").await?;
        Watch::new(self.clone(), id, Side::Browser, None).await
    }

    /// The phone watches what it decided, for as long as it is signed in.
    pub async fn watch_as_phone(&self, id: TicketId, who: &SignedIn) -> Result<Watch, Stop> {
        let ticket = self.get(id).await?;
        match (ticket.scanned_by(), ticket.stage) {
            (Some(owner), _) if owner == who.account.id => {
                Ok(Watch::new(self.clone(), id, Side::Phone, Some(Viewer::of(who))).await?)
            }
            (_, Stage::Cancelled) => Err(refused("watch", id, Refused::Cancelled.into())),
            _ => Err(refused("watch", id, Refused::NotYours.into())),
        }
    }
}

impl Watch {
    pub(in crate::login) async fn new(
        flow: Flow,
        ticket: TicketId,
        side: Side,
        viewer: Option<Viewer>,
    ) -> Result<Self, Stop> {
        let subscription = flow.tickets().watch(ticket, side).await?;
        let until = flow.now();
        Ok(Self { flow, subscription, told: None, until, viewer: viewer.map(Box::new) })
    }

    /// Whether whoever watches may go on: an operator signs people out without any word to this instance.
    pub async fn may_go_on(&self) -> Result<(), Stop> {
        let Some(Viewer { account, epoch, session }) = self.viewer.as_deref().copied() else { return Ok(()) };
        let is_signed_in = self.flow.records().is_signed_in(account, epoch, session, self.now()).await?;
        if is_signed_in { Ok(()) } else { Err(Refused::NotYours.into()) }
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

    /// The state, if it differs from what was told last.
    pub async fn news(&mut self) -> Result<Option<Event>, Stop> {
        let ticket = self.read().await?;
        let mut event = self.flow.event(&ticket).await;
        let state = Some((event.seq, kind(&event.seen)));
        if self.told == state {
            return Ok(None);
        }
        self.told = state;
        self.show_code(&mut event, &ticket);
        Ok(Some(event))
    }

    /// The page asks for a newer code; it is told like every other change. What a phone asks, or a page whose code is
    /// being used, is let pass.
    pub async fn refresh(&self) {
        let is_waiting = matches!(self.told, Some((_, Kind::Waiting)));
        if self.subscription.side() == Side::Browser && is_waiting {
            self.flow.refresh_watched(self.subscription.ticket()).await;
        }
    }

    /// The ticket as the store has it; what it has just announced need not be asked for.
    async fn read(&mut self) -> Result<Ticket, Stop> {
        if self.subscription.is_replaced() {
            return Err(Stop::Replaced);
        }
        let ticket = match self.subscription.news() {
            Some(announced) => announced,
            None => self.flow.get(self.subscription.ticket()).await?,
        };
        self.subscription.saw(ticket.seq);
        self.until = ticket.expires_at;
        Ok(ticket)
    }

    /// Returns when there may be news: something was announced, or what was told is over. Returns as well when it is
    /// `alarm`, and then says so.
    pub async fn hint(&mut self, alarm: Timestamp) -> Hint {
        let now = self.flow.now();
        let first = if self.until.left(now) <= alarm.left(now) { self.until } else { alarm };
        tokio::select! {
            () = self.subscription.heard() => Hint::News,
            () = self.flow.clock().sleep_until(first) => {
                if self.until.is_over(self.flow.now()) { Hint::News } else { Hint::Alarm }
            }
        }
    }

    /// Waits for news after what was told last, for as long as whoever watches [may go on](Self::may_go_on).
    pub async fn next(&mut self) -> Result<Event, Stop> {
        loop {
            let alarm = if self.viewer.is_some() { self.now() + PING_EVERY } else { self.until };
            self.hint(alarm).await;
            self.may_go_on().await?;
            if let Some(event) = self.news().await? {
                return Ok(event);
            }
        }
    }

    /// The present moment, by the clock of this house.
    pub fn now(&self) -> Timestamp {
        self.flow.now()
    }

    /// Time for rates.
    pub fn steady(&self) -> Duration {
        self.flow.clock().steady()
    }

    fn show_code(&self, event: &mut Event, ticket: &Ticket) {
        if let (Side::Browser, Seen::Waiting { code, .. }) = (self.subscription.side(), &mut event.seen) {
            *code = Some(self.flow.code(ticket));
        }
    }
}

fn kind(seen: &Seen) -> Kind {
    match seen {
        Seen::Waiting { .. } => Kind::Waiting,
        Seen::Expired => Kind::Expired,
        Seen::Approved { page_open, .. } => Kind::Live { page_open: *page_open },
        _ => Kind::Live { page_open: false },
    }
}

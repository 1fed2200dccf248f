//! Watching a ticket on the server by a task: subscribe first, then read the store, then wait for an announcement or
//! for the ticket's end; then read the store again. A lost announcement must cost only time, and a page must only be sent
//! what the store holds. Sockets need no task: see `parked`.

use crate::account::session::SignedIn;
use crate::login::flow::{Flow, StepError};
use crate::login::refusal::refused;
use crate::ticket::event::{Event, Seen};
use crate::ticket::ids::{ClaimKeyHash, TicketId};
use crate::ticket::ladder::Asks;
use crate::ticket::machine::{Refused, Stage, Ticket};
use crate::ticket::side::Side;
use crate::ticket::time::Timestamp;
use crate::waiting::{PING_EVERY, Subscription, Viewer};

/// A watch that is allowed and has not begun: of one side (browser or phone), over one ticket.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// Carries out the steps of the ticket.
    pub(super) flow: Flow,
    ticket: TicketId,
    side: Side,
    /// The signed-in person who watches; `None` for the browser that is to be signed in.
    pub(super) viewer: Option<Viewer>,
}

/// The watch of one side (browser or phone) over one ticket by a task.
pub struct Watch {
    flow: Flow,
    subscription: Subscription,
    /// What identifies the state that was sent last, so that it is not sent twice.
    told: Option<(u32, u8)>,
    /// The time at which that state expires by itself. Before anything was sent it is the time of the start, so that
    /// the first wait ends at once.
    until: Timestamp,
    viewer: Option<Viewer>,
}

impl Flow {
    /// Allows a browser to watch its ticket. [`Refused::WrongKey`] if `claim_key` is not that of
    /// the browser that made the ticket.
    pub async fn watch_as_browser(&self, id: TicketId, claim_key: ClaimKeyHash) -> Result<Allowed, StepError> {
        // Checked before the watch is counted: a browser without the right key must not replace other
        // watchers.
        self.ticket_of(id, claim_key, "watch").await?;
        Ok(Allowed { flow: self.clone(), ticket: id, side: Side::Browser, viewer: None })
    }

    /// Allows a phone to watch the ticket that its account scanned or decided, for as long as the person is signed
    /// in. Any other account, and a cancelled ticket, is refused.
    pub async fn watch_as_phone(&self, id: TicketId, who: &SignedIn) -> Result<Allowed, StepError> {
        let ticket = self.get(id).await?;
        match (ticket.scanned_by(), ticket.stage) {
            _ if ticket.offer.is_some() => Err(refused("watch", id, Refused::OtherDirection.into())),
            (Some(owner), _) if owner == who.account.id => {
                Ok(Allowed { flow: self.clone(), ticket: id, side: Side::Phone, viewer: Some(viewer(who)) })
            }
            (_, Stage::Cancelled) => Err(refused("watch", id, Refused::Cancelled.into())),
            _ => Err(refused("watch", id, Refused::NotYours.into())),
        }
    }

    /// Allows a browser to watch the ticket with which it offers its account, for as long as the person is signed in.
    pub async fn watch_as_offerer(
        &self,
        id: TicketId,
        claim_key: ClaimKeyHash,
        who: &SignedIn,
    ) -> Result<Allowed, StepError> {
        let allowed = self.watch_as_browser(id, claim_key).await?;
        Ok(Allowed { viewer: Some(viewer(who)), ..allowed })
    }

    /// Allows the phone that took the code of an offer to watch its ticket. Any other phone is refused.
    pub async fn watch_as_taker(&self, id: TicketId, claim_key: ClaimKeyHash) -> Result<Allowed, StepError> {
        let ticket = self.get(id).await?;
        if !ticket.offer.as_deref().is_some_and(|offer| offer.is_taken_by(&claim_key)) {
            return Err(refused("watch", id, Refused::NotYours.into()));
        }
        Ok(Allowed { flow: self.clone(), ticket: id, side: Side::Phone, viewer: None })
    }

    /// Returns an error if the watching person is not signed in any more: an operator can sign people out without
    /// an announcement to this instance. A browser that is to be signed in may always go on.
    pub(super) async fn may_go_on(&self, viewer: Option<Viewer>) -> Result<(), StepError> {
        let Some(Viewer { account, epoch, session }) = viewer else { return Ok(()) };
        let is_signed_in = self.records().is_signed_in(account, epoch, session, self.now()).await?;
        if is_signed_in { Ok(()) } else { Err(Refused::NotYours.into()) }
    }

    /// Adds to the event what the page of the browser shows of what the approval owes: the number that the phone is to
    /// choose, or that it takes the digits of the phone. The phone must not be sent the number: its person reads it from the
    /// browser.
    pub(in crate::login) fn show_owed(event: &mut Event, ticket: &Ticket, side: Side) {
        if let (Side::Browser, Seen::Scanned { number, wrong, .. }, Stage::Scanned(_, owed)) =
            (side, &mut event.seen, &ticket.stage)
        {
            match owed.asks {
                Asks::Number { right, .. } => *number = Some(right.expose()),
                Asks::Digits { wrong: tries, pledged: Some(_), .. } => *wrong = Some(tries.into()),
                _ => {}
            }
        }
    }

    /// Adds the present code to the event if the page of this side shows it.
    pub(super) fn show_code(&self, event: &mut Event, ticket: &Ticket, side: Side) {
        if let (Side::Browser, Seen::Waiting { code, .. }) = (side, &mut event.seen) {
            *code = Some(self.shown_code(ticket));
        }
    }
}

impl Allowed {
    /// Begins the watch by a task.
    pub async fn begin(self) -> Result<Watch, StepError> {
        let subscription = self.subscribe().await?;
        let Self { flow, viewer, .. } = self;
        let until = flow.now();
        Ok(Watch { flow, subscription, told: None, until, viewer })
    }

    /// Begins the watch by a socket, which is parked once its handshake is over.
    pub async fn subscribe(&self) -> Result<Subscription, StepError> {
        Ok(self.flow.tickets().watch(self.ticket, self.side).await?)
    }
}

impl Watch {
    /// Returns the present state for a page that connects or reconnects, and remembers it as sent. If the page
    /// already shows the state with the `seq` `after`, the event leaves out the code.
    pub async fn resume(&mut self, after: u32) -> Result<Event, StepError> {
        let ticket = self.read().await?;
        let mut event = self.flow.event(&ticket).await;
        self.told = Some((event.seq, mark(&event.seen)));
        Flow::show_owed(&mut event, &ticket, self.subscription.who().side);
        if event.seq != after {
            self.flow.show_code(&mut event, &ticket, self.subscription.who().side);
        }
        Ok(event)
    }

    /// Returns the present state if it differs from what was sent last, and remembers it as sent; `None` if it
    /// does not differ.
    pub async fn news(&mut self) -> Result<Option<Event>, StepError> {
        let ticket = self.read().await?;
        let mut event = self.flow.event(&ticket).await;
        let state = Some((event.seq, mark(&event.seen)));
        if self.told == state {
            return Ok(None);
        }
        self.told = state;
        Flow::show_owed(&mut event, &ticket, self.subscription.who().side);
        self.flow.show_code(&mut event, &ticket, self.subscription.who().side);
        Ok(Some(event))
    }

    /// Returns the ticket as the store has it. [`StepError::Replaced`] if newer watchers replaced this one.
    async fn read(&mut self) -> Result<Ticket, StepError> {
        if self.subscription.is_replaced() {
            return Err(StepError::Replaced);
        }
        let ticket = match self.subscription.found() {
            Some(found) => found,
            None => self.flow.get(self.subscription.who().ticket).await?,
        };
        self.subscription.saw(ticket.seq);
        self.until = ticket.expires_at;
        Ok(ticket)
    }

    /// Waits for a new state and returns it. Returns an error once the watching person [may not go
    /// on](Flow::may_go_on).
    pub async fn next(&mut self) -> Result<Event, StepError> {
        loop {
            let alarm = if self.viewer.is_some() { self.flow.now() + PING_EVERY } else { self.until };
            let now = self.flow.now();
            let first = if self.until.left(now) <= alarm.left(now) { self.until } else { alarm };
            tokio::select! {
                () = self.subscription.heard() => {}
                () = self.flow.clock().sleep_until(first) => {}
            }
            self.flow.may_go_on(self.viewer).await?;
            if let Some(event) = self.news().await? {
                return Ok(event);
            }
        }
    }
}

fn viewer(who: &SignedIn) -> Viewer {
    let session = who.session_hash();
    Viewer { account: who.account.id, epoch: who.account.epoch, session }
}

/// Distinguishes the states that a ticket can have with the same `seq`: before and after a state expires, and while
/// the page with the code is open or closed.
pub(super) fn mark(seen: &Seen) -> u8 {
    match seen {
        Seen::Waiting { .. } => 0,
        Seen::Expired => 1,
        Seen::Approved { page_open: true, .. } => 2,
        _ => 3,
    }
}

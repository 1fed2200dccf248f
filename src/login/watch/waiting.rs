//! Watching a ticket on the server: subscribe first, then read the store, then wait for an announcement or
//! for the ticket's end; then take the announced state, or read the store again. A lost announcement must
//! cost only time, and a page must only be sent what the store holds.

use std::time::Duration;

use crate::account::session::SignedIn;
use crate::login::flow::{Flow, StepError};
use crate::login::refusal::refused;
use crate::store::tickets::{Side, Subscription};
use crate::ticket::approval::Epoch;
use crate::ticket::event::{Event, Seen};
use crate::ticket::ids::{AccountId, ClaimKeyHash, SessionTokenHash, TicketId};
use crate::ticket::machine::{Refused, Stage, Ticket};
use crate::ticket::time::Timestamp;
use crate::web::bounds::PING_EVERY;

/// The watch of one side (browser or phone) over one ticket.
pub struct Watch {
    flow: Flow,
    subscription: Subscription,
    /// What identifies the state that was sent last, so that it is not sent twice.
    told: Option<(u32, Kind)>,
    /// The time at which that state expires by itself. Before anything was sent it is the time of the start, so that
    /// the first wait ends at once.
    until: Timestamp,
    /// The signed-in person who watches; `None` for the browser that is to be signed in.
    viewer: Option<Box<Viewer>>,
}

/// A signed-in person who watches: the account, the session by which they are signed in, and the account's epoch,
/// which changes when everything that the account had open is ended.
#[derive(Clone, Copy)]
pub struct Viewer {
    account: AccountId,
    epoch: Epoch,
    session: Option<SessionTokenHash>,
}

impl Viewer {
    /// Makes the viewer from the signed-in person of a request.
    pub fn of(who: &SignedIn) -> Self {
        let session = who.session.map(|session| session.token_hash);
        Self { account: who.account.id, epoch: who.account.epoch, session }
    }
}

/// Why the wait in [`Watch::hint`] ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// The state may have changed.
    News,
    /// The requested time has come, and the state cannot have changed.
    Alarm,
}

/// The kind of a state, which with its `seq` tells whether it was sent already. It differs between states with
/// the same `seq`: before and after a state expires, and while the page with the code is open or closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Waiting,
    Live { page_open: bool },
    Expired,
}

impl Flow {
    /// Starts the watch of a browser over its ticket. [`Refused::WrongKey`] if `claim_key` is not the hash of the
    /// claim key of the browser that made the ticket.
    pub async fn watch_as_browser(&self, id: TicketId, claim_key: ClaimKeyHash) -> Result<Watch, StepError> {
        // Checked before the watch is counted: a browser without the right key must not replace other
        // watchers.
        self.ticket_of(id, claim_key, "watch").await?;
        Watch::new(self.clone(), id, Side::Browser, None).await
    }

    /// Starts the watch of a phone over the ticket that its account scanned or decided. It lasts as long as the
    /// person is signed in. Any other account, and a cancelled ticket, is refused.
    pub async fn watch_as_phone(&self, id: TicketId, who: &SignedIn) -> Result<Watch, StepError> {
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
    ) -> Result<Self, StepError> {
        let subscription = flow.tickets().watch(ticket, side).await?;
        let until = flow.now();
        Ok(Self { flow, subscription, told: None, until, viewer: viewer.map(Box::new) })
    }

    /// Returns an error if the watching person is not signed in any more: an operator can sign people out without
    /// an announcement to this instance. A browser that is to be signed in may always go on.
    pub async fn may_go_on(&self) -> Result<(), StepError> {
        let Some(Viewer { account, epoch, session }) = self.viewer.as_deref().copied() else { return Ok(()) };
        let is_signed_in = self.flow.records().is_signed_in(account, epoch, session, self.now()).await?;
        if is_signed_in { Ok(()) } else { Err(Refused::NotYours.into()) }
    }

    /// Returns the present state for a page that connects or reconnects, and remembers it as sent. If the page
    /// already shows the state with the `seq` `after`, the event leaves out the code.
    pub async fn resume(&mut self, after: u32) -> Result<Event, StepError> {
        let ticket = self.read().await?;
        let mut event = self.flow.event(&ticket).await;
        self.told = Some((event.seq, kind(&event.seen)));
        if event.seq != after {
            self.show_code(&mut event, &ticket);
        }
        Ok(event)
    }

    /// Returns the present state if it differs from what was sent last, and remembers it as sent; `None` if it
    /// does not differ.
    pub async fn news(&mut self) -> Result<Option<Event>, StepError> {
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

    /// Renews the code at the page's request; the new code is sent as the next event. A request of a phone, or of
    /// a page whose code was scanned, is ignored, and a refusal is only logged.
    pub async fn refresh(&self) {
        let is_waiting = matches!(self.told, Some((_, Kind::Waiting)));
        if self.subscription.side() == Side::Browser && is_waiting {
            self.flow.refresh_watched(self.subscription.ticket()).await;
        }
    }

    /// Returns the present ticket: the state that the store has just announced, or else what the store has.
    /// [`StepError::Replaced`] if newer watchers replaced this one.
    async fn read(&mut self) -> Result<Ticket, StepError> {
        if self.subscription.is_replaced() {
            return Err(StepError::Replaced);
        }
        let ticket = match self.subscription.news() {
            Some(announced) => announced,
            None => self.flow.get(self.subscription.ticket()).await?,
        };
        self.subscription.saw(ticket.seq);
        self.until = ticket.expires_at;
        Ok(ticket)
    }

    /// Waits until a change is announced or the last state expires ([`Hint::News`]), but at most until `alarm`
    /// ([`Hint::Alarm`]).
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

    /// Waits for a new state and returns it. Returns an error once the watching person [may not go
    /// on](Self::may_go_on).
    pub async fn next(&mut self) -> Result<Event, StepError> {
        loop {
            let alarm = if self.viewer.is_some() { self.now() + PING_EVERY } else { self.until };
            self.hint(alarm).await;
            self.may_go_on().await?;
            if let Some(event) = self.news().await? {
                return Ok(event);
            }
        }
    }

    /// Returns the current time of this server's clock.
    pub fn now(&self) -> Timestamp {
        self.flow.now()
    }

    /// Returns the monotonic time of this server's clock, for rate limits.
    pub fn steady(&self) -> Duration {
        self.flow.clock().steady()
    }

    fn show_code(&self, event: &mut Event, ticket: &Ticket) {
        if let (Side::Browser, Seen::Waiting { code, .. }) = (self.subscription.side(), &mut event.seen) {
            *code = Some(self.flow.shown_code(ticket));
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

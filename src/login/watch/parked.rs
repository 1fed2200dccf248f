//! What the pages need whose sockets are parked in the [waiting room](crate::waiting): their news are rendered, and
//! their calls are answered.

use std::io;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::waiting::mark;
use crate::cause::caused;
use crate::login::flow::{Flow, StepError, WeakFlow};
use crate::ticket::event::Event;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::{Stage, Ticket};
use crate::ticket::side::Side;
use crate::waiting::{Caller, End, News, Viewer, Who};
use crate::web::bounds::{GATHER, RENEWALS_QUEUED};

/// Opens the waiting room of this process, in which the sockets of pages are parked. When `stopping` is cancelled, all
/// pages are told to reconnect.
///
/// # Errors
/// The system has no descriptor or no thread left.
pub fn open(flow: &Flow, stopping: CancellationToken) -> io::Result<()> {
    let (asked, asking) = mpsc::channel(RENEWALS_QUEUED);
    // It is a task of its own: while it sleeps, a request only adds to its channel and wakes nothing.
    tokio::spawn(refresh(flow.downgrade(), asking));
    let pages = Pages { flow: flow.downgrade(), runtime: Handle::current(), asked };
    flow.tickets().room().open(flow.clock().clone(), Box::new(pages), stopping)
}

/// What the room calls for its pages.
struct Pages {
    /// The flow, which has the room; so the room must not keep the flow.
    flow: WeakFlow,
    runtime: Handle,
    /// Takes the tickets whose browser asks for a newer code, [`RENEWALS_QUEUED`] at most.
    asked: mpsc::Sender<TicketId>,
}

impl Caller for Pages {
    fn render(&self, ticket: &Ticket, side: Side, page_open: Option<bool>) -> Option<News> {
        let flow = self.flow.upgrade()?;
        // Nothing else depends on whether a page is open.
        let page_open = if matches!(ticket.stage, Stage::Approved(..)) { page_open? } else { false };
        Some(news(&flow, ticket, side, flow.event_with(ticket, page_open), None))
    }

    fn read(&self, who: Who, viewer: Option<Viewer>) {
        if let Some(flow) = self.flow.upgrade() {
            self.runtime.spawn(async move { tell(&flow, who, viewer, None).await });
        }
    }

    fn renew(&self, ticket: TicketId) {
        // A page that gets no newer code asks again.
        let _ = self.asked.try_send(ticket);
    }
}

/// Renews the codes of the tickets that it receives, those that come within [`GATHER`] together.
async fn refresh(flow: WeakFlow, mut asked: mpsc::Receiver<TicketId>) {
    while let Some(first) = asked.recv().await {
        sleep(GATHER).await;
        let mut tickets = vec![first];
        while let Ok(ticket) = asked.try_recv() {
            tickets.push(ticket);
        }
        // Several pages may show the same ticket.
        tickets.sort_unstable();
        tickets.dedup();
        let Some(flow) = flow.upgrade() else { return };
        flow.refresh_watched(&tickets).await;
    }
}

/// Renders an event for the pages of one side. The code is left out for a page that shows the state with the `seq`
/// `shown`.
fn news(flow: &Flow, ticket: &Ticket, side: Side, mut event: Event, shown: Option<u32>) -> News {
    Flow::show_owed(&mut event, ticket, side);
    if shown != Some(event.seq) {
        flow.show_code(&mut event, ticket, side);
    }
    let text = serde_json::to_string(&event).expect("texts and numbers are JSON");
    News { seq: event.seq, mark: mark(&event.seen), text, until: ticket.expires_at, is_last: event.seen.is_last() }
}

/// What is known of a page that has just come.
pub(super) struct First {
    /// The `seq` of the state that the page shows.
    pub(super) shown: u32,
    /// The ticket as the watch found it; `None` if it has to be read.
    pub(super) found: Option<Ticket>,
}

/// Tells a page the present state, until nothing was announced meanwhile, or closes its socket if it must not have it.
pub(super) async fn tell(flow: &Flow, who: Who, viewer: Option<Viewer>, first: Option<First>) {
    if let Err(stop) = try_to_tell(flow, who, viewer, first).await {
        flow.tickets().room().end(who.key, ended(stop));
    }
}

async fn try_to_tell(flow: &Flow, who: Who, viewer: Option<Viewer>, mut first: Option<First>) -> Result<(), StepError> {
    loop {
        flow.may_go_on(viewer).await?;
        let (shown, found) = first.take().map_or((None, None), |first| (Some(first.shown), first.found));
        let ticket = match found {
            Some(found) => found,
            None => flow.get(who.ticket).await?,
        };
        let event = flow.event(&ticket).await;
        if !flow.tickets().room().answer(who.key, &news(flow, &ticket, who.side, event, shown)) {
            return Ok(());
        }
    }
}

/// Returns why a socket is to be closed after its watch ended with the refusal `stop`.
fn ended(stop: StepError) -> End {
    match stop {
        StepError::Fault(fault) => {
            tracing::warn!(fault = %caused(&fault), "a watch ended: the store does not answer");
            End::Later
        }
        _ => End::Done,
    }
}

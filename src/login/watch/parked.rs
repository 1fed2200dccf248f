//! What the pages need whose sockets are parked in the [waiting room](crate::waiting): their news are rendered, and
//! their calls are answered.

use std::io;

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
use crate::waiting::{Calls, End, Look, News, Rules};
use crate::web::bounds::{CLOSE_TIMEOUT, GATHER, GIVE_WAY_TIMEOUT, PING_EVERY, SOCKET_FRAMES_PER_MINUTE};

const RULES: Rules = Rules {
    ping_every: PING_EVERY,
    frames_per_minute: SOCKET_FRAMES_PER_MINUTE,
    close_timeout: CLOSE_TIMEOUT,
    give_way_timeout: GIVE_WAY_TIMEOUT,
};

/// Opens the waiting room of this process, in which the sockets of pages are parked, and starts the task that answers
/// their calls. When `stopping` is cancelled, all pages are told to reconnect.
///
/// # Errors
/// The system has no descriptor or no thread left.
pub fn open(flow: &Flow, stopping: CancellationToken) -> io::Result<()> {
    // The flow has the room, so the room must not keep the flow.
    let weak = flow.downgrade();
    let render = move |ticket: &Ticket, side: Side, page_open: Option<bool>| {
        let flow = weak.upgrade()?;
        // Nothing else depends on whether a page is open.
        let page_open = if matches!(ticket.stage, Stage::Approved(..)) { page_open? } else { false };
        Some(news(&flow, ticket, side, flow.event_with(ticket, page_open), None))
    };
    let calls = flow.tickets().room().open(flow.clock().clone(), RULES, Box::new(render), stopping)?;
    let Calls { mut looks, refreshes } = calls;
    // It is a task of its own: while it sleeps, a request only adds to its channel and wakes nothing.
    tokio::spawn(refresh(flow.downgrade(), refreshes));
    let weak = flow.downgrade();
    tokio::spawn(async move {
        while let Some(look) = looks.recv().await
            && let Some(flow) = weak.upgrade()
        {
            tokio::spawn(answer(flow, look));
        }
    });
    Ok(())
}

/// Renews the codes of the tickets that it receives, those that come within [`GATHER`] together.
async fn refresh(flow: WeakFlow, mut asked: mpsc::UnboundedReceiver<TicketId>) {
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
    if shown != Some(event.seq) {
        flow.show_code(&mut event, ticket, side);
    }
    let text = serde_json::to_string(&event).expect("texts and numbers are JSON");
    News { seq: event.seq, mark: mark(&event.seen), text, until: ticket.expires_at, is_last: event.seen.is_last() }
}

/// Tells a page the present state, or closes its socket if it must not have it.
async fn answer(flow: Flow, look: Look) {
    if let Err(stop) = tell(&flow, look).await {
        flow.tickets().room().end(look.who.key, ended(stop));
    }
}

/// Tells a page the present state, until nothing was announced meanwhile.
async fn tell(flow: &Flow, Look { who, viewer, mut shown }: Look) -> Result<(), StepError> {
    loop {
        flow.may_go_on(viewer).await?;
        let ticket = flow.get(who.ticket).await?;
        let event = flow.event(&ticket).await;
        if !flow.tickets().room().answer(who.key, &news(flow, &ticket, who.side, event, shown.take())) {
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

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
use crate::waiting::{Call, End, News, Rules, Side, What};
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
    let mut calls = flow.tickets().room().open(flow.clock().clone(), RULES, Box::new(render), stopping)?;
    let (refreshes, asked) = mpsc::unbounded_channel();
    tokio::spawn(refresh(flow.downgrade(), asked));
    let weak = flow.downgrade();
    tokio::spawn(async move {
        while let Some(call) = calls.recv().await
            && let Some(flow) = weak.upgrade()
        {
            match call.what {
                What::Look { shown } => drop(tokio::spawn(answer(flow, call, shown))),
                What::Refresh if call.who.side == Side::Browser => {
                    // If the receiver is dropped, the process is ending.
                    let _ = refreshes.send(call.who.ticket);
                }
                What::Refresh => {}
            }
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

/// Answers the call of a page that has to be told the present state. The page shows the state with the `seq` `shown`.
async fn answer(flow: Flow, call: Call, shown: Option<u32>) {
    if let Err(stop) = look(&flow, &call, shown).await {
        flow.tickets().room().end(call.who.key, ended(stop));
    }
}

/// Tells a page the present state, until nothing was announced meanwhile.
async fn look(flow: &Flow, call: &Call, mut shown: Option<u32>) -> Result<(), StepError> {
    loop {
        flow.may_go_on(call.viewer).await?;
        let ticket = flow.get(call.who.ticket).await?;
        let event = flow.event(&ticket).await;
        if !flow.tickets().room().answer(call.who.key, &news(flow, &ticket, call.who.side, event, shown.take())) {
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

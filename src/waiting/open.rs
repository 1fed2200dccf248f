//! What sockets are parked with: the clock, the function that renders, the poll, and the times at which pages are due.

use std::io;

use mio::{Interest, Registry, Token};
use tokio::sync::mpsc;

use super::end::End;
use super::key::Key;
use super::news::{Call, Render, Rules, What};
use super::page::Page;
use super::side::Side;
use super::stream::Stream;
use super::times::Times;
use crate::clock::Clock;
use crate::ticket::ids::TicketId;

/// What sockets are parked with.
pub(super) struct Open {
    pub(super) clock: Clock,
    pub(super) rules: Rules,
    pub(super) render: Render,
    pub(super) calls: mpsc::UnboundedSender<Call>,
    pub(super) times: Times,
    pub(super) registry: Registry,
}

/// Which page it is that something is done with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose {
    pub(super) key: Key,
    pub(super) ticket: TicketId,
    pub(super) side: Side,
}

impl Open {
    /// Registers a socket with the poll, which names it by this token.
    pub(super) fn poll(&self, stream: &mut Stream, token: usize) -> io::Result<()> {
        self.registry.register(stream.tcp(), Token(token), Interest::READABLE)
    }

    /// Sends a call for what the room cannot do itself.
    pub(super) fn call(&self, whose: Whose, page: &Page, what: What) {
        let Whose { key, ticket, side } = whose;
        // If nobody receives it, the process is ending.
        let _ = self.calls.send(Call { key, ticket, side, viewer: page.viewer.as_deref().copied(), what });
    }

    /// Has somebody look at the state of a page, unless that is being done: then it will be done once more.
    pub(super) fn look(&self, whose: Whose, page: &mut Page) {
        if page.begin_look() {
            self.call(whose, page, What::Look);
        }
    }

    /// Makes a page due when it has to be pinged or its state expires, unless it is due sooner.
    pub(super) fn schedule(&self, key: Key, page: &mut Page) {
        let tick = self.times.tick_in(page.left(self.clock.now()));
        if self.times.is_over(page.tick) || tick < page.tick {
            page.tick = tick;
            self.times.add(tick, key);
        }
    }

    /// Forgets a connection after the time that its peer has to close it.
    pub(super) fn close_by(&self, key: Key, end: End) {
        let patience = if matches!(end, End::Evicted) { self.rules.give_way_timeout } else { self.rules.close_timeout };
        self.times.add(self.times.tick_in(patience), key);
    }
}

//! What sockets are parked with.

use std::time::Duration;

use mio::Registry;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::news::{Look, Render, Rules};
use crate::clock::Clock;
use crate::ticket::ids::TicketId;
use crate::ticket::time::Timestamp;

/// The interval at which all pages are checked for what is due. To check ten thousand of them takes a tenth of a
/// millisecond, less than it costs to keep a sorted queue of their times up to date.
pub(super) const TICK: Duration = Duration::from_millis(100);

/// A time of a clock in units of [`TICK`], for more than ten years.
pub(super) type Ticks = u32;

/// Returns a time in whole [`TICK`]s.
pub(super) fn ticks(time: Duration) -> Ticks {
    Ticks::try_from(time.as_millis() / TICK.as_millis()).unwrap_or(Ticks::MAX)
}

/// The present time by each clock.
pub(super) struct Times {
    /// When states expire.
    pub(super) now: Timestamp,
    /// The steady clock, for pings.
    pub(super) steady: Ticks,
    /// The time since the room was opened, as the system counts it for connections that close.
    pub(super) system: Ticks,
}

/// What sockets are parked with.
pub(super) struct Open {
    pub(super) clock: Clock,
    pub(super) since: Instant,
    pub(super) rules: Rules,
    pub(super) render: Render,
    /// Where sockets are registered, so that the thread that listens hears them.
    pub(super) registry: Registry,
    /// Takes the pages that have to be told the present state.
    pub(super) looks: mpsc::UnboundedSender<Look>,
    /// Takes the tickets whose browser asks for a newer code.
    pub(super) refreshes: mpsc::UnboundedSender<TicketId>,
    /// Cancelled when all pages have to reconnect, because this instance stops.
    pub(super) stopping: CancellationToken,
}

impl Open {
    /// Returns the present time by each clock.
    pub(super) fn times(&self) -> Times {
        Times { now: self.clock.now(), steady: ticks(self.clock.steady()), system: ticks(self.since.elapsed()) }
    }
}

//! Times in the short form in which each of many pages keeps them, and how long a page may take to close.

use std::time::Duration;

use crate::ticket::time::Timestamp;

/// The interval at which all pages are checked for what is due. To check ten thousand of them takes a tenth of a
/// millisecond, less than it costs to keep a sorted queue of their times up to date.
pub(super) const TICK: Duration = Duration::from_millis(100);

/// Timeout for a page's answer to a WebSocket close frame.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// Timeout for a page's answer to a WebSocket close frame if its connection is closed to admit another one.
pub(super) const GIVE_WAY_TIMEOUT: Duration = Duration::from_millis(100);

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

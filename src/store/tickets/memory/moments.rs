//! The four times of a ticket that waits, in 28 bytes instead of 64.

use std::time::Duration;

use crate::ticket::machine::Ticket;
use crate::ticket::time::Timestamp;

/// The times of a ticket. The time of the issue is kept whole, and the others as their distance from another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    /// The wall clock and the uptime at the issue, in milliseconds; an uptime of 0 is not known.
    wall: [u8; 6],
    uptime: [u8; 6],
    since: Later,
    previous_until: Later,
    skews: [i16; 2],
    /// The milliseconds from `since` until the ticket expires, by either clock.
    life: u32,
}

/// The milliseconds from the issue to a later time by the wall clock.
type Later = u32;

/// The four times as a ticket has them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) issued_at: Timestamp,
    pub(super) since: Timestamp,
    pub(super) previous_until: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl Moments {
    /// Packs the times of a ticket; `None` if they do not fit without a loss, for example because the wall clock was
    /// set by more than half a minute since the issue.
    pub(super) fn of(ticket: &Ticket) -> Option<Self> {
        let issued_at = ticket.issued_at;
        let (since, since_skew) = later(issued_at, ticket.since)?;
        let (previous_until, previous_skew) = later(issued_at, ticket.previous_until)?;
        let (life, 0) = later(ticket.since, ticket.expires_at)? else { return None };
        Some(Self {
            wall: six_bytes(issued_at.as_millis())?,
            uptime: six_bytes(issued_at.uptime_millis().unwrap_or(0))?,
            since,
            previous_until,
            skews: [since_skew, previous_skew],
            life,
        })
    }

    /// Returns the times as they were packed.
    pub(super) fn times(&self) -> Times {
        let issued_at = self.issued_at();
        let [since_skew, previous_skew] = self.skews;
        let since = after(issued_at, self.since, since_skew);
        Times {
            issued_at,
            since,
            previous_until: after(issued_at, self.previous_until, previous_skew),
            expires_at: after(since, self.life, 0),
        }
    }

    /// Returns the time of the issue.
    pub(super) fn issued_at(&self) -> Timestamp {
        Timestamp::from_millis(number(self.wall)).seen_at_uptime(number(self.uptime))
    }
}

/// Returns the milliseconds from one time to a later one by the wall clock, and how many more there are by the
/// uptime. `None` if one of the two does not fit, or if the uptime of only one of the times is known.
fn later(from: Timestamp, to: Timestamp) -> Option<(Later, i16)> {
    let wall = Later::try_from(to.as_millis().checked_sub(from.as_millis())?).ok()?;
    let skew = match (from.uptime_millis(), to.uptime_millis()) {
        (None, None) => 0,
        (Some(from), Some(to)) => i64::try_from(to).ok()? - i64::try_from(from).ok()? - i64::from(wall),
        _ => return None,
    };
    Some((wall, i16::try_from(skew).ok()?))
}

/// Returns the time to which [`later`] returned this distance.
fn after(from: Timestamp, wall: Later, skew: i16) -> Timestamp {
    let to = from + Duration::from_millis(wall.into());
    let uptime = to.uptime_millis().map(|uptime| uptime.saturating_add_signed(skew.into()));
    Timestamp::from_millis(to.as_millis()).seen_at_uptime(uptime.unwrap_or(0))
}

fn six_bytes(millis: u64) -> Option<[u8; 6]> {
    let [0, 0, low @ ..] = millis.to_be_bytes() else { return None };
    Some(low)
}

/// Returns the number that these bytes are, the highest first.
pub(super) fn number<const BYTES: usize>(bytes: [u8; BYTES]) -> u64 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

//! A ticket as it is kept in memory. Nearly all tickets wait to be scanned, and most are given up: these are packed
//! into one small record each. Any other ticket is kept as it is.

use std::net::{IpAddr, Ipv6Addr};

use super::moments::{Moments, number};
use super::names::{NameNumber, Names};
use super::typed::Typed;
use crate::store::tickets::change::may_give_way;
use crate::ticket::event::Notice;
use crate::ticket::ids::{AccountId, BrowserHash, ClaimKeyHash, Round, TicketId, UserCode};
use crate::ticket::machine::{Asker, Stage, Ticket, TicketApp};
use crate::ticket::time::Timestamp;

/// A ticket as it is kept.
#[derive(Debug)]
pub(super) enum Kept {
    /// The ticket waits to be scanned, and is packed.
    Waiting(Waiting),
    /// The ticket is in another stage, or does not fit into the record.
    Whole(Box<Ticket>),
}

/// A ticket that waits to be scanned. There are many of them, so no byte is spent that need not be.
#[derive(Debug)]
pub(super) struct Waiting {
    id: TicketId,
    claim_key: ClaimKeyHash,
    small: Small,
    goal: Option<Box<Goal>>,
    /// The number of the typed code.
    user_code: [u8; 5],
    round: Round,
    notice: Option<Notice>,
}

/// The part of a ticket that takes less memory here than in the ticket, and that may not fit.
#[derive(Clone, Copy, Debug)]
struct Small {
    moments: Moments,
    /// The address of the client; one of IPv4 is mapped to IPv6.
    address: [u8; 16],
    seq: u16,
    browser: NameNumber,
    system: NameNumber,
}

/// Where the sign-in leads, if it is not the home page of this site, who may sign in, if not anybody may, and by which id
/// accounts know the browser, if it has one.
#[derive(Debug)]
struct Goal {
    next: Option<Box<str>>,
    app: Option<Box<TicketApp>>,
    only_for: Option<AccountId>,
    browser_id: Option<BrowserHash>,
}

impl Kept {
    /// Packs a ticket, if that is possible without a loss.
    pub(super) fn of(ticket: Ticket, names: &Names) -> Self {
        let Some(small) = Small::of(&ticket, names) else { return Self::Whole(Box::new(ticket)) };
        let Ticket { id, claim_key, next, app, only_for, browser_id, round, user_code, notice, .. } = ticket;
        let has_goal = next.is_some() || app.is_some() || only_for.is_some() || browser_id.is_some();
        let goal = has_goal.then(|| Box::new(Goal { next, app, only_for, browser_id }));
        let [0, 0, 0, user_code @ ..] = user_code.as_number().to_be_bytes() else {
            unreachable!("the number of a typed code has 35 bits")
        };
        Self::Waiting(Waiting { id, claim_key, small, goal, user_code, round, notice })
    }

    /// Returns the ticket as it was before it was packed.
    pub(super) fn ticket(&self, names: &Names) -> Ticket {
        match self {
            Self::Waiting(waiting) => waiting.ticket(names),
            Self::Whole(ticket) => (**ticket).clone(),
        }
    }

    /// Returns the id of the ticket.
    pub(super) fn id(&self) -> TicketId {
        match self {
            Self::Waiting(waiting) => waiting.id,
            Self::Whole(ticket) => ticket.id,
        }
    }

    /// Returns the address of the client that made the ticket.
    pub(super) fn address(&self) -> IpAddr {
        match self {
            Self::Waiting(waiting) => waiting.small.address(),
            Self::Whole(ticket) => ticket.asker.address,
        }
    }

    /// Returns the time of the issue.
    pub(super) fn issued_at(&self) -> Timestamp {
        match self {
            Self::Waiting(waiting) => waiting.small.moments.issued_at(),
            Self::Whole(ticket) => ticket.issued_at,
        }
    }

    /// Returns the time from which on every action is refused.
    pub(super) fn expires_at(&self) -> Timestamp {
        match self {
            Self::Waiting(waiting) => waiting.small.moments.times().expires_at,
            Self::Whole(ticket) => ticket.expires_at,
        }
    }

    /// Returns the typed code of the present round.
    pub(super) fn user_code(&self) -> UserCode {
        match self {
            Self::Waiting(waiting) => waiting.user_code(),
            Self::Whole(ticket) => ticket.user_code,
        }
    }

    /// Returns what belongs to the typed code of the present round if it ends with the ticket.
    pub(super) fn typed(&self) -> Typed {
        let round = match self {
            Self::Waiting(waiting) => waiting.round,
            Self::Whole(ticket) => ticket.round,
        };
        Typed { ticket: self.id(), round, until: self.expires_at() }
    }

    /// Returns whether the ticket [may be evicted](may_give_way).
    pub(super) fn may_give_way(&self) -> bool {
        match self {
            Self::Waiting(_) => true,
            Self::Whole(ticket) => may_give_way(ticket),
        }
    }
}

impl Waiting {
    fn user_code(&self) -> UserCode {
        UserCode::from_number(number(self.user_code))
    }

    fn ticket(&self, names: &Names) -> Ticket {
        let (small, times, goal) = (&self.small, self.small.moments.times(), self.goal.as_deref());
        Ticket {
            id: self.id,
            claim_key: self.claim_key,
            asker: Asker {
                browser: names.name(small.browser),
                system: names.name(small.system),
                address: small.address(),
            },
            next: goal.and_then(|goal| goal.next.clone()),
            app: goal.and_then(|goal| goal.app.clone()),
            only_for: goal.and_then(|goal| goal.only_for),
            browser_id: goal.and_then(|goal| goal.browser_id),
            offer: None,
            issued_at: times.issued_at,
            expires_at: times.expires_at,
            seq: small.seq.into(),
            round: self.round,
            user_code: self.user_code(),
            previous_until: times.previous_until,
            notice: self.notice,
            stage: Stage::Waiting,
            since: times.since,
        }
    }
}

impl Small {
    /// Packs this part of a ticket; `None` if it does not fit, or if the ticket does not wait to be scanned
    /// or is of the other direction.
    fn of(ticket: &Ticket, names: &Names) -> Option<Self> {
        if ticket.stage != Stage::Waiting || ticket.offer.is_some() {
            return None;
        }
        let address = match ticket.asker.address {
            IpAddr::V4(address) => address.to_ipv6_mapped(),
            // It could not be told from the address of IPv4 that is mapped to it.
            IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => return None,
            IpAddr::V6(address) => address,
        };
        Some(Self {
            moments: Moments::of(ticket)?,
            address: address.octets(),
            seq: ticket.seq.try_into().ok()?,
            browser: names.number(ticket.asker.browser.as_deref())?,
            system: names.number(ticket.asker.system.as_deref())?,
        })
    }

    fn address(&self) -> IpAddr {
        let address = Ipv6Addr::from(self.address);
        address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4)
    }
}

#[cfg(test)]
mod tests;

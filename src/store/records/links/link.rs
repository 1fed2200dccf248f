//! A stored one-time link, and what became of it.

use std::fmt;
use std::time::Duration;

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// How long a link stays stored after its end, so that whoever made it sees what became of it.
pub const ENDED_LINK_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum LinkPurpose {
    /// The first account of a new server is made.
    #[strum(serialize = "set up")]
    SetUp,
    /// A new person chooses how they sign in.
    Invite,
    /// A person who cannot sign in any more chooses again how they sign in.
    Recover,
}

impl LinkPurpose {
    /// Returns the word for the purpose, in the records and in JSON: `set up`, `invite` or `recover`.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns for how long a link works after it was made. A link that sets up works until there is an account; this
    /// is for how long it stays with the browser that opened it.
    pub fn life(self) -> Duration {
        let hours = match self {
            Self::Invite => 72,
            Self::Recover | Self::SetUp => 1,
        };
        Duration::from_secs(hours * 3600)
    }
}

/// The SHA-256 of the 256 random bits in a one-time link. The server recognises the link by it, but it cannot be used as
/// the link.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkHash(pub [u8; 32]);

impl fmt::Debug for LinkHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("LinkHash")
    }
}

/// The SHA-256 of the secret in a cookie by which the browser is recognised that opened a one-time link.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpenerHash(pub [u8; 32]);

impl fmt::Debug for OpenerHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("OpenerHash")
    }
}

/// A stored one-time link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The hash of the link.
    pub token: LinkHash,
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// The account that the link is for; `None` for one that sets up.
    pub account: Option<AccountId>,
    /// The name of the person who made it; empty for the command line.
    pub made_by_name: String,
    /// The time at which it was made.
    pub created_at: Timestamp,
    /// The time from which it does not work any more.
    pub expires_at: Timestamp,
    /// The browser that opened it, which alone may use it.
    pub bound_to: Option<OpenerHash>,
    /// The time at which it was opened.
    pub bound_at: Option<Timestamp>,
    /// The first time that another browser tried to open it.
    pub opened_elsewhere_at: Option<Timestamp>,
    /// The time at which it was used.
    pub used_at: Option<Timestamp>,
    /// The time at which it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

/// What became of a one-time link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum LinkState {
    /// It works, and nobody opened it yet.
    Open,
    /// It works, in the browser that opened it.
    Opened,
    /// It was used.
    Used,
    /// It was withdrawn before it was used.
    Withdrawn,
    /// Its time is over, and it was not used.
    Expired,
}

impl LinkState {
    /// Returns the word for the state, as the command line shows it.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns whether the link works, in some browser.
    pub fn works(self) -> bool {
        matches!(self, Self::Open | Self::Opened)
    }
}

/// Why a one-time link does not work in a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefusal {
    /// There is no such link, or it ended long ago, or its account was deleted.
    Unknown,
    /// It was used.
    Used,
    /// It was withdrawn.
    Withdrawn,
    /// Its time is over.
    Expired,
    /// It belongs to another browser, which opened it first.
    OtherBrowser,
    /// Its account is disabled.
    Disabled,
}

impl Link {
    /// Returns what became of the link.
    pub fn state(&self, now: Timestamp) -> LinkState {
        if self.used_at.is_some() {
            LinkState::Used
        } else if self.withdrawn_at.is_some() {
            LinkState::Withdrawn
        } else if self.expires_at.is_over(now) {
            LinkState::Expired
        } else if self.bound_to.is_some() {
            LinkState::Opened
        } else {
            LinkState::Open
        }
    }

    /// Returns whether this browser is the one that opened the link.
    pub fn belongs_to(&self, opener: Option<OpenerHash>) -> bool {
        self.bound_to.is_some() && self.bound_to == opener
    }

    /// Returns why nobody can use the link any more; `None` if the browser that opened it can.
    pub fn over(&self, now: Timestamp) -> Option<LinkRefusal> {
        match self.state(now) {
            LinkState::Open | LinkState::Opened => None,
            LinkState::Used => Some(LinkRefusal::Used),
            LinkState::Withdrawn => Some(LinkRefusal::Withdrawn),
            LinkState::Expired => Some(LinkRefusal::Expired),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_what_happened_to_it_last() {
        let at = |seconds: u64| Timestamp::from_millis(seconds * 1000);
        let link = Link {
            token: LinkHash([1; 32]),
            purpose: LinkPurpose::Invite,
            account: None,
            made_by_name: String::new(),
            created_at: at(0),
            expires_at: at(100),
            bound_to: None,
            bound_at: None,
            opened_elsewhere_at: None,
            used_at: None,
            withdrawn_at: None,
        };
        let opened = Link { bound_to: Some(OpenerHash([2; 32])), bound_at: Some(at(5)), ..link.clone() };
        let used = Link { used_at: Some(at(6)), ..opened.clone() };
        let withdrawn = Link { withdrawn_at: Some(at(7)), ..opened.clone() };
        for (link, state, over) in [
            (&link, LinkState::Open, None),
            (&opened, LinkState::Opened, None),
            (&used, LinkState::Used, Some(LinkRefusal::Used)),
            (&withdrawn, LinkState::Withdrawn, Some(LinkRefusal::Withdrawn)),
        ] {
            assert_eq!((link.state(at(99)), link.over(at(99))), (state, over));
        }
        assert_eq!((link.state(at(100)), link.over(at(100))), (LinkState::Expired, Some(LinkRefusal::Expired)));
        assert!(opened.belongs_to(Some(OpenerHash([2; 32]))) && !opened.belongs_to(Some(OpenerHash([3; 32]))));
        assert!(!link.belongs_to(None) && !opened.belongs_to(None), "a browser without a key has no link");
    }
}

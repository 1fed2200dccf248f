//! The proof that is needed to open a session, and what it says of the session.

use axum::http::{HeaderMap, HeaderValue};

use super::browser_id::BrowserId;
use crate::account::passkey::PasskeyProof;
use crate::account::password::Verified;
use crate::crypto::hash::Keyed;
use crate::store::records::OpenedBy;
use crate::store::records::browsers::BrowserUse;
use crate::ticket::approval::{Epoch, Stay};
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::ladder::Rung;
use crate::ticket::machine::Claimed;
use crate::ticket::time::Timestamp;

/// The proof that is needed to open a session.
pub enum Witness {
    /// A browser claimed a ticket that a phone approved.
    Claimed(Box<Claimed>),
    /// A person gave their password.
    Verified(Box<Verified>),
    /// A person used a passkey.
    Passkey(Box<PasskeyProof>),
}

impl Witness {
    /// Returns the account that signs in.
    pub fn account(&self) -> AccountId {
        match self {
            Self::Claimed(claimed) => claimed.account(),
            Self::Verified(verified) => verified.account().id,
            Self::Passkey(proof) => proof.account().id,
        }
    }

    /// Returns the epoch that the account had when the person approved or proved themselves. A new epoch begins
    /// when all sessions and grants of the account are ended together.
    pub(super) fn epoch(&self) -> Epoch {
        match self {
            Self::Claimed(claimed) => claimed.epoch(),
            Self::Verified(verified) => verified.account().epoch,
            Self::Passkey(proof) => proof.account().epoch,
        }
    }

    /// Returns the session of the phone in which the person approved; `None` if they approved with the token of
    /// a phone app, gave their password or used a passkey.
    pub(super) fn approved_in(&self) -> Option<SessionTokenHash> {
        match self {
            Self::Claimed(claimed) => claimed.approved_in(),
            Self::Verified(_) | Self::Passkey(_) => None,
        }
    }

    /// Returns the time at which the session must end at the latest: a session opened by scan does not outlast the
    /// one that approved it. `None` if only its configured lifetime limits it.
    pub(super) fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Claimed(claimed) => claimed.until(),
            Self::Verified(_) | Self::Passkey(_) => None,
        }
    }

    /// Returns what the approval of a scan asked of the phone.
    pub(super) fn rung(&self) -> Rung {
        match self {
            Self::Claimed(claimed) => claimed.answered().0,
            Self::Verified(_) | Self::Passkey(_) => Rung::Tap,
        }
    }

    /// Returns for how long the phone chose that the browser stays signed in.
    pub(super) fn stay(&self) -> Stay {
        match self {
            Self::Claimed(claimed) => claimed.stay(),
            Self::Verified(_) | Self::Passkey(_) => Stay::Longest,
        }
    }

    /// Returns what the browser becomes to the account, and the cookie with its id; `None` if it has no id.
    pub(super) fn browser(&self, headers: &HeaderMap, keyed: &Keyed) -> Option<(BrowserUse, HeaderValue)> {
        match self {
            Self::Claimed(claimed) => BrowserId::used_by(claimed, headers, keyed),
            // A browser that the account knows is the one in which this session is: its end forgets the browser.
            Self::Verified(_) | Self::Passkey(_) => BrowserId::used_again(headers),
        }
    }

    pub(super) fn opened_by(&self) -> OpenedBy {
        match self {
            Self::Claimed(_) => OpenedBy::Scan,
            Self::Verified(_) => OpenedBy::Password,
            Self::Passkey(proof) => proof.opened_by(),
        }
    }
}

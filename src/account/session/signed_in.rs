//! The person who is signed in, as handlers get them.

use std::time::Duration;

use crate::picture;
use crate::store::records::{Account, OpenedBy, SessionRow};
use crate::ticket::ids::SessionTokenHash;
use crate::ticket::time::Timestamp;

/// How long a password that was given, or a passkey that was used, in a session counts as a fresh proof.
pub const PROOF_LASTS: Duration = Duration::from_secs(5 * 60);

/// The person who is signed in on a device.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account of the person.
    pub account: Account,
    /// The session; `None` if a token of a phone app authenticates the person.
    pub session: Option<SessionRow>,
}

impl SignedIn {
    /// Returns the time at which the session ends at the latest; `None` if there is no session.
    pub fn until(&self) -> Option<Timestamp> {
        self.session.as_ref().map(|session| session.ends_at)
    }

    /// Returns whether the person proved themselves in this session by their password or a passkey, however long ago;
    /// `false` for a session
    /// that a scan or a one-time link opened, and without a session. A scan may have been relayed, and a link read
    /// by others, so neither is enough to change how a person signs in or what all visitors see (BCP 247 §6.1.9,
    /// ASVS 7.5.1).
    pub fn has_proof(&self) -> bool {
        self.session.as_ref().is_some_and(|session| {
            // A session of an earlier version has no time of a proof.
            session.proven_at.is_some() || (session.opened_by != OpenedBy::Scan && !session.by_link)
        })
    }

    /// Returns whether the person proved themselves in this session within the last [`PROOF_LASTS`]. What
    /// changes how an account is signed in to, or what it may do, needs this.
    pub fn has_fresh_proof(&self, now: Timestamp) -> bool {
        let proven = self.session.as_ref().and_then(|session| session.proven_at);
        proven.is_some_and(|proven| now.since(proven) < PROOF_LASTS)
    }

    /// Returns the hash of the token of the session in which this person made the request; `None` if a phone app's token
    /// authenticates them.
    pub fn session_hash(&self) -> Option<SessionTokenHash> {
        self.session.as_ref().map(|session| session.token_hash)
    }

    /// Returns whether `session` is the one in which this person made the request; `false` if a phone app's token
    /// authenticates them.
    pub fn is_by(&self, session: &SessionRow) -> bool {
        self.session.as_ref().is_some_and(|own| own.token_hash == session.token_hash)
    }

    /// Returns the path of the person's picture with an edge of 132 pixels, twice the size at which pages show
    /// it; `None` if there is no picture.
    pub fn picture_path(&self) -> Option<String> {
        self.account.profile.picture.map(|id| picture::path(id, 132))
    }
}

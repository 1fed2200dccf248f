//! The person who is signed in, as handlers get them.

use crate::picture;
use crate::store::records::{Account, OpenedBy, SessionRow};
use crate::ticket::time::Timestamp;

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

    /// Returns whether the session was opened with the person's password; `false` for one opened by scan or
    /// without a session. A scan may have been relayed, so it is not enough to change how a person signs in or
    /// what all visitors see (BCP 247 §6.1.9, ASVS 7.5.1).
    pub fn gave_password(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.opened_by == OpenedBy::Password)
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

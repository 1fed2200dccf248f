//! What a signed-in person is told on their other devices: that their account signed in on a device or in a network that
//! was new to it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Sessions;
use crate::crypto::base64url;
use crate::store::Fault;
use crate::store::records::SessionRow;
use crate::ticket::ids::SessionTokenHash;
use crate::web::document::signed_in::NewDevice;

/// Returns the value by which pages and forms name a session: the stored hash of its token, with which the session cannot
/// be used.
pub fn name_of(session: SessionTokenHash) -> String {
    URL_SAFE_NO_PAD.encode(session.0)
}

/// Parses the value that [`name_of`] returned; `None` for any other text.
pub fn session_named(name: &str) -> Option<SessionTokenHash> {
    base64url::decode(name).map(SessionTokenHash)
}

/// Returns whether the person in the session `own` is told of a sign-in on a new device, and may say that it was the owner.
/// Whoever signed in there is not, in this session or in a later one: a session that is itself on a new device, of which nobody
/// has said that yet, answers only for later ones.
pub fn may_answer(own: &SessionRow, told: &SessionRow) -> bool {
    own.token_hash != told.token_hash && (own.device.unusual_at.is_none() || own.created_at < told.created_at)
}

impl Sessions {
    /// Returns the sign-ins of which the person on this device is to be told: those from a device or network that was
    /// new to the account, and that was not confirmed yet. A sign-in is not told in its own session, and not in the one
    /// in which it was just approved, nor where [nobody could answer](may_answer).
    pub(super) async fn new_devices(&self, own: &SessionRow) -> Result<Vec<NewDevice>, Fault> {
        let now = self.clock.now();
        let mut unusual = self.records.unusual_sessions(own.account, own.token_hash, now).await?;
        unusual.retain(|session| !self.is_over(session, now) && may_answer(own, session));
        let told = |session: SessionRow| NewDevice {
            name: name_of(session.token_hash),
            place: self.place_of(&session),
            address: session.device.address.map(|address| address.to_string()),
            browser: session.device.browser,
            system: session.device.system,
            since: now.since(session.created_at),
        };
        Ok(unusual.into_iter().map(told).collect())
    }

    /// Returns the place of the address from which a session was opened, as in "Vienna, Austria"; `None` if it is
    /// unknown.
    pub fn place_of(&self, session: &SessionRow) -> Option<String> {
        self.places.of(session.device.address?)
    }
}

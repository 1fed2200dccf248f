//! The type that makes authorization codes, starts grants and renews their tokens.

use std::time::Duration;

use crate::clock::Clock;
use crate::crypto::hash::Keyed;
use crate::oauth::pending::Pending;
use crate::oauth::token::tokens::Tokens;
use crate::store::records::Records;

/// The lifetime of an authorization code of OpenID Connect: one minute, the most that ASVS 10.4.3 allows.
pub const CODE_LIFE: Duration = Duration::from_secs(60);

/// Makes authorization codes, exchanges them for grants, and renews the tokens of grants; cheap to clone.
#[derive(Clone, Debug)]
pub struct Grants {
    pub(super) records: Records,
    pub(super) tokens: Tokens,
    pub(super) pending: Pending,
    /// Derives the codes that a repeated claim or a repeated step has to get again.
    pub(super) codes: Keyed,
    pub(super) clock: Clock,
}

impl Grants {
    /// Makes a `Grants` over these records. Authorization codes that a repeated request has to get again are derived
    /// from the server's secret.
    pub fn new(records: Records, tokens: Tokens, pending: Pending, clock: Clock, secret: &[u8; 32]) -> Self {
        // Another label would give another key. The codes in use would stay valid, because each is stored under its own
        // text, but a claim or a step that is repeated after the change would get a second code, and a device a second
        // grant.
        Self { records, tokens, pending, codes: Keyed::new(secret, "codes of claimed tickets"), clock }
    }
}

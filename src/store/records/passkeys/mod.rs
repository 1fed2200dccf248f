//! Passkeys, as they are stored: the public keys with which people sign in without a password (WebAuthn), and the domain
//! of now, for which a passkey must have been made to count.

mod passkey;
pub(in crate::store) mod queries;
mod ways_in;

pub use self::passkey::{CredentialId, MOST_PASSKEYS, Passkey, PasskeyAdded, PasskeyRemoved, PasskeyUse, PasskeyUsed};
pub use self::ways_in::WaysIn;

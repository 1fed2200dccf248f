//! Passkeys, as they are stored: the public keys with which people sign in without a password (WebAuthn), and the domain
//! that all of them belong to.

mod passkey;
pub(in crate::store) mod queries;

pub use self::passkey::{
    CredentialId, MOST_PASSKEYS, NewPasskey, Passkey, PasskeyAdded, PasskeyRemoved, PasskeyUse, PasskeyUsed,
};

//! A stored passkey, and what can happen to it.

use std::fmt;

use crate::crypto::hash::sha256_half;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// Largest number of passkeys of one account.
pub const MOST_PASSKEYS: u32 = 20;

/// The id of a credential, which its authenticator chose. It is not a secret: a server tells it to every browser that it
/// asks for a passkey of a known account.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CredentialId(pub Vec<u8>);

impl fmt::Debug for CredentialId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CredentialId")
    }
}

impl CredentialId {
    /// Returns a short name for the passkey, which pages and forms use for it: half of the SHA-256 of the id.
    pub fn short(&self) -> [u8; 16] {
        sha256_half(&[b"passkey", &self.0])
    }
}

/// A stored passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// The id of the credential. No two accounts have the same.
    pub id: CredentialId,
    /// The account that it signs in.
    pub account: AccountId,
    /// The domain that it was made for, the relying party of WebAuthn. Browsers offer it at no other.
    pub domain: String,
    /// The public key and what was registered with it, as JSON. Its counter is always 0.
    pub credential: String,
    /// The highest number of uses that the authenticator told; 0 if it does not count.
    pub counter: u32,
    /// The name that its owner knows it by.
    pub name: String,
    /// The model of the authenticator (AAGUID); 16 zeros if it does not say.
    pub aaguid: [u8; 16],
    /// Whether it was backed up when it was last used, so that the loss of a device does not lose it.
    pub is_backed_up: bool,
    /// The time at which it was added.
    pub created_at: Timestamp,
    /// The time of its last use; `None` if it was not used since it was added.
    pub last_used_at: Option<Timestamp>,
    /// The last time that its counter did not grow, which may mean that the key was copied; `None` if that never
    /// happened.
    pub went_back_at: Option<Timestamp>,
}

/// The result of adding a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyAdded {
    /// It was added.
    Done,
    /// A passkey with this id is stored already.
    Exists,
    /// The account has [`MOST_PASSKEYS`] already.
    TooMany,
    /// The account was deleted, disabled or signed out everywhere since its owner began.
    NotOwner,
    /// New passkeys of these records belong to another domain.
    OtherDomain,
}

/// A use of a passkey: its signature was verified.
#[derive(Clone, Debug)]
pub struct PasskeyUse {
    /// The passkey.
    pub id: CredentialId,
    /// The account that it signs in.
    pub account: AccountId,
    /// The number of uses that the authenticator told; 0 if it does not count.
    pub counter: u32,
    /// Whether it is backed up.
    pub is_backed_up: bool,
    /// The present time.
    pub now: Timestamp,
}

/// The result of storing a use of a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyUsed {
    /// The counter grew, or the authenticator does not count.
    Forward,
    /// The counter did not grow. That is stored, and the highest counter stays.
    WentBack,
    /// The passkey was removed meanwhile.
    Removed,
}

/// The result of removing a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRemoved {
    /// It was removed.
    Done,
    /// It is the only way in which its owner can sign in, so it stays.
    IsTheLast,
    /// The account has no such passkey.
    Unknown,
}

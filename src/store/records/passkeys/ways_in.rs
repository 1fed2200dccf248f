//! What counts as a way to sign in.

/// The ways to sign in that this server offers, by its settings. An account has a way in if it has a password and the
/// server takes passwords, or if it has a passkey of the domain of now and there can be passkeys at the address of the
/// server. Everything that asks whether somebody can sign in asks the records, which know this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaysIn {
    /// Whether people may sign in with a password.
    pub passwords: bool,
    /// Whether there can be passkeys at the address of this server. The domain that they belong to is in the records.
    pub passkeys: bool,
}

impl WaysIn {
    /// Passwords and passkeys, as with the settings that are the default.
    pub const BOTH: Self = Self { passwords: true, passkeys: true };
}

//! Why a phone's token is not taken.

use thiserror::Error;

use crate::store::Fault;

/// Why a token is not taken.
#[derive(Debug, Error)]
pub enum TokenError {
    /// This server takes no phone's tokens.
    #[error("[phone] is not configured")]
    Off,
    /// There is none, or it is not a bearer token.
    #[error("there is no bearer token")]
    Missing,
    /// Signature, issuer, audience, algorithm or time do not fit.
    #[error("the token is not valid")]
    Invalid,
    /// An operator has the account that it names sign in no more.
    #[error("the account is disabled")]
    Disabled,
    /// The keys could not be fetched, so nothing can be checked.
    #[error("the keys are not available")]
    NoKeys,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

//! The reasons why a phone token is rejected.

use thiserror::Error;

use crate::store::Fault;

/// Why a phone token is rejected.
#[derive(Debug, Error)]
pub enum TokenError {
    /// This server accepts no phone tokens.
    #[error("[phone] is not configured")]
    Off,
    /// The request has no bearer token.
    #[error("there is no bearer token")]
    Missing,
    /// The token is malformed, or its signature, key, algorithm, issuer, audience, subject, name or time is wrong.
    #[error("the token is not valid")]
    Invalid,
    /// An operator disabled the account.
    #[error("the account is disabled")]
    Disabled,
    /// The keys could not be fetched, so the token cannot be verified.
    #[error("the keys are not available")]
    NoKeys,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

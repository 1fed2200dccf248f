//! The reasons why a token could not be signed or checked, and what apps and people are told about them.

use thiserror::Error;

use crate::oauth::error::OAuthError;
use crate::store::Fault;
use crate::web::problem::Problem;

/// Why a token could not be signed or checked.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A key cannot be decrypted, because it was encrypted with another server key, or its algorithm is
    /// unknown.
    #[error("a signing key was sealed with another server key")]
    Sealed,
    /// A cryptographic library failed, or a key is malformed or missing.
    #[error("a token could not be signed")]
    Library,
}

impl From<KeyError> for OAuthError {
    fn from(error: KeyError) -> Self {
        let _ = Problem::from(error);
        Self::TemporarilyUnavailable
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Fault(fault) => fault.into(),
            other => {
                tracing::error!(%other, "a signing key failed");
                Self::broken()
            }
        }
    }
}

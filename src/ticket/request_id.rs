//! The id of an app's authorization request, for which a person signs in.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::ids::NotACode;

/// The id of an app's authorization request. It cannot be guessed, and it is part of the path at which the
/// browser continues the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId([u8; 16]);

impl RequestId {
    /// Makes an id out of 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl FromStr for RequestId {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACode::Malformed)?;
        bytes.try_into().map(Self).map_err(|_| NotACode::Malformed)
    }
}

//! Pictures of people and logos of apps, as they are kept: bytes under a name that nobody can guess.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::ticket::time::Timestamp;

/// The name of a picture: 128 random bits, in text as base64url. What is shown under a name never changes, so whoever
/// has it may keep it; a new picture has a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PictureId([u8; 16]);

impl PictureId {
    /// A fresh name.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub(in crate::store) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for PictureId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// A text that names no picture of this server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the name of a picture")]
pub struct NotAPictureId;

impl FromStr for PictureId {
    type Err = NotAPictureId;

    fn from_str(text: &str) -> Result<Self, NotAPictureId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAPictureId)?;
        bytes.try_into().map(Self).map_err(|_| NotAPictureId)
    }
}

impl TryFrom<String> for PictureId {
    type Error = NotAPictureId;

    fn try_from(text: String) -> Result<Self, NotAPictureId> {
        text.parse()
    }
}

impl From<PictureId> for String {
    fn from(id: PictureId) -> Self {
        id.to_string()
    }
}

/// A picture about to be kept. It is kept in the step in which somebody gets it, and dropped in the step in which they
/// get another or none: none is kept that nobody has.
#[derive(Clone, Debug)]
pub struct NewPicture {
    /// Its name: a fresh one, or one that follows from whose it is and from its file.
    pub id: PictureId,
    /// Its bytes.
    pub jpeg: Vec<u8>,
    /// Now.
    pub created_at: Timestamp,
}

/// A picture that nobody has is swept when it is this old. Earlier versions of this server kept a picture first and said
/// whose it is a moment later; one of them may still run beside this one while instances are replaced.
pub const UNUSED_KEPT: Duration = Duration::from_secs(3600);

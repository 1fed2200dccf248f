//! Pictures of people and logos of apps as they are stored: bytes under an id that cannot be guessed.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::crypto::base64url;
use crate::ticket::time::Timestamp;

/// The id of a picture: 128 bits that cannot be guessed, in text as base64url. The picture of an id never changes,
/// so it may be cached; a new picture has a new id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PictureId([u8; 16]);

impl PictureId {
    /// Makes an id out of 16 bytes, which are random or derived from the owner and the file of the picture by a
    /// hash.
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

/// The error that a text is not the id of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the name of a picture")]
pub struct NotAPictureId;

impl FromStr for PictureId {
    type Err = NotAPictureId;

    fn from_str(text: &str) -> Result<Self, NotAPictureId> {
        base64url::decode(text).map(Self).ok_or(NotAPictureId)
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

/// A picture that is to be stored. It is stored in the same transaction that assigns it to an account or an app,
/// and deleted in the one that replaces or removes it there, so that no unused picture stays.
#[derive(Clone, Debug)]
pub struct NewPicture {
    /// The id of the picture: a random one, or one derived from its owner and its file.
    pub id: PictureId,
    /// The content of the picture, a JPEG file.
    pub jpeg: Vec<u8>,
    /// The time at which the picture is stored.
    pub created_at: Timestamp,
}

/// The age from which an unused picture, which no account and no app has, is deleted. A younger one may be about to
/// be assigned: earlier versions of this server stored a picture a moment before, and one of them may still run
/// beside this one while instances are replaced.
pub const UNUSED_KEPT: Duration = Duration::from_secs(3600);

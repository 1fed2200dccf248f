//! Optimistic concurrency for records. A change names the version of the record that its author saw, and is
//! not made if the record has changed since: so a form that was open for long, or a command that read first,
//! does not undo other changes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::crypto::base64url;
use crate::crypto::hash::sha256;

/// SHA-256 of the changeable part of a record. A form that shows the record sends it back, so that the server finds
/// out whether the record has changed since. It need not be secret: a client that may send the form may change the
/// record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Computes the fingerprint of `what`, the changeable part of a record.
    pub(in crate::store) fn over(what: &impl Serialize) -> Self {
        Self(sha256(&[&serde_json::to_vec(what).expect("texts, lists and numbers are JSON")]))
    }

    /// Parses a fingerprint from its base64url text in a form; `None` if the text is not a fingerprint.
    pub fn of(text: &str) -> Option<Self> {
        base64url::decode(text).map(Self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// The result of a change that is made only if the record is still in the version that the author of the change
/// saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The record has the content of the change, which it may have had before.
    Done,
    /// The record is not the version that the author saw, because another author changed it. This change was not made.
    Meanwhile,
    /// There is no such record.
    Unknown,
}

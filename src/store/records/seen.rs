//! What somebody saw of a record before they change it. Who changes a record says so with it, and where it is another by
//! now nothing is written: so no form that was open for long, and no command that read first, undoes what others did.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::crypto::hash::sha256;

/// SHA-256 of what can be changed of a record, as it stands in a form that shows it. Nobody is kept from making one up: who
/// may send the form may change the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of all that can be changed.
    pub(in crate::store) fn over(what: &impl Serialize) -> Self {
        Self(sha256(&[&serde_json::to_vec(what).expect("texts, lists and numbers are JSON")]))
    }

    /// What stands in the form; `None` where that is no fingerprint.
    pub fn of(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// What came of a change by somebody who saw the record as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is so now.
    Done,
    /// Somebody else changed it meanwhile, and it is as they left it.
    Meanwhile,
    /// There is no such record.
    Unknown,
}

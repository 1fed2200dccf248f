//! What the signed lines say. Each kind of line names itself in the header `typ`, so that none can be taken for another one,
//! or for a token (RFC 8725 §3.11).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::crypto::base64url;
use crate::crypto::hash::sha256;
use crate::ticket::ids::AccountId;
use crate::ticket::ladder::Reasons;

/// The kind of a signed line. Its text is the header `typ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum LineKind {
    /// The receipt of one approval.
    #[strum(serialize = "tessera-receipt+jwt")]
    Receipt,
    /// What stands in the place of receipts that were deleted because of their age.
    #[strum(serialize = "tessera-receipt-checkpoint+jwt")]
    Checkpoint,
    /// The end of a chain at some moment.
    #[strum(serialize = "tessera-receipt-head+jwt")]
    Head,
}

/// The SHA-256 of a signed line, which the next line contains.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LineHash(pub [u8; 32]);

impl LineHash {
    /// What the first receipt of an account contains instead of the hash of a line.
    pub const NONE: Self = Self([0; 32]);

    /// Returns the hash of a line without its end.
    pub fn of(line: &str) -> Self {
        Self(sha256(&[line.as_bytes()]))
    }
}

impl fmt::Debug for LineHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl Serialize for LineHash {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for LineHash {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        base64url::decode(&text).map(Self).ok_or_else(|| serde::de::Error::custom("not a SHA-256"))
    }
}

/// What was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptPurpose {
    /// A session of this site in the browser that showed the code.
    Session,
    /// A sign-in to an app.
    App,
    /// A sign-in to an app on a device that showed a code, such as a television.
    Device,
    /// A session of this site in the phone that opened the code of a signed-in browser.
    Transfer,
}

/// The app of an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptApp {
    /// The client id of the app.
    pub id: String,
    /// The name of the app at that time.
    pub name: String,
}

/// The receipt of one approval. It contains no secret, and nothing that opens anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The origin of the site.
    pub iss: String,
    /// The account that approved.
    pub account: AccountId,
    /// The number of the receipt in the chain of the account; the first is 1.
    pub seq: u64,
    /// The hash of the line before.
    pub prev: LineHash,
    /// The time of the approval, as RFC 3339 has it.
    pub at: String,
    /// What was approved.
    pub purpose: ReceiptPurpose,
    /// The app; `None` for this site itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub app: Option<ReceiptApp>,
    /// The browser that was signed in, such as "Firefox"; `None` if it did not say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub browser: Option<String>,
    /// Its operating system, such as "Windows".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub system: Option<String>,
    /// Its address.
    pub address: String,
    /// What the approval asked of the phone.
    pub rung: String,
    /// Why it asked for more than a tap, as words separated by spaces.
    #[serde(skip_serializing_if = "are_none", default)]
    pub reasons: Reasons,
    /// The id of the session in which it was approved; `None` if a phone app's token approved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session: Option<String>,
    /// The id of the ticket that was approved.
    pub ticket: String,
}

impl Receipt {
    /// Returns what a line says, without a check of its signature; `None` if it is no receipt.
    pub fn read(line: &str) -> Option<Self> {
        unchecked(line)
    }
}

/// What a checkpoint and a head say: that the chain of an account had this receipt at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The origin of the site.
    pub iss: String,
    /// The account.
    pub account: AccountId,
    /// The number of the receipt, which is the number of all approvals up to it; 0 if there is none.
    pub seq: u64,
    /// The hash of the line of that receipt.
    pub hash: LineHash,
    /// The time at which this was signed, as RFC 3339 has it.
    pub at: String,
}

/// Returns the payload of a signed line, without a check of its signature; `None` if it is another one.
pub(super) fn unchecked<T: DeserializeOwned>(line: &str) -> Option<T> {
    let payload = URL_SAFE_NO_PAD.decode(line.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn are_none(reasons: &Reasons) -> bool {
    reasons.is_empty()
}

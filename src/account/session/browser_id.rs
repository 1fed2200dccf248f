//! The id by which accounts know a browser: 256 random bits in a cookie, the same for all accounts, so that a shared computer
//! does not tell who used it. A browser gets one once somebody makes it known with an approval; the records have its hash.
//!
//! The cookie must never authenticate a person. With a stolen one, a client gets that an approval asks for less of the phone,
//! on which a person still approves; and where its owner allowed that, it sees their name and asks their phone for an approval,
//! which then asks for more than a tap.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::base64url;
use crate::crypto::hash::{Keyed, sha256};
use crate::store::records::browsers::{BROWSER_KNOWN, Becomes, BrowserUse};
use crate::ticket::approval::Stay;
use crate::ticket::ids::BrowserHash;
use crate::ticket::machine::Claimed;
use crate::web::cookie;

/// The id of a browser.
pub struct BrowserId([u8; 32]);

impl BrowserId {
    /// Returns the id of the browser that sent these headers; `None` if it has none.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        cookie::read(headers, cookie::KNOWN).and_then(base64url::decode).map(Self)
    }

    /// Derives the id that a browser without one gets with this claim. A repeated claim gives the same id, and without the
    /// server's key it cannot be distinguished from a random one.
    fn of_claim(claimed: &Claimed, keyed: &Keyed) -> Self {
        Self(keyed.of(&[b"browser", &claimed.identity()]))
    }

    /// Returns the hash by which the records and tickets have the id.
    pub fn hash(&self) -> BrowserHash {
        BrowserHash(sha256(&[&self.0]))
    }

    /// Returns the `Set-Cookie` value that gives the id to the browser, for as long as it stays known without use.
    fn cookie(&self) -> HeaderValue {
        cookie::set(cookie::KNOWN, &URL_SAFE_NO_PAD.encode(self.0), BROWSER_KNOWN)
    }

    /// Returns that the browser that sent these headers was used again, without a scan, and the `Set-Cookie` value for it;
    /// `None` if it has no id.
    pub(super) fn used_again(headers: &HeaderMap) -> Option<(BrowserUse, HeaderValue)> {
        let own = Self::of(headers)?;
        Some((BrowserUse { browser: own.hash(), becomes: Becomes::UsedAgain }, own.cookie()))
    }

    /// Returns what the browser that sent these headers becomes by this claim, and the `Set-Cookie` value for it; `None` if
    /// it has no id and gets none.
    pub(super) fn used_by(claimed: &Claimed, headers: &HeaderMap, keyed: &Keyed) -> Option<(BrowserUse, HeaderValue)> {
        let own = Self::of(headers);
        let becomes = match claimed.stay() {
            // Others use a shared computer, too.
            Stay::Visit => Becomes::Unknown,
            _ if claimed.makes_browser_known() => Becomes::Known,
            _ => Becomes::UsedAgain,
        };
        let id = match (own, becomes) {
            (Some(own), _) => own,
            (None, Becomes::Known) => Self::of_claim(claimed, keyed),
            (None, Becomes::UsedAgain | Becomes::Unknown) => return None,
        };
        Some((BrowserUse { browser: id.hash(), becomes }, id.cookie()))
    }
}

impl fmt::Debug for BrowserId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("BrowserId")
    }
}

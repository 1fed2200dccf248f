//! The other direction: a browser that is signed in, with a fresh proof, shows a code that signs a phone in (the session
//! transfer of RFC 10027 §3.2.1).
//!
//! | step | who | request | verb | the ticket becomes |
//! |---|---|---|---|---|
//! | issue | browser | `POST /transfer` | [`Flow::issue`] with an offer | Waiting |
//! | look | phone | `GET /t/{code}` | [`Flow::look_at_offer`] | – |
//! | take | phone | `POST /t/{code}/take` | [`Flow::take`] | Scanned |
//! | approve | browser | `POST /transfer/{ticket}/digits` | [`Flow::type_digits`] | Approved |
//! | claim | phone | `POST /t/{code}/claim` | [`Flow::claim`] | Claimed, once |
//! | cancel | browser | `POST /transfer/{ticket}/cancel` | [`Flow::cancel`] | Cancelled |
//! | decline | phone | `POST /t/{code}/decline` | [`Flow::decline`] | Denied |
//!
//! The phone that takes the code is known by the claim key in its browser's cookie. It shows four digits, which have to be
//! typed into the browser: so whoever has the phone in their hand sits at the browser. Both pages watch the ticket and are
//! loaded again when it changes, by the script of the phone's page of the usual direction, or by themselves without script.
//!
//! [`Flow::issue`]: super::flow::Flow::issue
//! [`Flow::look_at_offer`]: super::flow::Flow::look_at_offer
//! [`Flow::take`]: super::flow::Flow::take
//! [`Flow::type_digits`]: super::flow::Flow::type_digits
//! [`Flow::claim`]: super::flow::Flow::claim
//! [`Flow::cancel`]: super::flow::Flow::cancel
//! [`Flow::decline`]: super::flow::Flow::decline

pub(super) mod browser;
mod browser_pages;
pub(super) mod phone;
mod phone_pages;

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};

use super::Login;
use super::keys::ClaimKey;
pub(super) use crate::account::TRANSFER as PATH;
use crate::ticket::ids::{ClaimKeyHash, Purpose};
use crate::web::cookie;
use crate::web::problem::Problem;

/// How long the code can be scanned.
const CODE_LIFE: Duration = Duration::from_secs(120);
/// Seconds after which a waiting page without script reloads itself.
const RELOAD_SECONDS: u8 = 3;

impl Login {
    /// Fails with 404 if the operator switched the other direction off.
    fn check_transfer(&self) -> Result<(), Problem> {
        if self.settings.transfer {
            return Ok(());
        }
        tracing::info!(code = "transfer_off", "a phone is not signed in by a code: login.transfer is false");
        let off = Problem::saying(StatusCode::NOT_FOUND, "transfer_off", |texts| {
            (texts.transfer.off_title, texts.transfer.off_advice)
        });
        Err(off.leading(|texts| texts.signin.title, "/signin"))
    }
}

/// Returns the claim key in the cookie of a browser; `None` if it has none.
fn own_key(headers: &HeaderMap) -> Option<ClaimKey> {
    cookie::read(headers, cookie::BROWSER)?.parse().ok()
}

/// Returns the hash by which a ticket of the other direction knows the claim key of a browser.
fn key_hash(key: &ClaimKey) -> ClaimKeyHash {
    key.hash(Purpose::Transfer)
}

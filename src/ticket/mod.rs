//! A ticket is one request to sign in, by a browser page, a device or a program. This module is the core of the server,
//! and pure: no HTTP, no pages, no runtime, no clock. The actor, the time and random bytes are arguments.
//!
//! ```text
//!         issue            scan              approve            claim
//! browser ─────▶ Waiting ─────▶ Scanned ─────▶ Approved ─────▶ Claimed
//!                 ↻│ refresh     │  │
//!                  │ cancel      │  └─ deny ─▶ Denied
//!                  └─────────────┴─ cancel ──▶ Cancelled
//! ```
//!
//! *Expired* is a fact about the clock and not a stage: at any stage, once `expires_at` is over, every action is
//! refused. A page renews its code under the same ticket, and each renewal is a new [`ids::Round`]. So the ticket,
//! which both the browser and the phone watch, says that a newer code is on the screen. The code of the previous round
//! can still be scanned until its own lifetime is over.
//!
//! | action ╲ stage | Waiting | Scanned | Approved | Claimed | Denied | Cancelled |
//! |---|---|---|---|---|---|---|
//! | refresh | Waiting, next round; before half of the code's life no change; at last `Rested` | `InUse` | `InUse` | `Used` | `Denied` | `Cancelled` |
//! | scan | Scanned, or `Outdated`; of a ticket for one account: no change without a press, another account: `WrongAccount` | same account: no change, but a first press is recorded; else `Taken` | same account: no change; else `Taken` | `Used` | `Denied` | `Cancelled` |
//! | approve | `NotScanned` | Approved, Denied, or what is owed from now on; `NotYours`, `VerificationRequired` or `NotApprovable` | the same again: no change; else `Decided` | the same again: no change; else `Used` | `Denied` | `Cancelled` |
//! | type digits | `NotScanned` | Approved, counted, or at last Denied; `NotApproved` before the phone has approved | no change | `Used` | `Denied` | `Cancelled` |
//! | deny | `NotScanned` | Denied, or `NotYours` | `Decided` | `Used` | same account: no change; else `Denied` | `Cancelled` |
//! | cancel | Cancelled | Cancelled | `Decided` | `Used` | `Denied` | `Cancelled` |
//! | claim | `NotApproved` | `NotApproved` | Claimed, **once** | same attempt: no change; else `Used` | `Denied` | `Cancelled` |
//! | revoke | no change | no change | Denied | Denied | no change | no change |
//! | note an outdated scan | Waiting, noted | no change | no change | `Used` | `Denied` | `Cancelled` |
//! | raise what is owed | no change | Scanned, owing more; no change if it is not more | no change | `Used` | `Denied` | `Cancelled` |
//! | note a second account | no change | Scanned, noted | no change | `Used` | `Denied` | `Cancelled` |
//!
//! "The same again" is an approval by the same account, in the same session and with the same ticks, repeated within
//! the time that a claim may take.
//!
//! A scan decides how much the approval owes beside the tap ([`ladder`]): the browser's number chosen on the phone, digits of
//! the phone typed in the browser, the end of the code, or a passkey. A wrong number denies at once, and what is typed wrong
//! three times denies too; a [notice](event::Notice) then says why. A second account that scans raises what is owed.
//!
//! Revoke is not the wish of a person: the server does it when the account or the session which approved was
//! signed out before the claim was complete.
//!
//! A ticket of the other direction has an [`offer::Offer`]: a signed-in browser offers its account to the phone that opens
//! the code. Refresh, scan, approve and deny are refused there with `OtherDirection`, as these steps are elsewhere:
//!
//! | action ╲ stage | Waiting | Scanned | Approved | Claimed | Denied | Cancelled |
//! |---|---|---|---|---|---|---|
//! | take | Scanned, by this phone; `Outdated`, or `WrongKey` for the browser itself | same phone: no change; else `Taken` | same phone: no change; else `Taken` | `Used` | `Denied` | `Cancelled` |
//! | type digits | `NotScanned` | right: Approved; wrong: counted, at last Denied; another session: `NotYours` | the same again: no change; else `Decided` | the same again: no change; else `Used` | `Denied` | `Cancelled` |
//! | decline | `NotScanned` | Denied, or `NotYours` | `Decided` | `Used` | same phone: no change; else `Denied` | `Cancelled` |
//!
//! There the phone that took the code claims, with the claim key of its own browser.
//!
//! Refresh, cancel, claim and the typing of digits also need the claim key of the browser that made the ticket; otherwise
//! they are refused with `WrongKey`.

#[cfg(feature = "ssr")]
pub mod approval;
pub mod event;
#[cfg(feature = "ssr")]
mod goal;
#[cfg(feature = "ssr")]
pub mod ids;
#[cfg(feature = "ssr")]
pub mod ladder;
#[cfg(feature = "ssr")]
pub mod machine;
#[cfg(feature = "ssr")]
pub mod offer;
#[cfg(feature = "ssr")]
mod refused;
#[cfg(feature = "ssr")]
pub mod request_id;
#[cfg(feature = "ssr")]
mod scanner;
#[cfg(feature = "ssr")]
pub mod side;
#[cfg(feature = "ssr")]
pub mod time;

#[cfg(all(test, feature = "ssr"))]
mod ids_tests;
#[cfg(all(test, feature = "ssr"))]
mod machine_tests;

//! The ticket: one request to sign in one browser page. The core of the house, and pure: no HTTP, no pages, no
//! runtime, no clock. Who asks, what time it is and what is random are arguments.
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
//! refused. A page renews its code under the same ticket: each renewal is a new [`ids::Round`], so that "a newer
//! code is on the screen" is known to the one record that both sides watch. The code of the round before can
//! still be scanned until its own minute is over.
//!
//! | action ╲ stage | Waiting | Scanned | Approved | Claimed | Denied | Cancelled |
//! |---|---|---|---|---|---|---|
//! | refresh | Waiting, next round; before half of the code's life no change; at last `Rested` | `InUse` | `InUse` | `Used` | `Denied` | `Cancelled` |
//! | scan | Scanned, or `Outdated`; of a ticket for one account: no change without a press, another account: `WrongAccount` | same account: no change, but whether somebody pressed something; else `Taken` | same account: no change; else `Taken` | `Used` | `Denied` | `Cancelled` |
//! | approve | `NotScanned` | Approved, or `NotYours` | the same again: no change; else `Decided` | the same again: no change; else `Used` | `Denied` | `Cancelled` |
//! | deny | `NotScanned` | Denied, or `NotYours` | `Decided` | `Used` | same account: no change; else `Denied` | `Cancelled` |
//! | cancel | Cancelled | Cancelled | `Decided` | `Used` | `Denied` | `Cancelled` |
//! | claim | `NotApproved` | `NotApproved` | Claimed, **once** | same attempt: no change; else `Used` | `Denied` | `Cancelled` |
//! | revoke | no change | no change | Denied | Denied | no change | no change |
//! | note an outdated scan | Waiting, noted | no change | no change | `Used` | `Denied` | `Cancelled` |
//! | note a second account | no change | Scanned, noted | no change | `Used` | `Denied` | `Cancelled` |
//!
//! The same again is what the same account said before, in the same session and with the same ticks, for as long as a claim
//! may take.
//!
//! Revoke is no wish of anybody: the records say that the account or the session which approved was signed out before the
//! claim counted.
//!
//! Refresh, cancel and claim also need the claim key of the browser that made the ticket, else `WrongKey`.

#[cfg(feature = "ssr")]
pub mod approval;
pub mod event;
#[cfg(feature = "ssr")]
mod goal;
#[cfg(feature = "ssr")]
pub mod ids;
#[cfg(feature = "ssr")]
pub mod machine;
#[cfg(feature = "ssr")]
mod refused;
#[cfg(feature = "ssr")]
pub mod request_id;
#[cfg(feature = "ssr")]
mod scanner;
#[cfg(feature = "ssr")]
pub mod time;

#[cfg(all(test, feature = "ssr"))]
mod ids_tests;
#[cfg(all(test, feature = "ssr"))]
mod machine_tests;

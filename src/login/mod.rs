//! The product: a browser shows a code, a phone decides, the browser is signed in.
//!
//! | step | who | request | verb | the ticket becomes |
//! |---|---|---|---|---|
//! | issue | browser | `GET /login` | [`flow::Flow::issue`] | Waiting |
//! | watch | browser | `GET /login/{ticket}/watch` | [`flow::Flow::watch_as_browser`] | – |
//! | refresh | browser | over its socket, or `POST /login/{ticket}/refresh` | [`flow::Flow::refresh`] | Waiting, next round |
//! | look | phone | `GET /s/{code}` | [`flow::Flow::look`] | – |
//! | scan | phone | server function `scan` | [`flow::Flow::scan`] | Scanned |
//! | decide | phone | server functions `approve`, `deny` | [`flow::Flow::approve`], [`flow::Flow::deny`] | Approved, Denied |
//! | claim | browser | `POST /login/{ticket}/claim` | [`flow::Flow::claim`] | Claimed, once |
//! | cancel | browser | `POST /login/{ticket}/cancel` | [`flow::Flow::cancel`] | Cancelled |
//!
//! Without script the browser's page is `GET /login/{ticket}`, which loads itself again. A code is typed at `/link`.
//! A site's own app decides at `POST /v1/tickets/{code}/scan | approve | deny`, and reads the events of what it
//! decided at `GET /v1/tickets/{code}/watch`.
//!
//! The files follow who is talking: `browser`, `screen` and `panel` are the page that shows the code; `phone`, `decide` and
//! `decision` the device that decides; `api` the same for apps; `allow` what an
//! app may know; `carry` and `follow` the two ends of a watch, and `live` what the pages do with it.

#[cfg(feature = "ssr")]
mod state;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
pub mod keys;
#[cfg(feature = "ssr")]
pub mod flow;
#[cfg(feature = "ssr")]
mod refusal;
#[cfg(feature = "ssr")]
mod outcome_pages;
mod browser;
mod phone;
mod watch;
#[cfg(feature = "ssr")]
mod consent_boxes;
#[cfg(feature = "ssr")]
mod consents;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
pub mod place;
#[cfg(feature = "ssr")]
mod qr;

#[cfg(feature = "ssr")]
pub use self::browser::page::{in_its_frame, whose};
#[cfg(feature = "ssr")]
pub use self::browser::visit::Visit;
#[cfg(feature = "ssr")]
pub use self::consent_boxes::{boxes, ticked};
#[cfg(feature = "ssr")]
pub use self::consents::Consents;
#[cfg(feature = "ssr")]
pub use self::routes::routes;
#[cfg(feature = "ssr")]
pub use self::state::Login;

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
mod routes;
#[cfg(feature = "ssr")]
pub mod flow;
#[cfg(feature = "ssr")]
mod stop;
#[cfg(feature = "ssr")]
pub mod watch;
#[cfg(feature = "ssr")]
mod carry;
#[cfg(feature = "hydrate")]
mod follow;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "ssr")]
mod browser;
#[cfg(feature = "ssr")]
mod screen;
pub mod panel;
#[cfg(feature = "ssr")]
mod phone;
pub mod decide;
pub mod decision;
#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod allow;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
pub mod place;
#[cfg(feature = "ssr")]
mod turns;
#[cfg(feature = "ssr")]
pub mod qr;

#[cfg(feature = "ssr")]
pub use allow::{boxes, ticked};
#[cfg(feature = "ssr")]
pub use browser::{Visit, in_its_frame, whose};
#[cfg(feature = "ssr")]
pub use routes::{Login, routes};

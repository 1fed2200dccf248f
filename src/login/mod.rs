//! The sign-in by scan: a browser shows a code, a phone scans it and decides, and the browser is signed in.
//!
//! | step | who | request | verb | the ticket becomes |
//! |---|---|---|---|---|
//! | issue | browser | `GET /login` | [`flow::Flow::issue`] | Waiting |
//! | watch | browser | `GET /login/{ticket}/watch` | [`flow::Flow::watch_as_browser`] | – |
//! | refresh | browser | over its socket, or `POST /login/{ticket}/refresh` | [`flow::Flow::refresh`] | Waiting, next round |
//! | look | phone | `GET /s/{code}` | [`flow::Flow::look`] | – |
//! | scan | phone | server function `scan` | [`flow::Flow::scan`] | Scanned |
//! | decide | phone | server functions `approve`, `deny` | [`flow::Flow::approve`], [`flow::Flow::deny`] | Approved, Denied |
//! | type digits | browser | `POST /login/{ticket}/digits` | [`flow::Flow::type_own_digits`] | Approved, where the phone shows digits |
//! | claim | browser | `POST /login/{ticket}/claim` | [`flow::Flow::claim`] | Claimed, once |
//! | ask | browser | `POST /login/{ticket}/ask` | [`push::Asks::ask`](crate::push::Asks::ask) | – (a phone of an account that knows it may scan it unseen) |
//! | cancel | browser | `POST /login/{ticket}/cancel` | [`flow::Flow::cancel`] | Cancelled |
//! | disown | phone | `POST /s/{code}/disown` | [`flow::Flow::ticket_to_disown`] | – (its session ends) |
//!
//! Without script the browser's page is `GET /login/{ticket}`, which reloads itself. In a frame of an app's page,
//! the browser sends these requests to `/framed/{ticket}` instead; the claim there gives the app an authorization
//! code and opens no session, and is in `oauth/embed/frame.rs`. A code is scanned at `/scan` or typed at `/link`. A site's own mobile
//! app decides at `POST /v1/tickets/{code}/scan | approve | deny`, and reads the events of the ticket that it
//! decided at `GET /v1/tickets/{code}/watch`.
//!
//! `flow` has the steps of the table, `ladder` decides how much an approval asks of the phone, and `keys` has the secrets that
//! they need; `scan_gate` tells whether people sign in by scanning at all; how a disowned session ends is in
//! `account/session.rs`. `refusal` and `outcome_pages` are how a step is refused. `browser` is the page that shows
//! the code (`qr` draws it), `phone` the page and the API of the device that decides, and `watch` how both follow a
//! ticket. `transfer` is the other direction, in which a signed-in browser signs a phone in. `ask` is the way without a scan, in which a
//! known browser asks a phone. `facts` is what the phone's page shows about a request; `consent_boxes` asks what an app may know, and
//! `audience` notes who may not use it. `bcp247` is the report about all of it. `routes` and `state` put it together.

#[cfg(feature = "ssr")]
mod state;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
pub mod keys;
#[cfg(feature = "ssr")]
pub mod flow;
#[cfg(feature = "ssr")]
pub mod ladder;
#[cfg(feature = "ssr")]
pub mod bcp247;
#[cfg(feature = "ssr")]
pub mod scan_gate;
#[cfg(feature = "ssr")]
mod refusal;
#[cfg(feature = "ssr")]
mod outcome_pages;
mod browser;
mod phone;
#[cfg(feature = "ssr")]
mod ask;
#[cfg(feature = "ssr")]
mod transfer;
pub mod watch;
#[cfg(feature = "ssr")]
mod audience;
#[cfg(feature = "ssr")]
mod consent_boxes;
#[cfg(feature = "ssr")]
mod consents;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
mod qr;

#[cfg(feature = "ssr")]
pub use self::audience::note_refusal;
#[cfg(feature = "ssr")]
pub use self::browser::page::{show_refusals_in_frame, ticket_and_key};
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

//! Tessera: sign in to any web site by scanning a QR code with a phone that is already signed in.
//!
//! One crate, two halves: the server (feature `ssr`) and the islands of its pages (feature `hydrate`, compiled to
//! WebAssembly). A file belongs to both unless it is gated here or at a `mod` line below.
//!
//! ```text
//! main      the binary, with the site inside
//!  └ cli        the command line: serve, doctor, and what else an operator does
//!    └ server     everything put together: state, start, layers in their order, routes
//!     ├ admin       the pages on which third-party sites are registered
//!     ├ wechat      third-party sites that speak the dialect of WeChat's open platform
//!     ├ oauth       third-party sites that speak OAuth 2.0 and OpenID Connect
//!     ├ login       THE PRODUCT: the way of a ticket is login/flow.rs, top to bottom
//!     ├ account     who can sign in: passwords, sessions, phones' tokens
//!     ├ picture     uploaded pictures and logos: decoded, encoded anew, served
//!     ├ listen      accepts connections: TLS, bounds, timers, and who may wait
//!     ├ web         what all pages share: document, guards, problems, files
//!     ├ store       where things are kept: tickets, single-use objects, records; memory, Redis, SQLite, PostgreSQL
//!     ├ ticket      THE CORE, pure: the machine, its names, its times, what a page may know
//!     └ consent     what an app may know of a person, pure
//! ```
//!
//! Imports point downwards only. What all may use stands below the ticket: `about`, `cause`, `clock`, `crypto`,
//! `measure`, `names`, `secret_file`, `settings`, `shown_names`, `text`, `trace`, `weights` and `whole`.
//! `tests/house_rules.rs` and `tests/structure.rs` hold it so.
//! `web` stands below the features, because their handlers use its words: a document, a cookie, a problem.

#[cfg(feature = "ssr")]
pub mod cli;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod admin;
#[cfg(feature = "ssr")]
pub mod wechat;
#[cfg(feature = "ssr")]
pub mod oauth;
pub mod login;
#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
pub mod picture;
#[cfg(feature = "ssr")]
pub mod listen;
#[cfg(feature = "ssr")]
pub mod web;
#[cfg(feature = "ssr")]
pub mod store;
pub mod ticket;
#[cfg(feature = "ssr")]
pub mod consent;

#[cfg(feature = "ssr")]
pub mod about;
#[cfg(feature = "ssr")]
pub mod cause;
#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod crypto;
#[cfg(feature = "ssr")]
pub mod measure;
#[cfg(feature = "ssr")]
pub mod names;
#[cfg(feature = "ssr")]
pub mod secret_file;
#[cfg(feature = "ssr")]
pub mod settings;
pub mod shown_names;
#[cfg(feature = "ssr")]
pub mod text;
#[cfg(feature = "ssr")]
pub mod trace;
#[cfg(feature = "ssr")]
pub mod weights;
#[cfg(feature = "ssr")]
pub mod whole;

// Part of the tests of the whole server: it asks this test program, too, for its list.
#[cfg(all(test, feature = "ssr"))]
#[path = "tests/rules/checklist.rs"]
mod checklist;

/// Wakes the islands of the page; called by the page's script once WebAssembly is there.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

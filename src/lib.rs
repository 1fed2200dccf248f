//! Tessera: sign in to any web site by scanning a QR code with a phone that is already signed in.
//!
//! One crate, two halves: the server (feature `ssr`) and the islands of its pages (feature `hydrate`, compiled to
//! WebAssembly). A file belongs to both unless it is gated here or at a `mod` line below.
//!
//! ```text
//! main      the binary, with the site inside
//!  └ cli        the command line: serve, and what an operator does beside it
//!    ├ doctor      looks at a deployment and says what to mend
//!    └ app         everything put together: state, layers in their order, routes
//!     ├ admin       the pages of whoever looks after third-party sites
//!     ├ wechat      the same in the dialect of WeChat's open platform
//!     ├ oauth       third-party sites that sign people in through this server
//!     ├ login       THE PRODUCT: the way of a ticket is login/flow.rs, top to bottom
//!     ├ account     who can sign in: passwords, sessions, phones' tokens
//!     ├ web         what no feature owns: document, guards, problems, files, connections
//!     ├ push        tells watching pages that a ticket changed: within this process, or through Redis
//!     ├ store       where things are kept: tickets (memory, Redis), records (SQLite, PostgreSQL)
//!     └ ticket      THE CORE, pure: the machine, its names, its times, what a page may know
//! ```
//!
//! Imports point downwards only, and `about`, `settings`, `cause`, `clock`, `entropy`, `hash`, `seal`, `measure`, `names`, `trace`, `secret_file`, `text` and
//! `weights` may be used by all; `tests/house_rules.rs` holds it so. `web` stands below the features, and not above them, because
//! their handlers speak its words: a document, a cookie, a problem.

#[cfg(feature = "ssr")]
pub mod admin;
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod cli;
#[cfg(feature = "ssr")]
pub mod doctor;
#[cfg(feature = "ssr")]
pub mod telemetry;
#[cfg(feature = "ssr")]
pub mod wechat;
#[cfg(feature = "ssr")]
pub mod oauth;
pub mod login;
#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
pub mod web;
#[cfg(feature = "ssr")]
pub mod push;
#[cfg(feature = "ssr")]
pub mod store;
pub mod ticket;

#[cfg(feature = "ssr")]
pub mod about;
#[cfg(feature = "ssr")]
pub mod cause;
#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod entropy;
#[cfg(feature = "ssr")]
pub mod hash;
#[cfg(feature = "ssr")]
pub mod measure;
#[cfg(feature = "ssr")]
pub mod names;
#[cfg(feature = "ssr")]
pub mod seal;
#[cfg(feature = "ssr")]
pub mod secret_file;
#[cfg(feature = "ssr")]
pub mod settings;
pub mod text;
#[cfg(feature = "ssr")]
pub mod trace;
#[cfg(feature = "ssr")]
pub mod weights;
#[cfg(feature = "ssr")]
pub mod whole;

// Part of the tests of the whole server: it asks this test program, too, for its list.
#[cfg(all(test, feature = "ssr"))]
#[path = "tests/checklist.rs"]
mod checklist;

/// Wakes the islands of the page; called by the page's script once WebAssembly is there.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

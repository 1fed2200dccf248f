//! Tessera: sign in to any web site by scanning a QR code with a phone that is already signed in.
//!
//! One crate with two parts: the server (feature `ssr`), and the islands of its pages, which are their
//! interactive components (feature `hydrate`, compiled to WebAssembly). A module belongs to both unless it is
//! gated here or at a `mod` line below.
//!
//! ```text
//! main      the binary, with the site's files inside
//!  └ cli        the command line: serve, doctor, and the other commands of an operator
//!    └ server     the whole server: its state, its start, its routes and the layers around them
//!     ├ admin       the pages on which administrators manage apps (third-party sites), people and groups
//!     ├ wechat      the endpoints for apps that speak the dialect of WeChat's open platform
//!     ├ oauth       the endpoints for apps that speak OAuth 2.0 and OpenID Connect
//!     ├ login       sign-in by scan; login/flow.rs has the steps of a ticket in their order
//!     ├ account     accounts, and how people sign in to them: passwords, sessions, phones' tokens
//!     ├ mail        mails: what they say, the task that sends them, the mail server
//!     ├ push        Web Push: messages to the phones that a known browser may ask
//!     ├ picture     uploaded pictures and logos: decoded, encoded again, served
//!     ├ listen      accepts connections: TLS, limits, timeouts, eviction
//!     ├ web         what all pages share: document, guards, problems, files
//!     ├ receipt     receipts: the signed line that each approval leaves, and the check of a file of them
//!     ├ store       the stores: tickets, single-use objects, records; in memory, Redis, SQLite, PostgreSQL
//!     ├ waiting     who watches which ticket, and the parked sockets of the pages that only wait
//!     ├ websocket   WebSockets: the handshake, the frames, the connection outside the runtime
//!     ├ ticket      the core, without input and output: the state machine of a sign-in, its ids, its times
//!     └ consent     what an app may know about a person, without input and output
//! ```
//!
//! Imports point downwards only. Every module may also use `about`, `cause`, `clock`, `crowd`, `crypto`, `look`, `measure`,
//! `names`, `outbound`, `places`, `run_to_end`, `secret_file`, `settings`, `shown_names`, `text`, `trace` and `weights`,
//! which use only each other, `ticket` and `consent`. `tests/rules/house_rules.rs` and `tests/rules/structure.rs` check
//! this. The folder `tests` has the tests of the whole server, and `bench` the program that measures it.

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
pub mod mail;
#[cfg(feature = "ssr")]
pub mod push;
#[cfg(feature = "ssr")]
pub mod picture;
#[cfg(feature = "ssr")]
pub mod listen;
#[cfg(feature = "ssr")]
pub mod web;
#[cfg(feature = "ssr")]
pub mod receipt;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod waiting;
#[cfg(feature = "ssr")]
pub mod websocket;
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
pub mod crowd;
#[cfg(feature = "ssr")]
pub mod crypto;
#[cfg(feature = "ssr")]
pub mod look;
#[cfg(feature = "ssr")]
pub mod measure;
#[cfg(feature = "ssr")]
pub mod names;
#[cfg(feature = "ssr")]
pub mod outbound;
#[cfg(feature = "ssr")]
pub mod places;
#[cfg(feature = "ssr")]
pub mod run_to_end;
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

// Part of the tests of the whole server; it is also here because it reads the list of this crate's unit
// tests.
#[cfg(all(test, feature = "ssr"))]
#[path = "tests/rules/checklist.rs"]
mod checklist;

/// Makes the islands (the interactive components) of the page interactive; the page's script calls it once WebAssembly
/// is loaded.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

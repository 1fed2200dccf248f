//! What all features share in handling HTTP requests. These modules may use the ids of tickets and accounts,
//! but not their records.
//!
//! - [`agent`], [`client`]: browser, system and address of a client
//! - [`assets`], [`document`], [`language`], [`marked_text`]: static files, and the pages
//! - [`cookie`], [`next_path`], [`routes`]: cookies, the path after a sign-in, the list of routes
//! - [`bounds`], [`guard`], [`limits`]: fixed limits, the checks before every handler, rate
//!   limits, log lines about floods
//! - [`form`]: what forms share
//! - [`problem`], [`render`]: refusals, as pages and as JSON

pub mod agent;
pub mod assets;
pub mod bounds;
pub mod client;
pub mod cookie;
pub mod document;
pub mod form;
pub mod guard;
pub mod language;
pub mod limits;
pub mod marked_text;
pub mod next_path;
pub mod problem;
pub mod render;
pub mod routes;

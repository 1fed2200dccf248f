//! The device that decides: how it gets a code (`scanner` with the camera, `link` by typing), its page (`page`; `confirm` for
//! the question, with what it asks of the phone, `may_not_use` for an app that is not for its person, and `outcome` after the
//! decision), the report of a denied sign-in (`report`), the server functions behind its buttons, its island (`decision`, with
//! `live` as its script and `script_task` as its data), and the same steps for the operator's mobile app ([`api`]).

#[cfg(feature = "ssr")]
pub(super) mod page;
#[cfg(feature = "ssr")]
pub(super) mod confirm;
#[cfg(feature = "ssr")]
pub(super) mod link;
#[cfg(feature = "ssr")]
pub(super) mod scanner;
#[cfg(feature = "ssr")]
mod outcome;
#[cfg(feature = "ssr")]
pub mod report;
mod server_functions;
pub(super) mod decision;
#[cfg(feature = "ssr")]
pub(super) mod api;
#[cfg(feature = "ssr")]
mod may_not_use;
pub(super) mod script_task;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "ssr")]
pub(super) mod who;

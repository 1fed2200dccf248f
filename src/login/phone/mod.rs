//! The device that decides: its page, the server functions behind the buttons, its island, and the interface
//! for programs ([`api`]).

#[cfg(feature = "ssr")]
pub(super) mod page;
mod server_functions;
pub(super) mod decision;
#[cfg(feature = "ssr")]
pub(super) mod api;
mod following;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "ssr")]
mod who;

//! Watching a ticket for news: the server's side ([`waiting`]), the transports ([`carriers`]), and the
//! browser's side (`client`, `wake`).

#[cfg(feature = "ssr")]
mod waiting;
#[cfg(feature = "ssr")]
pub(super) mod carriers;
#[cfg(feature = "hydrate")]
pub(super) mod client;
#[cfg(feature = "hydrate")]
pub(super) mod wake;

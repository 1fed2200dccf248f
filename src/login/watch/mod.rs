//! Waiting for news of a ticket: who waits on the server ([`waiting`]), how the news travels ([`carriers`]), and the browser's
//! end of it ([`client`], [`wake`]).

#[cfg(feature = "ssr")]
mod waiting;
#[cfg(feature = "ssr")]
pub(super) mod carriers;
#[cfg(feature = "hydrate")]
pub(super) mod client;
#[cfg(feature = "hydrate")]
pub(super) mod wake;

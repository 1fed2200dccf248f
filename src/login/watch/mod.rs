//! Watching a ticket for changes: the server's side, for pages whose sockets are parked (`parked`) and for tasks
//! (`waiting`), the transports ([`carriers`]), and the browser's side (`client`, `wake`, `sending`), which after a lost
//! connection comes back in the pauses of [`backoff`].

pub mod backoff;
#[cfg(feature = "ssr")]
mod waiting;
#[cfg(feature = "ssr")]
pub mod parked;
#[cfg(feature = "ssr")]
pub(super) mod carriers;
#[cfg(feature = "hydrate")]
pub(super) mod client;
#[cfg(feature = "hydrate")]
pub(super) mod sending;
#[cfg(feature = "hydrate")]
pub(super) mod wake;

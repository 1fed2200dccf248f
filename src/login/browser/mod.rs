//! The browser that wants to be signed in: what it asks for ([`page`]), what it shows ([`view`]), and the island that keeps
//! the code fresh ([`panel`]).

#[cfg(feature = "ssr")]
pub(super) mod page;
#[cfg(feature = "ssr")]
mod view;
mod element;
pub(super) mod panel;
mod shown;
mod status;
mod words;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "ssr")]
pub(super) mod visit;

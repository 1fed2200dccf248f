//! The browser that wants to be signed in: its requests ([`page`]), its pages ([`view`]), and the island that
//! keeps the code valid ([`panel`]).

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

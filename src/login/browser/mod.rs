//! The browser that is to be signed in: its requests (`page`, `ask`, `digits`, `visit`), the pages that it is sent (`view`, and `off`
//! without a code),
//! and the island that keeps the login page up to date (`panel`, with `live` as its script, `shown` and
//! `element` as the data that it starts with, `labels` as what it never changes, `status` and `words` as its texts).

#[cfg(feature = "ssr")]
pub(super) mod ask;
#[cfg(feature = "ssr")]
pub(super) mod digits;
#[cfg(feature = "ssr")]
pub(super) mod page;
#[cfg(feature = "ssr")]
mod off;
#[cfg(feature = "ssr")]
mod view;
mod element;
mod labels;
pub(super) mod panel;
mod shown;
mod status;
mod words;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "ssr")]
pub(super) mod visit;

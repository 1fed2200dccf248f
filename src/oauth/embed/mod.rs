//! The sign-in code in a frame of an app's own page ([`frame`]), and the looks that the embedding page asks
//! for ([`theme`]).

pub(super) mod frame;
pub(super) mod theme;

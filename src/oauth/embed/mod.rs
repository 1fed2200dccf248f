//! The sign-in code in a frame of an app's own page ([`frame`]), and the looks that the embedding page asks
//! for ([`theme`], with the colours of [`palette`]).

pub(super) mod frame;
pub(super) mod theme;
mod palette;

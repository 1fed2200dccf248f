//! The code in a frame of an app's own page, and the colours that the page asks for.

pub(super) mod frame;
pub(super) mod theme;
mod palette;

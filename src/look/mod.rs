//! How pages look: colours and their contrast, the colours of all pages and what an operator or an embedding page changes
//! of them, and the logo of an operator.

mod colour;
mod logo;
mod palette;

pub use colour::Colour;
pub use logo::{Logo, LogoKind, NotALogo};
pub use palette::{DARK, LIGHT, Palette, TooPale, Wanted};

//! One-time links: a person who got one chooses how they sign in. Opening its address changes nothing, because programs
//! that scan mail and show previews open links too; the button on the page gives the link to this browser, and the form
//! behind it uses the link.
//!
//! | request | what |
//! |---|---|
//! | `GET /welcome/{token}` | shows the button, or the form in the browser that opened the link: [`open`] |
//! | `POST /welcome/{token}` | opens the link in this browser: [`open`] |
//! | `POST /welcome/{token}/enrol` | uses the link: [`enrol`] |

pub(super) mod enrol;
pub(super) mod open;
pub(super) mod page;
mod opener;
mod refusal;
mod token;

pub(super) use self::opener::Opener;
pub(super) use self::refusal::{refused, set_up_elsewhere};
pub use self::token::LinkToken;

//! The fresh proof: before a step that changes how an account is signed in to, or what it may do, its owner gives their
//! password once more, unless they did so in this session within the last five minutes
//! ([`SignedIn::has_fresh_proof`](super::session::SignedIn::has_fresh_proof)).
//!
//! The layers before the pages of administrators call [`demand()`] for every request. What changes something and has no
//! fresh proof is answered with the page that asks for the password, which carries the sent form along ([`carried`]). Other
//! handlers ask [`proof_first`].

mod carried;
mod demand;
mod page;

pub use self::demand::{demand, proof_first};
pub use self::page::PATH;
pub(super) use self::page::{page, prove};

//! The fresh proof: before a step that changes how an account is signed in to, or what it may do, its owner gives their
//! password once more, unless they did so in this session within the last five minutes
//! ([`SignedIn::has_fresh_proof`](super::session::SignedIn::has_fresh_proof)).
//!
//! A handler takes [`Proven`] instead of a signed-in person, or asks [`proof_first`] where not every request needs it.
//! Both lead to the page [`PATH`], and from there back to the page with the form, where the person presses again.

mod demand;
mod page;

pub use self::demand::{PATH, Proven, proof_first};
pub(super) use self::page::{page, prove};

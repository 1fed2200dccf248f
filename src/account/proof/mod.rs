//! The fresh proof: before a step that changes how an account is signed in to, or what it may do, its owner uses a
//! passkey or gives their password once more, unless they did so in this session within the last five minutes
//! ([`SignedIn::has_fresh_proof`](super::session::SignedIn::has_fresh_proof)).
//!
//! The layers before the pages of administrators call [`demand()`] for every request. What changes something and has no
//! fresh proof is answered with the page that asks for it, which carries the sent form along ([`carried`]). Handlers of a
//! person's own account ask [`proof_for_form`], which does the same, or [`proof_first`] where nothing was typed.

mod carried;
mod demand;
mod page;

pub use self::demand::{demand, proof_first, proof_for_form};
pub use self::page::PATH;
pub(super) use self::page::{page, prove};

//! Passkeys (WebAuthn): what a server asks a browser for, and how it verifies the answer. The pages about a person's own
//! passkeys are in [`passkey_pages`](super::passkey_pages).
//!
//! A passkey finishes an ordinary form: the browser fetches options, the person uses their passkey, and the result goes
//! into the field `credential` of the form. The server remembers each challenge for five minutes, and accepts it once, from
//! the browser that it was made for and for the step that it was made for ([`challenge`]).

mod challenge;
mod domain;
mod makers;
mod proof;
mod refusal;
mod registration;
mod told;
pub mod view;

pub use self::challenge::{BrowserKey, Step};
pub use self::domain::Passkeys;
pub use self::makers::name_of as maker_of;
pub use self::proof::PasskeyProof;
pub use self::refusal::{PasskeyRefusal, Refused};
pub use self::registration::{Registered, User};

//! Hashes, encryption and randomness, over one library.

pub mod base64url;
pub mod derive;
pub mod hash;
pub mod seal;
pub mod random;

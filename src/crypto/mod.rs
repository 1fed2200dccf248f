//! Hashes, encryption, derived keys and randomness, over one library (`aws_lc_rs`).

pub mod base64url;
pub mod derive;
pub mod hash;
pub mod jws;
pub mod seal;
pub mod random;

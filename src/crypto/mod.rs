//! Hashes, encryption and randomness, over one library.

pub mod derive;
pub mod hash;
pub mod seal;
pub mod random;

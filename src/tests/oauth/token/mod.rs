//! Tokens: their keys, what they say, and forgeries.

mod forged;
mod keys;
mod named;

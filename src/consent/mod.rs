//! What an app may ask for ([`scope`]) and what a person lets it know ([`field`]). This module is pure: no
//! I/O, no clock, no randomness.

pub mod field;
pub mod scope;

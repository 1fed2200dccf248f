//! What a code and the other grants give, and what ends it.

mod code;
mod device;
mod disown;
pub mod ends;
mod taken_back;

//! People: their sessions, devices, names and profiles, and what an operator does to accounts.

mod busy;
pub mod devices;
mod names;
pub mod own;
pub mod profile;
mod removed;
mod sessions;
pub mod users;

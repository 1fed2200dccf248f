//! People: their sessions, devices, names and profiles, and what an operator does to accounts.

mod busy;
pub mod devices;
mod directory;
mod import;
mod names;
pub mod profile;
mod removed;
mod sessions;
mod users;

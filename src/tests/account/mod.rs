//! People: their sessions, devices, names and profiles, and what an operator does to accounts.

pub mod devices;
mod names;
pub mod profile;
mod removed;
mod sessions;
mod users;

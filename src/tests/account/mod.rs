//! People: their sessions, devices, names and profiles, and what an operator does to accounts.

mod busy;
pub mod chooser;
pub mod devices;
pub mod links;
mod ending;
mod directory;
mod import;
mod names;
mod new_device;
pub mod own;
pub mod passkeys;
pub mod profile;
mod removed;
mod sessions;
pub mod signup;
mod users;
mod ways_in;

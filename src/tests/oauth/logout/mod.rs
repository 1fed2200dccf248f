//! Signing out, asked for by an app, and apps that hear of it.

pub mod page;
mod told;

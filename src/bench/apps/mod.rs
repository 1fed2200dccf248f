//! What third-party apps ask of the server: sign-ins by redirect, the device grant, and signed tokens.

pub mod devices;
pub mod signing;
pub mod sites;

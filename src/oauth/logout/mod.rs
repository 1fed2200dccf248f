//! Signing out on behalf of an app, in both directions: an app sends its visitor to this server to sign out
//! ([`endpoint`]), and this server tells apps when a session has ended ([`back_channel`]).

pub(super) mod endpoint;
pub mod back_channel;

//! Signing out on behalf of an app, in both directions: an app sends its visitor here to sign out
//! ([`endpoint`]), and apps are told when a session has ended ([`back_channel`]).

pub(super) mod endpoint;
pub mod back_channel;

//! Tokens: their claims, the keys that sign them, and the endpoints for the claims about a person
//! (userinfo), for introspection and for revocation.

mod key;
mod key_error;
mod private_key;
pub(super) mod claims;
pub mod opaque;
pub mod signing_keys;
pub(super) mod tokens;
pub mod subject;
pub(super) mod userinfo;
pub(super) mod released_claims;
pub(super) mod introspection;
pub(super) mod revocation;

//! Tokens: their claims, the keys that sign them, and the endpoints at which an app reads, inspects and
//! revokes them.

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

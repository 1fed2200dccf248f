//! An app as an OAuth client: how it is registered, how it proves who it is, and which addresses it may name.

pub(super) mod clients;
pub(super) mod display;
pub(super) mod unknown;
pub(super) mod registration;
pub(super) mod authentication;
pub(super) mod secret;
pub mod redirect_uri;
pub(super) mod apps_file;
pub(super) mod outbound;
mod embed_origin;

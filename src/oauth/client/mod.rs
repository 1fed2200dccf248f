//! Apps as OAuth clients: their registration, their authentication, and the redirect URIs and origins that
//! they may use.

pub(super) mod clients;
pub(super) mod display;
pub(super) mod unknown;
pub(super) mod registration;
pub(super) mod allow;
pub(super) mod authentication;
pub(super) mod secret;
pub mod redirect_uri;
pub(super) mod apps_file;
mod embed_origin;
mod public_keys;

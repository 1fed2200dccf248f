//! What an app may exchange for tokens: an authorization code ([`code`]), a refresh token ([`refresh`]), a device code
//! ([`device`]), or its own credentials ([`client_credentials`]). [`endpoint`] is where it asks, and [`start`] is what each
//! exchange but that of a refresh token ends with.

pub(super) mod grants;
pub(super) mod code;
pub(super) mod start;
mod refresh;
mod client_credentials;
pub(super) mod device;
pub(super) mod endpoint;
pub(super) mod pkce;

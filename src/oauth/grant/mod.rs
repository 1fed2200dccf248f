//! What an app may exchange for tokens: an authorization code ([`code`]), a refresh token, a device code ([`device`]), or its
//! own credentials. [`endpoint`] is where it asks.

pub(super) mod code;
pub(super) mod device;
pub(super) mod endpoint;
pub(super) mod pkce;

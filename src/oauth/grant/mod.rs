//! What an app can exchange for tokens: an authorization code ([`code`]), a refresh token ([`refresh`]), a
//! device code ([`device`]), or its own credentials ([`client_credentials`]). [`endpoint`] is the token
//! endpoint, and [`start`] begins the grant in all cases but that of a refresh token.

pub(super) mod grants;
pub(super) mod code;
pub(super) mod start;
mod refresh;
mod client_credentials;
pub(super) mod device;
pub(super) mod endpoint;
pub(super) mod pkce;

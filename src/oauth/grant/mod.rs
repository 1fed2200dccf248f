//! The token endpoint ([`endpoint`]), and what an app exchanges there for tokens: an authorization code
//! ([`code`]) with its PKCE verifier ([`pkce`]), a refresh token ([`refresh`]), a device code ([`device`]),
//! or its own credentials ([`client_credentials`]). [`start`] starts the grant of each exchange but that of a
//! refresh token, and issues the tokens; [`audience`] ends what a person may not have any more; [`grants`] has the type that does all of this.

pub(super) mod grants;
mod audience;
pub(super) mod code;
pub(super) mod start;
mod refresh;
mod client_credentials;
pub(super) mod device;
pub(super) mod endpoint;
pub(super) mod pkce;

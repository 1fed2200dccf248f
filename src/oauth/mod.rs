//! Sign-in for third-party sites: OAuth 2.0 and OpenID Connect.
//!
//! | request | who | what |
//! |---|---|---|
//! | `GET /oauth/authorize` | a browser, sent by an app | reads and keeps the request: [`request`] |
//! | `GET`, `POST /oauth/authorize/{id}` | the person | signs in, says yes, goes back with a code: [`authorize`], [`consent`] |
//! | `GET /embed/{app}`, `/embed/go/{id}` | a page of the app | the code in a frame of it: [`embed`], in its colours: [`theme`] |
//! | `GET`, `POST /account/apps` | the person | sees what apps learn, changes it, takes it back: [`authorised`] |
//! | `/admin/apps/{id}/try`, `tried` | an administrator | the same, answered to this server itself: [`trial`] |
//! | `POST /oauth/token` | the app | a code, or a refresh token, for tokens: [`token`] |
//! | `GET /oauth/userinfo` | the app | who it is, as far as it may know: [`userinfo`], [`release`] |
//! | `POST /oauth/introspect`, `revoke`, `par` | the app | what a token is worth; gives it back; asks ahead |
//! | `POST /oauth/device` | a device | a code for its screen: [`device`] |
//! | `GET /oauth/logout` | a browser, sent by an app | ends the session: [`logout`], and tells apps: [`backchannel`] |
//! | `GET /oauth/jwks`, `/.well-known/…` | anybody | keys, and what is offered: [`discovery`] |
//!
//! All tokens of one sign-in live and die with its grant (`store::grants`): access and ID tokens are signed
//! ([`keys`]) and short-lived, refresh tokens say nothing ([`handle`]).

mod state;
mod routes;
pub mod client;
mod authorization;
mod grant;
pub mod token;
pub mod logout;
mod embed;
mod discovery;
mod error;
mod granted_apps;
mod jwt;
mod params;
mod scripts;

pub use self::authorization::endpoint::{logo_path, path_of, ticket_app};
pub use self::authorization::request::{AuthorizationRequest, Embed, Prompt, is_redirect_of};
pub use self::authorization::response::Back;
pub use self::authorization::trial::{Received, Trial};
pub use self::authorization::unknown::{unknown_origin, unknown_redirect};
pub use self::client::apps_file::{Applied, AppsFile};
pub use self::client::redirect_uri::RedirectUri;
pub use self::client::registration::{NewApp, NotAnApp};
pub use self::client::secret::AppSecret;
pub use self::embed::frame::embed_path_of;
pub use self::grant::code::{code_name, decode};
pub use self::routes::{pages, protocol};
pub use self::state::OAuth;
pub use self::token::released_claims::Released;
pub use error::OAuthError;
pub use params::Params;
pub use scripts::told_why;

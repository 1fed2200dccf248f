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

mod answer;
mod apps_file;
mod authorised;
mod authorize;
pub mod backchannel;
mod claims;
pub mod client;
mod client_auth;
mod code;
mod consent;
mod device;
mod discovery;
mod embed;
mod embed_origin;
mod error;
pub mod handle;
mod introspect;
mod kept;
pub mod keys;
mod logout;
mod palette;
mod params;
mod private_key;
mod provider;
mod reach;
pub mod redirect_uri;
mod release;
mod request;
mod revoke;
mod scripts;
mod secret;
pub mod subject;
mod theme;
mod token;
mod trial;
mod unknown;
mod userinfo;

pub use answer::Back;
pub use apps_file::{Applied, AppsFile};
pub use authorize::{logo_path, path_of, ticket_app};
pub use client::{NewApp, NotAnApp};
pub use code::{code_name, decode};
pub use embed::embed_path_of;
pub use error::OAuthError;
pub use params::Params;
pub use provider::{OAuth, pages, protocol};
pub use redirect_uri::RedirectUri;
pub use release::Released;
pub use request::{AuthorizationRequest, Embed, Prompt, is_redirect_of};
pub use scripts::told_why;
pub use secret::AppSecret;
pub use trial::{Received, Trial};
pub use unknown::{unknown_origin, unknown_redirect};

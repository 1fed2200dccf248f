//! Sign-in for third-party sites: OAuth 2.0 and OpenID Connect.
//!
//! | request | who | what |
//! |---|---|---|
//! | `GET /oauth/authorize` | a browser, sent by an app | reads and keeps the request: [`authorization`] |
//! | `GET`, `POST /oauth/authorize/{id}` | the person | signs in, agrees, goes back with a code |
//! | `GET /embed/{app}`, `/embed/go/{id}` | a page of the app | the code in a frame of it, in its colours: [`embed`] |
//! | `GET`, `POST /account/apps` | the person | sees what apps learn, changes it, takes it back: [`granted_apps`] |
//! | `/admin/apps/{id}/try`, `tried` | an administrator | the same, answered to this server itself: [`Trials`] |
//! | `POST /oauth/token` | the app | a code, or a refresh token, for tokens: [`grant`] |
//! | `GET /oauth/userinfo` | the app | who it is, as far as the app may know: [`token`] |
//! | `POST /oauth/introspect`, `revoke`, `par` | the app | what a token is worth; gives it back; asks ahead |
//! | `POST /oauth/device` | a device | a code for its screen: [`grant`] |
//! | `GET /oauth/logout` | a browser, sent by an app | ends the session, and tells apps: [`logout`] |
//! | `GET /oauth/jwks`, `/.well-known/…` | any program | keys, and what is offered: [`discovery`] |
//!
//! Imports go down this list only:
//!
//! ```text
//! routes          which handler answers which request
//! discovery · embed · logout · granted_apps · scripts
//! authorization   Requests, Trials: requests of apps, and the pages that answer them
//! grant           Grants: codes, device codes and refresh tokens, exchanged for tokens
//! token           Tokens: what tokens contain, signing keys, what a token is worth
//! client          Clients: the registered apps, and their proof of who they are
//! pending         Pending: what waits for the next step of a person or an app
//! error · params · jwt
//! ```
//!
//! All tokens of one sign-in are valid as long as its grant (`store::records::grants`): access and ID tokens are signed and
//! short-lived, refresh tokens are opaque.

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
mod pending;
mod scripts;

pub use self::authorization::answer::ticket_app;
pub use self::authorization::pages::AuthorizationPages;
pub use self::authorization::reading::AuthorizeError;
pub use self::authorization::request::{AuthorizationRequest, Embed};
pub use self::authorization::requests::{OpenRequest, Requests};
pub use self::authorization::response::Back;
pub use self::authorization::trial::{Received, Trial, Trials};
pub use self::client::apps_file::{Applied, AppsFile};
pub use self::client::clients::{Clients, is_redirect_of};
pub use self::client::display::logo_path;
pub use self::client::redirect_uri::RedirectUri;
pub use self::client::registration::{NewApp, NotAnApp};
pub use self::client::secret::AppSecret;
pub use self::client::unknown::{unknown_origin, unknown_redirect};
pub use self::grant::code::TakenCode;
pub use self::grant::grants::Grants;
pub use self::logout::endpoint::LogoutPages;
pub use self::pending::Pending;
pub use self::routes::{pages, protocol};
pub use self::token::released_claims::Released;
pub use self::token::tokens::Tokens;
pub use error::OAuthError;
pub use params::Params;
pub use scripts::told_why;

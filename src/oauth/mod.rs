//! Sign-in for third-party sites: OAuth 2.0 and OpenID Connect.
//!
//! | request | sent by | what happens |
//! |---|---|---|
//! | `GET`, `POST /oauth/authorize` | a browser, sent by an app | starts a sign-in: [`authorization`] |
//! | `GET`, `POST /oauth/authorize/{id}` | the person | signs in, consents, goes back with a code |
//! | `GET /embed/{app}`, `/embed/go/{id}` | a frame in an app's page | shows the sign-in code there: [`embed`] |
//! | `POST /framed/{ticket}/claim` | that frame | claims the approved ticket, gets a code: [`embed`] |
//! | `GET`, `POST /account/apps` | the person | sees, changes and withdraws consents: [`granted_apps`] |
//! | `/admin/apps/{id}/try`, `tried` | an administrator | a sign-in as a trial of an app: [`Trials`] |
//! | `POST /oauth/token` | the app | exchanges a code or a refresh token for tokens: [`grant`] |
//! | `GET /oauth/userinfo` | the app | gets the claims that it may know: [`token`] |
//! | `POST /oauth/introspect`, `revoke` | the app | gets the state of a token; revokes it: [`token`] |
//! | `POST /oauth/par` | the app | pushes an authorization request: [`authorization`] |
//! | `POST /oauth/device` | a device | gets a code for its screen: [`grant`] |
//! | `GET`, `POST /oauth/logout` | a browser, sent by an app | ends the session, tells apps: [`logout`] |
//! | `GET /oauth/jwks`, `/.well-known/…` | any program | public keys and server metadata: [`discovery`] |
//!
//! # The way of a code
//!
//! 1. An app sends the browser to `/oauth/authorize`. `authorization::endpoint::begin` checks the request
//!    (`Requests::read`), keeps it under an id (`Requests::keep`), and redirects to `/oauth/authorize/{id}`. Only the
//!    second address reads cookies: the first one is opened by another site.
//! 2. `endpoint::go_on` asks what the person still has to do (`Requests::needs`): sign in, consent, or nothing. A
//!    sign-in leads back to the same address. `Sessions::open` stores the hash of that address in the session
//!    (`LedTo`), which is how `needs` recognises a sign-in for this very request.
//! 3. `consent::page` asks the person, and `consent::decide` takes the answer.
//! 4. `Requests::finish` makes the code (`Grants::code_of_step`), and `Back::answer` takes it to the redirect URI.
//!    A repetition of the step within a moment gets the same code.
//! 5. The app sends the code to `/oauth/token`. `Grants::redeem` takes it once and returns a `Redeemed`, which only a
//!    valid code makes; `Grants::activate_grant` stores the grant, and `Grants::issue_tokens` makes its tokens. A code
//!    that comes a second time ends the grant (RFC 6749 §4.1.2).
//!
//! In an app's page ([`embed`]) and in WeChat's dialect (`wechat`) the browser claims a scanned ticket in
//! place of steps 2 to 4. `Requests::code_of_claim` then checks that the account may answer the request, stores the
//! consent that was given on the phone, and has the code made of the claim (`Grants::code_of_claim`). A device claims
//! its ticket at `/oauth/token` itself (`Grants::redeem_device`) and gets no code.
//!
//! A module of this list imports only from modules below it:
//!
//! ```text
//! routes          which handler answers which request
//! discovery · embed · logout · granted_apps · cors
//! authorization   Requests, Trials: authorization requests, and the pages that answer them
//! grant           Grants: codes, device codes and refresh tokens, exchanged for tokens
//! token           Tokens: claims, signing keys, introspection and revocation
//! client          Clients: the registered apps, and their authentication
//! pending         Pending: what waits for the next step of a person or an app
//! error · params
//! ```
//!
//! Some things have other names in this code than in the RFCs:
//!
//! | our word | RFC term |
//! |---|---|
//! | `App` | client |
//! | `Grant` | one sign-in of a person to an app, to which its refresh and access tokens belong |
//! | `Requests` | the authorization requests that are kept until they are answered |
//! | `Back` | where and how a response goes: redirect URI, response mode, `state` |
//! | `How` | the authentication of the person: `acr`, `amr`, `auth_time` |
//! | `Dialect` | the protocol of a request: OpenID Connect or WeChat's |
//! | `Dialects` | the protocols that an app speaks: OpenID Connect, WeChat's, or both |
//!
//! The tokens of one sign-in are valid no longer than its grant (`store::records::grants`). Access and ID
//! tokens are signed and short-lived. Refresh tokens are opaque, and so are all tokens of WeChat's dialect.

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
mod params;
mod pending;
mod cors;

pub use self::authorization::answer::ticket_app_of_request;
pub use self::authorization::pages::AuthorizationPages;
pub use self::authorization::reading::AuthorizeError;
pub use self::authorization::request::{AuthorizationRequest, Embed};
pub use self::authorization::requests::{OpenRequest, Requests};
pub use self::authorization::response::Back;
pub use self::authorization::trial::{Received, Trial, Trials};
pub use self::client::allow::{Allow, NotAllowed, allow_json};
pub use self::client::apps_file::{Applied, AppsFile};
pub use self::client::clients::{Clients, is_redirect_of};
pub use self::client::display::logo_path;
pub use self::client::redirect_uri::RedirectUri;
pub use self::client::registration::{NewApp, NotAnApp};
pub use self::client::secret::AppSecret;
pub use self::client::unknown::unknown_redirect;
pub use self::grant::code::TakenCode;
pub use self::grant::grants::Grants;
pub use self::logout::endpoint::LogoutPages;
pub use self::pending::Pending;
pub use self::routes::{pages, protocol};
pub use self::token::released_claims::Released;
pub use self::token::tokens::Tokens;
pub use cors::readable_errors;
pub use error::OAuthError;
pub use params::{Param, Params};

//! Sign-in for third-party sites: OAuth 2.0 and OpenID Connect. So far it knows who such a site is: an app, registered
//! on the command line; the endpoints follow.

pub mod client;
pub mod redirect_uri;

pub use client::{AppSecret, NewApp, NotAnApp};
pub use redirect_uri::RedirectUri;

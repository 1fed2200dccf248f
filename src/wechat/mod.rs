//! The dialect of WeChat's open platform for websites, for the same apps, tickets and grants as OpenID
//! Connect. A site that uses that platform's sign-in by scan works with this server after its host names are
//! changed.
//!
//! | request | who | what |
//! |---|---|---|
//! | `GET /connect/qrconnect` | a browser, sent by a site | reads and keeps the request, and redirects to the login page: [`connect`] |
//! | `GET /connect/qrcode/{uuid}`, `/connect/l/qrconnect` | a program that draws its own page | returns the picture of the code, and its state: [`poll`] |
//! | `GET /sns/oauth2/access_token` | the site | exchanges a code for tokens: [`sns`], [`exchange`] |
//! | `GET /sns/oauth2/refresh_token` | the site | prolongs or replaces its access token |
//! | `GET /sns/auth` | the site | says whether an access token is valid |
//! | `GET /sns/userinfo` | the site | returns the profile of the person |
//!
//! An app speaks this dialect only if it was registered for it. The dialect has secrets in addresses, so no
//! address is logged.

mod connect;
pub mod error;
mod exchange;
mod poll;
mod sns;

use axum::extract::FromRef;
use axum::middleware::from_fn;

pub use self::exchange::Sns;
use crate::clock::Clock;
use crate::login::Login;
use crate::login::flow::Flow;
use crate::oauth::{Grants, Requests, told_why};
use crate::web::limits::Limits;
use crate::web::routes::{Routes, get};

/// Returns the routes of this dialect. They ignore cookies.
pub fn protocol<S>() -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Sns: FromRef<S>,
    Requests: FromRef<S>,
    Grants: FromRef<S>,
    Login: FromRef<S>,
    Flow: FromRef<S>,
    Limits: FromRef<S>,
    Clock: FromRef<S>,
{
    // Some clients send a form where a query is expected.
    Routes::new()
        .route("/connect/qrconnect", get(connect::qrconnect))
        .in_windows_of_sites()
        .layer(from_fn(told_why))
        .route("/connect/qrcode/{uuid}", get(poll::qrcode))
        .route("/connect/l/qrconnect", get(poll::poll))
        .route("/sns/oauth2/access_token", get(sns::access_token).post(sns::access_token))
        .route("/sns/oauth2/refresh_token", get(sns::refresh_token).post(sns::refresh_token))
        .route("/sns/auth", get(sns::auth).post(sns::auth))
        .route("/sns/userinfo", get(sns::userinfo).post(sns::userinfo))
}

//! The dialect of WeChat's open platform for web sites, over the same apps, tickets and grants as OpenID
//! Connect. A site that integrated WeChat's sign-in by scan only has to change the hosts that it calls.
//!
//! | request | sent by | what it does |
//! |---|---|---|
//! | `GET /connect/qrconnect` | a redirected browser | stores the request, redirects to login: [`connect`] |
//! | `GET /connect/qrcode/{uuid}` | a program that draws its own page | returns the QR code: [`poll`] |
//! | `GET /connect/l/qrconnect` | the same program | waits for the progress of the sign-in: [`poll`] |
//! | `GET /sns/oauth2/access_token` | the site | exchanges a code for tokens: [`sns`], [`exchange`] |
//! | `GET /sns/oauth2/refresh_token` | the site | extends or replaces its access token |
//! | `GET /sns/auth` | the site | tells whether an access token is valid |
//! | `GET /sns/userinfo` | the site | returns the person's user information |
//!
//! The answers and their error numbers are in [`error`]. An app speaks this dialect only if it was registered
//! so. The dialect puts secrets into URLs, so no URL of these routes is logged.

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
use crate::oauth::{Grants, Requests, readable_errors};
use crate::web::limits::Limits;
use crate::web::routes::{Routes, get};

/// Returns the routes of WeChat's dialect. Their handlers ignore cookies, so they need no protection against
/// requests that other sites make browsers send.
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
    // `POST` as well: some clients send the query parameters as a form.
    Routes::new()
        .route("/connect/qrconnect", get(connect::qrconnect))
        .in_windows_of_sites()
        .layer(from_fn(readable_errors))
        .route("/connect/qrcode/{uuid}", get(poll::qrcode))
        .route("/connect/l/qrconnect", get(poll::poll))
        .route("/sns/oauth2/access_token", get(sns::access_token).post(sns::access_token))
        .route("/sns/oauth2/refresh_token", get(sns::refresh_token).post(sns::refresh_token))
        .route("/sns/auth", get(sns::auth).post(sns::auth))
        .route("/sns/userinfo", get(sns::userinfo).post(sns::userinfo))
}

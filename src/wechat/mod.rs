//! The dialect of WeChat's open platform for websites, over the same apps, tickets and grants as OpenID Connect: a site
//! that integrated that platform's scan sign-in works by changing its hosts.
//!
//! | request | who | what |
//! |---|---|---|
//! | `GET /connect/qrconnect` | a browser, sent by a site | reads and keeps the request, and leads to the login page: [`connect`] |
//! | `GET /connect/qrcode/{uuid}`, `/connect/l/qrconnect` | a program that draws its own page | the picture, and how far it has come: [`poll`] |
//! | `GET /sns/oauth2/access_token` | the site | a code for tokens: [`sns`], [`exchange`] |
//! | `GET /sns/oauth2/refresh_token` | the site | prolongs, or replaces, its access token |
//! | `GET /sns/auth` | the site | whether an access token counts |
//! | `GET /sns/userinfo` | the site | who it is |
//!
//! An app speaks it only if it was registered so. Secrets in addresses are this dialect's nature; no address is logged.

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

/// The routes of this feature. No cookie counts here.
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
    // Some clients send what belongs into a query as a form.
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

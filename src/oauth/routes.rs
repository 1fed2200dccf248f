//! The routes of OAuth and OpenID Connect, each with its handler.

use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};

use super::authorization::pages::AuthorizationPages;
use super::authorization::requests::Requests;
use super::client::clients::Clients;
use super::embed::{frame, theme};
use super::grant::device;
use super::grant::grants::Grants;
use super::logout::endpoint::LogoutPages;
use super::pending::Pending;
use super::token::tokens::Tokens;
use super::token::{introspection, revocation, userinfo};
use super::{authorization, cors, discovery, grant, granted_apps, logout};
use crate::account::activity::ActivityLog;
use crate::account::session::Sessions;
use crate::clock::Clock;
use crate::login::flow::Flow;
use crate::login::{Consents, Login, show_refusals_in_frame};
use crate::store::records::Records;
use crate::web::document::Site;
use crate::web::limits::Limits;
use crate::web::routes::{Routes, get, post};

/// Returns the routes of the pages that people use: stored authorization and logout requests, frames in pages of apps,
/// and `/account/apps`. The caller has to let only pages of this site send forms to them, because they read cookies.
pub fn pages<S>(login: Login) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Clients: FromRef<S>,
    Tokens: FromRef<S>,
    Requests: FromRef<S>,
    Grants: FromRef<S>,
    Pending: FromRef<S>,
    AuthorizationPages: FromRef<S>,
    LogoutPages: FromRef<S>,
    Login: FromRef<S>,
    Sessions: FromRef<S>,
    ActivityLog: FromRef<S>,
    Records: FromRef<S>,
    Limits: FromRef<S>,
    Site: FromRef<S>,
    Clock: FromRef<S>,
{
    let framed = Routes::new()
        .route("/framed/{ticket}/claim", post(frame::claim))
        .layer(from_fn_with_state(login, show_refusals_in_frame));
    // A script of the embedding page may read why the frame was refused.
    let frames = Routes::new().route("/embed/{app}", get(frame::begin)).layer(from_fn(cors::readable_errors));
    let opened_by_sites = Routes::new()
        .route("/oauth/authorize/{id}", get(authorization::endpoint::go_on).post(authorization::consent::decide))
        .route("/oauth/logout/{id}", get(logout::endpoint::go_on).post(logout::endpoint::confirm))
        .in_windows_of_sites();
    framed
        .merge(frames)
        .merge(opened_by_sites)
        .route("/account/apps", get(granted_apps::page).post(granted_apps::withdraw))
        .route("/account/apps/{app}", post(granted_apps::change))
        .route("/embed/theme.css", get(theme::style))
        .route("/embed/go/{id}", get(frame::go_on))
        .route("/embed/done/{id}", get(frame::done))
}

/// Returns the routes of the endpoints that apps and their scripts call, and of `/oauth/authorize` and `/oauth/logout`,
/// to which apps send browsers. The caller may accept requests from other sites there, because no handler of these
/// routes reads a cookie.
pub fn protocol<S>(records: Records) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Clients: FromRef<S>,
    Tokens: FromRef<S>,
    Requests: FromRef<S>,
    Grants: FromRef<S>,
    Pending: FromRef<S>,
    Consents: FromRef<S>,
    Flow: FromRef<S>,
    Limits: FromRef<S>,
    Site: FromRef<S>,
{
    // RFC 9700 §2.6: no CORS here, because apps redirect browsers to these endpoints and no script calls
    // them.
    let begins = Routes::new()
        .route("/oauth/authorize", get(authorization::endpoint::begin).post(authorization::endpoint::begin))
        .route("/oauth/logout", get(logout::endpoint::begin).post(logout::endpoint::begin))
        .in_windows_of_sites();
    Routes::new()
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/oauth/jwks", get(discovery::jwks))
        .route("/oauth/token", post(grant::endpoint::token))
        .route("/oauth/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
        .route("/oauth/introspect", post(introspection::introspect))
        .route("/oauth/revoke", post(revocation::revoke))
        .route("/oauth/par", post(authorization::endpoint::push))
        .route("/oauth/device", post(device::authorize))
        .layer(cors::of_any_origin())
        .layer(from_fn_with_state(records, cors::by_name))
        .merge(begins)
}

//! Which part of the server each handler is given: a handler takes what it needs, and nothing else.

use std::sync::Arc;

use axum::extract::FromRef;

use super::App;
use super::health::Health;
use crate::account::Accounts;
use crate::account::session::Sessions;
use crate::admin::Administration;
use crate::clock::Clock;
use crate::login::Login;
use crate::login::flow::Flow;
use crate::oauth::{Clients, Grants, Pending, Requests, Tokens, Trials};
use crate::picture::Pictures;
use crate::store::records::Records;
use crate::web::assets::Assets;
use crate::web::document::Site;
use crate::web::limits::Limits;
use crate::wechat::Sns;

/// The server as routes have it: every layer and handler that a request meets has a copy for itself.
pub type Shared = Arc<App>;

/// Gives handlers a copy of each of these, taken out of the server.
macro_rules! gives {
    ($($part:ty: $($field:ident).+;)+) => {$(
        impl FromRef<Shared> for $part {
            fn from_ref(app: &Shared) -> Self {
                app.$($field).+.clone()
            }
        }
    )+};
}

gives! {
    Login: login;
    Flow: login.flow;
    Sessions: login.sessions;
    Limits: login.limits;
    Site: login.site;
    Accounts: accounts;
    Administration: administration;
    Clients: clients;
    Tokens: tokens;
    Requests: requests;
    Grants: grants;
    Pending: pending;
    Sns: sns;
    Records: records;
    Pictures: pictures;
    Assets: assets;
    Health: health;
    Clock: clock;
}

impl FromRef<Shared> for Trials {
    fn from_ref(app: &Shared) -> Self {
        Self { requests: app.requests.clone(), grants: app.grants.clone() }
    }
}

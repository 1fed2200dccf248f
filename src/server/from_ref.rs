//! The parts of the server's state that handlers can extract: a handler must take only what it needs.

use std::sync::Arc;

use axum::extract::FromRef;

use super::ServerState;
use super::health::Health;
use crate::account::Accounts;
use crate::account::activity::ActivityLog;
use crate::account::session::Sessions;
use crate::admin::{Administration, AppRequests};
use crate::clock::Clock;
use crate::login::flow::Flow;
use crate::login::{Consents, Login};
use crate::oauth::{AuthorizationPages, Clients, Grants, LogoutPages, Pending, Requests, Tokens, Trials};
use crate::picture::Pictures;
use crate::store::records::Records;
use crate::web::assets::Assets;
use crate::web::document::Site;
use crate::web::limits::Limits;
use crate::wechat::Sns;

/// The state as the routes hold it: a request clones it for every layer and handler, so the clone must be one pointer.
pub type Shared = Arc<ServerState>;

/// Implements `FromRef` for each of these types: it clones the given field of the server's state.
macro_rules! gives {
    ($($part:ty: $($field:ident).+;)+) => {$(
        impl FromRef<Shared> for $part {
            fn from_ref(state: &Shared) -> Self {
                state.$($field).+.clone()
            }
        }
    )+};
}

gives! {
    Login: login;
    Flow: login.flow;
    Consents: login.consents;
    Sessions: login.sessions;
    Limits: login.limits;
    Site: login.site;
    Accounts: accounts;
    ActivityLog: accounts.activity;
    Administration: administration;
    AppRequests: app_requests;
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
    fn from_ref(state: &Shared) -> Self {
        Self { requests: state.requests.clone(), grants: state.grants.clone() }
    }
}

impl FromRef<Shared> for AuthorizationPages {
    fn from_ref(state: &Shared) -> Self {
        Self {
            requests: state.requests.clone(),
            grants: state.grants.clone(),
            consents: state.login.consents.clone(),
            site: state.login.site.clone(),
            limits: state.login.limits.clone(),
        }
    }
}

impl FromRef<Shared> for LogoutPages {
    fn from_ref(state: &Shared) -> Self {
        Self {
            sessions: state.login.sessions.clone(),
            site: state.login.site.clone(),
            clients: state.clients.clone(),
            tokens: state.tokens.clone(),
            pending: state.pending.clone(),
            activity: state.accounts.activity.clone(),
        }
    }
}

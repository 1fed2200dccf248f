//! Who can sign in: accounts, passwords, sessions, and the pages on which a person signs in and out.
//!
//! | request | what |
//! |---|---|
//! | `GET /` | who is signed in; signs out |
//! | `GET`, `POST /signin` | user name and password |
//! | `POST /signout` | ends this session |
//! | `GET`, `POST /setup?token=…` | the first account, once |

mod home;
mod name;
pub mod password;
pub mod phone_token;
pub mod session;
pub mod setup;
mod signin;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::{get, post};

use crate::clock::Clock;
use crate::store::records::Records;
use crate::web::document::Site;
use crate::web::limits::Limits;

pub use name::{DisplayName, Username};

/// What the pages of this feature work with.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// Where accounts and sessions are kept.
    pub records: Records,
    /// Password hashing.
    pub passwords: password::Passwords,
    /// Sessions.
    pub sessions: session::Sessions,
    /// The first account.
    pub setup: setup::Setup,
    /// The site.
    pub site: Site,
    /// How often somebody may guess.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
}

/// The routes of this feature.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Accounts: FromRef<S>,
{
    Router::new()
        .route("/", get(home::page))
        .route("/signin", get(signin::page).post(signin::sign_in))
        .route("/signout", post(signin::sign_out))
        .route("/setup", get(setup::page).post(setup::create))
}

//! Who can sign in: accounts, passwords, sessions, and the pages on which a person signs in and out.
//!
//! | request | what |
//! |---|---|
//! | `GET /` | who is signed in; signs out |
//! | `GET`, `POST /signin` | user name and password |
//! | `POST /signout` | ends this session |
//! | `GET`, `POST /account/profile` | what its owner tells of themselves: [`profile`] |
//! | `POST /account/profile/picture`, `…/remove` | their picture |
//! | `GET`, `POST /account/devices` | where this account is signed in; ends that: [`devices`] |
//! | `GET`, `POST /account/password` | another password: [`new_password`] |
//! | `GET`, `POST /setup?token=…` | the first account, once |

mod devices;
mod home;
pub mod known_device;
mod language;
mod name;
mod new_password;
pub mod password;
mod phone_keys;
pub mod phone_token;
mod profile;
mod profile_form;
mod profile_page;
pub mod session;
pub mod setup;
mod signin;

use axum::extract::{DefaultBodyLimit, FromRef};

use crate::clock::Clock;
use crate::hash::Keyed;
use crate::store::records::Records;
use crate::web::bounds::UPLOAD_BYTES;
use crate::web::document::Site;
use crate::web::limits::Limits;
use crate::web::picture::Pictures;
use crate::web::routes::{Routes, get, post};

pub use devices::PATH as DEVICES;
pub use name::{DisplayName, TypedName, Username, told_of_name};
pub use signin::password_first;

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
    /// Where their pictures are taken in.
    pub pictures: Pictures,
    /// Names that nobody has, as the log has them.
    pub unknown_names: Keyed,
    /// The site.
    pub site: Site,
    /// How often somebody may guess.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
}

/// The routes of this feature.
pub fn routes<S>() -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Accounts: FromRef<S>,
{
    Routes::new()
        .route("/signin", get(signin::page).post(signin::sign_in))
        .in_windows_of_sites()
        .route("/", get(home::page))
        .route("/signout", post(signin::sign_out))
        .route("/setup", get(setup::page).post(setup::create))
        .route("/account/profile", get(profile::page).post(profile::save))
        .route("/account/profile/picture/remove", post(profile::remove))
        .route(devices::PATH, get(devices::page).post(devices::end))
        .route(new_password::PATH, get(new_password::page).post(new_password::change))
}

/// The route that takes files, which are larger than all else.
pub fn uploads<S>() -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Accounts: FromRef<S>,
{
    Routes::new().route("/account/profile/picture", post(profile::upload)).layer(DefaultBodyLimit::max(UPLOAD_BYTES))
}

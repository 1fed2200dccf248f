//! The routes of the account pages.

use axum::extract::{DefaultBodyLimit, FromRef};

use super::link::{enrol, open};
use super::mail::{address, forgot, prove};
use super::own::{activity, data, download, overview, paths, receipts, scan};
use super::{
    Accounts, ask, chooser, devices, home, new_password, passkey_pages, profile, proof, setup, signin, signup,
};
use crate::account::session::Sessions;
use crate::account::session::aside::CHOOSER;
use crate::web::bounds::UPLOAD_BYTES;
use crate::web::routes::{Routes, get, post};

/// Returns the routes of the account pages, except the upload of pictures ([`uploads`]) and the fresh proof ([`proofs`]).
pub fn routes<S>() -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Accounts: FromRef<S>,
    Sessions: FromRef<S>,
{
    Routes::new()
        .route("/signin", get(signin::page).post(signin::sign_in))
        .in_windows_of_sites()
        .merge(passkey_pages::routes())
        .route("/", get(home::page))
        .route("/signout", post(signin::sign_out))
        .route(CHOOSER, get(chooser::show).post(chooser::act))
        .route(signup::PATH, get(signup::page).post(signup::create))
        .route("/passkey/options/sign-up", post(signup::options))
        .route("/setup", get(setup::page).post(setup::create))
        .route("/welcome/{token}", get(open::page).post(open::open))
        .route("/welcome/{token}/enrol", post(enrol::enrol))
        .route("/account/profile", get(profile::show).post(profile::save))
        .route(paths::OVERVIEW, get(overview::page))
        .route(paths::SECURITY, get(overview::security))
        .route(paths::SCAN_SWITCH, post(scan::turn))
        .route(paths::ASK, get(ask::page::page).post(ask::forms::turn_on))
        .route(paths::ASK_OFF, post(ask::forms::turn_off))
        .route(paths::ACTIVITY, get(activity::page))
        .route(paths::EXPORT, get(activity::export))
        .route(paths::DATA, get(data::page))
        .route(paths::DELETE, post(data::delete))
        .route(paths::KEEP, post(data::keep))
        .route(paths::DOWNLOAD, post(download::send))
        .route(paths::RECEIPTS, post(receipts::download::send))
        .route(paths::RECEIPTS_ACCEPTED, post(receipts::download::accept))
        .route("/account/profile/picture/remove", post(profile::remove))
        .route("/account/profile/email", post(profile::change_email))
        .route("/account/profile/email/prove", post(prove::send))
        .route("/address/{token}", get(address::page).post(address::confirm))
        .route(forgot::PATH, get(forgot::page).post(forgot::send))
        .route(devices::PATH, get(devices::page).post(devices::end))
        .route("/account/devices/{name}", get(devices::one).post(devices::act))
        .route("/session/watch", get(devices::watch))
        .route(devices::SIGNED_OUT, get(devices::signed_out))
        .route(new_password::PATH, get(new_password::page).post(new_password::change))
}

/// Returns the routes of the fresh proof. They have a larger body limit than the others, for the form that waits.
pub fn proofs<S>() -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Accounts: FromRef<S>,
    Sessions: FromRef<S>,
{
    Routes::new().route(proof::PATH, get(proof::page).post(proof::prove))
}

/// Returns the route at which a person uploads a picture. It has a larger body limit than all others.
pub fn uploads<S>() -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Accounts: FromRef<S>,
    Sessions: FromRef<S>,
{
    Routes::new().route("/account/profile/picture", post(profile::upload)).layer(DefaultBodyLimit::max(UPLOAD_BYTES))
}

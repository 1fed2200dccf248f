//! The routes of the sign-in, except its server functions.

use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;

use super::phone::api;
use super::{Login, ask, browser, phone, transfer};
use crate::account::session::Sessions;
use crate::account::{ASKED, SCAN};
use crate::web::routes::{Routes, get, post};

/// Returns the routes of the sign-in, except its server functions.
pub fn routes<S>(login: Login) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Login: FromRef<S>,
    Sessions: FromRef<S>,
{
    // A site may open these pages in a window of its own, for a sign-in to its app.
    let opened_by_sites = Routes::new()
        .route("/login/{ticket}", get(browser::page::page_again))
        .route("/login/{ticket}/cancel", post(browser::page::cancel))
        .route("/login/{ticket}/claim", post(browser::page::claim))
        .route("/login/{ticket}/digits", post(browser::digits::type_digits))
        .route("/login/{ticket}/ask", post(browser::ask::ask))
        .in_windows_of_sites();
    // The login page in a frame of an app's page; a claim there gives an authorization code to the app
    // (`oauth::embed`).
    let framed = Routes::new()
        .route("/framed/{ticket}", get(browser::page::page_again))
        .route("/framed/{ticket}/watch", get(browser::page::watch))
        .route("/framed/{ticket}/refresh", post(browser::page::refresh))
        .route("/framed/{ticket}/cancel", post(browser::page::cancel))
        .route("/framed/{ticket}/digits", post(browser::digits::type_digits))
        .layer(from_fn_with_state(login, browser::page::show_refusals_in_frame));
    opened_by_sites
        .merge(framed)
        .route("/login", get(browser::page::page))
        .route("/login/{ticket}/watch", get(browser::page::watch))
        .route("/login/{ticket}/refresh", post(browser::page::refresh))
        .route("/link", get(phone::link::page).post(phone::link::type_code))
        .route(SCAN, get(phone::scanner::page))
        .route(ASKED, get(ask::phone::page).post(ask::phone::choose))
        .route("/s/{code}", get(phone::page::page))
        // A QR code with an upper-case link is smaller, so cameras open this path.
        .route("/S/{code}", get(phone::page::page))
        .route("/s/{code}/watch", get(phone::page::watch))
        .route("/s/{code}/report", post(phone::report::report))
        .route("/s/{code}/passkey", post(phone::confirm::passkey::options))
        .route("/s/{code}/disown", post(phone::page::disown))
        .route(transfer::PATH, get(transfer::browser::page).post(transfer::browser::issue))
        .route("/transfer/{ticket}", get(transfer::browser::ticket))
        .route("/transfer/{ticket}/watch", get(transfer::browser::watch))
        .route("/transfer/{ticket}/digits", post(transfer::browser::type_digits))
        .route("/transfer/{ticket}/cancel", post(transfer::browser::cancel))
        .route("/t/{code}", get(transfer::phone::page))
        .route("/T/{code}", get(transfer::phone::page))
        .route("/t/{code}/take", post(transfer::phone::take))
        .route("/t/{code}/watch", get(transfer::phone::watch))
        .route("/t/{code}/claim", post(transfer::phone::claim))
        .route("/t/{code}/decline", post(transfer::phone::decline))
        .route("/v1/tickets/{code}/scan", post(api::scan))
        .route("/v1/tickets/{code}/approve", post(api::approve))
        .route("/v1/tickets/{code}/deny", post(api::deny))
        .route("/v1/tickets/{code}/watch", get(api::watch))
}

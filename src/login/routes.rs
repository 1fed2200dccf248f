//! What the handlers of this feature work with, and where they are.

use std::sync::Arc;

use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;
use tokio_util::sync::CancellationToken;

use super::flow::Flow;
use super::place::Places;
use super::{api, browser, phone};
use crate::account::phone_token::PhoneTokens;
use crate::account::session::Sessions;
use crate::settings;
use crate::store::records::Records;
use crate::web::client::TrustedProxies;
use crate::web::document::Site;
use crate::web::limits::Limits;
use crate::web::routes::{Routes, get, post};

/// What the handlers of this feature work with.
#[derive(Clone, Debug)]
pub struct Login {
    /// The verbs of a ticket.
    pub flow: Flow,
    /// Who is signed in.
    pub sessions: Sessions,
    /// What people allowed apps.
    pub records: Records,
    /// Whose app is a phone, where that is configured.
    pub phone_tokens: Option<PhoneTokens>,
    /// The site.
    pub site: Site,
    /// How often somebody may ask.
    pub limits: Limits,
    /// `[login]`
    pub settings: Arc<settings::Login>,
    /// Whose `X-Forwarded-For` counts.
    pub proxies: TrustedProxies,
    /// Where addresses are, coarsely.
    pub places: Places,
    /// How long a session opened by a scan lasts at most: the phone's owner is told.
    pub session_hours: u64,
    /// Cancelled when the server is to stop.
    pub stopping: CancellationToken,
}

/// The routes of this feature, server functions apart.
pub fn routes<S>(login: Login) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    Login: FromRef<S>,
{
    // Also the pages of whoever signs in to an app.
    let led_to = Routes::new()
        .route("/login/{ticket}", get(browser::page_again))
        .route("/login/{ticket}/cancel", post(browser::cancel))
        .route("/login/{ticket}/claim", post(browser::claim))
        .in_windows_of_sites();
    // The login page in an app's frame; what it claims is the app's (`oauth::embed`).
    let framed = Routes::new()
        .route("/framed/{ticket}", get(browser::page_again))
        .route("/framed/{ticket}/watch", get(browser::watch))
        .route("/framed/{ticket}/refresh", post(browser::refresh))
        .route("/framed/{ticket}/cancel", post(browser::cancel))
        .layer(from_fn_with_state(login, browser::in_its_frame));
    led_to
        .merge(framed)
        .route("/login", get(browser::page))
        .route("/login/{ticket}/watch", get(browser::watch))
        .route("/login/{ticket}/refresh", post(browser::refresh))
        .route("/link", get(phone::link_page).post(phone::link))
        .route("/s/{code}", get(phone::page))
        // A QR is smaller in capitals, so a camera comes this way.
        .route("/S/{code}", get(phone::page))
        .route("/s/{code}/watch", get(phone::watch))
        .route("/s/{code}/disown", post(phone::disown))
        .route("/v1/tickets/{code}/scan", post(api::scan))
        .route("/v1/tickets/{code}/approve", post(api::approve))
        .route("/v1/tickets/{code}/deny", post(api::deny))
        .route("/v1/tickets/{code}/watch", get(api::watch))
}

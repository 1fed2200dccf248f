//! The product: a browser shows a code, a phone decides, the browser is signed in.
//!
//! | step | who | request | verb | the ticket becomes |
//! |---|---|---|---|---|
//! | issue | browser | `GET /login` | [`flow::Flow::issue`] | Waiting |
//! | watch | browser | `GET /login/{ticket}/watch` | [`flow::Flow::watch_as_browser`] | – |
//! | refresh | browser | `POST /login/{ticket}/refresh` | [`flow::Flow::refresh`] | Waiting, next round |
//! | look | phone | `GET /s/{code}` | [`flow::Flow::look`] | – |
//! | scan | phone | server function `scan` | [`flow::Flow::scan`] | Scanned |
//! | decide | phone | server functions `approve`, `deny` | [`flow::Flow::approve`], [`flow::Flow::deny`] | Approved, Denied |
//! | claim | browser | `POST /login/{ticket}/claim` | [`flow::Flow::claim`] | Claimed, once |
//! | cancel | browser | `POST /login/{ticket}/cancel` | [`flow::Flow::cancel`] | Cancelled |
//!
//! Without script the browser's page is `GET /login/{ticket}`, which loads itself again. A code is typed at `/link`.
//! A site's own app decides at `POST /v1/tickets/{code}/scan | approve | deny`, and reads the events of what it
//! decided at `GET /v1/tickets/{code}/watch`.
//!
//! The files follow who is talking: `browser` and `panel` are the page that shows the code; `phone`, `decide` and
//! `decision` the device that decides; `api` the same for apps; `carry` and `follow` the two ends of a watch, and `live` what the pages do with it.

#[cfg(feature = "ssr")]
pub mod flow;
#[cfg(feature = "ssr")]
pub mod watch;
#[cfg(feature = "ssr")]
mod carry;
#[cfg(feature = "hydrate")]
mod follow;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "ssr")]
mod browser;
pub mod panel;
#[cfg(feature = "ssr")]
mod phone;
pub mod decide;
pub mod decision;
#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
mod turns;
#[cfg(feature = "ssr")]
pub mod qr;

#[cfg(feature = "ssr")]
pub use server::{Login, routes};

#[cfg(feature = "ssr")]
mod server {
    use axum::Router;
    use axum::extract::FromRef;
    use axum::routing::{get, post};
    use tokio_util::sync::CancellationToken;

    use super::flow::Flow;
    use super::{api, browser, phone};
    use crate::account::phone_token::PhoneTokens;
    use crate::account::session::Sessions;
    use crate::settings;
    use crate::web::document::Site;
    use crate::web::limits::Limits;

    /// What the handlers of this feature work with.
    #[derive(Clone, Debug)]
    pub struct Login {
        /// The verbs of a ticket.
        pub flow: Flow,
        /// Who is signed in.
        pub sessions: Sessions,
        /// Whose app is a phone, where that is configured.
        pub phone_tokens: Option<PhoneTokens>,
        /// The site.
        pub site: Site,
        /// How often somebody may ask.
        pub limits: Limits,
        /// `[login]`
        pub settings: settings::Login,
        /// How long a session opened by a scan lasts at most: the phone's owner is told.
        pub session_hours: u64,
        /// Cancelled when the server is to stop.
        pub stopping: CancellationToken,
    }

    /// The routes of this feature, server functions apart.
    pub fn routes<S>() -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
        Login: FromRef<S>,
    {
        Router::new()
            .route("/login", get(browser::page))
            .route("/login/{ticket}", get(browser::page_again))
            .route("/login/{ticket}/watch", get(browser::watch))
            .route("/login/{ticket}/refresh", post(browser::refresh))
            .route("/login/{ticket}/cancel", post(browser::cancel))
            .route("/login/{ticket}/claim", post(browser::claim))
            .route("/link", get(phone::link_page).post(phone::link))
            .route("/s/{code}", get(phone::page))
            // A QR is smaller in capitals, so a camera comes this way.
            .route("/S/{code}", get(phone::page))
            .route("/s/{code}/watch", get(phone::watch))
            .route("/v1/tickets/{code}/scan", post(api::scan))
            .route("/v1/tickets/{code}/approve", post(api::approve))
            .route("/v1/tickets/{code}/deny", post(api::deny))
            .route("/v1/tickets/{code}/watch", get(api::watch))
    }
}

//! The pages of a person who asks for apps and looks after them. While `[oauth] requests` is off, these pages do not
//! exist, and neither do they for an account without a user name, which cannot prove itself by a password.
//!
//! | request | what it does |
//! |---|---|
//! | `GET`, `POST /apps/request` | asks for a new app: [`ask`] |
//! | `GET /apps/mine` | lists the person's apps and requests: [`mine`] |
//! | `GET /apps/requests/{request}` | shows one of their requests: [`asked`] |
//! | `POST /apps/requests/{request}/withdraw` | withdraws it: [`asked`] |
//! | `GET /apps/mine/{app}` | shows an app that the person looks after: [`app`] |
//! | `POST /apps/mine/{app}/secret` | shows its first secret, once: [`secret`] |
//! | `POST /apps/mine/{app}/rotate` | makes a new secret: [`secret`] |
//! | `POST /apps/mine/{app}/logo`, `logo/remove` | sets and removes its logo: [`logo`] |
//! | `GET`, `POST /apps/mine/{app}/propose` | proposes a change of it: [`ask`] |
//! | `POST /apps/mine/{app}/hand-over` | gives it to another person, after a question: [`hand_over`] |
//!
//! [`person`] lets only signed-in people in, and [`request_form`] reads what they ask for.

mod app;
mod ask;
mod asked;
mod hand_over;
mod logo;
mod mine;
mod person;
mod request_form;
mod secret;

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::from_fn_with_state;

use super::requests::state::{AppRequests, only_if_on};
use crate::account::session::Sessions;
use crate::picture::Pictures;
use crate::web::bounds::UPLOAD_BYTES;
use crate::web::routes::{Routes, get, post};

/// Makes the route that takes a logo, which may be larger than a form. Its body is read only if a signed-in person sends
/// it.
pub fn uploads<S>(sessions: Sessions, requests: AppRequests) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    AppRequests: FromRef<S>,
    Sessions: FromRef<S>,
    Pictures: FromRef<S>,
{
    Routes::new()
        .route("/apps/mine/{app}/logo", post(logo::upload))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES))
        .layer(from_fn_with_state(sessions, person::with_password))
        .layer(from_fn_with_state(requests, only_if_on))
}

/// Makes all other routes of these pages. Whoever changes an app has to have signed in with the password.
pub fn routes<S>(sessions: Sessions, requests: AppRequests) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    AppRequests: FromRef<S>,
{
    Routes::new()
        .route("/apps/mine/{app}", get(app::show))
        .route("/apps/mine/{app}/secret", post(secret::reveal))
        .route("/apps/mine/{app}/rotate", post(secret::rotate))
        .route("/apps/mine/{app}/logo/remove", post(logo::remove))
        .route("/apps/mine/{app}/propose", get(ask::proposal).post(ask::propose))
        .route("/apps/mine/{app}/hand-over", post(hand_over::hand_over))
        .layer(from_fn_with_state(sessions.clone(), person::with_password))
        .merge(
            Routes::new()
                .route("/apps/request", get(ask::blank).post(ask::send))
                .route("/apps/mine", get(mine::page))
                .route("/apps/requests/{request}", get(asked::show))
                .route("/apps/requests/{request}/withdraw", post(asked::withdraw))
                .layer(from_fn_with_state(sessions, person::signed_in)),
        )
        .layer(from_fn_with_state(requests, only_if_on))
}

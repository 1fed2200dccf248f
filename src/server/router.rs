//! All routes of the server, and the layers around them in their order.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::ServerState;
use super::from_ref::Shared;
use super::health;
use super::openapi;
#[cfg(feature = "otel")]
use super::traced;
use super::whole_forms;
use crate::account;
use crate::account::session::{account_switched, leading_back};
use crate::admin;
use crate::login::{self, Login};
use crate::measure;
use crate::oauth;
use crate::picture;
use crate::web::assets;
use crate::web::bounds::{ADMIN_BODY_BYTES, ANSWER_TIMEOUT, BODY_BYTES, PROOF_BODY_BYTES, UPLOAD_BYTES_SEEN};
use crate::web::document::{LANGUAGES, LOGO, MANIFEST, STYLE, brand, languages, manifest};
use crate::web::guard::{self, Gate};
use crate::web::language;
use crate::web::problem::Problem;
use crate::web::render;
use crate::web::routes::{Route, Routes, get, post};
use crate::wechat;

/// How hard pages are compressed. Each page is compressed for one person, so its time counts. From level 5 on, Brotli tells
/// texts in different scripts apart, which makes a login page in Chinese, Japanese or Russian 10 % shorter than level 4.
const PAGE_QUALITY: CompressionLevel = CompressionLevel::Precise(5);

impl ServerState {
    /// Builds the router of `[server] addr`, with all its routes and the layers around them.
    pub fn router(&self) -> Router {
        self.assembled().with_state(Arc::new(self.clone()))
    }

    /// Lists every route of the router: its method, its path, and which sites may make a browser send requests there.
    pub fn routes(&self) -> Vec<Route> {
        self.assembled().list().to_vec()
    }

    /// Builds the router of all routes with the layers around them. A request passes the layer that was added last
    /// first, but the layers within one `ServiceBuilder` from its first line to its last. Such a group is one type,
    /// whereas each request would have to copy the box around each separate layer.
    fn assembled(&self) -> Routes<Shared> {
        let site = &self.gate.site;
        let open = Gate { is_open: true, ..self.gate.clone() };
        let protocol = oauth::protocol::<Shared>(self.records.clone()).merge(wechat::protocol::<Shared>());
        let protocol = bounded(whole(protocol), BODY_BYTES).behind(open);
        let pages = Routes::new()
            .merge(account::routes::<Shared>())
            .merge(login::routes::<Shared>(self.login.clone()))
            .merge(oauth::pages::<Shared>(self.login.clone()))
            .route("/api/{name}", post(server_function))
            .route(LANGUAGES, get(languages::page).post(languages::choose))
            .route("/pkg/{*path}", get(assets::pkg))
            .route("/picture/{id}/{size}", get(picture::show))
            .route("/favicon.svg", get(assets::favicon))
            .route(STYLE, get(brand::style))
            .route(LOGO, get(brand::logo))
            .route("/robots.txt", get(assets::robots))
            .route("/openapi.json", get(openapi::document))
            .route("/icons/{name}", get(assets::icon))
            .route(MANIFEST, get(manifest::manifest))
            .route("/passkey.js", get(assets::passkey))
            .route("/scanner.js", get(assets::scanner))
            .route("/ask.js", get(assets::ask))
            .route("/worker.js", get(assets::worker))
            .route("/embed.js", get(assets::embed))
            .route("/wxLogin.js", get(assets::wx_login))
            .route("/js/wxLogin.js", get(assets::wx_login))
            .fallback(|| async { Problem::not_found() });
        let accounts = || self.accounts.clone();
        let large = |routes| whole(routes).layer(from_fn_with_state(accounts(), whole_forms::from_whom));
        let administration = admin::routes::<Shared>(accounts(), self.app_requests.clone());
        let logos = admin::uploads::<Shared>(accounts(), self.app_requests.clone());
        let pages = bounded(whole(pages), BODY_BYTES)
            .merge(bounded(large(account::proofs::<Shared>()), PROOF_BODY_BYTES))
            .merge(bounded(large(administration), ADMIN_BODY_BYTES))
            .merge(bounded(account::uploads::<Shared>(), UPLOAD_BYTES_SEEN))
            .merge(bounded(logos, UPLOAD_BYTES_SEEN));
        let router = pages.behind(self.gate.clone()).merge(protocol);
        // Each layer costs every request something, so this one exists only with the feature that exports its spans.
        #[cfg(feature = "otel")]
        let router = router.layer(from_fn_with_state(self.gate.proxies.clone(), traced::request));
        router
            .layer(from_fn_with_state(self.gate.proxies.clone(), guard::from_where))
            // Machines ask for health often, so it has neither a rate limit nor a span.
            .route("/healthz", get(health::alive))
            .route("/readyz", get(health::ready))
            .layer(
                ServiceBuilder::new()
                    .layer(from_fn_with_state(self.languages, language::choose))
                    .layer(from_fn_with_state(self.gate.clone(), guard::headers))
                    .layer(from_fn_with_state(site.clone(), render::render))
                    // Pages contain no secret next to text that the request chose, so compression reveals nothing
                    // (BREACH); files are compressed at build time.
                    .layer(CompressionLayer::new().quality(PAGE_QUALITY).compress_when(is_html)),
            )
    }
}

/// Has the body of each request to these routes read completely before its sender is looked for ([`whole_forms`]).
fn whole(router: Routes<Shared>) -> Routes<Shared> {
    router.layer(from_fn(whole_forms::arrive))
}

/// Limits the time until the answer to each request to these routes, and the size of the request's body. A request that
/// takes longer, and one whose handler panics, is answered with status 503.
fn bounded(router: Routes<Shared>, body_bytes: usize) -> Routes<Shared> {
    router.layer(
        ServiceBuilder::new()
            .layer(CatchPanicLayer::custom(|_| Problem::broken().into_response()))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIMEOUT))
            .layer(RequestBodyLimitLayer::new(body_bytes)),
    )
}

/// Builds the router of `[server] admin_addr`: metrics and health, for machines in the same network. It also starts the
/// measuring of the metrics.
pub fn admin_router(state: &ServerState) -> Router {
    measure::render();
    Routes::new()
        .route("/metrics", get(|| async { ([(CONTENT_TYPE, "text/plain; version=0.0.4")], measure::render()) }))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(from_fn_with_state(state.gate.clone(), guard::headers))
        .with_state(Arc::new(state.clone()))
}

fn is_html(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// `POST /api/{name}`: runs the server function of this name in `login/phone/server_functions.rs`.
async fn server_function(State(login): State<Login>, request: Request) -> Response {
    let state = move || leptos::context::provide_context(login.clone());
    let response = leptos_axum::handle_server_fns_with_context(state, request).await.into_response();
    match response.status() {
        // A wrong form is answered so by the library itself, before a server function is called.
        StatusCode::INTERNAL_SERVER_ERROR | StatusCode::FOUND => Problem::malformed().into_response(),
        StatusCode::PRECONDITION_FAILED => {
            let page = response.headers().get(LOCATION).and_then(|page| page.to_str().ok()).unwrap_or("/");
            leading_back(account_switched(), page).into_response()
        }
        StatusCode::TOO_MANY_REQUESTS => {
            let wait = response.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
            Problem::too_many(Duration::from_secs(wait.unwrap_or(1))).into_response()
        }
        _ => response,
    }
}

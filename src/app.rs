//! Everything put together: the state, the layers in their order, the routes.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::account::password::Passwords;
use crate::account::phone_token::PhoneTokens;
use crate::account::session::{Sessions, TokenKey};
use crate::account::setup::Setup;
use crate::account::{self, Accounts};
use crate::clock::Clock;
use crate::login::flow::Flow;
use crate::login::place::Places;
use crate::login::{self, Login};
use crate::push::Hub;
use crate::secret_file;
use crate::settings::Settings;
use crate::store::records::Records;
use crate::store::tickets::Tickets;
use crate::ticket::ids::CodeKey;
use crate::web::assets;
use crate::web::bounds::{ANSWER_TIMEOUT, BODY_BYTES};
use crate::web::client::TrustedProxies;
use crate::web::document::Site;
use crate::web::guard::{self, Gate};
use crate::web::health::{self, Health};
use crate::web::limits::Limits;
use crate::web::problem::{self, Problem};

/// The running house; cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// What the sign-in by scan works with.
    pub login: Login,
    /// What the pages of accounts work with.
    pub accounts: Accounts,
    /// Where tickets are kept.
    pub tickets: Tickets,
    /// Who is told of changes.
    pub hub: Hub,
    gate: Gate,
    health: Arc<Health>,
}

impl FromRef<App> for Login {
    fn from_ref(app: &App) -> Self {
        app.login.clone()
    }
}

impl FromRef<App> for Accounts {
    fn from_ref(app: &App) -> Self {
        app.accounts.clone()
    }
}

impl FromRef<App> for Arc<Health> {
    fn from_ref(app: &App) -> Self {
        Arc::clone(&app.health)
    }
}

/// Where in the data folder the records are.
const RECORDS: &str = "tessera.db";
/// Where in the data folder the key of the scan codes is.
const CODE_KEY: &str = "code.key";

/// Opens the records in a data folder, made if need be.
pub async fn open_records(data_dir: &Path) -> Result<Records, String> {
    secret_file::make_dir(data_dir).map_err(|error| format!("server.data_dir: {}: {error}", data_dir.display()))?;
    let path = data_dir.join(RECORDS);
    Records::sqlite(&path).await.map_err(|fault| {
        let cause = std::error::Error::source(&fault).map(ToString::to_string).unwrap_or_default();
        format!("{}: {fault}: {cause}", path.display())
    })
}

impl App {
    /// Builds the house: opens the stores, makes what secrets are missing.
    pub async fn build(settings: &Settings, clock: Clock, stopping: CancellationToken) -> Result<Self, String> {
        let records = open_records(&settings.data_dir).await?;
        let key_file = settings.data_dir.join(CODE_KEY);
        let code_key =
            secret_file::load_or_make(&key_file).map_err(|error| format!("{}: {error}", key_file.display()))?;
        let tickets = Tickets::memory(usize::try_from(settings.limits.tickets).unwrap_or(usize::MAX));
        let hub = Hub::local();
        let site = Site::new(settings);
        let limits = Limits::new(&settings.limits, &clock);
        let sessions =
            Sessions::new(records.clone(), clock.clone(), settings.account.clone(), TokenKey::new(&code_key));
        let phone_tokens =
            settings.phone.as_ref().map(|phone| PhoneTokens::new(phone, records.clone(), clock.clone())).transpose()?;
        let flow = Flow::new(
            tickets.clone(),
            hub.clone(),
            clock.clone(),
            settings.lifetimes(),
            CodeKey::new(&code_key),
            &settings.public_url,
        );
        Ok(Self {
            login: Login {
                flow,
                sessions: sessions.clone(),
                phone_tokens,
                site: site.clone(),
                limits: limits.clone(),
                settings: settings.login.clone(),
                places: Places::open(settings.login.place_database.as_deref())?,
                session_hours: settings.account.scan_max_hours,
                stopping: stopping.clone(),
            },
            accounts: Accounts {
                records: records.clone(),
                passwords: Passwords::new(),
                sessions,
                setup: Setup::new(),
                site: site.clone(),
                limits: limits.clone(),
                clock,
            },
            tickets,
            hub,
            gate: Gate { site, proxies: TrustedProxies::new(&settings.server.trusted_proxies), limits },
            health: Arc::new(Health { records, stopping }),
        })
    }

    /// Every route behind its layers. A request meets them from the last line of the list to the first.
    pub fn router(&self) -> Router {
        let site = &self.gate.site;
        Router::new()
            .merge(account::routes::<Self>())
            .merge(login::routes::<Self>())
            .route("/api/{name}", post(server_function))
            .route("/pkg/{*path}", get(assets::pkg))
            .route("/favicon.svg", get(assets::favicon))
            .route("/robots.txt", get(assets::robots))
            .fallback(|| async { Problem::not_found() })
            .layer(RequestBodyLimitLayer::new(BODY_BYTES))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIMEOUT))
            .layer(CatchPanicLayer::custom(|_| Problem::broken().into_response()))
            .layer(from_fn_with_state(self.gate.clone(), guard::gate))
            // Health is asked often, by machines, and has no limit.
            .route("/healthz", get(health::alive))
            .route("/readyz", get(health::ready))
            // Pages reflect nothing beside a secret, so they may be compressed; files are, ahead of time.
            .layer(CompressionLayer::new().compress_when(is_html))
            .layer(from_fn_with_state(site.clone(), problem::render))
            .layer(from_fn_with_state(site.clone(), guard::headers))
            .with_state(self.clone())
    }
}

fn is_html(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// `POST /api/{name}`: the server functions of `login/decide.rs`.
async fn server_function(State(login): State<Login>, request: Request) -> Response {
    let state = move || leptos::context::provide_context(login.clone());
    let response = leptos_axum::handle_server_fns_with_context(state, request).await.into_response();
    match response.status() {
        // What the library itself refuses, before any function of ours is called: a form without its fields.
        StatusCode::INTERNAL_SERVER_ERROR | StatusCode::FOUND => Problem::malformed().into_response(),
        StatusCode::TOO_MANY_REQUESTS => {
            let wait = response.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
            Problem::too_many(Duration::from_secs(wait.unwrap_or(1))).into_response()
        }
        _ => response,
    }
}

//! Everything put together: the state, the layers in their order, the routes.

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
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::account::device::Devices;
use crate::account::password::Passwords;
use crate::account::phone_token::PhoneTokens;
use crate::account::session::Sessions;
use crate::account::setup::Setup;
use crate::account::{self, Accounts};
use crate::admin;
use crate::cause::caused;
use crate::clock::Clock;
use crate::entropy::random;
use crate::hash::{Keyed, sha256};
use crate::login::flow::Flow;
use crate::login::place::Places;
use crate::login::{self, Login};
use crate::measure;
use crate::oauth::handle::Handles;
use crate::oauth::keys::Keys;
use crate::oauth::subject::Subjects;
use crate::oauth::{self, Applied, AppsFile, OAuth, backchannel};
use crate::push::Hub;
use crate::secret_file;
use crate::settings::{RecordsAt, Settings, TicketsAt};
use crate::store::Fault;
use crate::store::acts::{Actor, By};
use crate::store::once::Once;
use crate::store::records::Records;
use crate::store::redis::Link;
use crate::store::tickets::Tickets;
use crate::ticket::ids::CodeKey;
use crate::ticket::time::Timestamp;
use crate::web::assets::{self, Assets};
use crate::web::bounds::{ADMIN_BODY_BYTES, ANSWER_TIMEOUT, BODY_BYTES, UPLOAD_BYTES_SEEN};
use crate::web::client::TrustedProxies;
use crate::web::document::Site;
use crate::web::guard::{self, Gate};
use crate::web::health::{self, Health};
use crate::web::limits::Limits;
use crate::web::openapi;
use crate::web::picture::{self, Pictures};
use crate::web::problem::{self, Problem};
#[cfg(feature = "otel")]
use crate::web::traced;
use crate::wechat;

/// The running house; cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// What the sign-in by scan works with.
    pub login: Login,
    /// What the pages of accounts work with.
    pub accounts: Accounts,
    /// What third-party sites work with.
    pub oauth: OAuth,
    /// Pictures of people and logos of apps.
    pub pictures: Pictures,
    /// Where tickets are kept.
    pub tickets: Tickets,
    /// Who is told of changes.
    pub hub: Hub,
    gate: Gate,
    health: Health,
    assets: Assets,
}

/// The house as routes have it: every layer and handler that a request meets has a copy for itself.
type Shared = Arc<App>;

impl FromRef<Shared> for Login {
    fn from_ref(app: &Shared) -> Self {
        app.login.clone()
    }
}

impl FromRef<Shared> for Accounts {
    fn from_ref(app: &Shared) -> Self {
        app.accounts.clone()
    }
}

impl FromRef<Shared> for OAuth {
    fn from_ref(app: &Shared) -> Self {
        app.oauth.clone()
    }
}

impl FromRef<Shared> for Pictures {
    fn from_ref(app: &Shared) -> Self {
        app.pictures.clone()
    }
}

impl FromRef<Shared> for Assets {
    fn from_ref(app: &Shared) -> Self {
        app.assets.clone()
    }
}

impl FromRef<Shared> for Health {
    fn from_ref(app: &Shared) -> Self {
        app.health.clone()
    }
}

/// Where in the data folder the records are.
const RECORDS: &str = "tessera.db";
/// Where in the data folder the key of the scan codes is.
const CODE_KEY: &str = "code.key";

/// Opens the records: in PostgreSQL, or in a data folder, made if need be.
pub async fn open_records(settings: &Settings) -> Result<Records, String> {
    if let RecordsAt::Postgres(address) = &settings.store.records {
        return Records::postgres(address).await.map_err(|fault| named("store.records", &fault));
    }
    let folder = &settings.data_dir;
    secret_file::make_dir(folder).map_err(|error| format!("server.data_dir: {}: {error}", folder.display()))?;
    let path = folder.join(RECORDS);
    Records::sqlite(&path).await.map_err(|fault| named(&path.display().to_string(), &fault))
}

/// What is short-lived, and in Redis where instances share it.
struct ShortLived {
    tickets: Tickets,
    once: Once,
    hub: Hub,
}

/// Opens the tickets and what announces their changes. Instances that share tickets share the time of their store.
async fn open_tickets(settings: &Settings, clock: &Clock) -> Result<ShortLived, String> {
    let capacity = usize::try_from(settings.limits.tickets).unwrap_or(usize::MAX);
    let address = match &settings.store.tickets {
        TicketsAt::Memory => {
            return Ok(ShortLived {
                tickets: Tickets::memory(capacity),
                once: Once::memory(capacity),
                hub: Hub::local(),
            });
        }
        TicketsAt::Redis(address) => address,
    };
    let wrong = |fault: &Fault| named("store.tickets", fault);
    let link = Link::new(address).map_err(|fault| wrong(&fault))?;
    let behind = clock.follow(link.time().await.map_err(|fault| wrong(&fault))?);
    if behind.unsigned_abs() > 1000 {
        tracing::warn!(behind_ms = behind, "this machine's clock differs from that of Redis, which is followed");
    }
    tokio::spawn(keep_time(link.clone(), clock.clone()));
    let tickets = Tickets::redis(link.clone(), address).map_err(|fault| wrong(&fault))?;
    let once = Once::redis(link.clone(), address, capacity).map_err(|fault| wrong(&fault))?;
    let instance = u128::from_be_bytes(random());
    Ok(ShortLived { tickets, once, hub: Hub::remote(link, &format!("{instance:032x}")) })
}

/// Clocks drift apart by a few milliseconds a minute.
async fn keep_time(link: Link, clock: Clock) {
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        let asked = clock.now();
        if let Ok(time) = link.time().await
            && clock.now().since(asked) < Duration::from_millis(100)
        {
            clock.follow(time);
        }
    }
}

/// `[oauth] apps_file`: its apps are there before the first of their visitors is.
async fn apply_apps(settings: &Settings, records: &Records, now: Timestamp) -> Result<(), String> {
    let Some(path) = &settings.oauth.apps_file else { return Ok(()) };
    let named = |line: String| format!("oauth.apps_file: {line}");
    let by = By { actor: Actor::AppsFile, now };
    let file = AppsFile::read(path, now).map_err(named)?;
    let Applied { added, changed, same } = file.apply(records, &by).await.map_err(named)?;
    tracing::info!(added, changed, same, "the apps of the file are registered");
    Ok(())
}

/// The key that codes and tokens follow from: the configured one, the one that instances share, or this machine's.
async fn code_key(settings: &Settings, records: &Records) -> Result<[u8; 32], String> {
    let named_fault = |fault: Fault| named("store", &fault);
    let file = settings.server.code_key_file.clone();
    let shared = match &file {
        Some(_) => None,
        None => records.shared_secret("code key", random()).await.map_err(named_fault)?,
    };
    if let Some(shared) = shared {
        return Ok(shared);
    }
    let path = file.unwrap_or_else(|| settings.data_dir.join(CODE_KEY));
    secret_file::load_or_make(&path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Opens the keys that sign tokens, as the server does.
pub async fn open_keys(settings: &Settings, records: &Records, clock: Clock) -> Result<Keys, String> {
    Ok(Keys::new(records.clone(), clock, &code_key(settings, records).await?))
}

/// Instances that share their tickets make their codes with one key.
async fn agree(tickets: &Tickets, key: &[u8; 32]) -> Result<(), String> {
    if tickets.agree_on(fingerprint(key)).await.map_err(|fault| named("store", &fault))? {
        return Ok(());
    }
    Err("store.tickets: other instances use this Redis with another key for their codes. Give all of them the same \
         PostgreSQL, or the same server.code_key_file; when all are stopped, delete tessera:code-key in Redis"
        .to_owned())
}

/// Recognises a key and tells nothing of it.
fn fingerprint(key: &[u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(&sha256(&[b"fingerprint of ", key])[..16])
}

/// A fault at the start, with what it is about: for whoever starts the server.
fn named(what: &str, fault: &Fault) -> String {
    format!("{what}: {}", caused(fault))
}

impl App {
    /// Builds the house: opens the stores, makes what secrets are missing.
    pub async fn build(
        settings: &Settings,
        assets: &Assets,
        clock: Clock,
        stopping: CancellationToken,
    ) -> Result<Self, String> {
        let records = open_records(settings).await?;
        apply_apps(settings, &records, clock.now()).await?;
        let ShortLived { tickets, once, hub } = open_tickets(settings, &clock).await?;
        let code_key = code_key(settings, &records).await?;
        agree(&tickets, &code_key).await?;
        let site = Site::new(settings, assets);
        let limits = Limits::new(&settings.limits, &clock);
        let (sessions, ended) = Sessions::new(
            records.clone(),
            clock.clone(),
            settings.account.clone(),
            Keyed::new(&code_key, "tokens of claimed sessions"),
            Devices::new(&code_key),
        );
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
        let proxies = TrustedProxies::new(&settings.server.trusted_proxies);
        let login = Login {
            flow,
            sessions: sessions.clone(),
            records: records.clone(),
            phone_tokens,
            site: site.clone(),
            limits: limits.clone(),
            settings: Arc::new(settings.login.clone()),
            proxies: proxies.clone(),
            places: Places::open(settings.login.place_database.as_deref())?,
            session_hours: settings.account.scan_max_hours,
            stopping: stopping.clone(),
        };
        let pictures = Pictures::new(records.clone());
        let oauth = OAuth {
            pictures: pictures.clone(),
            login: login.clone(),
            records: records.clone(),
            once,
            keys: Keys::new(records.clone(), clock.clone(), &code_key),
            handles: Handles::new(&code_key),
            codes: Keyed::new(&code_key, "codes of claimed tickets"),
            subjects: Subjects::new(&code_key),
            clock: clock.clone(),
        };
        tokio::spawn(backchannel::run(oauth.clone(), ended));
        Ok(Self {
            login,
            oauth,
            pictures: pictures.clone(),
            accounts: Accounts {
                records: records.clone(),
                passwords: Passwords::new(),
                sessions,
                setup: Setup::new(&code_key),
                pictures,
                site: site.clone(),
                limits: limits.clone(),
                clock,
            },
            hub,
            gate: Gate { site, proxies, limits, is_open: false },
            health: Health { records, tickets: tickets.clone(), stopping },
            tickets,
            assets: assets.clone(),
        })
    }

    /// Every route behind its layers. A request meets them from the last group of the list to the first, and those of a
    /// group from its first line to the last: a group is one type, and not as many boxes that each request copies.
    pub fn router(&self) -> Router {
        let site = &self.gate.site;
        let open = Gate { is_open: true, ..self.gate.clone() };
        let protocol = bounded(oauth::protocol::<Shared>().merge(wechat::protocol::<Shared>()), BODY_BYTES)
            .layer(from_fn_with_state(open, guard::gate));
        let pages = Router::new()
            .merge(account::routes::<Shared>())
            .merge(login::routes::<Shared>())
            .merge(oauth::pages::<Shared>())
            .route("/api/{name}", post(server_function))
            .route("/pkg/{*path}", get(assets::pkg))
            .route("/picture/{id}/{size}", get(picture::show))
            .route("/favicon.svg", get(assets::favicon))
            .route("/robots.txt", get(assets::robots))
            .route("/openapi.json", get(openapi::document))
            .route("/embed.js", get(assets::embed))
            .route("/wxLogin.js", get(assets::wx_login))
            .route("/js/wxLogin.js", get(assets::wx_login))
            .fallback(|| async { Problem::not_found() });
        let pages = bounded(pages, BODY_BYTES)
            .merge(bounded(account::uploads::<Shared>(), UPLOAD_BYTES_SEEN))
            .merge(bounded(admin::uploads::<Shared>(self.oauth.clone()), UPLOAD_BYTES_SEEN))
            .merge(bounded(admin::routes::<Shared>(self.oauth.clone()), ADMIN_BODY_BYTES));
        let router = pages.layer(from_fn_with_state(self.gate.clone(), guard::gate)).merge(protocol);
        // Each layer costs every request something; this one is there where its spans are.
        #[cfg(feature = "otel")]
        let router = router.layer(from_fn_with_state(self.gate.proxies.clone(), traced::request));
        router
            // Health is asked often, by machines, and has neither limit nor span.
            .route("/healthz", get(health::alive))
            .route("/readyz", get(health::ready))
            .layer(
                ServiceBuilder::new()
                    .layer(from_fn_with_state(site.clone(), guard::headers))
                    .layer(from_fn_with_state(site.clone(), problem::render))
                    // Pages reflect nothing beside a secret, so they may be compressed; files are, ahead of time.
                    .layer(CompressionLayer::new().compress_when(is_html)),
            )
            .with_state(Arc::new(self.clone()))
    }
}

/// What one request may take.
fn bounded(router: Router<Shared>, body_bytes: usize) -> Router<Shared> {
    router.layer(
        ServiceBuilder::new()
            .layer(CatchPanicLayer::custom(|_| Problem::broken().into_response()))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIMEOUT))
            .layer(RequestBodyLimitLayer::new(body_bytes)),
    )
}

/// `[server] admin_addr`: metrics and health, for machines in the same network.
pub fn admin_router(app: &App) -> Router {
    measure::render();
    Router::new()
        .route("/metrics", get(|| async { ([(CONTENT_TYPE, "text/plain; version=0.0.4")], measure::render()) }))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(Arc::new(app.clone()))
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

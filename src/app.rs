//! Everything put together: the state here, the routes behind their layers in `router`.

mod router;

use std::sync::Arc;

use axum::extract::FromRef;
use tokio_util::sync::CancellationToken;

use crate::account::Accounts;
use crate::account::known_device::KnownDevices;
use crate::account::password::Passwords;
use crate::account::phone_token::PhoneTokens;
use crate::account::session::Sessions;
use crate::account::setup::Setup;
use crate::cause::caused;
use crate::clock::Clock;
use crate::entropy::random;
use crate::hash::{Keyed, sha256};
use crate::login::Login;
use crate::login::flow::Flow;
use crate::login::place::Places;
use crate::oauth::handle::Handles;
use crate::oauth::keys::Keys;
use crate::oauth::subject::Subjects;
use crate::oauth::{Applied, AppsFile, OAuth, backchannel};
use crate::push::Hub;
use crate::secret_file;
use crate::settings::{RecordsAt, Settings, TicketsAt};
use crate::store::Fault;
use crate::store::acts::{Actor, By};
use crate::store::once::Once;
use crate::store::records::Records;
use crate::store::redis::{Link, share_time};
use crate::store::tickets::Tickets;
use crate::ticket::ids::CodeKey;
use crate::ticket::time::Timestamp;
use crate::web::assets::Assets;
use crate::web::client::TrustedProxies;
use crate::web::document::Site;
use crate::web::guard::Gate;
use crate::web::health::{Asking, Health};
use crate::web::limits::Limits;
use crate::web::picture::Pictures;
use crate::web::tally::Tally;

pub use router::admin_router;

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
    share_time(&link, clock).await.map_err(|fault| wrong(&fault))?;
    let tickets =
        Tickets::redis(link.clone(), address, capacity, settings.lifetimes()).map_err(|fault| wrong(&fault))?;
    let once = Once::redis(link.clone(), address, capacity).map_err(|fault| wrong(&fault))?;
    let instance = u128::from_be_bytes(random());
    Ok(ShortLived { tickets, once, hub: Hub::remote(link, &format!("{instance:032x}")) })
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
        tokio::spawn(clock.clone().watch_for_steps());
        let records = open_records(settings).await?;
        apply_apps(settings, &records, clock.now()).await?;
        let ShortLived { tickets, once, hub } = open_tickets(settings, &clock).await?;
        let code_key = code_key(settings, &records).await?;
        agree(&tickets, &code_key).await?;
        let site = Site::new(settings, assets);
        let limits = Limits::new(&settings.limits, &clock);
        let sessions = Sessions::new(
            records.clone(),
            clock.clone(),
            settings.account.clone(),
            Keyed::new(&code_key, "tokens of claimed sessions"),
            KnownDevices::new(&code_key),
        );
        let phone_tokens =
            settings.phone.as_ref().map(|phone| PhoneTokens::new(phone, records.clone(), clock.clone())).transpose()?;
        let flow = Flow::new(
            tickets.clone(),
            records.clone(),
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
        let pictures = Pictures::new(records.clone(), clock.clone());
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
        tokio::spawn(backchannel::run(oauth.clone()));
        Ok(Self {
            login,
            oauth,
            pictures: pictures.clone(),
            accounts: Accounts {
                records: records.clone(),
                passwords: Passwords::new(),
                sessions,
                setup: Setup::new(&code_key),
                unknown_names: Keyed::new(&code_key, "names that nobody has"),
                pictures,
                site: site.clone(),
                limits: limits.clone(),
                clock: clock.clone(),
            },
            hub,
            gate: Gate { site, proxies, limits, malformed: Tally::new("malformed", &clock), is_open: false },
            health: Health { records, tickets: tickets.clone(), stopping, asking: Asking::default() },
            tickets,
            assets: assets.clone(),
        })
    }
}

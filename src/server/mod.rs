//! The whole server: this file builds its state from the settings, `router` its routes and their layers.

pub mod openapi;
#[cfg(feature = "otel")]
mod traced;
pub mod health;
pub mod telemetry;
mod check;
mod from_ref;
mod protocols;
mod router;

use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use self::health::{Asking, Health};
use self::protocols::Protocols;
use crate::account::Accounts;
use crate::account::password::Passwords;
use crate::account::phone_token::PhoneTokens;
use crate::account::session::Sessions;
use crate::account::session::known_device::KnownDevices;
use crate::account::setup_link::Setup;
use crate::admin::Administration;
use crate::cause::caused;
use crate::clock::Clock;
use crate::crypto::hash::{Keyed, sha256};
use crate::crypto::random::random;
use crate::login::flow::Flow;
use crate::login::keys::CodeKey;
use crate::login::place::Places;
use crate::login::{Consents, Login};
use crate::oauth::logout::back_channel;
use crate::oauth::token::signing_keys::Keys;
use crate::oauth::{Applied, AppsFile, Clients, Grants, Pending, Requests, Tokens};
use crate::picture::Pictures;
use crate::settings::{RedisAddress, Settings, TicketsAt};
use crate::store::Fault;
use crate::store::open::{code_key, open_records, place, remember_key};
use crate::store::records::Records;
use crate::store::records::acts::{Actor, By};
use crate::store::redis::{Link, share_time};
use crate::store::single_use::Once;
use crate::store::starting::patiently;
use crate::store::tickets::Tickets;
use crate::ticket::time::Timestamp;
use crate::web::assets::Assets;
use crate::web::client::TrustedProxies;
use crate::web::document::Site;
use crate::web::guard::Gate;
use crate::web::language::Languages;
use crate::web::limits::Limits;
use crate::web::limits::tally::{Seldom, Tally};
use crate::wechat::Sns;

pub use self::check::{check, check_files};
pub use self::router::admin_router;

/// The state of the running server; cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// State of the sign-in by scan.
    pub login: Login,
    /// State of the account pages.
    pub accounts: Accounts,
    /// Finds and authenticates the registered apps.
    pub clients: Clients,
    /// Makes and verifies tokens.
    pub tokens: Tokens,
    /// Makes and renews grants.
    pub grants: Grants,
    /// Reads, stores and finds authorization requests.
    pub requests: Requests,
    /// Stores and finds the objects that wait for the next step of a person or an app, such as authorization
    /// requests.
    pub pending: Pending,
    /// Exchanges codes and tokens in WeChat's dialect.
    pub sns: Sns,
    /// State of the administrators' pages.
    pub administration: Administration,
    /// The records: accounts, sessions, apps, grants and consents.
    pub records: Records,
    /// The store of single-use objects.
    pub once: Once,
    /// Pictures of people and logos of apps.
    pub pictures: Pictures,
    /// The store of tickets.
    pub tickets: Tickets,
    gate: Gate,
    languages: Languages,
    health: Health,
    assets: Assets,
    clock: Clock,
}

/// The stores of short-lived objects: in memory, or in Redis, which several instances share.
struct ShortLived {
    tickets: Tickets,
    once: Once,
}

/// Connects to Redis, and makes `clock` follow the time of Redis. The error is the line to print.
async fn connect_to_redis(address: &RedisAddress, clock: &Clock) -> Result<Link, String> {
    let link = Link::new(address).map_err(|fault| redis_failed(address, &fault))?;
    share_time(&link, clock).await.map_err(|fault| redis_failed(address, &fault))?;
    Ok(link)
}

/// Builds the error line for a fault of Redis or of the connection to it.
fn redis_failed(address: &RedisAddress, fault: &Fault) -> String {
    fault_line(&format!("store.tickets: {address}"), fault)
}

/// Opens the stores of tickets and of single-use objects. Instances that share tickets use the clock of their Redis.
async fn open_tickets(settings: &Settings, clock: &Clock) -> Result<ShortLived, String> {
    let capacity = usize::try_from(settings.limits.tickets).unwrap_or(usize::MAX);
    let address = match &settings.store.tickets {
        TicketsAt::Memory => {
            return Ok(ShortLived { tickets: Tickets::memory(capacity), once: Once::memory(capacity) });
        }
        TicketsAt::Redis(address) => address,
    };
    let wrong = |fault: &Fault| redis_failed(address, fault);
    let link = connect_to_redis(address, clock).await?;
    let instance = format!("{:032x}", u128::from_be_bytes(random()));
    let tickets = Tickets::redis(link.clone(), address, capacity, settings.lifetimes(), &instance)
        .map_err(|fault| wrong(&fault))?;
    let once = Once::redis(link, address, capacity).map_err(|fault| wrong(&fault))?;
    Ok(ShortLived { tickets, once })
}

fn read_apps(settings: &Settings, now: Timestamp) -> Result<Option<AppsFile>, String> {
    let read = |path: &PathBuf| AppsFile::read(path, now).map_err(|line| format!("oauth.apps_file: {line}"));
    settings.oauth.apps_file.as_ref().map(read).transpose()
}

/// Reads the files that the configuration names, except those of TLS. Files that are read again later are
/// only checked.
///
/// # Errors
/// A line for each file that is wrong.
fn read_files(settings: &Settings, clock: &Clock) -> Result<(Places, Option<AppsFile>), Vec<String>> {
    let phone = settings.phone.as_ref().map_or(Ok(()), |phone| PhoneTokens::check_keys(phone, clock));
    let places = Places::open(settings.login.place_database.as_deref());
    match (places, phone, read_apps(settings, clock.now())) {
        (Ok(places), Ok(()), Ok(apps)) => Ok((places, apps)),
        (places, phone, apps) => Err([places.err(), phone.err(), apps.err()].into_iter().flatten().collect()),
    }
}

/// Registers the apps of `[oauth] apps_file`, and changes those that differ from it, before the first visitor
/// of one of them can arrive.
async fn apply_apps(file: AppsFile, records: &Records, now: Timestamp) -> Result<(), String> {
    let by = By { actor: Actor::AppsFile, now };
    let applied = file.apply(records, &by).await.map_err(|line| format!("oauth.apps_file: {line}"))?;
    let Applied { added, changed, same } = applied;
    tracing::info!(added, changed, same, "the apps of the file are registered");
    Ok(())
}

/// Returns the signing keys, for a command that runs outside the server. Like the server, it loads the code
/// key, which encrypts them, or makes it if the records were not made with one yet. It fails if they were made
/// with another code key.
pub async fn open_keys(settings: &Settings, records: &Records, clock: Clock) -> Result<Keys, String> {
    let key = code_key(settings, records).await?;
    remember_key(settings, records, &key).await?;
    Ok(Keys::new(records.clone(), clock, &key))
}

/// Checks that all instances that share tickets derive their codes from the same key, and fails otherwise. The
/// first instance stores the key's fingerprint.
async fn agree_on_key(tickets: &Tickets, key: &[u8; 32]) -> Result<(), String> {
    if patiently(|| tickets.agree_on(fingerprint(key))).await.map_err(|fault| fault_line("store", &fault))? {
        return Ok(());
    }
    Err("store.tickets: other instances use this Redis with another key for their codes. Give all of them the same \
         PostgreSQL, or the same server.code_key_file; when all are stopped, delete tessera:code-key in Redis"
        .to_owned())
}

/// Returns a fingerprint that identifies a code key and reveals nothing of it.
fn fingerprint(key: &[u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(&sha256(&[b"fingerprint of ", key])[..16])
}

/// Builds the error line of a fault at the start, with its subject `what` and its cause.
fn fault_line(what: &str, fault: &Fault) -> String {
    format!("{what}: {}", caused(fault))
}

impl App {
    /// Builds the state of the server: opens the stores, creates the secrets that are missing, and starts the
    /// tasks that run beside it.
    ///
    /// # Errors
    /// A line for each fault of the configuration, of its files or of a store.
    pub async fn build(
        settings: &Settings,
        assets: &Assets,
        clock: Clock,
        stopping: CancellationToken,
    ) -> Result<Self, String> {
        tokio::spawn(clock.clone().watch_for_steps());
        // The steps that need no records come first, so that a start that fails in them creates no records.
        let (places, apps) = read_files(settings, &clock).map_err(|faults| faults.join("\n"))?;
        let ShortLived { tickets, once } = open_tickets(settings, &clock).await?;
        let records = open_records(settings).await?;
        let code_key = code_key(settings, &records).await?;
        agree_on_key(&tickets, &code_key).await?;
        remember_key(settings, &records, &code_key).await?;
        if let Some(file) = apps {
            apply_apps(file, &records, clock.now()).await?;
        }
        let id = records.id().await.map_err(|fault| fault_line("store", &fault))?;
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
            consents: Consents::new(records.clone(), clock.clone()),
            phone_tokens,
            site: site.clone(),
            limits: limits.clone(),
            settings: Arc::new(settings.login.clone()),
            proxies: proxies.clone(),
            places,
            session_hours: settings.account.scan_max_hours,
            stopping: stopping.clone(),
        };
        let pictures = Pictures::new(records.clone(), clock.clone());
        let Protocols { clients, tokens, grants, requests, pending, sns, back_channel } =
            Protocols::new(&records, &once, &site, &limits, &clock, &code_key, &stopping);
        let administration = Administration::new(records.clone(), site.clone(), once.clone(), clock.clone(), &code_key);
        tokio::spawn(back_channel::run(back_channel));
        Ok(Self {
            login,
            clients,
            tokens,
            grants,
            requests,
            pending,
            sns,
            administration,
            records: records.clone(),
            once,
            pictures: pictures.clone(),
            accounts: Accounts {
                records: records.clone(),
                passwords: Passwords::new(),
                sessions,
                setup: Setup::new(&code_key, &id),
                unknown_names: Keyed::new(&code_key, "names that nobody has"),
                pictures,
                site: site.clone(),
                limits: limits.clone(),
                clock: clock.clone(),
            },
            gate: Gate {
                site,
                proxies: proxies.clone(),
                limits,
                malformed: Tally::new("malformed", &clock),
                misdirected: Seldom::new(&clock),
                is_open: false,
            },
            languages: Languages::new(settings.server.test_language),
            health: Health {
                name: health::name_of(&code_key).into(),
                proxies,
                records,
                tickets: tickets.clone(),
                stopping,
                asking: Asking::default(),
                logged: Arc::default(),
                places: [place(settings), settings.store.tickets.to_string()].into(),
            },
            tickets,
            assets: assets.clone(),
            clock,
        })
    }
}

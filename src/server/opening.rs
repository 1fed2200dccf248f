//! What a start opens, in its order: the files that the configuration names, the stores, and the secrets that are
//! made if they are missing.

use std::path::PathBuf;

use crate::account::passkey::Passkeys;
use crate::account::phone_token::PhoneTokens;
use crate::cause::caused;
use crate::clock::Clock;
use crate::crypto::hash::sha256;
use crate::crypto::random::random;
use crate::oauth::token::signing_keys::Keys;
use crate::oauth::{Applied, AppsFile};
use crate::places::Places;
use crate::receipt::Receipts;
use crate::secret_file::Secret;
use crate::settings::{RedisAddress, Settings, TicketsAt};
use crate::store::Fault;
use crate::store::open::{code_key, open_records, remember_key};
use crate::store::records::Records;
use crate::store::records::app_log::{Actor, By};
use crate::store::redis::{Link, share_time};
use crate::store::single_use::Once;
use crate::store::starting::patiently;
use crate::store::tickets::Tickets;
use crate::ticket::time::Timestamp;

/// What a start opens or loads before the server can answer: the stores, the database of places, the code key, and the
/// id of the records.
pub(super) struct Opened {
    /// Tells where an address is, for the confirm page.
    pub(super) places: Places,
    pub(super) tickets: Tickets,
    pub(super) once: Once,
    pub(super) records: Records,
    /// The key from which the server derives its codes and its other keys.
    pub(super) code_key: Secret,
    /// The id of the records, which is the same for all instances that share them.
    pub(super) id: [u8; 16],
}

impl Opened {
    /// Opens the stores, creates the secrets that are missing, and registers the apps of `[oauth] apps_file`. The steps
    /// that need no records come first, so that a start that fails in them creates no records.
    ///
    /// # Errors
    /// A line for each fault of a file of the configuration or of a store.
    pub(super) async fn open(settings: &Settings, clock: &Clock) -> Result<Self, String> {
        let (places, apps) = read_files(settings, clock).map_err(|faults| faults.join("\n"))?;
        let ShortLived { tickets, once } = open_tickets(settings, clock).await?;
        let records = open_records(settings).await?;
        Passkeys::check_domain(settings, &records).await?;
        let code_key = code_key(settings, &records).await?;
        agree_on_key(&tickets, &code_key).await?;
        remember_key(settings, &records, &code_key).await?;
        if let Some(file) = apps {
            apply_apps(file, &records, clock.now()).await?;
        }
        let id = records.id().await.map_err(|fault| fault_line("store", &fault))?;
        Ok(Self { places, tickets, once, records, code_key, id })
    }
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
pub(super) fn redis_failed(address: &RedisAddress, fault: &Fault) -> String {
    fault_line(&format!("store.tickets: {address}"), fault)
}

/// Opens the stores of tickets and of single-use objects, in memory or in Redis as configured. With Redis, `clock`
/// follows the time of Redis from then on, so that all instances have the same time.
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

/// Reads the database of places and the file of apps that the configuration names, and returns them. It also checks the
/// keys of `[phone]` if they are in a file, which is read again later.
///
/// # Errors
/// A line for each file that is wrong.
pub(super) fn read_files(settings: &Settings, clock: &Clock) -> Result<(Places, Option<AppsFile>), Vec<String>> {
    let phone = settings.phone.as_ref().map_or(Ok(()), |phone| PhoneTokens::check_keys(phone, clock));
    let places = Places::open(settings.login.place_database.as_deref());
    match (places, phone, read_apps(settings, clock.now())) {
        (Ok(places), Ok(()), Ok(apps)) => Ok((places, apps)),
        (places, phone, apps) => Err([places.err(), phone.err(), apps.err()].into_iter().flatten().collect()),
    }
}

/// Registers the apps of `[oauth] apps_file` in the records, and changes registered ones to what the file says. Apps
/// that are not in the file are left as they are. Fails at the first app that cannot be registered or changed.
async fn apply_apps(file: AppsFile, records: &Records, now: Timestamp) -> Result<(), String> {
    let by = By { actor: Actor::AppsFile, now };
    let applied = file.apply(records, &by).await.map_err(|line| format!("oauth.apps_file: {line}"))?;
    let Applied { added, changed, same } = applied;
    tracing::info!(added, changed, same, "the apps of the file are registered");
    Ok(())
}

/// Returns the keys that sign tokens, for a command that runs outside the server. Like the server, it loads the code
/// key, with which they are encrypted, or makes it if the records have not been used with one yet. It fails if the
/// records were used with another code key.
pub async fn open_keys(settings: &Settings, records: &Records, clock: Clock) -> Result<Keys, String> {
    let key = code_key(settings, records).await?;
    remember_key(settings, records, &key).await?;
    Ok(Keys::new(records.clone(), clock, &key))
}

/// Returns the service for receipts, for a command that runs outside the server. It loads the code key as [`open_keys`] does.
pub async fn open_receipts(settings: &Settings, records: &Records, clock: Clock) -> Result<Receipts, String> {
    let key = code_key(settings, records).await?;
    remember_key(settings, records, &key).await?;
    Ok(Receipts::new(records.clone(), clock, &key, &settings.public_url))
}

/// Checks that all instances that share the store of tickets derive their codes from the same key, and fails otherwise.
/// The first instance stores the fingerprint of its key there, with which the others compare theirs.
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

/// Builds the error line of a fault at the start: `what`, which names what is at fault, and the fault with its cause.
fn fault_line(what: &str, fault: &Fault) -> String {
    format!("{what}: {}", caused(fault))
}

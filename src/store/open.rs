//! Opens the records (the database of accounts, sessions, apps and grants) that the configuration names, and finds the
//! code key with which they were made. The subject identifiers of people at apps and the encryption of the signing
//! keys are derived from that key: it is made together with the records, and must never be replaced for existing ones.

use std::fs;
use std::io;
use std::path::{Path, PathBuf, absolute};
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;

use super::Fault;
use super::operator_messages::fault_message;
use super::records::Records;
use super::records::accounts::UnprovenAddresses;
use super::records::database::migrations;
use super::records::database::postgres::Postgres;
use super::records::database::sqlite::Sqlite;
use super::records::keys::{Inspected, KeyMark, MadeWith};
use super::records::passkeys::WaysIn;
use crate::crypto::random::random;
use crate::secret_file::{self, Secret};
use crate::settings::{RecordsAt, Settings};

/// The name of the SQLite file with the records, in the data folder.
const RECORDS: &str = "tessera.db";
/// The name of the file with the code key, in the data folder.
const CODE_KEY: &str = "code.key";
/// The name under which PostgreSQL stores the code key, so that all instances share it.
const SHARED_KEY: &str = "code key";

/// Returns a text for the operator that says where the records are: the path of the SQLite file, or the host,
/// the port and the database of PostgreSQL. It never contains a password.
pub fn place(settings: &Settings) -> String {
    match &settings.store.records {
        RecordsAt::Sqlite => shown(&records_file(settings)),
        RecordsAt::Postgres(address) => match PgConnectOptions::from_str(address) {
            Ok(options) => {
                let database = options.get_database().unwrap_or_else(|| options.get_username());
                format!("PostgreSQL at {}:{}, database {database}", options.get_host(), options.get_port())
            }
            Err(_) => "PostgreSQL".to_owned(),
        },
    }
}

/// Opens the configured records, in PostgreSQL or in a SQLite file in the data folder. Makes the folder, the file and
/// the tables if they are missing, and migrates older tables. Fails if the file is missing but the code key that the
/// server made beside it exists, because then the records were lost.
pub async fn open_records(settings: &Settings) -> Result<Records, String> {
    KeyPlace::of(settings).may_begin(settings)?;
    let ways = ways_in(settings);
    let opened = match &settings.store.records {
        RecordsAt::Postgres(address) => Records::postgres(address, ways).await,
        RecordsAt::Sqlite => {
            let folder = &settings.data_dir;
            secret_file::make_dir(folder).map_err(|error| format!("server.data_dir: {}: {error}", shown(folder)))?;
            Records::sqlite(&records_file(settings), ways).await
        }
    };
    let unproven = if settings.mail.is_some() { UnprovenAddresses::Shared } else { UnprovenAddresses::Exclusive };
    opened.map(|records| records.with_unproven_addresses(unproven)).map_err(|fault| failed(settings, &fault))
}

/// Returns the ways to sign in that a server with these settings offers.
fn ways_in(settings: &Settings) -> WaysIn {
    WaysIn { passwords: settings.account.takes_passwords(), passkeys: settings.passkey_host().is_ok() }
}

/// Returns whether the records have accounts, and no administrator among them that can sign in; `None` if there are no
/// records, or if an earlier version made them. It changes nothing.
///
/// # Errors
/// A line for the operator, if the records cannot be read.
pub async fn lacks_administrator(settings: &Settings) -> Result<Option<bool>, String> {
    Ok(inspect(settings).await?.and_then(|(inspected, _)| inspected.lacks_administrator))
}

/// Returns whether there are records already: a SQLite file that is not empty, or a PostgreSQL database with tables of
/// this server. The file is not opened, because after a power cut only a process that may write can read it.
pub async fn has_records(settings: &Settings) -> Result<bool, String> {
    match &settings.store.records {
        RecordsAt::Sqlite => has_file(&records_file(settings)),
        RecordsAt::Postgres(address) => Postgres::is_begun(address).await.map_err(|fault| failed(settings, &fault)),
    }
}

fn has_file(records: &Path) -> Result<bool, String> {
    match fs::metadata(records) {
        Ok(facts) => Ok(facts.len() > 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(format!("{}: {error}", shown(records))),
    }
}

/// Checks the records and the code key as a start of the server does, without changing anything, and returns
/// the key; `None` if there is no key and nothing in the records was made with one. Fails if a newer version
/// wrote the records, or if the key is missing or is not the one that they were made with.
pub async fn check_code_key(settings: &Settings) -> Result<Option<Secret>, String> {
    let place = KeyPlace::of(settings);
    place.may_begin(settings)?;
    let (made_with, shared) = match inspect(settings).await? {
        Some((inspected, _)) if inspected.version > migrations::newest() => {
            return Err(failed(settings, &Fault::Newer));
        }
        Some((inspected, shared)) => (inspected.made_with, shared),
        None => (MadeWith::NoKey, None),
    };
    let key = match &place {
        KeyPlace::File(path) => load(path)?,
        KeyPlace::Shared => shared.map(Secret::new),
    };
    match (key, made_with) {
        (Some(key), MadeWith::Key(mark)) if mark != KeyMark::of(&key) => Err(place.holds_another()),
        (None, MadeWith::UnknownKey | MadeWith::Key(_)) => Err(place.is_empty()),
        (key, _) => Ok(key),
    }
}

/// Returns the code key, from which codes, tokens and other keys are derived: from the file that the configuration
/// names, from PostgreSQL, or from the data folder. A missing key is made, but only if nothing in the records was made
/// with a key yet. Fails if it is missing otherwise, or if the records were made with another key.
pub async fn code_key(settings: &Settings, records: &Records) -> Result<Secret, String> {
    let place = KeyPlace::of(settings);
    let failed = |fault: Fault| failed(settings, &fault);
    let may_be_made = records.made_with().await.map_err(failed)? == MadeWith::NoKey;
    let key = match &place {
        KeyPlace::Shared => {
            let shared = records.shared_secret(SHARED_KEY, may_be_made.then(random)).await.map_err(failed)?;
            shared.map(Secret::new)
        }
        KeyPlace::File(path) if may_be_made => {
            Some(secret_file::load_or_make(path).map_err(|error| format!("{}: {error}", shown(path)))?)
        }
        KeyPlace::File(path) => load(path)?,
    };
    let key = key.ok_or_else(|| place.is_empty())?;
    match records.made_with().await.map_err(failed)? {
        MadeWith::Key(mark) if mark != KeyMark::of(&key) => Err(place.holds_another()),
        _ => Ok(key),
    }
}

/// Stores the mark of this code key, a value derived from it, in the records, so that from now on no other key
/// is accepted. It fails if the records were made with another key.
pub async fn remember_key(settings: &Settings, records: &Records, key: &[u8; 32]) -> Result<(), String> {
    let failed = |fault: Fault| failed(settings, &fault);
    let mark = KeyMark::of(key);
    records.mark_key(mark).await.map_err(failed)?;
    let is_kept = records.made_with().await.map_err(failed)? == MadeWith::Key(mark);
    is_kept.then_some(()).ok_or_else(|| KeyPlace::of(settings).holds_another())
}

/// Where the code key is stored: in a file, or in the PostgreSQL database that instances share.
enum KeyPlace {
    File(PathBuf),
    Shared,
}

impl KeyPlace {
    fn of(settings: &Settings) -> Self {
        match (&settings.server.code_key_file, &settings.store.records) {
            (Some(file), _) => Self::File(file.clone()),
            (None, RecordsAt::Sqlite) => Self::File(settings.data_dir.join(CODE_KEY)),
            (None, RecordsAt::Postgres(_)) => Self::Shared,
        }
    }

    /// Fails if the SQLite file is missing or empty, but the code key in the data folder exists: the server
    /// makes that key after the records, so the records were lost. A key file that the configuration names may
    /// exist before the records, and PostgreSQL is not checked.
    fn may_begin(&self, settings: &Settings) -> Result<(), String> {
        let RecordsAt::Sqlite = settings.store.records else { return Ok(()) };
        let (Self::File(key), records) = (self, records_file(settings)) else { return Ok(()) };
        let is_own = settings.server.code_key_file.is_none();
        if !is_own || !key.exists() || has_file(&records)? {
            return Ok(());
        }
        Err(format!(
            "{}: these records are missing, and {} is the key that they were made with: restore {RECORDS} beside it, or move \
             {CODE_KEY} away to begin anew",
            shown(&records),
            shown(key)
        ))
    }

    fn is_empty(&self) -> String {
        match self {
            Self::File(path) => format!(
                "{}: this key is missing, and the records were made with it: restore the key from the backup; with \
                 a new one, all names of people at apps would change",
                shown(path)
            ),
            Self::Shared => "the key that the records were made with is not in this PostgreSQL: restore the key that \
                             server.code_key_file named before; with a new one, all names of people at apps would change"
                .to_owned(),
        }
    }

    fn holds_another(&self) -> String {
        let place = match self {
            Self::File(path) => shown(path),
            Self::Shared => "the key in this PostgreSQL".to_owned(),
        };
        format!(
            "{place}: the records were made with another key: restore the key that belongs to them; with this one, \
             all names of people at apps would change"
        )
    }
}

/// Reads the version of the records' tables, which key they were made with, and in PostgreSQL the shared key,
/// without changing anything. `None` if there are no records yet.
async fn inspect(settings: &Settings) -> Result<Option<(Inspected, Option<[u8; 32]>)>, String> {
    let inspected = match &settings.store.records {
        RecordsAt::Postgres(address) => Postgres::inspect(address, SHARED_KEY, ways_in(settings)).await,
        RecordsAt::Sqlite => Sqlite::inspect(&records_file(settings), ways_in(settings))
            .await
            .map(|found| found.map(|inspected| (inspected, None))),
    };
    inspected.map_err(|fault| failed(settings, &fault))
}

fn load(path: &Path) -> Result<Option<Secret>, String> {
    secret_file::load(path).map_err(|error| format!("{}: {error}", shown(path)))
}

/// Returns the path of the SQLite file with the records, in the data folder. The file need not exist.
pub fn records_file(settings: &Settings) -> PathBuf {
    settings.data_dir.join(RECORDS)
}

/// Returns the absolute form of a path as text, for a message.
pub fn shown(path: &Path) -> String {
    absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

/// Returns the error message for the operator about a fault of the records: where they are and what went wrong.
fn failed(settings: &Settings, fault: &Fault) -> String {
    let place = match &settings.store.records {
        RecordsAt::Sqlite => place(settings),
        RecordsAt::Postgres(_) => format!("store.records: {}", place(settings)),
    };
    format!("{place}: {}", fault_message(fault))
}

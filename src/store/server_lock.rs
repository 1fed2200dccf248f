//! Makes sure that only one server serves a SQLite file: two would each have tickets of their own, and codes of one
//! would be unknown to the other. A server holds a lock while it runs; commands that run beside it need none.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};

use super::open::shown;
use crate::secret_file;
use crate::settings::{RecordsAt, Settings};

/// The name of the lock file in the data folder. Its content names the process that holds the lock, for the operator.
const LOCK: &str = "tessera.lock";

/// The lock of a server on the SQLite file of its records: no other server serves the file until this is
/// dropped or the process ends. For records in PostgreSQL it locks nothing.
#[derive(Debug)]
pub struct ServerLock {
    _locked: Option<File>,
}

/// Locks the SQLite file of the records for this server, until the returned lock is dropped. Records in PostgreSQL are
/// not locked, because many instances may serve them. On a file system without locks, nothing is locked.
///
/// # Errors
/// If another server holds the lock; the message names it. Also if the data folder or the lock file cannot be made.
pub fn lock_records(settings: &Settings) -> Result<ServerLock, String> {
    let RecordsAt::Sqlite = settings.store.records else { return Ok(ServerLock { _locked: None }) };
    let folder = &settings.data_dir;
    let wrong = |error: io::Error| format!("server.data_dir: {}: {error}", shown(folder));
    secret_file::make_dir(folder).map_err(wrong)?;
    let path = folder.join(LOCK);
    secret_file::claim(&path).map_err(wrong)?;
    let mut file = OpenOptions::new().write(true).open(&path).map_err(wrong)?;
    // A file system may have no such locks; then the server runs without one.
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        let holder = fs::read_to_string(&path).unwrap_or_default();
        return Err(format!(
            "server.data_dir: {}: another server works with these records{}: stop it first, or name another folder. \
             Several servers share a PostgreSQL (store.records) and a Redis (store.tickets)",
            shown(folder),
            if holder.is_empty() { String::new() } else { format!(" ({})", holder.trim_end()) },
        ));
    }
    let holder = format!("process {} at {}\n", std::process::id(), settings.public_url);
    // The name of the holder helps the operator; the lock holds without it.
    let _ = file.set_len(0).and_then(|()| file.write_all(holder.as_bytes()));
    Ok(ServerLock { _locked: Some(file) })
}

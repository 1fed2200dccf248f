//! Makes sure that only one server serves a SQLite file: two would each have tickets of their own, and codes of one
//! would be unknown to the other. A server holds a lock while it runs; commands that run beside it need none.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};

use super::open::shown;
use crate::secret_file;
use crate::settings::{RecordsAt, Settings};

/// The lock file in the data folder; it also names the process that holds the lock.
const LOCK: &str = "tessera.lock";

/// The lock on the records: no other server serves them until this is dropped, or this process ends.
#[derive(Debug)]
pub struct Serving {
    _locked: Option<File>,
}

/// Locks the records for this server. PostgreSQL may be served by many, so it is not locked.
///
/// # Errors
/// Names the other server that holds the lock.
pub fn serve_alone(settings: &Settings) -> Result<Serving, String> {
    let RecordsAt::Sqlite = settings.store.records else { return Ok(Serving { _locked: None }) };
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
    Ok(Serving { _locked: Some(file) })
}

//! One server for one file of records: two beside each other would each have tickets of its own, and codes of one would be
//! unknown to the other. A server holds a lock for as long as it runs; commands beside it need none.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};

use super::open::shown;
use crate::secret_file;
use crate::settings::{RecordsAt, Settings};

/// Where in the data folder the lock is, and in it who holds it.
const LOCK: &str = "tessera.lock";

/// Nobody else serves these records until this is dropped, or this process ends.
#[derive(Debug)]
pub struct Serving {
    _locked: Option<File>,
}

/// Makes sure that nobody else serves these records. PostgreSQL may be served by many.
///
/// # Errors
/// Who does.
pub fn serve_alone(settings: &Settings) -> Result<Serving, String> {
    let RecordsAt::Sqlite = settings.store.records else { return Ok(Serving { _locked: None }) };
    let folder = &settings.data_dir;
    let wrong = |error: io::Error| format!("server.data_dir: {}: {error}", shown(folder));
    secret_file::make_dir(folder).map_err(wrong)?;
    let path = folder.join(LOCK);
    secret_file::claim(&path).map_err(wrong)?;
    let mut file = OpenOptions::new().write(true).open(&path).map_err(wrong)?;
    // Where a file system has no such locks it goes on without.
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
    // Who it is helps a person; without it the lock holds all the same.
    let _ = file.set_len(0).and_then(|()| file.write_all(holder.as_bytes()));
    Ok(Serving { _locked: Some(file) })
}

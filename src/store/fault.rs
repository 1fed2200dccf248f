//! The error type of the stores.

use thiserror::Error;

/// An error of a store. Its text is for the log; a client is only told to try again.
#[derive(Debug, Error)]
pub enum Fault {
    /// The database refused or failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The tables of the database could not be migrated.
    #[error("the database could not be migrated")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// The tables were written by a newer version of this server.
    #[error("the records were written by a newer Tessera; run that version, or restore the backup from before it")]
    Newer,
    /// A value that was read from the store is not one that this server writes; the text names the value.
    #[error("the store holds something unreadable: {0}")]
    Unreadable(&'static str),
    /// Redis refused or failed.
    #[error("Redis failed")]
    Redis(#[source] ::redis::RedisError),
    /// The store has no room for another object or ticket.
    #[error("as much is kept as the store takes")]
    Full,
    /// The store of this name did not answer in time.
    #[error("{0} did not answer in time")]
    TooSlow(&'static str),
    /// The change was tried again and again, and each time another change came first.
    #[error("what was to be changed was changed by others again and again")]
    Contended,
    /// The store is closed, or the write was rolled back because the transaction that contained it failed.
    #[error("the store is closed")]
    Closed,
}

impl Fault {
    /// Returns whether the store may answer later: it did not answer in time, or Redis says that it is still starting.
    pub(super) fn is_of_a_slow_store(&self) -> bool {
        use ::redis::{ErrorKind, ServerErrorKind};
        match self {
            Self::TooSlow(_) => true,
            Self::Redis(error) => error.is_timeout() || error.kind() == ErrorKind::Server(ServerErrorKind::BusyLoading),
            _ => false,
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Fault {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(_) => Self::Newer,
            other => Self::Migration(other),
        }
    }
}

impl From<::redis::RedisError> for Fault {
    fn from(error: ::redis::RedisError) -> Self {
        // Redis has reached `maxmemory`, and is configured not to evict anything.
        if error.code() == Some("OOM") { Self::Full } else { Self::Redis(error) }
    }
}

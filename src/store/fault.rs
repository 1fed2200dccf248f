//! Why a store did not do its work.

use thiserror::Error;

/// A store did not do its work. The text is for the log; nobody outside is told more than "try again".
#[derive(Debug, Error)]
pub enum Fault {
    /// The database refused or failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The database's tables could not be brought up to date.
    #[error("the database could not be migrated")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// Its tables have what this version knows nothing of.
    #[error("the records were written by a newer Tessera; run that version, or restore the backup from before it")]
    Newer,
    /// What was read is not what was ever written.
    #[error("the store holds something unreadable: {0}")]
    Unreadable(&'static str),
    /// Redis refused or failed.
    #[error("Redis failed")]
    Redis(#[source] ::redis::RedisError),
    /// As much is kept as the store takes.
    #[error("as much is kept as the store takes")]
    Full,
    /// The store of this name did not answer in time.
    #[error("{0} did not answer in time")]
    TooSlow(&'static str),
    /// Somebody else always came first.
    #[error("what was to be changed was changed by others again and again")]
    Contended,
    /// The writer has stopped.
    #[error("the store is closed")]
    Closed,
}

impl Fault {
    /// Whether the store is there, and may answer later: it did not answer in time, or says itself that it is starting.
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
        // It has as much as it may hold (`maxmemory`), and was told not to throw anything away.
        if error.code() == Some("OOM") { Self::Full } else { Self::Redis(error) }
    }
}

//! The records: accounts, sessions, apps, grants and keys, which survive a restart and a power cut. Queries
//! take and return plain values; the decisions are made by the callers.

pub(in crate::store) mod database;
pub mod accounts;
pub mod activity;
mod sessions;
mod methods;
pub mod app_log;
pub mod app_options;
pub mod apps;
pub mod browsers;
pub mod directory;
pub mod early_ends;
pub mod grants;
pub mod keys;
pub mod links;
pub mod mails;
pub mod passkeys;
mod known_apps;
pub mod people;
pub mod pictures;
pub mod profiles;
pub mod push;
pub mod receipts;
pub mod requests;
pub mod scan_switch;
pub mod fingerprint;
mod queries;

use std::path::Path;

use tokio::sync::Notify;
use tokio::time::timeout;

use self::accounts::UnprovenAddresses;
pub use self::accounts::{Account, NewAccount, RoleChange, Vouched};
use self::database::postgres;
use self::database::postgres::Postgres;
use self::database::sqlite;
use self::database::sqlite::Sqlite;
use self::known_apps::KnownApps;
use self::passkeys::WaysIn;
pub use self::sessions::{
    DeviceFacts, ENDED_SESSION_KEPT, EndedBy, LedTo, NewPlaces, OpenedBy, PLACE_KNOWN, Reach, SIDE_BY_SIDE, SeenPlaces,
    SessionEnd, SessionEnding, SessionOpening, SessionRow, UNUSUAL_TOLD,
};
use super::Fault;
use crate::measure;
use crate::names::spellings;
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::time::Timestamp;

/// The store of accounts, sessions, apps, grants and keys, in one of two databases; cheap to clone.
#[derive(Clone, Debug)]
pub enum Records {
    /// A SQLite file in the data folder of this server.
    Sqlite(Sqlite),
    /// A PostgreSQL database that many instances share.
    Postgres(Postgres),
}

/// Runs a query on a connection of the PostgreSQL pool, and fails if it takes longer than [`postgres::DEADLINE`].
macro_rules! on_postgres {
    ($postgres:expr, $query:expr $(, $argument:expr)*) => {
        measure::store("postgres", Box::pin(async {
            let asked = timeout(postgres::DEADLINE, async {
                let mut lent = $postgres.pool.lend().await?;
                let outcome = $query(&mut lent $(, $argument)*).await;
                lent.after(outcome)
            });
            asked.await.map_err(|_| Fault::TooSlow("PostgreSQL"))?
        }))
        .await
    };
}

/// Runs a query that changes nothing, on one of the connections that read a SQLite file or on any of PostgreSQL.
macro_rules! read {
    ($records:expr, $query:ident ( $($argument:expr),* )) => {
        match $records {
            Records::Sqlite(sqlite) => {
                let mut lent = sqlite.readers.lend().await?;
                let outcome = sqlite::queries::$query(&mut lent $(, $argument)*).await;
                lent.after(outcome)
            }
            Records::Postgres(postgres) => on_postgres!(postgres, postgres::queries::$query $(, $argument)*),
        }
    };
}

/// Runs a query that reads one row by its key. If the records are in SQLite, the row is read on the thread of the caller.
macro_rules! read_one {
    ($records:expr, $query:ident ( $($argument:expr),* )) => {
        if let Records::Sqlite(sqlite) = $records
            && let sqlite::Found::Read(found) = sqlite.direct.$query($($argument),*)
        {
            Ok(found)
        } else {
            read!($records, $query($($argument),*))
        }
    };
}

/// Runs a query that changes something. SQLite has one writer, to which the query is moved; `one` marks a query
/// that is a single statement, which the writer runs without a savepoint.
macro_rules! write_query {
    ($records:expr, one $query:ident ( $($argument:expr),* )) => {
        write_query!(@ $records, write_one, $query, $($argument),*)
    };
    ($records:expr, $query:ident ( $($argument:expr),* )) => {
        write_query!(@ $records, write, $query, $($argument),*)
    };
    (@ $records:expr, $write:ident, $query:ident, $($argument:expr),*) => {
        match $records {
            Records::Sqlite(sqlite) => {
                let written = sqlite.writer.$write(move |connection| {
                    Box::pin(async move { sqlite::queries::$query(connection $(, $argument)*).await })
                });
                measure::store("sqlite_writer", written).await
            }
            Records::Postgres(postgres) => on_postgres!(postgres, postgres::queries::$query $(, $argument)*),
        }
    };
}

/// Runs a query of several statements in one transaction.
macro_rules! write_whole {
    ($records:expr, $query:ident ( $($argument:expr),* )) => {
        match $records {
            // The writer has a savepoint around each of its jobs.
            Records::Sqlite(_) => write_query!($records, $query($($argument),*)),
            Records::Postgres(postgres) => on_postgres!(
                postgres,
                async |connection: &mut sqlx::PgConnection| {
                    let mut transaction = sqlx::Connection::begin(connection).await?;
                    let done = postgres::queries::$query(&mut transaction $(, $argument)*).await?;
                    transaction.commit().await?;
                    Ok::<_, Fault>(done)
                }
            ),
        }
    };
}

/// Runs a query that depends on the content of a whole table, in a transaction that locks the table against
/// other writers.
macro_rules! write_alone {
    ($records:expr, $table:literal, $query:ident ( $($argument:expr),* )) => {
        match $records {
            // SQLite has one writer, so nothing else is written meanwhile.
            Records::Sqlite(_) => write_query!($records, $query($($argument),*)),
            Records::Postgres(postgres) => on_postgres!(
                postgres,
                async |connection: &mut sqlx::PgConnection| {
                    let mut transaction = sqlx::Connection::begin(connection).await?;
                    let lock = sqlx::query(concat!("LOCK TABLE ", $table, " IN SHARE ROW EXCLUSIVE MODE"));
                    lock.execute(&mut *transaction).await?;
                    let done = postgres::queries::$query(&mut transaction $(, $argument)*).await?;
                    transaction.commit().await?;
                    Ok::<_, Fault>(done)
                }
            ),
        }
    };
}

pub(super) use {on_postgres, read, read_one, write_alone, write_query, write_whole};

impl Records {
    /// Opens the SQLite file at `path`, makes it if it is missing, and migrates its tables. `ways` are the ways to sign in that
    /// the server offers.
    pub async fn sqlite(path: &Path, ways: WaysIn) -> Result<Self, Fault> {
        Sqlite::open(path, ways).await.map(Self::Sqlite)
    }

    /// Connects to the PostgreSQL database at the URL `address`, and migrates its tables. `ways` are the ways to sign in that
    /// the server offers.
    pub async fn postgres(address: &str, ways: WaysIn) -> Result<Self, Fault> {
        Postgres::open(address, ways).await.map(Self::Postgres)
    }

    /// Returns these records as a server sees them that offers other ways to sign in.
    #[cfg(test)]
    pub(super) fn offering(&self, ways: WaysIn) -> Self {
        match self.clone() {
            Self::Sqlite(sqlite) => Self::Sqlite(Sqlite { ways_in: ways, ..sqlite }),
            Self::Postgres(postgres) => Self::Postgres(Postgres { ways_in: ways, ..postgres }),
        }
    }

    /// Returns these records with this rule for addresses that nobody has proven. Without it, they are exclusive.
    #[must_use]
    pub fn with_unproven_addresses(self, unproven: UnprovenAddresses) -> Self {
        match self {
            Self::Sqlite(sqlite) => Self::Sqlite(Sqlite { unproven, ..sqlite }),
            Self::Postgres(postgres) => Self::Postgres(Postgres { unproven, ..postgres }),
        }
    }

    /// Returns whether several accounts may have an address that none of them has proven.
    pub(super) fn unproven_addresses(&self) -> UnprovenAddresses {
        match self {
            Self::Sqlite(sqlite) => sqlite.unproven,
            Self::Postgres(postgres) => postgres.unproven,
        }
    }

    /// Returns the ways to sign in that the server offers.
    pub fn ways_in(&self) -> WaysIn {
        match self {
            Self::Sqlite(sqlite) => sqlite.ways_in,
            Self::Postgres(postgres) => postgres.ways_in,
        }
    }

    /// Returns whether there is at least one account, disabled or not.
    pub async fn has_accounts(&self) -> Result<bool, Fault> {
        read!(self, has_accounts())
    }

    /// Adds an account and returns `true`. Returns `false` and adds nothing if its username is taken, or looks
    /// like one that is taken, or if another account has its e-mail address.
    pub async fn add_account(&self, account: NewAccount) -> Result<bool, Fault> {
        write_query!(self, add_account(&account))
    }

    /// Adds the first account and returns `true`. Returns `false` and adds nothing if there is any account
    /// already, also if another caller adds one at the same moment.
    pub async fn add_first_account(&self, account: NewAccount) -> Result<bool, Fault> {
        write_alone!(self, "accounts", add_first_account(&account))
    }

    /// Returns the account with this username, as a person typed it, and the hash of its password; `None` if
    /// there is no such account. The hash is `None` if the account has no password.
    pub async fn account_by_username(&self, username: &str) -> Result<Option<(Account, Option<String>)>, Fault> {
        let spellings = spellings(username);
        read!(self, account_by_username(&spellings))
    }

    /// Returns the sessions of an account whose absolute end is not reached, the one that was used last first.
    /// Sessions that the caller regards as ended, because they were not used for long, are among them.
    pub async fn sessions_of(&self, id: AccountId, now: Timestamp) -> Result<Vec<SessionRow>, Fault> {
        read!(self, sessions_of(id, now))
    }

    /// Returns the account that belongs to the issuer and the subject of a token of the operator's phone app. It is
    /// made if there is none; otherwise its display name and the address of its picture are updated from the token.
    pub async fn vouched_account(&self, vouched: Vouched) -> Result<Account, Fault> {
        match read_one!(self, known_vouched_account(&vouched))? {
            Some(known) => Ok(known),
            None => write_query!(self, vouched_account(&vouched)),
        }
    }

    /// Opens a session: stores it, its device and network, and lines of activity about the sign-in; all of it or nothing.
    /// Returns which of the device and the network are new to the account. Of a session that is stored already, only the time
    /// of its last use is updated. Returns `None` if its account is missing, disabled or not in the epoch of the sign-in, if
    /// the session was disowned, or if it is not stored yet and the session in which it was approved has ended.
    pub async fn open_session(&self, opening: SessionOpening) -> Result<Option<NewPlaces>, Fault> {
        write_whole!(self, open_session(&opening))
    }

    /// Returns the session whose token has this hash, and its account. A session that has ended is returned too, as
    /// long as it is stored; `None` if it is not stored.
    pub async fn session(&self, token: SessionTokenHash) -> Result<Option<(SessionRow, Account)>, Fault> {
        read_one!(self, session(token))
    }

    /// Stores the time at which a session was used; does nothing if the stored time is not earlier, or if there is
    /// no such session.
    pub async fn touch_session(&self, token: SessionTokenHash, now: Timestamp) -> Result<(), Fault> {
        write_query!(self, one touch_session(token, now))
    }

    /// Deletes what is not needed any more: sessions [`ENDED_SESSION_KEPT`] after their end, grants a day after theirs,
    /// one-time links a month after their end, old lines of the log of changes to apps, old requests for apps, and unused
    /// pictures. A grant whose session has not ended is kept.
    pub async fn sweep(&self, now: Timestamp) -> Result<(), Fault> {
        write_query!(self, sweep(now))?;
        self.sweep_pictures(now).await
    }

    /// Returns the cache in which this instance keeps apps that it read from the database.
    pub(super) fn known_apps(&self) -> &KnownApps {
        match self {
            Self::Sqlite(sqlite) => &sqlite.known_apps,
            Self::Postgres(postgres) => &postgres.known_apps,
        }
    }

    /// Returns the signal that wakes the task of this process that sends logout notices to apps.
    pub(super) fn ends_noted(&self) -> &Notify {
        match self {
            Self::Sqlite(sqlite) => &sqlite.ends_noted,
            Self::Postgres(postgres) => &postgres.ends_noted,
        }
    }

    /// Returns the secret of this name, which all instances with the same PostgreSQL database share. If there is
    /// none, stores and returns `fresh`, or returns `None` if `fresh` is not given. With SQLite it stores nothing
    /// and always returns `None`, because only one machine uses the file.
    pub async fn shared_secret(&self, name: &str, fresh: Option<[u8; 32]>) -> Result<Option<[u8; 32]>, Fault> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(postgres) => on_postgres!(postgres, Postgres::secret, name, fresh),
        }
    }

    /// Sends a small query to the database, and fails if it is not answered.
    pub async fn ping(&self) -> Result<(), Fault> {
        self.has_accounts().await.map(|_| ())
    }

    /// Closes the connections to the database, after the queued writes to a SQLite file were committed. A
    /// connection to PostgreSQL that is in use is closed after its query.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.pool.close(),
        }
    }
}

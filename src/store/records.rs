//! Records: what survives a restart and a power cut. Plain values in, plain values out; the words of the tables.

pub(in crate::store) mod database;
pub mod accounts;
mod sessions;
mod calls;
pub mod acts;
pub mod apps;
pub mod ends;
pub mod grants;
pub mod keys;
mod known_apps;
pub mod pictures;
pub mod profiles;
pub mod seen;
mod queries;

use std::path::Path;

use tokio::sync::Notify;
use tokio::time::timeout;

pub use self::accounts::{Account, Demotion, NewAccount, Vouched};
use self::database::postgres;
use self::database::postgres::Postgres;
use self::database::sqlite;
use self::database::sqlite::Sqlite;
use self::known_apps::KnownApps;
pub use self::sessions::{LedTo, OpenedBy, REMEMBERED, SessionRow};
use super::Fault;
use crate::measure;
use crate::names::spellings;
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::time::Timestamp;

/// Where records are kept.
#[derive(Clone, Debug)]
pub enum Records {
    /// One file beside the server.
    Sqlite(Sqlite),
    /// A server that many instances share.
    Postgres(Postgres),
}

/// Runs a query on a connection of PostgreSQL's pool, within the deadline.
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

/// A query that changes nothing: on any connection.
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

/// A query that changes something: on SQLite by the one writer, which it is moved to. `one` is said of a query that is a
/// single statement, and called often.
macro_rules! write {
    ($records:expr, one $query:ident ( $($argument:expr),* )) => { write!(@ $records, write_one, $query, $($argument),*) };
    ($records:expr, $query:ident ( $($argument:expr),* )) => { write!(@ $records, write, $query, $($argument),*) };
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

/// The same for a query of several statements, which hold together or not at all.
macro_rules! write_whole {
    ($records:expr, $query:ident ( $($argument:expr),* )) => {
        match $records {
            // The writer has a savepoint around each of its jobs.
            Records::Sqlite(_) => write!($records, $query($($argument),*)),
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

/// The same for a query that decides by what is in a whole table: nobody else writes there meanwhile.
macro_rules! write_alone {
    ($records:expr, $table:literal, $query:ident ( $($argument:expr),* )) => {
        match $records {
            // Its one writer has the whole file.
            Records::Sqlite(_) => write!($records, $query($($argument),*)),
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

pub(super) use {on_postgres, read, write, write_alone, write_whole};

impl Records {
    /// Opens (or makes) the SQLite file at `path` and brings its tables up to date.
    pub async fn sqlite(path: &Path) -> Result<Self, Fault> {
        Sqlite::open(path).await.map(Self::Sqlite)
    }

    /// Connects to the PostgreSQL at `address` and brings its tables up to date.
    pub async fn postgres(address: &str) -> Result<Self, Fault> {
        Postgres::open(address).await.map(Self::Postgres)
    }

    /// Whether anybody has an account yet.
    pub async fn has_accounts(&self) -> Result<bool, Fault> {
        read!(self, has_accounts())
    }

    /// Makes an account; `false` where the username is taken, or looks like one that is.
    pub async fn add_account(&self, account: NewAccount) -> Result<bool, Fault> {
        write!(self, add_account(&account))
    }

    /// Makes the first account; `false` where there is one already, whoever asks at the same moment.
    pub async fn add_first_account(&self, account: NewAccount) -> Result<bool, Fault> {
        write_alone!(self, "accounts", add_first_account(&account))
    }

    /// Lets an account administer this server.
    pub async fn promote(&self, id: AccountId) -> Result<(), Fault> {
        write!(self, one promote(id))
    }

    /// Lets an account administer this server no more; of many at once the last one that signs in stays.
    pub async fn demote(&self, id: AccountId) -> Result<Demotion, Fault> {
        write_alone!(self, "accounts", demote(id))
    }

    /// An account and its password hash, by its username as somebody typed it.
    pub async fn account_by_username(&self, username: &str) -> Result<Option<(Account, Option<String>)>, Fault> {
        let spellings = spellings(username);
        read!(self, account_by_username(&spellings))
    }

    /// The sessions of an account that have not come to their absolute end, the one that was used last first.
    pub async fn sessions_of(&self, id: AccountId, now: Timestamp) -> Result<Vec<SessionRow>, Fault> {
        read!(self, sessions_of(id, now))
    }

    /// The account that a token's subject names, made on first use; its name and picture follow the token.
    pub async fn vouched_account(&self, vouched: Vouched) -> Result<Account, Fault> {
        match read!(self, known_vouched_account(&vouched))? {
            Some(known) => Ok(known),
            None => write!(self, vouched_account(&vouched)),
        }
    }

    /// Keeps a session; `false` where its account is gone, or in another epoch than this, or where the session was disowned
    /// before, or the one in which it was approved. One that is kept already stays as it is.
    pub async fn add_session(&self, session: SessionRow, epoch: Epoch) -> Result<bool, Fault> {
        write!(self, one add_session(&session, epoch))
    }

    /// A session and its account.
    pub async fn session(&self, token: SessionTokenHash) -> Result<Option<(SessionRow, Account)>, Fault> {
        read!(self, session(token))
    }

    /// Notes that a session was used.
    pub async fn touch_session(&self, token: SessionTokenHash, now: Timestamp) -> Result<(), Fault> {
        write!(self, one touch_session(token, now))
    }

    /// Forgets what is over: sessions that ended [`REMEMBERED`] ago, old lines, grants, and pictures that nobody has.
    pub async fn sweep(&self, now: Timestamp) -> Result<(), Fault> {
        write!(self, sweep(now))?;
        self.sweep_pictures(now).await
    }

    /// The apps that this instance read lately.
    pub(super) fn known_apps(&self) -> &KnownApps {
        match self {
            Self::Sqlite(sqlite) => &sqlite.known_apps,
            Self::Postgres(postgres) => &postgres.known_apps,
        }
    }

    /// Who is waited for by whoever tells apps what ended.
    pub(super) fn ends_noted(&self) -> &Notify {
        match self {
            Self::Sqlite(sqlite) => &sqlite.ends_noted,
            Self::Postgres(postgres) => &postgres.ends_noted,
        }
    }

    /// The secret of this name that all instances share: `fresh`, where there was none and one is given. `None` where there
    /// is none, and always where there is one machine only, which keeps its own.
    pub async fn shared_secret(&self, name: &str, fresh: Option<[u8; 32]>) -> Result<Option<[u8; 32]>, Fault> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(postgres) => on_postgres!(postgres, Postgres::secret, name, fresh),
        }
    }

    /// Whether the store answers.
    pub async fn ping(&self) -> Result<(), Fault> {
        self.has_accounts().await.map(|_| ())
    }

    /// Finishes what is queued and closes.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.pool.close(),
        }
    }
}

//! Records: what survives a restart and a power cut. Plain values in, plain values out; the words of the tables.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::Fault;
use super::known_apps::KnownApps;
use super::postgres::{self, Postgres};
use super::profiles::Profile;
use super::sqlite::{self, Sqlite};
use crate::hash::sha256;
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

/// Who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name inside Tessera.
    pub id: AccountId,
    /// What its owner types, in one spelling; none for an account that only a phone's token names.
    pub username: Option<String>,
    /// What people are shown.
    pub display_name: String,
    /// Whether it may administer this server.
    pub is_admin: bool,
    /// Whether an operator has it sign in no more.
    pub is_disabled: bool,
    /// What it tells of its owner beside that.
    pub profile: Profile,
    /// How often an operator has signed it out.
    pub epoch: Epoch,
}

/// An account about to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its fresh id.
    pub id: AccountId,
    /// In one spelling; unique, and unlike all others.
    pub username: String,
    /// What people are shown.
    pub display_name: String,
    /// An argon2id PHC string.
    pub password_hash: String,
    /// Whether it may administer this server.
    pub is_admin: bool,
    /// Now.
    pub created_at: Timestamp,
}

/// What became of a wish to take an administrator's rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demotion {
    /// The account administers nothing any more.
    Done,
    /// It did not before.
    WasNone,
    /// It is the last one that does, and stays so: else nobody could look after the apps.
    IsTheLast,
}

/// An account that a phone's token vouches for.
#[derive(Clone, Debug)]
pub struct Vouched {
    /// The id to give it if it is new.
    pub fresh_id: AccountId,
    /// Who vouches.
    pub issuer: String,
    /// The token's subject.
    pub subject: String,
    /// The name that the token carries.
    pub display_name: String,
    /// The address of a picture that the token carries.
    pub picture: Option<String>,
    /// Now.
    pub now: Timestamp,
}

/// An ended session is remembered for this long: longer than a claim may be repeated.
pub const REMEMBERED: Duration = Duration::from_secs(600);

/// How a session came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OpenedBy {
    /// A password, typed on this device.
    Password,
    /// An approved scan.
    Scan,
}

impl OpenedBy {
    /// The word for it in the tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Scan => "scan",
        }
    }

    /// The way of this word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Password, Self::Scan].into_iter().find(|way| way.word() == word)
    }
}

/// One signed-in browser or phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Recognises its token.
    pub token_hash: SessionTokenHash,
    /// Who is signed in.
    pub account: AccountId,
    /// How it was opened.
    pub opened_by: OpenedBy,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// Its absolute end.
    pub ends_at: Timestamp,
    /// Where the sign-in that opened it led on to; `None` where that is not known any more.
    pub led_to: Option<LedTo>,
    /// The session in which the scan that opened it was approved; `None` where a password opened it, or where a phone app's
    /// token spoke for the person.
    pub approved_in: Option<SessionTokenHash>,
}

/// SHA-256 of the path that a sign-in led on to: recognises the request of an app that somebody signed in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedTo(pub [u8; 32]);

impl LedTo {
    /// By its path.
    pub fn of(path: &str) -> Self {
        Self(sha256(&[path.as_bytes()]))
    }
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

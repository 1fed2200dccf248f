//! Records in one SQLite file: WAL, `synchronous=FULL` (an acknowledged write survives a power cut), several readers,
//! one writer that groups commits, and direct reads of the rows that nearly every request needs.

mod direct;
mod writer;

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::Notify;
use tokio::time::timeout;

use self::direct::Direct;
pub(in crate::store) use self::direct::Found;
use self::writer::Writer;
use super::migrations;
use super::pool::Pool;
use crate::secret_file;
use crate::store::Fault;
use crate::store::records::accounts::UnprovenAddresses;
use crate::store::records::keys::Inspected;
use crate::store::records::known_apps::KnownApps;
use crate::store::records::passkeys::WaysIn;
use crate::store::records::scan_switch::known::KnownSwitch;

/// The number of connections of sqlx that read the SQLite file. Each has a thread, and a read takes microseconds.
const READERS: usize = 4;

mod rows {
    use sqlx::Row as _;

    crate::store::records::database::rows::rows!(sqlx::sqlite::SqliteRow);
}

/// All queries of the records, as functions on a connection to a SQLite file.
pub(in crate::store) mod queries {
    use super::rows::{account, opened_by, optional_session, optional_timestamp, session_of, timestamp, word_of};

    crate::store::records::queries::queries!(sqlx::SqliteConnection, sqlx::sqlite::SqliteRow, "");
}

/// The records in an open SQLite file.
#[derive(Clone, Debug)]
pub struct Sqlite {
    pub(in crate::store) readers: Pool<SqliteConnection>,
    pub(in crate::store) direct: Direct,
    pub(in crate::store) writer: Arc<Writer>,
    pub(in crate::store) known_apps: KnownApps,
    pub(in crate::store) known_switch: KnownSwitch,
    pub(in crate::store) ways_in: WaysIn,
    pub(in crate::store) unproven: UnprovenAddresses,
    /// Wakes the task that sends logout notices, when one may have been stored.
    pub(in crate::store) ends_noted: Arc<Notify>,
}

/// The suffixes of the files that SQLite keeps beside its own: the log, its index, and the rollback journal. SQLite
/// makes each with the permissions of the database file.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Makes the database file at `path` if it is missing, and restricts the permissions of it and of the files that
/// SQLite keeps beside it to their owner, also if an earlier version of this server made them.
fn keep_private(path: &Path) -> io::Result<()> {
    secret_file::claim(path)?;
    BESIDE.iter().try_for_each(|end| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        secret_file::restrict(Path::new(&beside))
    })
}

/// The longest time that a start waits for another process that opens a SQLite file in the same folder; making all
/// tables takes a fraction of it.
const ALONE_WITHIN: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Locks this folder until the returned file is dropped, so that only one process at a time opens a SQLite file in
/// it: a second one could find the tables half made. If another process holds the lock for longer than
/// [`ALONE_WITHIN`], or the file system has no locks, the file is returned without a lock.
async fn alone_in(folder: Option<&Path>) -> io::Result<File> {
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    let locked = File::open(&folder)?;
    let waiting = async {
        // A file system may have no such locks; then the server goes on without one: two processes seldom
        // start at once.
        while let Err(TryLockError::WouldBlock) = locked.try_lock() {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    if timeout(ALONE_WITHIN, waiting).await.is_err() {
        tracing::warn!(folder = %folder.display(), "another process holds a lock on this folder; its file is opened all the same");
    }
    Ok(locked)
}

/// Computes and stores the skeleton of every username that lacks one (a form in which names that look alike are
/// equal). It uses a transaction for each 500 accounts, so that no other process waits for long.
async fn fill_skeletons(connection: &mut SqliteConnection) -> Result<(), Fault> {
    loop {
        let mut some = connection.begin_with("BEGIN IMMEDIATE").await?;
        let filled = queries::fill_skeletons(&mut some).await?;
        some.commit().await?;
        if !filled {
            return Ok(());
        }
    }
}

impl Sqlite {
    pub(in crate::store) async fn open(path: &Path, ways_in: WaysIn) -> Result<Self, Fault> {
        keep_private(path).map_err(sqlx::Error::Io)?;
        let _alone = alone_in(path.parent()).await.map_err(sqlx::Error::Io)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // `tessera user add` writes to the same file from another process.
            .busy_timeout(Duration::from_secs(5));
        let mut connection = options.connect().await?;
        migrations::sqlite().run(&mut connection).await?;
        fill_skeletons(&mut connection).await?;
        let readers = Pool::new(options.read_only(true), READERS);
        let writer = Arc::new(Writer::start(connection));
        Ok(Self {
            readers,
            direct: Direct::new(path),
            writer,
            known_apps: KnownApps::default(),
            known_switch: KnownSwitch::default(),
            ways_in,
            unproven: UnprovenAddresses::Exclusive,
            ends_noted: Arc::default(),
        })
    }

    /// Reads the version of the tables in a SQLite file and which code key they were made with, without
    /// changing anything; `None` if there is no file, or if no server has made its tables in it yet.
    pub(in crate::store) async fn inspect(path: &Path, ways: WaysIn) -> Result<Option<Inspected>, Fault> {
        const TABLES: &str = "SELECT name FROM sqlite_master WHERE name = '_sqlx_migrations'";
        if !path.try_exists().map_err(sqlx::Error::Io)? {
            return Ok(None);
        }
        let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(Duration::from_secs(5));
        let mut on = options.connect().await?;
        let inspected = match sqlx::query(TABLES).fetch_optional(&mut on).await? {
            Some(_) => queries::inspect(&mut on, migrations::newest(), ways).await?,
            None => None,
        };
        let _ = on.close().await;
        Ok(inspected)
    }

    /// Closes the connections that read, and then the connection that writes. The latter first moves everything
    /// from SQLite's log into the database file, for which no reader may be left.
    pub(in crate::store) async fn close(&self) {
        self.readers.close();
        self.direct.close();
        self.writer.close().await;
    }
}

//! Records in one SQLite file: WAL, `synchronous=FULL` (an acknowledged write survives a power cut), many readers,
//! one writer that groups commits.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqliteConnection};

use super::Fault;
use super::known_apps::KnownApps;
use super::migrations;
use super::pool::Pool;
use super::writer::Writer;
use crate::secret_file;

/// Readers at once; each is a thread, and reads here take microseconds.
const READERS: usize = 4;

/// The queries, on SQLite.
pub(super) mod queries {
    crate::store::queries::queries!(sqlx::SqliteConnection, sqlx::sqlite::SqliteRow);
}

/// The file, open.
#[derive(Clone, Debug)]
pub struct Sqlite {
    pub(super) readers: Pool<SqliteConnection>,
    pub(super) writer: Arc<Writer>,
    pub(super) known_apps: KnownApps,
}

/// The files that SQLite keeps beside its own, by what it appends to the name: the log, its index, and what it rolls back by.
/// It makes each with the rights that the file itself has.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The file and those beside it are for their owner only, also where an earlier version of this server made them.
fn keep_private(path: &Path) -> io::Result<()> {
    secret_file::claim(path)?;
    BESIDE.iter().try_for_each(|end| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        secret_file::restrict(Path::new(&beside))
    })
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> Result<Self, Fault> {
        keep_private(path).map_err(sqlx::Error::Io)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // `tessera user add` writes to the same file from another process.
            .busy_timeout(Duration::from_secs(5));
        let mut connection = options.connect().await?;
        migrations::sqlite().run(&mut connection).await?;
        let readers = Pool::new(options.read_only(true), READERS);
        Ok(Self { readers, writer: Arc::new(Writer::start(connection)), known_apps: KnownApps::default() })
    }

    pub(super) async fn close(&self) {
        self.writer.close().await;
        self.readers.close();
    }
}

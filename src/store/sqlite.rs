//! Records in one SQLite file: WAL, `synchronous=FULL` (an acknowledged write survives a power cut), many readers,
//! one writer that groups commits.

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

impl Sqlite {
    pub(super) async fn open(path: &Path) -> Result<Self, Fault> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
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

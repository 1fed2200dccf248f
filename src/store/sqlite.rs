//! Records in one SQLite file: WAL, `synchronous=FULL` (an acknowledged write survives a power cut), many readers,
//! one writer that groups commits.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqliteConnection};
use tokio::sync::Notify;

use super::Fault;
use super::known_apps::KnownApps;
use super::migrations;
use super::pool::Pool;
use super::writer::Writer;

/// Readers at once; each is a thread, and reads here take microseconds.
const READERS: usize = 4;

/// The queries, on SQLite.
pub(super) mod queries {
    crate::store::queries::queries!(sqlx::SqliteConnection, sqlx::sqlite::SqliteRow, "");
}

/// The file, open.
#[derive(Clone, Debug)]
pub struct Sqlite {
    pub(super) readers: Pool<SqliteConnection>,
    pub(super) writer: Arc<Writer>,
    pub(super) known_apps: KnownApps,
    /// Somebody waits for what apps are to be told.
    pub(super) ends_noted: Arc<Notify>,
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
        let writer = Arc::new(Writer::start(connection));
        Ok(Self { readers, writer, known_apps: KnownApps::default(), ends_noted: Arc::default() })
    }

    pub(super) async fn close(&self) {
        self.writer.close().await;
        self.readers.close();
    }
}

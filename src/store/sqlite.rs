//! Records in one SQLite file: WAL, `synchronous=FULL` (an acknowledged write survives a power cut), many readers,
//! one writer that groups commits.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Row as _};

use super::Fault;
use super::records::{Account, NewAccount, OpenedBy, REMEMBERED, SessionRow, SessionTokenHash, Vouched};
use super::writer::Writer;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// Readers at once; each is a thread, and reads here take microseconds.
const READERS: u32 = 4;

/// The file, open.
#[derive(Clone, Debug)]
pub struct Sqlite {
    readers: SqlitePool,
    writer: Writer,
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
        sqlx::migrate!("src/store/migrations").run(&mut connection).await?;
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { readers, writer: Writer::start(connection) })
    }

    pub(super) async fn has_accounts(&self) -> Result<bool, Fault> {
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM accounts)").fetch_one(&self.readers).await?;
        Ok(row.try_get::<i64, _>(0)? != 0)
    }

    pub(super) async fn add_account(&self, account: NewAccount) -> Result<bool, Fault> {
        self.insert_account(
            "INSERT INTO accounts (id, username, display_name, password_hash, is_admin, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            account,
        )
        .await
    }

    pub(super) async fn add_first_account(&self, account: NewAccount) -> Result<bool, Fault> {
        self.insert_account(
            "INSERT INTO accounts (id, username, display_name, password_hash, is_admin, created_at)
             SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM accounts)",
            account,
        )
        .await
    }

    async fn insert_account(&self, sql: &'static str, account: NewAccount) -> Result<bool, Fault> {
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let done = sqlx::query(sql)
                        .bind(account.id.as_bytes())
                        .bind(&account.username)
                        .bind(&account.display_name)
                        .bind(&account.password_hash)
                        .bind(i64::from(account.is_admin))
                        .bind(millis(account.created_at))
                        .execute(connection)
                        .await?;
                    Ok(done.rows_affected() == 1)
                })
            })
            .await
    }

    pub(super) async fn account_by_username(&self, username: &str) -> Result<Option<(Account, Option<String>)>, Fault> {
        let row =
            sqlx::query("SELECT id, username, display_name, is_admin, password_hash FROM accounts WHERE username = $1")
                .bind(username)
                .fetch_optional(&self.readers)
                .await?;
        row.map(|row| Ok((account(&row)?, row.try_get("password_hash")?))).transpose()
    }

    pub(super) async fn vouched_account(&self, vouched: Vouched) -> Result<Account, Fault> {
        let known = sqlx::query(
            "SELECT id, username, display_name, is_admin FROM accounts
             WHERE issuer = $1 AND subject = $2 AND display_name = $3 AND picture IS NOT DISTINCT FROM $4",
        )
        .bind(&vouched.issuer)
        .bind(&vouched.subject)
        .bind(&vouched.display_name)
        .bind(&vouched.picture)
        .fetch_optional(&self.readers)
        .await?;
        if let Some(row) = known {
            return account(&row);
        }
        let row = self
            .writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO accounts (id, display_name, picture, issuer, subject, created_at)
                         VALUES ($1, $2, $3, $4, $5, $6)
                         ON CONFLICT (issuer, subject)
                         DO UPDATE SET display_name = excluded.display_name, picture = excluded.picture
                         RETURNING id, username, display_name, is_admin",
                    )
                    .bind(vouched.fresh_id.as_bytes())
                    .bind(&vouched.display_name)
                    .bind(&vouched.picture)
                    .bind(&vouched.issuer)
                    .bind(&vouched.subject)
                    .bind(millis(vouched.now))
                    .fetch_one(connection)
                    .await
                })
            })
            .await?;
        account(&row)
    }

    pub(super) async fn add_session(&self, session: SessionRow) -> Result<bool, Fault> {
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let done = sqlx::query(
                        "INSERT INTO sessions (token_hash, account_id, opened_by, created_at, last_seen_at, ends_at)
                         SELECT $1, id, $3, $4, $5, $6 FROM accounts WHERE id = $2
                         ON CONFLICT (token_hash) DO UPDATE SET last_seen_at = excluded.last_seen_at",
                    )
                    .bind(&session.token_hash.0[..])
                    .bind(session.account.as_bytes())
                    .bind(opened_by_text(session.opened_by))
                    .bind(millis(session.created_at))
                    .bind(millis(session.last_seen_at))
                    .bind(millis(session.ends_at))
                    .execute(connection)
                    .await?;
                    Ok(done.rows_affected() == 1)
                })
            })
            .await
    }

    pub(super) async fn session(&self, token: SessionTokenHash) -> Result<Option<(SessionRow, Account)>, Fault> {
        let row = sqlx::query(
            "SELECT a.id, a.username, a.display_name, a.is_admin, s.opened_by, s.created_at, s.last_seen_at, s.ends_at
             FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.token_hash = $1",
        )
        .bind(&token.0[..])
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let account = account(&row)?;
        let session = SessionRow {
            token_hash: token,
            account: account.id,
            opened_by: match row.try_get("opened_by")? {
                "password" => OpenedBy::Password,
                "scan" => OpenedBy::Scan,
                _ => return Err(Fault::Unreadable("sessions.opened_by")),
            },
            created_at: timestamp(&row, "created_at")?,
            last_seen_at: timestamp(&row, "last_seen_at")?,
            ends_at: timestamp(&row, "ends_at")?,
        };
        Ok(Some((session, account)))
    }

    pub(super) async fn touch_session(&self, token: SessionTokenHash, now: Timestamp) -> Result<(), Fault> {
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1 AND last_seen_at < $2")
                        .bind(&token.0[..])
                        .bind(millis(now))
                        .execute(connection)
                        .await
                })
            })
            .await
            .map(|_| ())
    }

    pub(super) async fn end_session(&self, token: SessionTokenHash, now: Timestamp) -> Result<(), Fault> {
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("UPDATE sessions SET ends_at = $2 WHERE token_hash = $1 AND ends_at > $2")
                        .bind(&token.0[..])
                        .bind(millis(now))
                        .execute(connection)
                        .await
                })
            })
            .await
            .map(|_| ())
    }

    pub(super) async fn sweep(&self, now: Timestamp) -> Result<(), Fault> {
        let remembered = i64::try_from(REMEMBERED.as_millis()).unwrap_or(i64::MAX);
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("DELETE FROM sessions WHERE ends_at <= $1")
                        .bind(millis(now).saturating_sub(remembered))
                        .execute(connection)
                        .await
                })
            })
            .await
            .map(|_| ())
    }

    pub(super) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

fn account(row: &SqliteRow) -> Result<Account, Fault> {
    Ok(Account {
        id: AccountId::from_slice(row.try_get("id")?).ok_or(Fault::Unreadable("accounts.id"))?,
        username: row.try_get("username")?,
        display_name: row.try_get("display_name")?,
        is_admin: row.try_get::<i64, _>("is_admin")? != 0,
    })
}

fn opened_by_text(opened_by: OpenedBy) -> &'static str {
    match opened_by {
        OpenedBy::Password => "password",
        OpenedBy::Scan => "scan",
    }
}

/// SQL integers are signed; the year 292 million fits.
fn millis(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_millis()).unwrap_or(i64::MAX)
}

fn timestamp(row: &SqliteRow, column: &'static str) -> Result<Timestamp, Fault> {
    let millis = u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| Fault::Unreadable("a time"))?;
    Ok(Timestamp::from_millis(millis))
}

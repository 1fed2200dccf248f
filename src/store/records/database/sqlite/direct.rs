//! Reads a single row of the SQLite file on the thread that asks for it.
//!
//! sqlx runs each query on a thread of its own. To hand a query to that thread and to wait for the answer takes several
//! times as long as SQLite takes to find one row by its key, and most requests look up a session or an account. So these
//! rows are read without sqlx.
//!
//! Where that fails, for example because the file is locked, nothing is retried here: the caller asks one of the readers of
//! sqlx, which wait on their own threads and report what is wrong. A disk that hangs stops the thread that reads, as it would
//! stop every sign-in.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Params, Row};

use crate::store::Fault;
use crate::store::records::queries::{ACCOUNT_BY_ID, KNOWN_VOUCHED, SESSION};
use crate::store::records::{Account, SessionRow, Vouched};
use crate::ticket::ids::{AccountId, SessionTokenHash};

mod rows {
    use super::Cells;

    crate::store::records::database::rows::rows!(Cells<'_>);
}

static ACCOUNT: Select = Select::of(ACCOUNT_BY_ID);
static VOUCHED: Select = Select::of(KNOWN_VOUCHED);
static SESSION_BY_TOKEN: Select = Select::of(SESSION);

/// Connections to the SQLite file on which the calling thread reads; cheap to clone. There are as many as threads ever read at
/// the same moment, which are at most those of the runtime.
#[derive(Clone, Debug)]
pub(in crate::store) struct Direct {
    path: Arc<Path>,
    /// The connections that are not in use; `None` once they were closed.
    free: Arc<Mutex<Option<Vec<Connection>>>>,
}

/// What was found of a row that may be read at once.
#[derive(Debug)]
pub(in crate::store) enum Found<T> {
    /// The row was looked for, and this was found.
    Read(Option<T>),
    /// The row cannot be read at once, so one of the readers of sqlx has to be asked.
    NotNow,
}

impl Direct {
    /// Prepares direct reads of the SQLite file at `path`, which is opened when the first row is read.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.into(), free: Arc::new(Mutex::new(Some(Vec::new()))) }
    }

    /// Closes the connections. From now on nothing can be read at once.
    pub(super) fn close(&self) {
        self.free.lock().take();
    }

    /// Reads an account.
    pub(in crate::store) fn account_by_id(&self, id: AccountId) -> Found<Account> {
        self.read(&ACCOUNT, [id.as_bytes()], rows::account)
    }

    /// Reads the account of a token's subject, if nothing of it has to be updated.
    pub(in crate::store) fn known_vouched_account(&self, vouched: &Vouched) -> Found<Account> {
        let Vouched { issuer, subject, display_name, picture, .. } = vouched;
        self.read(&VOUCHED, (issuer, subject, display_name, picture), rows::account)
    }

    /// Reads a session and its account.
    pub(in crate::store) fn session(&self, token: SessionTokenHash) -> Found<(SessionRow, Account)> {
        self.read(&SESSION_BY_TOKEN, [&token.0[..]], |row| {
            let account = rows::account(row)?;
            Ok((rows::session_of(row, token, account.id)?, account))
        })
    }

    fn read<T>(
        &self,
        select: &Select,
        params: impl Params,
        value: impl FnOnce(&Cells<'_>) -> Result<T, Fault>,
    ) -> Found<T> {
        let Some(connection) = self.lend() else { return Found::NotNow };
        match select.first(&connection, params, value) {
            Ok(found) => {
                self.give_back(connection);
                found.transpose().map_or(Found::NotNow, Found::Read)
            }
            // The connection is closed, because it may be the reason.
            Err(_) => Found::NotNow,
        }
    }

    /// Returns a connection that nobody uses, or opens one; `None` if none can be opened.
    fn lend(&self) -> Option<Connection> {
        if let Some(connection) = self.free.lock().as_mut()?.pop() {
            return Some(connection);
        }
        // A connection is used by one thread at a time, so it needs no lock of its own.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).ok()?;
        connection.busy_timeout(Duration::ZERO).ok()?;
        Some(connection)
    }

    fn give_back(&self, connection: Connection) {
        if let Some(free) = self.free.lock().as_mut() {
            free.push(connection);
        }
    }
}

/// A query of one row, and the index of each of its columns by their names.
struct Select {
    sql: &'static str,
    columns: OnceLock<HashMap<String, usize>>,
}

impl Select {
    const fn of(sql: &'static str) -> Self {
        Self { sql, columns: OnceLock::new() }
    }

    /// Returns what `value` reads out of the first row; `None` if there is no row. The outer error is that of SQLite, the inner
    /// one that of `value`.
    fn first<T>(
        &self,
        connection: &Connection,
        params: impl Params,
        value: impl FnOnce(&Cells<'_>) -> Result<T, Fault>,
    ) -> rusqlite::Result<Option<Result<T, Fault>>> {
        let mut statement = connection.prepare_cached(self.sql)?;
        let columns = self.columns.get_or_init(|| {
            let names = statement.column_names().into_iter().map(String::from);
            names.zip(0..).collect()
        });
        let mut found = statement.query(params)?;
        Ok(found.next()?.map(|row| value(&Cells { row, columns })))
    }
}

/// A row with the names of its columns.
struct Cells<'r> {
    row: &'r Row<'r>,
    columns: &'r HashMap<String, usize>,
}

impl Cells<'_> {
    /// Returns the value in the column of this name. The decoders name the type `C`, as they do for rows of sqlx.
    fn try_get<'r, T: Cell<'r>, C: AsRef<str>>(&'r self, column: C) -> Result<T, Fault> {
        let place = self.columns.get(column.as_ref()).ok_or(UNREADABLE)?;
        self.row.get_ref(*place).ok().and_then(T::of).ok_or(UNREADABLE)
    }
}

/// What is read out of a column.
trait Cell<'r>: Sized {
    /// Converts the value; `None` if it is of another type.
    fn of(value: ValueRef<'r>) -> Option<Self>;
}

impl Cell<'_> for i64 {
    fn of(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok()
    }
}

impl<'r> Cell<'r> for &'r str {
    fn of(value: ValueRef<'r>) -> Option<Self> {
        value.as_str().ok()
    }
}

impl<'r> Cell<'r> for &'r [u8] {
    fn of(value: ValueRef<'r>) -> Option<Self> {
        value.as_blob().ok()
    }
}

impl Cell<'_> for String {
    fn of(value: ValueRef<'_>) -> Option<Self> {
        value.as_str().ok().map(Self::from)
    }
}

impl<'r, T: Cell<'r>> Cell<'r> for Option<T> {
    fn of(value: ValueRef<'r>) -> Option<Self> {
        match value {
            ValueRef::Null => Some(None),
            value => T::of(value).map(Some),
        }
    }
}

/// The fault of a row that cannot be read here. It is not reported: the readers of sqlx are asked, and report theirs.
const UNREADABLE: Fault = Fault::Unreadable("a row");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::store::records::database::sqlite::{Sqlite, queries};
    use crate::store::records::passkeys::WaysIn;
    use crate::ticket::time::Timestamp;

    const ALICE: [u8; 16] = [0; 16];
    const BOB: [u8; 16] = [1; 16];
    const SESSION_TOKEN: SessionTokenHash = SessionTokenHash([7; 32]);

    /// An account with everything that may be missing, and one without; a session of the first.
    const ROWS: &str = "
        INSERT INTO accounts (id, username, display_name, password_hash, is_admin, created_at, skeleton, manages_people,
            email, email_key, email_verified_at, picture, issuer, subject, gender, city, province, country, language,
            given_name, family_name, zone, updated_at, shown_to_screens, deletion_due_at, disabled_at)
        VALUES (zeroblob(16), 'alice', 'Alice', NULL, 1, 1, 'alice', 0, 'a@b.example', 'a@b.example', 2, 'https://b.example/p',
            'https://b.example', 'a', 'other', 'Graz', 'Styria', 'Austria', 'de', 'Al', 'Ice', 'Europe/Vienna', 3, 'name', 4, 5);
        INSERT INTO accounts (id, display_name, created_at, issuer, subject) VALUES
            (unhex(replace(hex(zeroblob(16)), '00', '01')), 'Bob', 1, 'https://b.example', 'b');
        INSERT INTO sessions (token_hash, account_id, opened_by, created_at, last_seen_at, ends_at, led_to, approved_in,
            browser, system, address, name, proven_at, by_link, unusual_at)
        VALUES (unhex(replace(hex(zeroblob(32)), '00', '07')), zeroblob(16), 'scan', 1, 2, 3, zeroblob(32), NULL,
            'Firefox', 'Linux', '192.0.2.1', 'Laptop', 4, 1, 5);";

    fn id(bytes: [u8; 16]) -> AccountId {
        AccountId::from_slice(&bytes).expect("sixteen bytes")
    }

    fn vouched(subject: &str, display_name: &str, picture: Option<&str>) -> Vouched {
        Vouched {
            issuer: "https://b.example".to_owned(),
            subject: subject.to_owned(),
            display_name: display_name.to_owned(),
            picture: picture.map(String::from),
            fresh_id: id([9; 16]),
            now: Timestamp::from_millis(1),
        }
    }

    fn read<T>(found: Found<T>) -> Option<T> {
        match found {
            Found::Read(found) => found,
            Found::NotNow => panic!("it can be read"),
        }
    }

    #[tokio::test]
    async fn a_direct_read_finds_what_sqlx_finds_and_leaves_to_it_what_it_cannot_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tessera.db");
        let sqlite = Sqlite::open(&path, WaysIn { passwords: true, passkeys: true }).await.expect("opens");
        let writer = Connection::open(&path).expect("opens");
        writer.execute_batch(ROWS).expect("rows of the present tables");
        let mut lent = sqlite.readers.lend().await.expect("free");

        let mut names = BTreeSet::new();
        for id in [ALICE, BOB, [2; 16]].map(id) {
            let found = read(sqlite.direct.account_by_id(id));
            assert_eq!(found, queries::account_by_id(&mut lent, id).await.expect("answers"));
            names.extend(found.map(|account| account.display_name));
        }
        assert_eq!(names.len(), 2);
        for (subject, name, picture) in
            [("a", "Alice", Some("https://b.example/p")), ("a", "Alice", None), ("b", "Bob", None), ("b", "Bo", None)]
        {
            let vouched = vouched(subject, name, picture);
            let found = read(sqlite.direct.known_vouched_account(&vouched));
            assert_eq!(found, queries::known_vouched_account(&mut lent, &vouched).await.expect("answers"));
        }
        let found = read(sqlite.direct.session(SESSION_TOKEN));
        assert!(found.is_some());
        assert_eq!(found, queries::session(&mut lent, SESSION_TOKEN).await.expect("answers"));
        assert_eq!(read(sqlite.direct.session(SessionTokenHash([8; 32]))), None);

        writer.execute_batch("UPDATE sessions SET by_passkey = 9").expect("a number of a later version");
        assert!(matches!(sqlite.direct.session(SESSION_TOKEN), Found::NotNow));
        sqlite.direct.close();
        assert!(matches!(sqlite.direct.account_by_id(id(ALICE)), Found::NotNow));
    }
}

//! The queries of the records, each written once: SQLite and PostgreSQL accept the same text. They are
//! macros, because the types of sqlx differ by database; each database has the module that `queries!` expands
//! to.

pub(in crate::store) mod accounts;
pub(in crate::store) mod activity;
pub(in crate::store) mod apps;
pub(in crate::store) mod devices;
pub(in crate::store) mod directory;
pub(in crate::store) mod disown;
pub(in crate::store) mod early_ends;
pub(in crate::store) mod keys;
pub(in crate::store) mod oauth;
pub(in crate::store) mod own;
pub(in crate::store) mod people;
pub(in crate::store) mod pictures;
pub(in crate::store) mod profiles;
pub(in crate::store) mod skeletons;

use self::profiles::account_columns;

// Where these are read without sqlx, their parameters are bound in the order in which they first appear.

/// Selects an account by its id.
pub(in crate::store) const ACCOUNT_BY_ID: &str = concat!("SELECT ", account_columns!(), " FROM accounts WHERE id = $1");

/// Selects an account by the issuer and the subject of a token, if its name and its picture are these.
pub(in crate::store) const KNOWN_VOUCHED: &str = concat!(
    "SELECT ",
    account_columns!(),
    " FROM accounts WHERE issuer = $1 AND subject = $2 AND display_name = $3 AND picture IS NOT DISTINCT FROM $4"
);

/// Selects a session by the hash of its token, and its account.
pub(in crate::store) const SESSION: &str = concat!(
    "SELECT ",
    account_columns!(),
    ", s.opened_by, s.created_at, s.last_seen_at, s.ends_at, s.led_to, s.approved_in,
       s.browser, s.system, s.address, s.name, s.proven_at, s.by_link, s.unusual_at,
       s.by_passkey, s.rung, s.stay
     FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.token_hash = $1",
);

/// Builds the statement that stores a session from four texts: a join with its account, a further condition, a locking
/// clause, and what becomes of a session that is stored already.
macro_rules! insert_session {
    ($joined:literal, $condition:literal, $held:literal, $stored:literal) => {
        concat!(
            "INSERT INTO sessions
                 (token_hash, account_id, opened_by, created_at, last_seen_at, ends_at, led_to, approved_in,
                  browser, system, address, proven_at, by_link, unusual_at, name, by_passkey, rung, stay)
             SELECT $1, a.id, $3, $4, $5, $6, $7, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19 FROM accounts a",
            $joined,
            " WHERE a.id = $2 AND a.epoch = $8 AND a.disabled_at IS NULL",
            $condition,
            $held,
            " ON CONFLICT (token_hash) DO ",
            $stored
        )
    };
}

/// Defines all queries for one type of connection. `held` is the locking clause for rows that a statement reads
/// and that must not change before it is done; it is empty on SQLite, where one statement writes at a time.
macro_rules! queries {
    ($connection:ty, $row:ty, $held:literal) => {
        use sqlx::Row as _;

        use crate::store::Fault;
        use crate::store::records::queries::{ACCOUNT_BY_ID, KNOWN_VOUCHED, SESSION, insert_session};
        use crate::store::records::{
            Account, DeviceFacts, ENDED_SESSION_KEPT, NewAccount, SessionOpening, SessionRow, Vouched,
        };
        use crate::ticket::approval::Epoch;
        use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
        use crate::ticket::time::Timestamp;

        crate::store::records::queries::apps::app_queries!($connection, $row);
        crate::store::records::queries::oauth::oauth_queries!($connection, $row, $held);
        crate::store::records::queries::accounts::account_queries!($connection, $row);
        crate::store::records::queries::activity::activity_queries!($connection, $row);
        crate::store::records::queries::people::people_queries!($connection, $row);
        crate::store::records::queries::own::own_queries!($connection, $row);
        crate::store::records::queries::directory::list::list_queries!($connection, $row);
        crate::store::records::queries::directory::adding::adding_queries!($connection, $row);
        crate::store::records::queries::directory::acts::act_queries!($connection, $row);
        crate::store::records::requests::queries::request_queries!($connection, $row);
        crate::store::records::queries::keys::key_queries!($connection, $row);
        crate::store::records::links::queries::link_queries!($connection, $row);
        crate::store::records::mails::queries::mail_queries!($connection, $row);
        crate::store::records::mails::address_queries::address_queries!($connection, $row);
        crate::store::records::passkeys::queries::passkey_queries!($connection, $row);
        crate::store::records::browsers::queries::browser_queries!($connection, $row);
        crate::store::records::push::queries::push_queries!($connection, $row);
        crate::store::records::scan_switch::queries::scan_queries!($connection, $row);
        crate::store::records::receipts::queries::receipt_queries!($connection, $row);
        crate::store::records::queries::early_ends::end_queries!($connection, $row);
        crate::store::records::queries::disown::disown_queries!($connection, $row);
        crate::store::records::queries::devices::device_queries!($connection, $row);
        crate::store::records::queries::profiles::profile_queries!($connection, $row);
        crate::store::records::queries::pictures::picture_queries!($connection, $row);
        crate::store::records::queries::skeletons::skeleton_queries!($connection);

        pub async fn has_accounts(on: &mut $connection) -> Result<bool, Fault> {
            let row = sqlx::query("SELECT COUNT(*) FROM (SELECT 1 FROM accounts LIMIT 1) AS one").fetch_one(on).await?;
            Ok(row.try_get::<i64, _>(0)? != 0)
        }

        pub async fn add_account(on: &mut $connection, account: &NewAccount) -> Result<bool, Fault> {
            const SQL: &str =
                "INSERT INTO accounts (id, username, display_name, password_hash, is_admin, created_at, skeleton,
                    manages_people, email, email_key, email_verified_at)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
                WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE email_key = $10) ON CONFLICT DO NOTHING";
            // An instance of an older version may have added accounts since this one started.
            while fill_skeletons(on).await? {}
            insert_account(on, SQL, account).await
        }

        /// Adds the first account and returns `true`; `false` if there is any account. The caller locks the table,
        /// so of two callers at the same moment the second finds the account of the first.
        pub async fn add_first_account(on: &mut $connection, account: &NewAccount) -> Result<bool, Fault> {
            const SQL: &str =
                "INSERT INTO accounts (id, username, display_name, password_hash, is_admin, created_at, skeleton,
                    manages_people, email, email_key, email_verified_at)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 WHERE NOT EXISTS (SELECT 1 FROM accounts)";
            insert_account(on, SQL, account).await
        }

        async fn insert_account(on: &mut $connection, sql: &'static str, account: &NewAccount) -> Result<bool, Fault> {
            let done = sqlx::query(sql)
                .bind(account.id.as_bytes())
                .bind(&account.username)
                .bind(&account.display_name)
                .bind(&account.password_hash)
                .bind(i64::from(account.role == Role::Admin))
                .bind(millis(account.created_at))
                .bind(skeleton(&account.username))
                .bind(i64::from(account.role == Role::People))
                .bind(account.email.as_ref().map(Email::as_str))
                .bind(account.email.as_ref().map(Email::key))
                .bind(account.email_verified_at.map(millis))
                .execute(on)
                .await?;
            Ok(done.rows_affected() == 1)
        }

        pub async fn account_by_username(
            on: &mut $connection,
            [before, now, decomposed]: &[String; 3],
        ) -> Result<Option<(Account, Option<String>)>, Fault> {
            // An account that is older than the present spelling keeps the one that its owner has always typed.
            let row = sqlx::query(concat!(
                "SELECT ",
                account_columns!(),
                ", password_hash FROM accounts WHERE username IN ($1, $2, $3)
                 ORDER BY CASE username WHEN $1 THEN 1 WHEN $2 THEN 2 ELSE 3 END LIMIT 1"
            ))
            .bind(before)
            .bind(now)
            .bind(decomposed)
            .fetch_optional(on)
            .await?;
            row.map(|row| Ok((account(&row)?, row.try_get("password_hash")?))).transpose()
        }

        pub async fn sessions_of(
            on: &mut $connection,
            id: AccountId,
            now: Timestamp,
        ) -> Result<Vec<SessionRow>, Fault> {
            const SQL: &str =
                "SELECT * FROM sessions WHERE account_id = $1 AND ends_at > $2 ORDER BY last_seen_at DESC, created_at DESC";
            let rows = sqlx::query(SQL).bind(id.as_bytes()).bind(millis(now)).fetch_all(on).await?;
            let session = |row: &$row| session_of(row, token_hash(row)?, id);
            rows.iter().map(session).collect()
        }

        /// Returns the account of a token's subject if it exists and its name and its picture are those in the
        /// token, so that nothing has to be updated; otherwise `None`.
        pub async fn known_vouched_account(on: &mut $connection, vouched: &Vouched) -> Result<Option<Account>, Fault> {
            let row = sqlx::query(KNOWN_VOUCHED)
                .bind(&vouched.issuer)
                .bind(&vouched.subject)
                .bind(&vouched.display_name)
                .bind(&vouched.picture)
                .fetch_optional(on)
                .await?;
            row.map(|row| account(&row)).transpose()
        }

        pub async fn vouched_account(on: &mut $connection, vouched: &Vouched) -> Result<Account, Fault> {
            let row = sqlx::query(concat!(
                "INSERT INTO accounts (id, display_name, picture, issuer, subject, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (issuer, subject)
                 DO UPDATE SET display_name = excluded.display_name, picture = excluded.picture
                 RETURNING ",
                account_columns!()
            ))
            .bind(vouched.fresh_id.as_bytes())
            .bind(&vouched.display_name)
            .bind(&vouched.picture)
            .bind(&vouched.issuer)
            .bind(&vouched.subject)
            .bind(millis(vouched.now))
            .fetch_one(on)
            .await?;
            account(&row)
        }

        /// Stores the session in which a person goes on who has just proven themselves in another one, or updates the last
        /// use of a stored one, and returns `true`; `false` if its account or the session in which it was approved is not
        /// valid, or if it was disowned before. Locks the rows of both until the end of the transaction: a concurrent
        /// sign-out or disowning is either committed before and seen by this statement, or finds the new session.
        async fn go_on_in(
            on: &mut $connection,
            session: &SessionRow,
            epoch: Epoch,
        ) -> Result<bool, Fault> {
            const OWN: &str = insert_session!(
                "",
                "",
                $held,
                "UPDATE SET last_seen_at = excluded.last_seen_at WHERE sessions.is_disowned = 0"
            );
            const APPROVED: &str = insert_session!(
                " JOIN sessions s ON s.account_id = a.id",
                " AND s.token_hash = $9 AND s.is_disowned = 0",
                $held,
                "UPDATE SET last_seen_at = excluded.last_seen_at WHERE sessions.is_disowned = 0"
            );
            insert_session(on, [OWN, APPROVED], session, epoch).await
        }

        /// Stores a session that was not stored before, its device and network, and the lines of activity about it, unless
        /// the session in which it was approved has ended. Updates the last use of a stored one, whose owner may have signed
        /// out of the other one since. Returns `None` if nothing was stored: if the account is missing, disabled or in another
        /// epoch, or if the session or the one in which it was approved was disowned. Locks the rows as [`go_on_in`] does.
        pub async fn open_session(on: &mut $connection, opening: &SessionOpening) -> Result<Option<NewPlaces>, Fault> {
            const OWN: &str = insert_session!("", "", $held, "NOTHING");
            const APPROVED: &str = insert_session!(
                " JOIN sessions s ON s.account_id = a.id",
                " AND s.token_hash = $9 AND s.is_disowned = 0 AND s.ends_at > $4",
                $held,
                "NOTHING"
            );
            const STORED: &str = "UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1 AND is_disowned = 0
                AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = account_id AND a.epoch = $3 AND a.disabled_at IS NULL)";
            let SessionOpening { session, epoch, places, browser } = opening;
            let (account, now) = (session.account, session.created_at);
            let Some(found) = places_of(on, account, places, now).await? else { return Ok(None) };
            let PlacesOfSignIn { name, new, is_told } = found;
            // Whoever approved it has seen where it is. Other devices are told of that once.
            let is_told = is_told && (new != NewPlaces::Neither || session.approved_in.is_none());
            let unusual_at = is_told.then_some(now);
            let session = SessionRow { device: DeviceFacts { unusual_at, ..session.device.clone() }, ..session.clone() };
            if !insert_session(on, [OWN, APPROVED], &session, *epoch).await? {
                let is_stored = sqlx::query(STORED)
                    .bind(&session.token_hash.0[..])
                    .bind(millis(now))
                    .bind(i64::from(epoch.0))
                    .execute(on)
                    .await?;
                return Ok((is_stored.rows_affected() == 1).then_some(NewPlaces::Neither));
            }
            see_places(on, &session, places, new).await?;
            if let Some(used) = browser {
                see_browser(on, &session, *used).await?;
            }
            for line in session.opening_lines(&name, new) {
                add_activity(on, &line).await?;
            }
            Ok(Some(new))
        }

        /// Stores a session by the first of these statements, or by the second if it was approved in another session. Returns
        /// whether a row was stored or changed.
        async fn insert_session(
            on: &mut $connection,
            [own, approved]: [&'static str; 2],
            session: &SessionRow,
            epoch: Epoch,
        ) -> Result<bool, Fault> {
            let done = sqlx::query(if session.approved_in.is_some() { approved } else { own })
                .bind(&session.token_hash.0[..])
                .bind(session.account.as_bytes())
                .bind(session.opened_by.stored().0)
                .bind(millis(session.created_at))
                .bind(millis(session.last_seen_at))
                .bind(millis(session.ends_at))
                .bind(session.led_to.as_ref().map(|path| &path.0[..]))
                .bind(i64::from(epoch.0))
                .bind(session.approved_in.as_ref().map(|session| &session.0[..]))
                .bind(&session.device.browser)
                .bind(&session.device.system)
                .bind(session.device.address.map(|address| address.to_string()))
                .bind(session.proven_at.map(millis))
                .bind(i64::from(session.by_link))
                .bind(session.device.unusual_at.map(millis))
                .bind(&session.device.name)
                .bind(session.opened_by.stored().1)
                .bind(session.rung.word())
                .bind(session.stay.word())
                .execute(on)
                .await?;
            Ok(done.rows_affected() == 1)
        }

        pub async fn session(
            on: &mut $connection,
            token: SessionTokenHash,
        ) -> Result<Option<(SessionRow, Account)>, Fault> {
            let Some(row) = sqlx::query(SESSION).bind(&token.0[..]).fetch_optional(on).await? else { return Ok(None) };
            let account = account(&row)?;
            Ok(Some((session_of(&row, token, account.id)?, account)))
        }

        pub async fn touch_session(on: &mut $connection, token: SessionTokenHash, now: Timestamp) -> Result<(), Fault> {
            sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1 AND last_seen_at < $2")
                .bind(&token.0[..])
                .bind(millis(now))
                .execute(on)
                .await?;
            Ok(())
        }

        pub async fn sweep(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            let kept = i64::try_from(ENDED_SESSION_KEPT.as_millis()).unwrap_or(i64::MAX);
            sqlx::query("DELETE FROM sessions WHERE ends_at <= $1")
                .bind(millis(now).saturating_sub(kept))
                .execute(&mut *on)
                .await?;
            sweep_places(on, now).await?;
            sweep_browsers(on, now).await?;
            sweep_pushes(on, now).await?;
            sweep_app_log(on, now).await?;
            sweep_links(on, now).await?;
            sweep_address_links(on, now).await?;
            sweep_mails(on, now).await?;
            sweep_app_requests(on, now).await?;
            sweep_grants(on, now).await
        }

        /// Converts a time to milliseconds in a signed 64-bit integer of SQL, which suffices until the year 292
        /// million; a later time becomes the largest integer.
        fn millis(moment: Timestamp) -> i64 {
            i64::try_from(moment.as_millis()).unwrap_or(i64::MAX)
        }

        fn token_hash(row: &$row) -> Result<SessionTokenHash, Fault> {
            optional_session(row, "token_hash")?.ok_or(Fault::Unreadable("sessions.token_hash"))
        }
    };
}

pub(in crate::store) use {insert_session, queries};

//! The queries about push subscriptions.

/// Defines the queries about push subscriptions for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// `records::queries`.
macro_rules! push_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::push::{PHONES_ASKED, PushAdded, PushId, PushRow};

        /// Stores a subscription in place of the one that its session had, and of one of the account at the same address. The
        /// account is locked first, so that two phones at the same moment do not exceed the limit.
        pub async fn add_push(on: &mut $connection, new: &PushRow) -> Result<PushAdded, Fault> {
            const BEFORE: &str = "DELETE FROM push_subscriptions
                 WHERE session_hash = $1 OR account_id = $2 AND endpoint = $3 RETURNING session_hash";
            const COUNT: &str = "SELECT COUNT(*) FROM push_subscriptions WHERE account_id = $1 AND session_hash <> $2";
            const SQL: &str = "INSERT INTO push_subscriptions
                     (id, account_id, session_hash, endpoint, p256dh, auth, language, created_at)
                 SELECT $1, s.account_id, s.token_hash, $4, $5, $6, $7, $8 FROM sessions s
                 WHERE s.account_id = $2 AND s.token_hash = $3 AND s.ends_at > $8";
            hold_account(on, new.account).await?;
            let row =
                sqlx::query(COUNT).bind(new.account.as_bytes()).bind(&new.session.0[..]).fetch_one(&mut *on).await?;
            if row.try_get::<i64, _>(0)? >= i64::from(PHONES_ASKED) {
                return Ok(PushAdded::Full);
            }
            let before = sqlx::query(BEFORE)
                .bind(&new.session.0[..])
                .bind(new.account.as_bytes())
                .bind(&new.endpoint)
                .fetch_all(&mut *on)
                .await?;
            let done = sqlx::query(SQL)
                .bind(new.id.as_bytes())
                .bind(new.account.as_bytes())
                .bind(&new.session.0[..])
                .bind(&new.endpoint)
                .bind(&new.p256dh)
                .bind(&new.auth)
                .bind(&new.language)
                .bind(millis(new.created_at))
                .execute(on)
                .await?;
            Ok(if done.rows_affected() == 1 { PushAdded::Done(before.is_empty()) } else { PushAdded::SessionOver })
        }

        pub async fn pushes_of(on: &mut $connection, account: AccountId) -> Result<Vec<PushRow>, Fault> {
            const SQL: &str = "SELECT * FROM push_subscriptions WHERE account_id = $1 ORDER BY created_at, id";
            let rows = sqlx::query(SQL).bind(account.as_bytes()).fetch_all(on).await?;
            rows.iter().map(push_of).collect()
        }

        pub async fn drop_push(on: &mut $connection, account: AccountId, id: PushId) -> Result<bool, Fault> {
            const SQL: &str = "DELETE FROM push_subscriptions WHERE account_id = $1 AND id = $2";
            let done = sqlx::query(SQL).bind(account.as_bytes()).bind(id.as_bytes()).execute(on).await?;
            Ok(done.rows_affected() == 1)
        }

        pub async fn use_push(on: &mut $connection, id: PushId, now: Timestamp) -> Result<(), Fault> {
            sqlx::query("UPDATE push_subscriptions SET last_used_at = $2 WHERE id = $1")
                .bind(id.as_bytes())
                .bind(millis(now))
                .execute(on)
                .await?;
            Ok(())
        }

        /// Returns the sessions of the phones that the browser may ask, of those accounts first that used it last.
        pub async fn phones_to_ask(
            on: &mut $connection,
            browser: BrowserHash,
            now: Timestamp,
            most: u16,
        ) -> Result<Vec<SessionTokenHash>, Fault> {
            const SQL: &str = "SELECT p.session_hash FROM known_browsers k
                 JOIN push_subscriptions p ON p.account_id = k.account_id
                 JOIN sessions s ON s.token_hash = p.session_hash
                 WHERE k.browser_hash = $1 AND k.last_used_at > $2 AND s.ends_at > $3
                 ORDER BY k.last_used_at DESC, p.account_id, p.created_at LIMIT $4";
            let rows = sqlx::query(SQL)
                .bind(&browser.0[..])
                .bind(millis(now.before(BROWSER_KNOWN)))
                .bind(millis(now))
                .bind(i64::from(most))
                .fetch_all(on)
                .await?;
            let session = |row: &$row| {
                optional_session(row, "session_hash")?.ok_or(Fault::Unreadable("push_subscriptions.session_hash"))
            };
            rows.iter().map(session).collect()
        }

        /// Ends the subscriptions of phones whose sessions were ended.
        async fn end_pushes_in(on: &mut $connection, sessions: &[SessionTokenHash]) -> Result<(), Fault> {
            for session in sessions {
                sqlx::query("DELETE FROM push_subscriptions WHERE session_hash = $1")
                    .bind(&session.0[..])
                    .execute(&mut *on)
                    .await?;
            }
            Ok(())
        }

        /// Deletes the subscriptions of phones whose sessions reached their end.
        async fn sweep_pushes(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            const SQL: &str = "DELETE FROM push_subscriptions
                 WHERE session_hash IN (SELECT token_hash FROM sessions WHERE ends_at <= $1)";
            sqlx::query(SQL).bind(millis(now)).execute(on).await?;
            Ok(())
        }

        fn push_of(row: &$row) -> Result<PushRow, Fault> {
            const WRONG: Fault = Fault::Unreadable("push_subscriptions");
            Ok(PushRow {
                id: PushId::from_slice(row.try_get("id")?).ok_or(WRONG)?,
                account: AccountId::from_slice(row.try_get("account_id")?).ok_or(WRONG)?,
                session: optional_session(row, "session_hash")?.ok_or(WRONG)?,
                endpoint: row.try_get("endpoint")?,
                p256dh: row.try_get("p256dh")?,
                auth: row.try_get("auth")?,
                language: row.try_get("language")?,
                created_at: timestamp(row, "created_at")?,
                last_used_at: optional_timestamp(row, "last_used_at")?,
            })
        }
    };
}

pub(crate) use push_queries;

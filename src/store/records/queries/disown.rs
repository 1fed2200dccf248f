//! The queries that disown a session and everything that was approved in it. They run in a transaction of
//! their caller.

/// Defines the queries that disown a session for one type of connection (SQLite or PostgreSQL); they use the
/// helpers of [`super::queries`] and of [`super::early_ends`].
macro_rules! disown_queries {
    ($connection:ty, $row:ty) => {
        /// Disowns a session: ends it, everything that was approved in it, and their grants, and returns the
        /// sessions that it disowned. The app `app`, and the apps that got a consent since the disowned sessions
        /// began, lose their consent. They are told only that all sign-ins of the account there ended.
        ///
        /// The account is locked first, so that nothing that was approved in these sessions is stored until the end
        /// of the transaction; then the consent and then the sessions, in the order in which a starting grant locks
        /// them, so that no deadlock arises. Consent and session are recorded as over even if they do not exist: a
        /// client that claimed the approval and disconnected may still be about to store them.
        pub async fn disown_session(
            on: &mut $connection,
            session: SessionTokenHash,
            account: AccountId,
            app: Option<AppId>,
            now: Timestamp,
        ) -> Result<Vec<SessionTokenHash>, Fault> {
            hold_account(on, account).await?;
            let was_allowed = match app {
                Some(app) => forget_consent(on, account, app, now).await?,
                None => false,
            };
            let disowned = mark_disowned(on, session, account, now).await?;
            forget_browsers_in(on, &disowned).await?;
            forget_places_told_in(on, &disowned).await?;
            end_pushes_in(on, &disowned).await?;
            let mut told_more = BTreeSet::new();
            for app in allowed_since(on, &disowned, account).await? {
                forget_consent(on, account, app, now).await?;
                end_grants_at(on, account, app, true, now).await?;
                told_more.insert((app, account));
            }
            if let Some(app) = app
                && (end_grants_at(on, account, app, was_allowed, now).await? > 0 || was_allowed)
            {
                told_more.insert((app, account));
            }
            // Apps do not know in which session a device or a frame was approved, so they can only be told
            // that all sign-ins ended.
            let mut without_session = BTreeSet::new();
            for session in &disowned {
                without_session.append(&mut end_grants_of(on, *session, now).await?);
            }
            note_ends(on, &without_session - &told_more, None, now).await?;
            told_more.append(&mut without_session);
            for session in &disowned {
                note_end_of_session(on, *session, &told_more, now).await?;
            }
            Ok(disowned)
        }

        /// Ends a session and marks it as disowned, and likewise those that were approved in it, those that were
        /// approved in these, and so on. A session that is not stored yet is stored as ended and disowned. Returns
        /// the sessions that were not disowned before, so that each is reported to the apps only once.
        async fn mark_disowned(
            on: &mut $connection,
            session: SessionTokenHash,
            account: AccountId,
            now: Timestamp,
        ) -> Result<Vec<SessionTokenHash>, Fault> {
            const KEPT: &str =
                "INSERT INTO sessions (token_hash, account_id, opened_by, created_at, last_seen_at, ends_at)
                 SELECT $1, id, 'scan', $3, $3, $3 FROM accounts WHERE id = $2
                 ON CONFLICT (token_hash) DO NOTHING";
            // In a cycle each session is found once, because `UNION` drops rows that were found before. The rows are
            // locked in no order: other writers to several sessions of an account lock the account, and sessions that
            // are swept ended long before any of these.
            const DISOWNED: &str = "WITH RECURSIVE approved (hash) AS (
                     SELECT token_hash FROM sessions WHERE token_hash = $1
                     UNION
                     SELECT s.token_hash FROM sessions s JOIN approved a ON s.approved_in = a.hash
                 )
                 UPDATE sessions SET is_disowned = 1, ends_at = CASE WHEN ends_at > $2 THEN $2 ELSE ends_at END
                 WHERE token_hash IN (SELECT hash FROM approved) AND is_disowned = 0 RETURNING token_hash";
            sqlx::query(KEPT).bind(&session.0[..]).bind(account.as_bytes()).bind(millis(now)).execute(&mut *on).await?;
            let rows = sqlx::query(DISOWNED).bind(&session.0[..]).bind(millis(now)).fetch_all(on).await?;
            rows.iter().map(token_hash).collect()
        }

        /// Returns the apps that got a consent of the account since the oldest of these sessions began. The session
        /// in which a consent was given is not stored, so any of these consents may have been given in one of them,
        /// and each such app has to ask again.
        async fn allowed_since(
            on: &mut $connection,
            sessions: &[SessionTokenHash],
            account: AccountId,
        ) -> Result<Vec<AppId>, Fault> {
            const BEGUN: &str = "SELECT created_at FROM sessions WHERE token_hash = $1";
            const SQL: &str =
                "SELECT app_id FROM consents WHERE account_id = $1 AND scopes <> '' AND changed_at > $2 ORDER BY app_id";
            let mut oldest = None;
            for session in sessions {
                let row = sqlx::query(BEGUN).bind(&session.0[..]).fetch_one(&mut *on).await?;
                let begun = timestamp(&row, "created_at")?;
                oldest = Some(oldest.map_or(begun, |oldest: Timestamp| oldest.min(begun)));
            }
            let Some(oldest) = oldest else { return Ok(Vec::new()) };
            let rows = sqlx::query(SQL).bind(account.as_bytes()).bind(millis(oldest)).fetch_all(on).await?;
            let app =
                |row: &$row| row.try_get::<&str, _>("app_id")?.parse().map_err(|_| Fault::Unreadable("consents.app_id"));
            rows.iter().map(app).collect()
        }

        /// Revokes the grants that came from a session or were approved in it. Returns the apps of the grants that
        /// were approved in it, each with its account, also if a grant was over before.
        async fn end_grants_of(
            on: &mut $connection,
            session: SessionTokenHash,
            now: Timestamp,
        ) -> Result<BTreeSet<(AppId, AccountId)>, Fault> {
            sqlx::query(
                "UPDATE grants SET ended_at = $2 WHERE (session_hash = $1 OR approved_in = $1) AND ended_at IS NULL",
            )
            .bind(&session.0[..])
            .bind(millis(now))
            .execute(&mut *on)
            .await?;
            let rows =
                sqlx::query("SELECT * FROM grants WHERE approved_in = $1").bind(&session.0[..]).fetch_all(on).await?;
            apps_of(&rows)
        }

        /// Locks the account by an empty update until the end of the transaction. Other callers that open a session
        /// of the account, start a grant of it or end several of its grants wait until then.
        async fn hold_account(on: &mut $connection, account: AccountId) -> Result<(), Fault> {
            sqlx::query("UPDATE accounts SET id = id WHERE id = $1").bind(account.as_bytes()).execute(on).await?;
            Ok(())
        }
    };
}

pub(crate) use disown_queries;

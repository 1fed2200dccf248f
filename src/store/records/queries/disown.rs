//! The queries by which a session is disowned, and with it whatever was approved in it. They run in a transaction of their
//! caller.

/// The queries on one kind of connection; they use the helpers of [`super::queries`] and of [`super::ends`].
macro_rules! disown_queries {
    ($connection:ty, $row:ty) => {
        /// The app that it was opened for hears of all that the account has there, and of nothing beside that; so do the apps
        /// that were allowed anything since what is disowned began. The account
        /// first, so that nothing is kept meanwhile that was approved in what ends; then the consent, and then the sessions, as
        /// a grant that begins holds them: so neither waits for the other for ever. Consent and session are written down as
        /// over also where they do not exist: whoever claimed the approval and hung up may still be about to have it kept.
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
            // No app knows in which session a device or a frame was approved: it can be told of all alone.
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

        /// Ends a session, those that were approved in it, those that were approved in these, and so on; returns those that
        /// were not disowned before. Each is told once, however often it is said.
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
            // Of a circle each session is found once: `UNION` drops what was found before. In no order: who else writes to
            // several sessions of an account holds the account, and what is swept ended long before any of these.
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

        /// The apps that the account allowed something since the oldest of these sessions began. In which session that was said is
        /// not kept, so all of it may have been said in these: each such app has to ask again.
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

        /// Ends what came from a session, and what was approved in it. Of the latter it returns the apps, with their account:
        /// also where what they were given was over before.
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

        /// The empty update keeps whoever opens a session of the account, begins a grant of it or ends several of them waiting.
        async fn hold_account(on: &mut $connection, account: AccountId) -> Result<(), Fault> {
            sqlx::query("UPDATE accounts SET id = id WHERE id = $1").bind(account.as_bytes()).execute(on).await?;
            Ok(())
        }
    };
}

pub(crate) use disown_queries;

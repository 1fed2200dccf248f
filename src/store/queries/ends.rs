//! The queries about what ends before its time. Each runs in a transaction of its caller.

/// The queries on one kind of connection; they use the helpers of [`super::queries`].
macro_rules! end_queries {
    ($connection:ty, $row:ty) => {
        use std::collections::BTreeSet;

        use crate::store::ends::{FIRST_PAUSE, LogoutNotice, SignedOut};

        pub async fn end_session(
            on: &mut $connection,
            session: SessionTokenHash,
            now: Timestamp,
        ) -> Result<(), Fault> {
            let has_ended = close_session(on, session, now).await?;
            // What outlasts a session, and is told of its end all the same: `Scopes::outlast_a_session`.
            let rows = sqlx::query(
                "UPDATE grants SET ended_at =
                     CASE WHEN scopes LIKE '%offline_access%' OR scopes LIKE '%snsapi_login%' THEN NULL ELSE $2 END
                 WHERE session_hash = $1 AND ended_at IS NULL RETURNING *",
            )
            .bind(&session.0[..])
            .bind(millis(now))
            .fetch_all(&mut *on)
            .await?;
            // A session ends once, and is told once.
            if !has_ended {
                return Ok(());
            }
            note_ends(on, grants_of(&rows)?, Some(session), now).await
        }

        /// `false` where it was over before.
        async fn close_session(
            on: &mut $connection,
            session: SessionTokenHash,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            let closed = sqlx::query("UPDATE sessions SET ends_at = $2 WHERE token_hash = $1 AND ends_at > $2")
                .bind(&session.0[..])
                .bind(millis(now))
                .execute(on)
                .await?;
            Ok(closed.rows_affected() == 1)
        }

        /// The app that it was opened for hears of all that the account has there, and of nothing beside that. The consent
        /// first, and then the session, as a grant that begins holds them: so neither waits for the other for ever.
        pub async fn disown_session(
            on: &mut $connection,
            session: SessionTokenHash,
            account: AccountId,
            app: Option<AppId>,
            now: Timestamp,
        ) -> Result<(), Fault> {
            if let Some(app) = app {
                forget_consent(on, account, app, now).await?;
            }
            close_session(on, session, now).await?;
            sqlx::query("UPDATE sessions SET is_disowned = 1 WHERE token_hash = $1")
                .bind(&session.0[..])
                .execute(&mut *on)
                .await?;
            if let Some(app) = app {
                end_grants_at(on, account, app, now).await?;
            }
            let rows =
                sqlx::query("UPDATE grants SET ended_at = $2 WHERE session_hash = $1 AND ended_at IS NULL RETURNING *")
                    .bind(&session.0[..])
                    .bind(millis(now))
                    .fetch_all(&mut *on)
                    .await?;
            note_ends(on, grants_of(&rows)?, Some(session), now).await
        }

        /// The account first: whoever opens a session or begins a grant of it meanwhile waits for that row, and sees it as it
        /// is then.
        pub async fn sign_out_account(
            on: &mut $connection,
            account: AccountId,
            password_hash: Option<&str>,
            now: Timestamp,
        ) -> Result<SignedOut, Fault> {
            const ACCOUNT: &str = "UPDATE accounts SET epoch = epoch + 1, password_hash = COALESCE($2, password_hash)
                 WHERE id = $1";
            sqlx::query(ACCOUNT)
                .bind(account.as_bytes())
                .bind(password_hash)
                .execute(&mut *on)
                .await?;
            // No machine's clock keeps one of them a moment longer, and none is opened again: it is another epoch.
            let sessions = sqlx::query("DELETE FROM sessions WHERE account_id = $1 RETURNING ends_at")
                .bind(account.as_bytes())
                .fetch_all(&mut *on)
                .await?;
            let mut signed_out = SignedOut::default();
            for session in &sessions {
                signed_out.sessions += u64::from(!timestamp(session, "ends_at")?.is_over(now));
            }
            let rows =
                sqlx::query("UPDATE grants SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL RETURNING *")
                    .bind(account.as_bytes())
                    .bind(millis(now))
                    .fetch_all(&mut *on)
                    .await?;
            let grants = grants_of(&rows)?;
            for grant in &grants {
                signed_out.grants += u64::from(!grant.idle_until.is_over(now) && !grant.ends_at.is_over(now));
            }
            note_ends(on, grants, None, now).await?;
            Ok(signed_out)
        }

        pub async fn withdraw_consent(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            now: Timestamp,
        ) -> Result<usize, Fault> {
            forget_consent(on, account, app, now).await?;
            end_grants_at(on, account, app, now).await
        }

        /// It is remembered as withdrawn, with no scopes, so that no yes that was said before and comes late undoes it.
        async fn forget_consent(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            now: Timestamp,
        ) -> Result<(), Fault> {
            const SQL: &str = "UPDATE consents SET scopes = '', fields = '', given_at = $3, changed_at = $3
                 WHERE account_id = $1 AND app_id = $2";
            sqlx::query(SQL)
                .bind(account.as_bytes())
                .bind(app.to_string())
                .bind(millis(now))
                .execute(on)
                .await?;
            Ok(())
        }

        async fn end_grants_at(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            now: Timestamp,
        ) -> Result<usize, Fault> {
            let rows = sqlx::query(
                "UPDATE grants SET ended_at = $3 WHERE account_id = $1 AND app_id = $2 AND ended_at IS NULL RETURNING *",
            )
            .bind(account.as_bytes())
            .bind(app.to_string())
            .bind(millis(now))
            .fetch_all(&mut *on)
            .await?;
            note_ends(on, grants_of(&rows)?, None, now).await?;
            Ok(rows.len())
        }

        pub async fn approval_counts(
            on: &mut $connection,
            account: AccountId,
            epoch: Epoch,
            session: Option<SessionTokenHash>,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            const BY_TOKEN: &str = "SELECT 1 FROM accounts WHERE id = $1 AND epoch = $2";
            const IN_SESSION: &str = "SELECT 1 FROM accounts a JOIN sessions s ON s.account_id = a.id
                 WHERE a.id = $1 AND a.epoch = $2 AND s.token_hash = $3 AND s.ends_at > $4";
            let query = sqlx::query(if session.is_some() { IN_SESSION } else { BY_TOKEN });
            let query = query.bind(account.as_bytes()).bind(i64::from(epoch.0));
            let query = match &session {
                Some(session) => query.bind(&session.0[..]).bind(millis(now)),
                None => query,
            };
            Ok(query.fetch_optional(on).await?.is_some())
        }

        fn grants_of(rows: &[$row]) -> Result<Vec<Grant>, Fault> {
            rows.iter().map(grant_of).collect()
        }

        /// Each app of these grants that has a back channel is to be told, once, however many of them are its.
        async fn note_ends(
            on: &mut $connection,
            grants: Vec<Grant>,
            session: Option<SessionTokenHash>,
            now: Timestamp,
        ) -> Result<(), Fault> {
            const SQL: &str =
                "INSERT INTO logout_notices (app_id, account_id, session_hash, ended_at) VALUES ($1, $2, $3, $4)";
            let whose: BTreeSet<(AppId, AccountId)> =
                grants.into_iter().filter_map(|grant| Some((grant.app, grant.account?))).collect();
            for (id, account) in whose {
                if app(on, id).await?.is_none_or(|app| app.options.backchannel_logout_uri.is_none()) {
                    continue;
                }
                sqlx::query(SQL)
                    .bind(id.to_string())
                    .bind(account.as_bytes())
                    .bind(session.as_ref().map(|session| &session.0[..]))
                    .bind(millis(now))
                    .execute(&mut *on)
                    .await?;
            }
            Ok(())
        }

        pub async fn apps_to_tell(on: &mut $connection, now: Timestamp) -> Result<Vec<AppId>, Fault> {
            const SQL: &str = "SELECT app_id FROM logout_notices WHERE due_at <= $1
                 GROUP BY app_id ORDER BY MIN(due_at)";
            let rows = sqlx::query(SQL).bind(millis(now)).fetch_all(on).await?;
            rows.iter().map(app_id_of_notice).collect()
        }

        /// Two instances that take at the same moment wait for each other's rows, and find them moved on: so that
        /// condition stands outside of the list as well.
        pub async fn take_logout_notices(
            on: &mut $connection,
            app: AppId,
            most: u16,
            now: Timestamp,
        ) -> Result<Vec<LogoutNotice>, Fault> {
            let rows = sqlx::query(
                "UPDATE logout_notices SET tries = tries + 1, due_at = $2 + $3 * (1 << CAST(tries AS INTEGER))
                 WHERE due_at <= $2 AND seq IN
                     (SELECT seq FROM logout_notices WHERE app_id = $1 AND due_at <= $2 ORDER BY seq LIMIT $4)
                 RETURNING *",
            )
            .bind(app.to_string())
            .bind(millis(now))
            .bind(i64::try_from(FIRST_PAUSE.as_millis()).unwrap_or(i64::MAX))
            .bind(i64::from(most))
            .fetch_all(on)
            .await?;
            rows.iter().map(notice_of).collect()
        }

        pub async fn drop_logout_notice(on: &mut $connection, seq: u64) -> Result<(), Fault> {
            sqlx::query("DELETE FROM logout_notices WHERE seq = $1")
                .bind(i64::try_from(seq).unwrap_or(i64::MAX))
                .execute(on)
                .await?;
            Ok(())
        }

        fn app_id_of_notice(row: &$row) -> Result<AppId, Fault> {
            row.try_get::<&str, _>("app_id")?.parse().map_err(|_| Fault::Unreadable("logout_notices.app_id"))
        }

        fn notice_of(row: &$row) -> Result<LogoutNotice, Fault> {
            const WRONG: Fault = Fault::Unreadable("logout_notices");
            let session: Option<&[u8]> = row.try_get("session_hash")?;
            let session = session.map(|hash| hash.try_into().map(SessionTokenHash)).transpose();
            Ok(LogoutNotice {
                seq: u64::try_from(row.try_get::<i64, _>("seq")?).map_err(|_| WRONG)?,
                app: app_id_of_notice(row)?,
                account: AccountId::from_slice(row.try_get("account_id")?).ok_or(WRONG)?,
                session: session.map_err(|_| WRONG)?,
                ended_at: timestamp(row, "ended_at")?,
                tries: u64::try_from(row.try_get::<i64, _>("tries")?).map_err(|_| WRONG)?,
            })
        }
    };
}

pub(crate) use end_queries;

//! The queries that end sessions, grants and consents before their time. Each runs in a transaction of its
//! caller.

/// Defines the queries that end sessions, grants and consents for one type of connection (SQLite or
/// PostgreSQL); they use the helpers of [`super::queries`].
macro_rules! end_queries {
    ($connection:ty, $row:ty) => {
        use std::collections::BTreeSet;

        use crate::store::records::early_ends::{FIRST_PAUSE, LogoutNotice, PasswordChange, SignedOut};

        pub async fn end_session(
            on: &mut $connection,
            session: SessionTokenHash,
            now: Timestamp,
        ) -> Result<(), Fault> {
            // Locks the account, like [`hold_account`]: two callers that end several grants of an account could
            // otherwise deadlock.
            sqlx::query("UPDATE accounts SET id = id WHERE id = (SELECT account_id FROM sessions WHERE token_hash = $1)")
                .bind(&session.0[..])
                .execute(&mut *on)
                .await?;
            let has_ended = close_session(on, session, now).await?;
            end_pushes_in(on, &[session]).await?;
            end_grants_in_session(on, session, now).await?;
            // A session ends once, so its apps get one notice.
            if !has_ended {
                return Ok(());
            }
            note_end_of_session(on, session, &BTreeSet::new(), now).await
        }

        /// Revokes the grants that came from a session, except those that outlast it.
        async fn end_grants_in_session(
            on: &mut $connection,
            session: SessionTokenHash,
            now: Timestamp,
        ) -> Result<(), Fault> {
            // Grants with these scopes outlast the session, but their apps get a logout notice too. The rule is
            // that of `Scopes::outlast_a_session` in consent/scope.rs; change both together.
            sqlx::query(
                "UPDATE grants SET ended_at =
                     CASE WHEN scopes LIKE '%offline_access%' OR scopes LIKE '%snsapi_login%' THEN NULL ELSE $2 END
                 WHERE session_hash = $1 AND ended_at IS NULL",
            )
            .bind(&session.0[..])
            .bind(millis(now))
            .execute(&mut *on)
            .await?;
            Ok(())
        }

        /// Stores a logout notice about the end of a session for each app to which it ever signed in and that has a
        /// back channel, also if the grants of the app are over: the app may still have the person signed in. The
        /// apps in `told_more` are left out, because they are told that all sign-ins ended.
        async fn note_end_of_session(
            on: &mut $connection,
            session: SessionTokenHash,
            told_more: &BTreeSet<(AppId, AccountId)>,
            now: Timestamp,
        ) -> Result<(), Fault> {
            let rows = sqlx::query("SELECT * FROM grants WHERE session_hash = $1")
                .bind(&session.0[..])
                .fetch_all(&mut *on)
                .await?;
            let apps = &apps_of(&rows)? - told_more;
            note_ends(on, apps, Some(session), now).await
        }

        /// Ends a session and returns `true`; `false` if it had ended before or does not exist.
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

        /// Starts a new epoch of the account, sets its password hash if one is given, and ends everything that it
        /// has open. The first statement locks the account: other callers that open a session or start a grant of
        /// it wait until the end of the transaction, and then see the new epoch. Returns how many sessions and
        /// grants ended.
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
            end_all_of_account(on, account, now).await
        }

        /// Gives an account another password, ends everything that it has open, and removes its passkeys. Returns how much
        /// ended, and how many passkeys were removed; each has its line of activity, as the password has.
        pub async fn replace_ways_in(
            on: &mut $connection,
            account: AccountId,
            password_hash: &str,
            by: &ActedBy,
        ) -> Result<(SignedOut, u64), Fault> {
            let ended = sign_out_account(on, account, Some(password_hash), by.at).await?;
            note_account(on, ActivityKind::PasswordChanged, account, String::new(), by).await?;
            let removed = remove_passkeys(on, account).await?;
            for name in &removed {
                note_account(on, ActivityKind::PasskeyRemoved, account, name.clone(), by).await?;
            }
            Ok((ended, u64::try_from(removed.len()).unwrap_or(u64::MAX)))
        }

        /// Starts a new epoch of an account, ends everything that it has open, and opens the session in which its owner
        /// goes on. Returns `false` and changes nothing if the account was signed out or disabled since the epoch `seen`.
        pub async fn begin_anew(
            on: &mut $connection,
            goes_on_from: SessionTokenHash,
            goes_on_in: &SessionRow,
            seen: Epoch,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            const SQL: &str = "UPDATE accounts SET epoch = epoch + 1
                 WHERE id = $1 AND epoch = $2 AND disabled_at IS NULL RETURNING epoch";
            let account = goes_on_in.account;
            let row =
                sqlx::query(SQL).bind(account.as_bytes()).bind(i64::from(seen.0)).fetch_optional(&mut *on).await?;
            let Some(row) = row else { return Ok(false) };
            let epoch = row.try_get::<i64, _>("epoch")?.try_into().map_err(|_| Fault::Unreadable("accounts.epoch"))?;
            end_all_of_account(on, account, now).await?;
            if !go_on_in(on, goes_on_in, Epoch(epoch)).await? {
                // The whole change is rolled back then; this cannot happen while the account is locked in that epoch.
                return Err(Fault::Contended);
            }
            take_over(on, goes_on_from, goes_on_in.token_hash).await?;
            Ok(true)
        }

        /// Changes the password of an account by its owner, and opens the owner's new session. If `ends_all` of the
        /// change is set, starts a new epoch and ends all other sessions and all grants. Returns the number of
        /// ended sessions. Returns `None` and changes nothing if the password was changed since the owner gave it,
        /// or if the account was signed out or disabled.
        pub async fn change_password(
            on: &mut $connection,
            account: AccountId,
            change: &PasswordChange,
            now: Timestamp,
        ) -> Result<Option<u64>, Fault> {
            const SQL: &str = "UPDATE accounts SET password_hash = $2, epoch = epoch + $5
                 WHERE id = $1 AND password_hash = $3 AND epoch = $4 AND disabled_at IS NULL RETURNING epoch";
            let row = sqlx::query(SQL)
                .bind(account.as_bytes())
                .bind(&change.after)
                .bind(&change.before)
                .bind(i64::from(change.seen.0))
                .bind(i64::from(change.ends_all))
                .fetch_optional(&mut *on)
                .await?;
            let Some(row) = row else { return Ok(None) };
            let epoch = row.try_get::<i64, _>("epoch")?.try_into().map_err(|_| Fault::Unreadable("accounts.epoch"))?;
            // Also without that, no link may replace the new password.
            withdraw_links(on, account, now).await?;
            let ended = if change.ends_all { end_all_of_account(on, account, now).await?.sessions } else { 0 };
            if !go_on_in(on, &change.goes_on_in, Epoch(epoch)).await? {
                // The whole change is rolled back then; this cannot happen while the account is locked in
                // that epoch.
                return Err(Fault::Contended);
            }
            if let Some(before) = change.goes_on_from {
                take_over(on, before, change.goes_on_in.token_hash).await?;
            }
            Ok(Some(ended))
        }

        /// Deletes the sessions, revokes the grants and withdraws the one-time links of an account, and stores logout notices
        /// for its apps.
        /// Returns how many of the sessions and of the grants were still valid. The caller has started a new epoch
        /// of the account, and has locked its row.
        async fn end_all_of_account(
            on: &mut $connection,
            account: AccountId,
            now: Timestamp,
        ) -> Result<SignedOut, Fault> {
            // A link made before would let somebody in again.
            withdraw_links(on, account, now).await?;
            forget_browsers_of(on, account).await?;
            // The sessions are deleted, so that a wrong clock on some machine cannot prolong them; they
            // cannot be opened again in another epoch.
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
            for grant in rows.iter().map(grant_of) {
                let grant: Grant = grant?;
                signed_out.grants += u64::from(!grant.idle_until.is_over(now) && !grant.ends_at.is_over(now));
            }
            // An app with a consent may have the person signed in, even if its grants were over before.
            let mut apps = apps_of(&rows)?;
            let allowed = sqlx::query("SELECT app_id FROM consents WHERE account_id = $1 AND scopes <> ''")
                .bind(account.as_bytes())
                .fetch_all(&mut *on)
                .await?;
            for row in &allowed {
                let app: &str = row.try_get("app_id")?;
                apps.insert((app.parse().map_err(|_| Fault::Unreadable("consents.app_id"))?, account));
            }
            note_ends(on, apps, None, now).await?;
            Ok(signed_out)
        }

        pub async fn withdraw_consent(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            now: Timestamp,
        ) -> Result<usize, Fault> {
            hold_account(on, account).await?;
            let was_allowed = forget_consent(on, account, app, now).await?;
            end_grants_at(on, account, app, was_allowed, now).await
        }

        /// Withdraws a consent, and returns whether it was in effect. It stays as a row without scopes, so that an
        /// earlier decision that is stored late does not undo the withdrawal.
        async fn forget_consent(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            const SQL: &str = "INSERT INTO consents (account_id, app_id, scopes, fields, given_at, changed_at)
                 SELECT a.id, p.id, '', '', $3, $3 FROM accounts a, apps p WHERE a.id = $1 AND p.id = $2
                 ON CONFLICT (account_id, app_id) DO UPDATE SET scopes = '', fields = '', given_at = $3, changed_at = $3";
            let was_allowed = consent(on, account, app).await?.is_some();
            sqlx::query(SQL)
                .bind(account.as_bytes())
                .bind(app.to_string())
                .bind(millis(now))
                .execute(on)
                .await?;
            Ok(was_allowed)
        }

        async fn end_grants_at(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            was_allowed: bool,
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
            let mut apps = apps_of(&rows)?;
            if was_allowed {
                apps.insert((app, account));
            }
            note_ends(on, apps, None, now).await?;
            Ok(rows.len())
        }

        pub async fn is_approval_valid(
            on: &mut $connection,
            account: AccountId,
            epoch: Epoch,
            session: Option<SessionTokenHash>,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            const BY_TOKEN: &str = "SELECT 1 FROM accounts WHERE id = $1 AND epoch = $2 AND disabled_at IS NULL";
            const IN_SESSION: &str = "SELECT 1 FROM accounts a JOIN sessions s ON s.account_id = a.id
                 WHERE a.id = $1 AND a.epoch = $2 AND a.disabled_at IS NULL AND s.token_hash = $3 AND s.ends_at > $4";
            let query = sqlx::query(if session.is_some() { IN_SESSION } else { BY_TOKEN });
            let query = query.bind(account.as_bytes()).bind(i64::from(epoch.0));
            let query = match &session {
                Some(session) => query.bind(&session.0[..]).bind(millis(now)),
                None => query,
            };
            Ok(query.fetch_optional(on).await?.is_some())
        }

        /// Reads grants from their rows, and returns their apps, each with the account that signed in to it. Grants
        /// of apps that act for themselves are left out.
        fn apps_of(rows: &[$row]) -> Result<BTreeSet<(AppId, AccountId)>, Fault> {
            let mut apps = BTreeSet::new();
            for grant in rows.iter().map(grant_of) {
                let grant: Grant = grant?;
                apps.extend(grant.account.map(|account| (grant.app, account)));
            }
            Ok(apps)
        }

        /// Stores a logout notice for each of these apps that has a back channel. The notice is about the end of
        /// `session` or, if that is `None`, about the end of all sign-ins of the account there.
        async fn note_ends(
            on: &mut $connection,
            whose: BTreeSet<(AppId, AccountId)>,
            session: Option<SessionTokenHash>,
            now: Timestamp,
        ) -> Result<(), Fault> {
            const SQL: &str =
                "INSERT INTO logout_notices (app_id, account_id, session_hash, ended_at) VALUES ($1, $2, $3, $4)";
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

        /// Returns at most `most` due notices of an app, counts a try for each and postpones them. Two instances
        /// that do so at the same moment wait for each other's rows and find them postponed, which is why the
        /// condition on `due_at` is repeated outside of the list.
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
            Ok(LogoutNotice {
                seq: u64::try_from(row.try_get::<i64, _>("seq")?).map_err(|_| WRONG)?,
                app: app_id_of_notice(row)?,
                account: AccountId::from_slice(row.try_get("account_id")?).ok_or(WRONG)?,
                session: optional_session(row, "session_hash")?,
                ended_at: timestamp(row, "ended_at")?,
                tries: u64::try_from(row.try_get::<i64, _>("tries")?).map_err(|_| WRONG)?,
            })
        }
    };
}

pub(crate) use end_queries;

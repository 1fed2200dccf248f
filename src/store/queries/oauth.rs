//! The queries about apps, and what people allowed them.

/// The queries on one kind of connection; they use the helpers of [`super::queries`].
macro_rules! oauth_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::grants::{Consent, Grant, GrantId, REMEMBERED as GRANTS_REMEMBERED, Turn};
        use crate::store::keys::SealedKey;
        use crate::ticket::field::{Allowed, Fields};
        use crate::ticket::scope::Scopes;

        pub async fn add_grant(on: &mut $connection, grant: &Grant) -> Result<bool, Fault> {
            const SQL: &str = "INSERT INTO grants (id, app_id, account_id, session_hash, scopes, opened_by, signed_in_at,
                    generation, idle_until, ends_at, access_ends_at, ended_at, turned_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING";
            insert_grant(on, SQL, grant).await
        }

        /// One statement, so that it does not matter who comes first: the grant, or its end.
        pub async fn end_grant(on: &mut $connection, ended: &Grant, now: Timestamp) -> Result<(), Fault> {
            const SQL: &str = "INSERT INTO grants (id, app_id, account_id, session_hash, scopes, opened_by, signed_in_at,
                    generation, idle_until, ends_at, access_ends_at, ended_at, turned_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                ON CONFLICT (id) DO UPDATE SET ended_at = COALESCE(grants.ended_at, excluded.ended_at)";
            insert_grant(on, SQL, &Grant { ended_at: Some(now), ..ended.clone() }).await.map(|_| ())
        }

        async fn insert_grant(on: &mut $connection, sql: &'static str, grant: &Grant) -> Result<bool, Fault> {
            let done = sqlx::query(sql)
                .bind(&grant.id.0[..])
                .bind(grant.app.to_string())
                .bind(grant.account.as_ref().map(AccountId::as_bytes))
                .bind(grant.session.as_ref().map(|session| &session.0[..]))
                .bind(&grant.scopes)
                .bind(grant.opened_by.map(OpenedBy::word))
                .bind(millis(grant.signed_in_at))
                .bind(i64::from(grant.generation))
                .bind(millis(grant.idle_until))
                .bind(millis(grant.ends_at))
                .bind(millis(grant.access_ends_at))
                .bind(grant.ended_at.map(millis))
                .bind(millis(grant.turned_at))
                .execute(on)
                .await?;
            Ok(done.rows_affected() == 1)
        }

        pub async fn grant(on: &mut $connection, id: GrantId) -> Result<Option<(Grant, Option<Account>)>, Fault> {
            let row = sqlx::query("SELECT * FROM grants WHERE id = $1").bind(&id.0[..]).fetch_optional(&mut *on).await?;
            let Some(row) = row else { return Ok(None) };
            let grant = grant_of(&row)?;
            let owner = match grant.account {
                Some(id) => account_by_id(on, id).await?,
                None => None,
            };
            Ok(Some((grant, owner)))
        }

        pub async fn is_grounded(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            session: Option<SessionTokenHash>,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            // Both in one statement, so that they are seen as they are at one moment.
            const CONSENT: &str = "SELECT 1 FROM consents WHERE account_id = $1 AND app_id = $2 AND scopes <> ''";
            const BOTH: &str = "SELECT 1 FROM consents c JOIN sessions s ON s.account_id = c.account_id
                 WHERE c.account_id = $1 AND c.app_id = $2 AND c.scopes <> '' AND s.token_hash = $3 AND s.ends_at > $4";
            let query = sqlx::query(if session.is_some() { BOTH } else { CONSENT });
            let query = query.bind(account.as_bytes()).bind(app.to_string());
            let query = match &session {
                Some(session) => query.bind(&session.0[..]).bind(millis(now)),
                None => query,
            };
            Ok(query.fetch_optional(on).await?.is_some())
        }

        pub async fn turn_grant(
            on: &mut $connection,
            id: GrantId,
            turn: Turn,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            let done = sqlx::query(
                "UPDATE grants SET generation = $3, idle_until = $4, access_ends_at = $5, turned_at = $6
                 WHERE id = $1 AND generation = $2 AND ended_at IS NULL AND idle_until > $6 AND ends_at > $6",
            )
            .bind(&id.0[..])
            .bind(i64::from(turn.from))
            .bind(i64::from(turn.to))
            .bind(millis(turn.idle_until))
            .bind(millis(turn.access_ends_at))
            .bind(millis(now))
            .execute(on)
            .await?;
            Ok(done.rows_affected() == 1)
        }

        pub async fn end_session(
            on: &mut $connection,
            session: SessionTokenHash,
            now: Timestamp,
        ) -> Result<Vec<Grant>, Fault> {
            sqlx::query("UPDATE sessions SET ends_at = $2 WHERE token_hash = $1 AND ends_at > $2")
                .bind(&session.0[..])
                .bind(millis(now))
                .execute(&mut *on)
                .await?;
            end_grants_of_session(on, session, now).await
        }

        pub async fn end_grants_of_session(
            on: &mut $connection,
            session: SessionTokenHash,
            now: Timestamp,
        ) -> Result<Vec<Grant>, Fault> {
            // What outlasts a session: `Scopes::outlast_a_session`.
            let rows = sqlx::query(
                "UPDATE grants SET ended_at =
                     CASE WHEN scopes LIKE '%offline_access%' OR scopes LIKE '%snsapi_login%' THEN NULL ELSE $2 END
                 WHERE session_hash = $1 AND ended_at IS NULL RETURNING *",
            )
            .bind(&session.0[..])
            .bind(millis(now))
            .fetch_all(on)
            .await?;
            rows.iter().map(grant_of).collect()
        }

        pub async fn end_every_grant_of_session(
            on: &mut $connection,
            session: SessionTokenHash,
            now: Timestamp,
        ) -> Result<Vec<Grant>, Fault> {
            const SQL: &str = "UPDATE grants SET ended_at = $2 WHERE session_hash = $1 AND ended_at IS NULL RETURNING *";
            let rows = sqlx::query(SQL).bind(&session.0[..]).bind(millis(now)).fetch_all(on).await?;
            rows.iter().map(grant_of).collect()
        }

        pub async fn sweep_grants(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            let remembered = i64::try_from(GRANTS_REMEMBERED.as_millis()).unwrap_or(i64::MAX);
            // Whose session goes on is still to hear of the end of that (OpenID Connect Back-Channel Logout).
            sqlx::query(
                "DELETE FROM grants WHERE ended_at <= $1 OR ((ends_at <= $1 OR idle_until <= $1)
                 AND NOT EXISTS (SELECT 1 FROM sessions WHERE token_hash = session_hash AND sessions.ends_at > $2))",
            )
            .bind(millis(now).saturating_sub(remembered))
            .bind(millis(now))
            .execute(on)
            .await?;
            Ok(())
        }

        pub async fn consent(on: &mut $connection, account: AccountId, app: AppId) -> Result<Option<Allowed>, Fault> {
            const SQL: &str = "SELECT scopes, fields FROM consents WHERE account_id = $1 AND app_id = $2 AND scopes <> ''";
            let row = sqlx::query(SQL)
                .bind(account.as_bytes())
                .bind(app.to_string())
                .fetch_optional(on)
                .await?;
            row.map(|row| allowed_of(&row)).transpose()
        }

        pub async fn consents(on: &mut $connection, account: AccountId) -> Result<Vec<Consent>, Fault> {
            let rows = sqlx::query(
                "SELECT a.*, c.scopes, c.fields, c.given_at FROM consents c JOIN apps a ON a.id = c.app_id
                 WHERE c.account_id = $1 AND c.scopes <> '' ORDER BY c.given_at DESC, a.id",
            )
            .bind(account.as_bytes())
            .fetch_all(on)
            .await?;
            let consent = |row: &$row| -> Result<Consent, Fault> {
                Ok(Consent { app: app_of(row)?, allowed: allowed_of(row)?, given_at: timestamp(row, "given_at")? })
            };
            rows.iter().map(consent).collect()
        }

        pub async fn give_consent(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            allowed: &Allowed,
            now: Timestamp,
        ) -> Result<(), Fault> {
            sqlx::query(
                "INSERT INTO consents (account_id, app_id, scopes, fields, given_at, changed_at)
                 VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (account_id, app_id) DO UPDATE
                 SET scopes = excluded.scopes, fields = excluded.fields, given_at = excluded.given_at,
                     changed_at = excluded.changed_at
                 WHERE consents.given_at <= excluded.given_at AND consents.changed_at <= excluded.changed_at",
            )
            .bind(account.as_bytes())
            .bind(app.to_string())
            .bind(allowed.scopes.to_string())
            .bind(allowed.fields.to_string())
            .bind(millis(now))
            .execute(on)
            .await?;
            Ok(())
        }

        pub async fn change_consent(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            fields: Fields,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            const SQL: &str = "UPDATE consents SET fields = $3, changed_at = $4
                 WHERE account_id = $1 AND app_id = $2 AND scopes <> '' AND given_at <= $4 AND changed_at <= $4";
            let done = sqlx::query(SQL)
                .bind(account.as_bytes())
                .bind(app.to_string())
                .bind(fields.to_string())
                .bind(millis(now))
                .execute(on)
                .await?;
            Ok(done.rows_affected() == 1)
        }

        fn allowed_of(row: &$row) -> Result<Allowed, Fault> {
            let (scopes, fields) = (row.try_get("scopes")?, row.try_get("fields")?);
            Ok(Allowed { scopes: Scopes::parse(scopes), fields: Fields::parse([fields]) })
        }

        /// It is remembered as withdrawn, with no scopes, so that no yes that was said before and comes late undoes it.
        pub async fn withdraw_consent(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            now: Timestamp,
        ) -> Result<Vec<Grant>, Fault> {
            const SQL: &str = "UPDATE consents SET scopes = '', fields = '', given_at = $3, changed_at = $3
                 WHERE account_id = $1 AND app_id = $2";
            sqlx::query(SQL)
                .bind(account.as_bytes())
                .bind(app.to_string())
                .bind(millis(now))
                .execute(&mut *on)
                .await?;
            end_grants_of_account(on, account, app, now).await
        }

        pub async fn end_grants_of_account(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            now: Timestamp,
        ) -> Result<Vec<Grant>, Fault> {
            let rows = sqlx::query(
                "UPDATE grants SET ended_at = $3 WHERE account_id = $1 AND app_id = $2 AND ended_at IS NULL RETURNING *",
            )
            .bind(account.as_bytes())
            .bind(app.to_string())
            .bind(millis(now))
            .fetch_all(on)
            .await?;
            rows.iter().map(grant_of).collect()
        }

        pub async fn signing_keys(on: &mut $connection) -> Result<Vec<SealedKey>, Fault> {
            let rows = sqlx::query("SELECT * FROM signing_keys ORDER BY signs_from, kid").fetch_all(on).await?;
            let key = |row: &$row| -> Result<SealedKey, Fault> {
                Ok(SealedKey {
                    kid: row.try_get("kid")?,
                    algorithm: row.try_get("algorithm")?,
                    sealed: row.try_get("sealed")?,
                    created_at: timestamp(row, "created_at")?,
                    signs_from: timestamp(row, "signs_from")?,
                    follows: row.try_get::<Option<String>, _>("follows")?.unwrap_or_default(),
                })
            };
            rows.iter().map(key).collect()
        }

        /// Of two that come at the same moment, neither sees the other; the index lets one of them in.
        pub async fn add_signing_key(on: &mut $connection, key: &SealedKey) -> Result<bool, Fault> {
            let done = sqlx::query(
                "INSERT INTO signing_keys (kid, algorithm, sealed, created_at, signs_from, follows)
                 SELECT $1, $2, $3, $4, $5, $6
                 WHERE $6 <> '' OR NOT EXISTS (SELECT 1 FROM signing_keys WHERE algorithm = $2)
                 ON CONFLICT DO NOTHING",
            )
            .bind(&key.kid)
            .bind(&key.algorithm)
            .bind(&key.sealed)
            .bind(millis(key.created_at))
            .bind(millis(key.signs_from))
            .bind(&key.follows)
            .execute(on)
            .await?;
            Ok(done.rows_affected() == 1)
        }

        pub async fn drop_signing_key(on: &mut $connection, kid: &str) -> Result<(), Fault> {
            sqlx::query("DELETE FROM signing_keys WHERE kid = $1").bind(kid).execute(on).await?;
            Ok(())
        }

        fn grant_of(row: &$row) -> Result<Grant, Fault> {
            let id: &[u8] = row.try_get("id")?;
            let account: Option<&[u8]> = row.try_get("account_id")?;
            let session: Option<&[u8]> = row.try_get("session_hash")?;
            let session = session.map(|hash| hash.try_into().map(SessionTokenHash)).transpose();
            Ok(Grant {
                id: GrantId(id.try_into().map_err(|_| Fault::Unreadable("grants.id"))?),
                app: row.try_get::<&str, _>("app_id")?.parse().map_err(|_| Fault::Unreadable("grants.app_id"))?,
                account: account.and_then(AccountId::from_slice),
                session: session.map_err(|_| Fault::Unreadable("grants.session_hash"))?,
                scopes: row.try_get("scopes")?,
                opened_by: row.try_get::<Option<&str>, _>("opened_by")?.and_then(OpenedBy::of),
                signed_in_at: timestamp(row, "signed_in_at")?,
                generation: u32::try_from(row.try_get::<i64, _>("generation")?)
                    .map_err(|_| Fault::Unreadable("grants.generation"))?,
                idle_until: timestamp(row, "idle_until")?,
                ends_at: timestamp(row, "ends_at")?,
                access_ends_at: timestamp(row, "access_ends_at")?,
                ended_at: optional_timestamp(row, "ended_at")?,
                turned_at: timestamp(row, "turned_at")?,
            })
        }
    };
}

pub(crate) use oauth_queries;

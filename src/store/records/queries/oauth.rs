//! The queries about grants and consents.

/// The beginning of each statement that stores a grant: the table and the columns.
macro_rules! insert_grant {
    () => {
        "INSERT INTO grants (id, app_id, account_id, session_hash, scopes, opened_by, signed_in_at,
             generation, idle_until, ends_at, access_ends_at, ended_at, turned_at, approved_in, by_passkey, rung)"
    };
}

/// The placeholders for the values of a grant in SQL, between the two given texts.
macro_rules! grant_values {
    ($before:literal, $after:literal) => {
        concat!($before, "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16", $after)
    };
}

/// Defines the queries about grants and consents for one type of connection (SQLite or PostgreSQL); they use
/// the helpers of [`super::queries`].
macro_rules! oauth_queries {
    ($connection:ty, $row:ty, $held:literal) => {
        use crate::store::records::grants::{Consent, DecidedAt, ENDED_GRANT_KEPT, Grant, GrantId, Rotation};
        use crate::store::records::queries::oauth::{grant_values, insert_grant};
        use crate::consent::field::{Allowed, Fields};
        use crate::consent::scope::Scopes;

        /// Stores a new grant and returns `true`; `false` if its account, consent or session is not valid, or if it
        /// is stored already. One statement reads and locks the rows that the grant depends on: a caller that ends
        /// any of them is either committed before and seen by the statement, or waits and finds the grant.
        pub async fn begin_grant(
            on: &mut $connection,
            grant: &Grant,
            epoch: Epoch,
            outlasts_its_session: bool,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            const OWN: &str = concat!(insert_grant!(), " VALUES ", grant_values!("(", ")"), " ON CONFLICT DO NOTHING");
            const CONSENT: &str = concat!(
                insert_grant!(),
                " SELECT ",
                grant_values!("", ""),
                " FROM accounts a JOIN consents c ON c.account_id = a.id
                 WHERE a.id = $3 AND a.epoch = $17 AND a.disabled_at IS NULL AND c.app_id = $2 AND c.scopes <> ''",
                $held,
                " ON CONFLICT DO NOTHING"
            );
            const BOTH: &str = concat!(
                insert_grant!(),
                " SELECT ",
                grant_values!("", ""),
                " FROM accounts a JOIN consents c ON c.account_id = a.id JOIN sessions s ON s.account_id = a.id
                 WHERE a.id = $3 AND a.epoch = $17 AND a.disabled_at IS NULL AND c.app_id = $2 AND c.scopes <> ''
                     AND s.token_hash = COALESCE($4, $14) AND s.is_disowned = 0 AND s.ends_at > $18",
                $held,
                " ON CONFLICT DO NOTHING"
            );
            let done = match (grant.account, grant.session.or(grant.approved_in)) {
                (None, _) => bind_grant(sqlx::query(OWN), grant),
                (Some(_), None) => bind_grant(sqlx::query(CONSENT), grant).bind(i64::from(epoch.0)),
                (Some(_), Some(_)) => {
                    // A grant that outlasts its session, or was only approved in this one, requires only that
                    // the session was not disowned, which is remembered for longer than a code is valid.
                    let outlasts = outlasts_its_session || grant.session.is_none();
                    let goes_on_at = if outlasts { i64::MIN } else { millis(now) };
                    bind_grant(sqlx::query(BOTH), grant).bind(i64::from(epoch.0)).bind(goes_on_at)
                }
            };
            Ok(done.execute(on).await?.rows_affected() == 1)
        }

        /// Revokes a grant, or stores it as revoked if it was not started yet; one that was revoked before keeps
        /// the earlier time. That is one statement, so that the order of the grant's start and its end does not
        /// matter.
        pub async fn end_grant(on: &mut $connection, grant: &Grant, now: Timestamp) -> Result<(), Fault> {
            const SQL: &str = concat!(
                insert_grant!(),
                " VALUES ",
                grant_values!("(", ")"),
                " ON CONFLICT (id) DO UPDATE SET ended_at = COALESCE(grants.ended_at, excluded.ended_at)"
            );
            let ended = Grant { ended_at: Some(now), ..grant.clone() };
            bind_grant(sqlx::query(SQL), &ended).execute(on).await?;
            Ok(())
        }

        type Database = <$connection as sqlx::Connection>::Database;
        type Query<'q> = sqlx::query::Query<'q, Database, <Database as sqlx::Database>::Arguments>;

        fn bind_grant<'q>(query: Query<'q>, grant: &Grant) -> Query<'q> {
            query
                .bind(&grant.id.0[..])
                .bind(grant.app.to_string())
                .bind(grant.account.as_ref().map(AccountId::as_bytes))
                .bind(grant.session.as_ref().map(|session| &session.0[..]))
                .bind(grant.scopes.to_string())
                .bind(grant.opened_by.map(|opened_by| opened_by.stored().0))
                .bind(millis(grant.signed_in_at))
                .bind(i64::from(grant.generation))
                .bind(millis(grant.idle_until))
                .bind(millis(grant.ends_at))
                .bind(millis(grant.access_ends_at))
                .bind(grant.ended_at.map(millis))
                .bind(millis(grant.turned_at))
                .bind(grant.approved_in.as_ref().map(|session| &session.0[..]))
                .bind(grant.opened_by.map_or(0, |opened_by| opened_by.stored().1))
                .bind(grant.rung.word())
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

        pub async fn rotate_grant(
            on: &mut $connection,
            id: GrantId,
            rotation: Rotation,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            let done = sqlx::query(
                "UPDATE grants SET generation = $3, idle_until = $4, access_ends_at = $5, turned_at = $6
                 WHERE id = $1 AND generation = $2 AND ended_at IS NULL AND idle_until > $6 AND ends_at > $6",
            )
            .bind(&id.0[..])
            .bind(i64::from(rotation.from))
            .bind(i64::from(rotation.to))
            .bind(millis(rotation.idle_until))
            .bind(millis(rotation.access_ends_at))
            .bind(millis(now))
            .execute(on)
            .await?;
            Ok(done.rows_affected() == 1)
        }

        pub async fn sweep_grants(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            let kept = i64::try_from(ENDED_GRANT_KEPT.as_millis()).unwrap_or(i64::MAX);
            // A grant whose session has not ended is kept, because its app gets a logout notice when the
            // session ends (OpenID Connect Back-Channel Logout).
            sqlx::query(
                "DELETE FROM grants WHERE (ended_at <= $1 OR ends_at <= $1 OR idle_until <= $1)
                 AND NOT EXISTS (SELECT 1 FROM sessions WHERE token_hash = session_hash AND sessions.ends_at > $2)",
            )
            .bind(millis(now).saturating_sub(kept))
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

        /// Changes a consent from `seen`, which is empty if there was none, to `after` and returns `true`; `false`
        /// if the stored consent is not `seen` any more or was decided later than `decided_at`. The time at which it
        /// was given stays the same if the scopes do.
        pub async fn settle_consent(
            on: &mut $connection,
            account: AccountId,
            app: AppId,
            seen: &Allowed,
            after: &Allowed,
            decided_at: DecidedAt,
        ) -> Result<bool, Fault> {
            let (at, present) = match decided_at {
                DecidedAt::Now { at, present } => (at, millis(present)),
                DecidedAt::Earlier(at) => (at, i64::MAX),
            };
            let done = sqlx::query(
                "INSERT INTO consents (account_id, app_id, scopes, fields, given_at, changed_at)
                 SELECT $1, $2, $3, $4, $5, $5
                 WHERE $6 = '' OR EXISTS (SELECT 1 FROM consents WHERE account_id = $1 AND app_id = $2)
                 ON CONFLICT (account_id, app_id) DO UPDATE
                 SET scopes = excluded.scopes, fields = excluded.fields, changed_at = excluded.changed_at,
                     given_at = CASE WHEN consents.scopes = excluded.scopes AND consents.given_at <= excluded.given_at
                         THEN consents.given_at ELSE excluded.given_at END
                 WHERE (consents.given_at <= excluded.given_at OR consents.given_at > $8)
                     AND (consents.changed_at <= excluded.changed_at OR consents.changed_at > $8)
                     AND consents.scopes = $6 AND consents.fields = $7",
            )
            .bind(account.as_bytes())
            .bind(app.to_string())
            .bind(after.scopes.to_string())
            .bind(after.fields.to_string())
            .bind(millis(at))
            .bind(seen.scopes.to_string())
            .bind(seen.fields.to_string())
            .bind(present)
            .execute(on)
            .await?;
            Ok(done.rows_affected() == 1)
        }

        fn allowed_of(row: &$row) -> Result<Allowed, Fault> {
            let (scopes, fields) = (row.try_get("scopes")?, row.try_get("fields")?);
            Ok(Allowed { scopes: Scopes::parse(scopes), fields: Fields::parse([fields]) })
        }

        fn grant_of(row: &$row) -> Result<Grant, Fault> {
            let id: &[u8] = row.try_get("id")?;
            let account: Option<&[u8]> = row.try_get("account_id")?;
            Ok(Grant {
                id: GrantId(id.try_into().map_err(|_| Fault::Unreadable("grants.id"))?),
                app: row.try_get::<&str, _>("app_id")?.parse().map_err(|_| Fault::Unreadable("grants.app_id"))?,
                account: account.and_then(AccountId::from_slice),
                session: optional_session(row, "session_hash")?,
                approved_in: optional_session(row, "approved_in")?,
                scopes: Scopes::parse(row.try_get("scopes")?),
                opened_by: opened_by(row)?,
                rung: word_of(row, "rung")?,
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

pub(crate) use {grant_values, insert_grant, oauth_queries};

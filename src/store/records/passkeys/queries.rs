//! The queries about passkeys and their domain.

/// The columns of a passkey `k`, as SQL. One whose domain is not stored was made by an earlier version of the server for the
/// domain of now: whatever changes that domain stores it first (`move_passkey_domain`).
macro_rules! passkey_columns {
    () => {
        "k.*, COALESCE(k.domain, (SELECT d.domain FROM passkey_domain d)) AS made_for"
    };
}

/// The condition that a passkey `k` is of the domain of now, as SQL.
macro_rules! of_this_domain {
    () => {
        "(k.domain IS NULL OR k.domain = (SELECT d.domain FROM passkey_domain d))"
    };
}

/// Defines the queries about passkeys for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// `records::queries`.
macro_rules! passkey_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::passkeys::{CredentialId, MOST_PASSKEYS, Passkey, PasskeyAdded};
        use crate::store::records::passkeys::{PasskeyRemoved, PasskeyUse, PasskeyUsed, WaysIn};
        use crate::store::records::passkeys::queries::{of_this_domain, passkey_columns};

        /// Adds a passkey to an account and stores its line of activity. The account is locked, so that no two callers
        /// exceed the number of passkeys.
        pub async fn add_passkey(
            on: &mut $connection,
            new: &Passkey,
            seen: Epoch,
            line: &NewActivity,
        ) -> Result<PasskeyAdded, Fault> {
            let id = new.account;
            hold_account(on, id).await?;
            match account_by_id(on, id).await? {
                Some(account) if account.epoch == seen && !account.is_disabled => {}
                _ => return Ok(PasskeyAdded::NotOwner),
            }
            let count = count_passkeys(on, id).await?;
            let added = may_add_passkey(on, new, count).await?;
            if added == PasskeyAdded::Done {
                insert_passkey(on, new).await?;
                add_activity(on, line).await?;
            }
            Ok(added)
        }

        /// Returns whether a passkey can be added to an account that has `more` passkeys, and stores the domain if it is
        /// the first passkey of all.
        async fn may_add_passkey(on: &mut $connection, new: &Passkey, more: i64) -> Result<PasskeyAdded, Fault> {
            const DOMAIN: &str = "INSERT INTO passkey_domain (id, domain) VALUES (1, $1) ON CONFLICT (id) DO NOTHING";
            sqlx::query(DOMAIN).bind(&new.domain).execute(&mut *on).await?;
            if passkey_domain(on).await?.as_ref() != Some(&new.domain) {
                return Ok(PasskeyAdded::OtherDomain);
            }
            if more >= i64::from(MOST_PASSKEYS) {
                return Ok(PasskeyAdded::TooMany);
            }
            let is_stored = passkey(on, &new.id).await?.is_some();
            Ok(if is_stored { PasskeyAdded::Exists } else { PasskeyAdded::Done })
        }

        async fn count_passkeys(on: &mut $connection, account: AccountId) -> Result<i64, Fault> {
            const COUNT: &str = "SELECT COUNT(*) FROM passkeys WHERE account_id = $1";
            let count = sqlx::query(COUNT).bind(account.as_bytes()).fetch_one(on).await?;
            Ok(count.try_get(0)?)
        }

        /// Stores a passkey that [`may_add_passkey`] found to be right, of an account that the caller locked or just made.
        /// Fails if another caller stored one with the same id meanwhile.
        async fn insert_passkey(on: &mut $connection, passkey: &Passkey) -> Result<(), Fault> {
            let done = sqlx::query(
                "INSERT INTO passkeys
                     (credential_id, account_id, credential, counter, name, aaguid, backed_up, created_at, domain)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
            )
            .bind(&passkey.id.0[..])
            .bind(passkey.account.as_bytes())
            .bind(&passkey.credential)
            .bind(i64::from(passkey.counter))
            .bind(&passkey.name)
            .bind(&passkey.aaguid[..])
            .bind(i64::from(passkey.is_backed_up))
            .bind(millis(passkey.created_at))
            .bind(&passkey.domain)
            .execute(on)
            .await?;
            if done.rows_affected() == 1 { Ok(()) } else { Err(Fault::Contended) }
        }

        pub async fn passkey(on: &mut $connection, id: &CredentialId) -> Result<Option<(Passkey, Account)>, Fault> {
            const SQL: &str = concat!("SELECT ", passkey_columns!(), " FROM passkeys k WHERE credential_id = $1");
            let row = sqlx::query(SQL).bind(&id.0[..]).fetch_optional(&mut *on).await?;
            let Some(row) = row else { return Ok(None) };
            let passkey = passkey_of(&row)?;
            let account = account_by_id(on, passkey.account).await?;
            Ok(account.map(|account| (passkey, account)))
        }

        pub async fn passkeys_of(on: &mut $connection, account: AccountId) -> Result<Vec<Passkey>, Fault> {
            const SQL: &str = concat!(
                "SELECT ",
                passkey_columns!(),
                " FROM passkeys k WHERE account_id = $1 ORDER BY created_at, credential_id"
            );
            let rows = sqlx::query(SQL).bind(account.as_bytes()).fetch_all(on).await?;
            rows.iter().map(passkey_of).collect()
        }

        /// Stores a use of a passkey. One statement compares the counter, so of two uses with one counter the second did
        /// not grow.
        pub async fn use_passkey(on: &mut $connection, used: &PasskeyUse) -> Result<PasskeyUsed, Fault> {
            const FORWARD: &str = "UPDATE passkeys SET counter = $3, last_used_at = $4, backed_up = $5
                 WHERE credential_id = $1 AND account_id = $2 AND (counter < $3 OR (counter = 0 AND $3 = 0))";
            const BACK: &str = "UPDATE passkeys SET went_back_at = $4, last_used_at = $4, backed_up = $5
                 WHERE credential_id = $1 AND account_id = $2 AND $3 <= counter";
            for (sql, outcome) in [(FORWARD, PasskeyUsed::Forward), (BACK, PasskeyUsed::WentBack)] {
                let done = sqlx::query(sql)
                    .bind(&used.id.0[..])
                    .bind(used.account.as_bytes())
                    .bind(i64::from(used.counter))
                    .bind(millis(used.now))
                    .bind(i64::from(used.is_backed_up))
                    .execute(&mut *on)
                    .await?;
                if done.rows_affected() == 1 {
                    return Ok(outcome);
                }
            }
            Ok(PasskeyUsed::Removed)
        }

        pub async fn rename_passkey(
            on: &mut $connection,
            account: AccountId,
            id: &CredentialId,
            name: &str,
        ) -> Result<bool, Fault> {
            let done = sqlx::query("UPDATE passkeys SET name = $3 WHERE credential_id = $1 AND account_id = $2")
                .bind(&id.0[..])
                .bind(account.as_bytes())
                .bind(name)
                .execute(on)
                .await?;
            Ok(done.rows_affected() == 1)
        }

        /// Removes a passkey, unless it is of the domain of now and its owner has no other one of it, and no password that may
        /// be used. Stores the line of activity. The account is locked, so of two callers that remove the last two passkeys one
        /// finds that its own is the last.
        pub async fn remove_passkey(
            on: &mut $connection,
            ways: WaysIn,
            account: AccountId,
            id: &CredentialId,
            line: &NewActivity,
        ) -> Result<PasskeyRemoved, Fault> {
            const REMOVE: &str = concat!(
                "DELETE FROM passkeys WHERE credential_id = $1 AND account_id = $2
                     AND (NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.credential_id = $1 AND ",
                of_this_domain!(),
                ") OR EXISTS (SELECT 1 FROM passkeys k WHERE k.account_id = $2 AND k.credential_id <> $1 AND ",
                of_this_domain!(),
                ") OR EXISTS (SELECT 1 FROM accounts a WHERE a.id = $2 AND a.password_hash IS NOT NULL AND $3 <> 0))"
            );
            hold_account(on, account).await?;
            let done = sqlx::query(REMOVE)
                .bind(&id.0[..])
                .bind(account.as_bytes())
                .bind(i64::from(ways.passwords))
                .execute(&mut *on)
                .await?;
            if done.rows_affected() == 1 {
                add_activity(on, line).await?;
                return Ok(PasskeyRemoved::Done);
            }
            let left = sqlx::query("SELECT 1 FROM passkeys WHERE credential_id = $1 AND account_id = $2")
                .bind(&id.0[..])
                .bind(account.as_bytes())
                .fetch_optional(on)
                .await?;
            Ok(if left.is_some() { PasskeyRemoved::IsTheLast } else { PasskeyRemoved::Unknown })
        }

        /// Removes all passkeys of an account, and returns their names.
        async fn remove_passkeys(on: &mut $connection, account: AccountId) -> Result<Vec<String>, Fault> {
            const SQL: &str = "DELETE FROM passkeys WHERE account_id = $1 RETURNING name";
            let rows = sqlx::query(SQL).bind(account.as_bytes()).fetch_all(on).await?;
            rows.iter().map(|row| Ok(row.try_get("name")?)).collect()
        }

        pub async fn passkey_domain(on: &mut $connection) -> Result<Option<String>, Fault> {
            let row = sqlx::query("SELECT domain FROM passkey_domain WHERE id = 1").fetch_optional(on).await?;
            row.map(|row| Ok(row.try_get("domain")?)).transpose()
        }

        /// Stores another domain of now, and returns how many passkeys do not belong to it. Those whose domain is not stored
        /// belong to the one before.
        pub async fn move_passkey_domain(on: &mut $connection, domain: &str) -> Result<u64, Fault> {
            const BEFORE: &str =
                "UPDATE passkeys SET domain = (SELECT d.domain FROM passkey_domain d) WHERE domain IS NULL";
            const OTHERS: &str = "SELECT COUNT(*) FROM passkeys WHERE domain <> $1";
            const SQL: &str = "INSERT INTO passkey_domain (id, domain) VALUES (1, $1)
                 ON CONFLICT (id) DO UPDATE SET domain = excluded.domain";
            sqlx::query(BEFORE).execute(&mut *on).await?;
            sqlx::query(SQL).bind(domain).execute(&mut *on).await?;
            let row = sqlx::query(OTHERS).bind(domain).fetch_one(on).await?;
            Ok(u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default())
        }

        pub async fn is_passkey_offered(on: &mut $connection, account: AccountId) -> Result<bool, Fault> {
            const SQL: &str = concat!(
                "SELECT 1 FROM accounts WHERE id = $1 AND passkey_offer_answered_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.account_id = accounts.id AND ",
                of_this_domain!(),
                ")"
            );
            Ok(sqlx::query(SQL).bind(account.as_bytes()).fetch_optional(on).await?.is_some())
        }

        pub async fn answer_passkey_offer(on: &mut $connection, id: AccountId, now: Timestamp) -> Result<(), Fault> {
            const SQL: &str = "UPDATE accounts SET passkey_offer_answered_at = $2
                 WHERE id = $1 AND passkey_offer_answered_at IS NULL";
            sqlx::query(SQL).bind(id.as_bytes()).bind(millis(now)).execute(on).await?;
            Ok(())
        }

        fn passkey_of(row: &$row) -> Result<Passkey, Fault> {
            const WRONG: Fault = Fault::Unreadable("passkeys");
            let account: &[u8] = row.try_get("account_id")?;
            let aaguid: &[u8] = row.try_get("aaguid")?;
            Ok(Passkey {
                id: CredentialId(row.try_get("credential_id")?),
                account: AccountId::from_slice(account).ok_or(WRONG)?,
                domain: row.try_get::<Option<String>, _>("made_for")?.ok_or(WRONG)?,
                credential: row.try_get("credential")?,
                counter: u32::try_from(row.try_get::<i64, _>("counter")?).map_err(|_| WRONG)?,
                name: row.try_get("name")?,
                aaguid: aaguid.try_into().map_err(|_| WRONG)?,
                is_backed_up: row.try_get::<i64, _>("backed_up")? != 0,
                created_at: timestamp(row, "created_at")?,
                last_used_at: optional_timestamp(row, "last_used_at")?,
                went_back_at: optional_timestamp(row, "went_back_at")?,
            })
        }
    };
}

pub(crate) use {of_this_domain, passkey_columns, passkey_queries};

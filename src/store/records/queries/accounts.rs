//! The queries by which an operator lists, disables, enables and deletes accounts. A caller that disables or
//! deletes one has locked the table of accounts.

/// The condition that the owner of an account can sign in, as SQL in three parts: behind the first stands whether the server
/// takes passwords, and behind the second whether there can be passkeys ([`WaysIn`](super::super::passkeys::WaysIn)).
macro_rules! way_in {
    (passwords) => {
        "((password_hash IS NOT NULL AND "
    };
    (passkeys) => {
        concat!(
            " <> 0) OR EXISTS (SELECT 1 FROM passkeys k WHERE k.account_id = accounts.id AND ",
            of_this_domain!(),
            " AND "
        )
    };
    (end) => {
        " <> 0))"
    };
}

/// The condition that the owner of an account can sign in, as SQL with two numbered parameters.
macro_rules! with_way_in {
    ($passwords:literal, $passkeys:literal) => {
        concat!(way_in!(passwords), $passwords, way_in!(passkeys), $passkeys, way_in!(end))
    };
}

/// The columns of a [`Listed`](super::super::accounts::Listed) account, as SQL up to a condition, which becomes the last of
/// them.
macro_rules! listed_columns {
    () => {
        concat!(
            account_columns!(),
            ", issuer, subject, created_at,
             CAST(CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_password,
             (SELECT COUNT(*) FROM passkeys k WHERE k.account_id = accounts.id) AS passkeys,
             CAST(CASE WHEN "
        )
    };
    (end) => {
        " THEN 1 ELSE 0 END AS BIGINT) AS has_way_in"
    };
}

/// Defines the queries about accounts for one type of connection (SQLite or PostgreSQL); they use the helpers
/// of [`super::queries`] and of [`super::early_ends`].
macro_rules! account_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::accounts::{Listed, Removal, RoleChange, UnprovenAddresses};
        use crate::store::records::queries::accounts::{listed_columns, way_in, with_way_in};

        pub async fn accounts(on: &mut $connection, ways: WaysIn) -> Result<Vec<Listed>, Fault> {
            const SQL: &str = concat!(
                "SELECT ",
                listed_columns!(),
                with_way_in!("$1", "$2"),
                listed_columns!(end),
                " FROM accounts ORDER BY created_at, id"
            );
            let rows =
                sqlx::query(SQL).bind(i64::from(ways.passwords)).bind(i64::from(ways.passkeys)).fetch_all(on).await?;
            rows.iter().map(listed).collect()
        }

        fn listed(row: &$row) -> Result<Listed, Fault> {
            let (issuer, subject): (Option<String>, Option<String>) = (row.try_get("issuer")?, row.try_get("subject")?);
            Ok(Listed {
                account: account(row)?,
                vouched_by: issuer.zip(subject),
                created_at: timestamp(row, "created_at")?,
                has_password: row.try_get::<i64, _>("has_password")? != 0,
                passkeys: u64::try_from(row.try_get::<i64, _>("passkeys")?).unwrap_or_default(),
                has_way_in: row.try_get::<i64, _>("has_way_in")? != 0,
            })
        }

        pub async fn account_by_email(on: &mut $connection, key: &str) -> Result<Option<Account>, Fault> {
            // If an account has proven the address, no other has it.
            let rows =
                sqlx::query(concat!("SELECT ", account_columns!(), " FROM accounts WHERE email_key = $1 LIMIT 2"))
                    .bind(key)
                    .fetch_all(on)
                    .await?;
            match &rows[..] {
                [one] => account(one).map(Some),
                _ => Ok(None),
            }
        }

        /// Makes an address free for the account `id`, and returns whether it is. It is not if another account has proven it or
        /// has it as its user name, nor if another one has it unproven, unless such addresses are shared or it counts as
        /// proven for this account. If it does, others that did not prove it lose it.
        pub async fn free_address(
            on: &mut $connection,
            key: &str,
            id: AccountId,
            is_proven: bool,
            unproven: UnprovenAddresses,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            const OTHER: &str =
                "SELECT CASE WHEN username = $1 OR email_verified_at IS NOT NULL THEN 1 ELSE 0 END AS holds
                FROM accounts WHERE (email_key = $1 OR username = $1) AND id <> $2 ORDER BY holds DESC LIMIT 1";
            let other = sqlx::query(OTHER).bind(key).bind(id.as_bytes()).fetch_optional(&mut *on).await?;
            let Some(other) = other else { return Ok(true) };
            if i64::from(other.try_get::<i32, _>("holds")?) != 0 {
                return Ok(false);
            }
            if is_proven {
                take_address(on, key, id, now).await?;
            }
            Ok(is_proven || unproven == UnprovenAddresses::Shared)
        }

        pub async fn disable_account(
            on: &mut $connection,
            ways: WaysIn,
            id: AccountId,
            now: Timestamp,
        ) -> Result<Removal, Fault> {
            if is_last_administrator(on, ways, id).await? {
                return Ok(Removal::IsTheLast);
            }
            sqlx::query("UPDATE accounts SET disabled_at = COALESCE(disabled_at, $2) WHERE id = $1")
                .bind(id.as_bytes())
                .bind(millis(now))
                .execute(&mut *on)
                .await?;
            withdraw_links_by(on, id, now).await?;
            sign_out_account(on, id, None, now).await.map(Removal::Done)
        }

        pub async fn enable_account(on: &mut $connection, id: AccountId) -> Result<(), Fault> {
            // A deletion that became due meanwhile would follow at once: its owner may ask for it again.
            const SQL: &str = "UPDATE accounts SET disabled_at = NULL, deletion_due_at = NULL WHERE id = $1";
            sqlx::query(SQL).bind(id.as_bytes()).execute(on).await?;
            Ok(())
        }

        /// Ends everything that the account has open, and deletes the account and all rows that refer to it, unless
        /// it is the last administrator that can sign in. Its picture is deleted by a statement of its own, because
        /// the table of pictures does not refer to accounts. Logout notices stay, and so do its apps, without an owner.
        pub async fn delete_account(
            on: &mut $connection,
            ways: WaysIn,
            id: AccountId,
            now: Timestamp,
        ) -> Result<Removal, Fault> {
            if is_last_administrator(on, ways, id).await? {
                return Ok(Removal::IsTheLast);
            }
            withdraw_links_by(on, id, now).await?;
            let ended = sign_out_account(on, id, None, now).await?;
            sqlx::query("DELETE FROM pictures WHERE id IN (SELECT picture_id FROM accounts WHERE id = $1)")
                .bind(id.as_bytes())
                .execute(&mut *on)
                .await?;
            disown_apps(on, id).await?;
            sqlx::query("DELETE FROM accounts WHERE id = $1").bind(id.as_bytes()).execute(on).await?;
            Ok(Removal::Done(ended))
        }

        /// Returns whether the owner of an account can sign in, at a server with these ways.
        pub async fn has_way_in(on: &mut $connection, ways: WaysIn, account: AccountId) -> Result<bool, Fault> {
            const SQL: &str = concat!("SELECT 1 FROM accounts WHERE id = $1 AND ", with_way_in!("$2", "$3"));
            let found = sqlx::query(SQL)
                .bind(account.as_bytes())
                .bind(i64::from(ways.passwords))
                .bind(i64::from(ways.passkeys))
                .fetch_optional(on)
                .await?;
            Ok(found.is_some())
        }

        /// Returns whether this account is an administrator that can sign in, and the only one. One that is disabled, or that
        /// has no way in, cannot sign in.
        async fn is_last_administrator(on: &mut $connection, ways: WaysIn, id: AccountId) -> Result<bool, Fault> {
            const SQL: &str = concat!(
                "SELECT id FROM accounts WHERE id = $1 AND is_admin <> 0 AND disabled_at IS NULL AND ",
                with_way_in!("$2", "$3"),
                " AND NOT EXISTS (SELECT 1 FROM accounts WHERE id <> $1 AND is_admin <> 0 AND disabled_at IS NULL AND ",
                with_way_in!("$2", "$3"),
                ")"
            );
            let found = sqlx::query(SQL)
                .bind(id.as_bytes())
                .bind(i64::from(ways.passwords))
                .bind(i64::from(ways.passkeys))
                .fetch_optional(on)
                .await?;
            Ok(found.is_some())
        }

        /// Returns whether there are accounts, and no administrator among them that can sign in.
        pub async fn lacks_administrator(on: &mut $connection, ways: WaysIn) -> Result<bool, Fault> {
            const SQL: &str = concat!(
                "SELECT 1 FROM accounts WHERE is_admin <> 0 AND disabled_at IS NULL AND ",
                with_way_in!("$1", "$2"),
                " LIMIT 1"
            );
            let found = sqlx::query(SQL)
                .bind(i64::from(ways.passwords))
                .bind(i64::from(ways.passkeys))
                .fetch_optional(&mut *on)
                .await?;
            Ok(found.is_none() && has_accounts(on).await?)
        }
    };
}

pub(crate) use {account_queries, listed_columns, way_in, with_way_in};

//! The queries about what the owner of an account does with it as a whole: another e-mail address, all that is stored
//! about it, and its deletion.

/// Defines the queries about an owner's own account for one type of connection (SQLite or PostgreSQL); they use the
/// helpers of [`super::queries`].
macro_rules! own_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::accounts::{DeletionAsked, DueDeletion, EmailChange};

        /// Replaces or removes the e-mail address of an account. The caller locks the table of accounts, so that no
        /// other account gets the same address meanwhile.
        pub async fn change_email(
            on: &mut $connection,
            id: AccountId,
            to: Option<&Email>,
            verified_at: Option<Timestamp>,
            unproven: UnprovenAddresses,
            now: Timestamp,
        ) -> Result<EmailChange, Fault> {
            let Some(before) = account_by_id(on, id).await? else { return Ok(EmailChange::Unknown) };
            if before.email.as_ref() == to && (verified_at.is_none() || before.email_verified_at.is_some()) {
                return Ok(EmailChange::Same);
            }
            let key = to.map(Email::key);
            let is_same_address = before.email.as_ref().map(Email::key) == key;
            // Others may share the address that the account has already.
            if let Some(key) = &key
                && (verified_at.is_some() || !is_same_address)
                && !free_address(on, key, id, verified_at.is_some(), unproven, now).await?
            {
                return Ok(EmailChange::Taken);
            }
            if before.email.is_some() && !is_same_address {
                leave_address(on, id, now).await?;
            }
            sqlx::query(
                "UPDATE accounts SET email = $2, email_key = $3, email_verified_at = $4, updated_at = $5 WHERE id = $1",
            )
            .bind(id.as_bytes())
            .bind(to.map(Email::as_str))
            .bind(key)
            .bind(verified_at.map(millis))
            .bind(millis(now))
            .execute(on)
            .await?;
            Ok(EmailChange::Done)
        }

        /// Stores that an account is to be deleted at `due_at`, unless it is to be deleted already or is the last
        /// administrator that can sign in. The caller locks the table of accounts.
        pub async fn ask_deletion(
            on: &mut $connection,
            ways: WaysIn,
            id: AccountId,
            due_at: Timestamp,
        ) -> Result<DeletionAsked, Fault> {
            let Some(account) = account_by_id(on, id).await? else { return Ok(DeletionAsked::Unknown) };
            if is_last_administrator(on, ways, id).await? {
                return Ok(DeletionAsked::IsTheLast);
            }
            if let Some(at) = account.deletion_due_at {
                return Ok(DeletionAsked::Due { at, is_new: false });
            }
            sqlx::query("UPDATE accounts SET deletion_due_at = $2 WHERE id = $1")
                .bind(id.as_bytes())
                .bind(millis(due_at))
                .execute(on)
                .await?;
            Ok(DeletionAsked::Due { at: due_at, is_new: true })
        }

        pub async fn keep_account(on: &mut $connection, id: AccountId) -> Result<bool, Fault> {
            const SQL: &str =
                "UPDATE accounts SET deletion_due_at = NULL WHERE id = $1 AND deletion_due_at IS NOT NULL";
            Ok(sqlx::query(SQL).bind(id.as_bytes()).execute(on).await?.rows_affected() == 1)
        }

        pub async fn accounts_to_delete(
            on: &mut $connection,
            now: Timestamp,
            most: u32,
        ) -> Result<Vec<AccountId>, Fault> {
            const SQL: &str = "SELECT id FROM accounts WHERE deletion_due_at <= $1 AND disabled_at IS NULL
                 ORDER BY deletion_due_at, id LIMIT $2";
            let rows = sqlx::query(SQL).bind(millis(now)).bind(i64::from(most)).fetch_all(on).await?;
            let id = |row: &$row| AccountId::from_slice(row.try_get("id")?).ok_or(Fault::Unreadable("accounts.id"));
            rows.iter().map(id).collect()
        }

        /// Deletes an account that is due, and writes the line of activity about it in the same transaction, so that
        /// of several callers one deletes it and tells. The caller locks the table of accounts.
        pub async fn delete_due_account(
            on: &mut $connection,
            ways: WaysIn,
            id: AccountId,
            now: Timestamp,
        ) -> Result<DueDeletion, Fault> {
            let account = account_by_id(on, id).await?;
            let is_due = |account: &Account| {
                // An administrator who disabled an account decides about it; its owner does not erase it meanwhile.
                !account.is_disabled && account.deletion_due_at.is_some_and(|at| at.is_over(now))
            };
            let Some(account) = account.filter(is_due) else { return Ok(DueDeletion::NotDue) };
            let (kind, outcome) = match delete_account(on, ways, id, now).await? {
                Removal::Done(ended) => (ActivityKind::Deleted, DueDeletion::Done(ended)),
                Removal::IsTheLast => {
                    keep_account(on, id).await?;
                    (ActivityKind::DeletionCancelled, DueDeletion::IsTheLast)
                }
            };
            let line = NewActivity::of(kind, id, &account.display_name, now);
            add_activity(on, &NewActivity { actor: ActivityActor::Server, ..line }).await?;
            Ok(outcome)
        }

        pub async fn apps_for(on: &mut $connection, account: AccountId) -> Result<Vec<App>, Fault> {
            const SQL: &str =
                "SELECT p.* FROM apps p WHERE p.disabled_at IS NULL AND (p.audience = 'everyone' OR EXISTS (
                SELECT 1 FROM app_groups o JOIN group_members m ON m.group_id = o.group_id
                WHERE o.app_id = p.id AND m.account_id = $1)) ORDER BY LOWER(p.name), p.id";
            let rows = sqlx::query(SQL).bind(account.as_bytes()).fetch_all(&mut *on).await?;
            let apps = rows.iter().map(app_of).collect::<Result<Vec<App>, Fault>>()?;
            with_audience_groups(on, apps).await
        }

        pub async fn grants_of(
            on: &mut $connection,
            account: AccountId,
            after: Option<(Timestamp, GrantId)>,
            most: u32,
        ) -> Result<Vec<Grant>, Fault> {
            const SQL: &str = "SELECT * FROM grants WHERE account_id = $1
                AND (signed_in_at < $2 OR signed_in_at = $2 AND id > $3) ORDER BY signed_in_at DESC, id LIMIT $4";
            let (before, id) = after.map_or((i64::MAX, [0; 16]), |(at, id)| (millis(at), id.0));
            let rows = sqlx::query(SQL).bind(account.as_bytes()).bind(before).bind(&id[..]).bind(i64::from(most));
            rows.fetch_all(on).await?.iter().map(grant_of).collect()
        }
    };
}

pub(crate) use own_queries;

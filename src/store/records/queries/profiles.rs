//! The queries about profiles.

/// The columns of the table of accounts that [`super::queries`] reads, as a list in SQL. No table with which
/// accounts are joined has columns of these names.
macro_rules! account_columns {
    () => {
        "id, username, display_name, email, email_verified_at, is_admin, manages_people, disabled_at, deletion_due_at, \
         given_name, family_name, gender, city, province, country, language, zone, updated_at, picture, picture_id, epoch, \
         scan_off_by_owner, scan_off_by_admin, shown_to_screens"
    };
}

/// Defines the queries about profiles for one type of connection (SQLite or PostgreSQL); they use the helpers
/// of [`super::queries`].
macro_rules! profile_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::people::{Email, Role};
        use crate::store::records::profiles::Gender;
        use crate::store::records::queries::profiles::account_columns;

        pub async fn account_by_id(on: &mut $connection, id: AccountId) -> Result<Option<Account>, Fault> {
            let row = sqlx::query(ACCOUNT_BY_ID).bind(id.as_bytes()).fetch_optional(on).await?;
            row.map(|row| account(&row)).transpose()
        }

        /// Stores the display name and the profile of an account, except its pictures, if the stored ones still
        /// have the fingerprint `seen`. If they are the same as the new ones, stores nothing and returns
        /// `Settled::Done`. An empty update locks the account first, until the end of the transaction.
        pub async fn settle_profile(
            on: &mut $connection,
            account: &Account,
            seen: Option<Fingerprint>,
            now: Timestamp,
        ) -> Result<Settled, Fault> {
            const HELD: &str = "UPDATE accounts SET id = id WHERE id = $1";
            sqlx::query(HELD).bind(account.id.as_bytes()).execute(&mut *on).await?;
            let Some(before) = account_by_id(on, account.id).await? else { return Ok(Settled::Unknown) };
            // If nothing differs, no other change is undone: a form that is sent twice is one change.
            if before.fingerprint() == account.fingerprint() {
                return Ok(Settled::Done);
            }
            if seen != Some(before.fingerprint()) {
                return Ok(Settled::Meanwhile);
            }
            let profile = &account.profile;
            sqlx::query(
                "UPDATE accounts SET display_name = $2, gender = $3, city = $4, province = $5, country = $6, language = $7,
                 given_name = $8, family_name = $9, zone = $10, updated_at = $11, shown_to_screens = $12 WHERE id = $1",
            )
            .bind(account.id.as_bytes())
            .bind(&account.display_name)
            .bind(profile.gender.map(Gender::word))
            .bind(&profile.city)
            .bind(&profile.province)
            .bind(&profile.country)
            .bind(&profile.language)
            .bind(&profile.given_name)
            .bind(&profile.family_name)
            .bind(&profile.zone)
            .bind(millis(now))
            .bind(profile.shown_to_screens.word())
            .execute(on)
            .await?;
            Ok(Settled::Done)
        }

        pub async fn swap_picture(
            on: &mut $connection,
            account: AccountId,
            from: Option<PictureId>,
            to: Option<&NewPicture>,
        ) -> Result<bool, Fault> {
            let done = sqlx::query(
                "UPDATE accounts SET picture_id = $3 WHERE id = $1 AND picture_id IS NOT DISTINCT FROM $2",
            )
            .bind(account.as_bytes())
            .bind(from.as_ref().map(PictureId::as_bytes))
            .bind(to.map(|to| to.id.as_bytes()))
            .execute(&mut *on)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            replace_picture(on, from, to).await.map(|()| true)
        }
    };
}

pub(crate) use {account_columns, profile_queries};

//! The queries about pictures. Each change of a picture stores the new one and deletes the previous one in the same
//! transaction, which the caller has begun.

/// Defines the queries about pictures for one type of connection (SQLite or PostgreSQL); they use the helpers
/// of [`super::queries`].
macro_rules! picture_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::pictures::{NewPicture, PictureId, UNUSED_KEPT};

        /// Stores a picture. If one with this id is stored already, its content is the same, and only its age
        /// starts anew, so that it is not deleted as an old unused picture.
        async fn add_picture(on: &mut $connection, picture: &NewPicture) -> Result<(), Fault> {
            sqlx::query(
                "INSERT INTO pictures (id, jpeg, created_at) VALUES ($1, $2, $3)
                 ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at",
            )
            .bind(picture.id.as_bytes())
            .bind(&picture.jpeg)
            .bind(millis(picture.created_at))
            .execute(on)
            .await?;
            Ok(())
        }

        pub async fn picture(on: &mut $connection, id: PictureId) -> Result<Option<Vec<u8>>, Fault> {
            let row =
                sqlx::query("SELECT jpeg FROM pictures WHERE id = $1").bind(id.as_bytes()).fetch_optional(on).await?;
            row.map(|row| Ok(row.try_get("jpeg")?)).transpose()
        }

        /// Stores the picture `after`, if it is given, and deletes the picture `before`, if it is given and has
        /// another id.
        async fn replace_picture(
            on: &mut $connection,
            before: Option<PictureId>,
            after: Option<&NewPicture>,
        ) -> Result<(), Fault> {
            if let Some(after) = after {
                add_picture(&mut *on, after).await?;
            }
            if let Some(before) = before.filter(|before| after.is_none_or(|after| after.id != *before)) {
                sqlx::query("DELETE FROM pictures WHERE id = $1").bind(before.as_bytes()).execute(on).await?;
            }
            Ok(())
        }

        /// Returns the ids of the pictures that no account has; the logos of apps are among them. It reads only the
        /// id, from its index: on SQLite the other columns of a row come after the picture itself.
        pub async fn pictures_of_no_account(on: &mut $connection) -> Result<Vec<PictureId>, Fault> {
            const SQL: &str = "SELECT id FROM pictures
                WHERE id NOT IN (SELECT picture_id FROM accounts WHERE picture_id IS NOT NULL)";
            let rows = sqlx::query(SQL).fetch_all(on).await?;
            let id = |row: &$row| -> Result<PictureId, Fault> {
                let id: &[u8] = row.try_get("id")?;
                id.try_into().map(PictureId::from_random).map_err(|_| Fault::Unreadable("pictures.id"))
            };
            rows.iter().map(id).collect()
        }

        pub async fn drop_old_picture(on: &mut $connection, id: PictureId, now: Timestamp) -> Result<(), Fault> {
            let kept = i64::try_from(UNUSED_KEPT.as_millis()).unwrap_or(i64::MAX);
            sqlx::query("DELETE FROM pictures WHERE id = $1 AND created_at <= $2")
                .bind(id.as_bytes())
                .bind(millis(now).saturating_sub(kept))
                .execute(on)
                .await?;
            Ok(())
        }
    };
}

pub(crate) use picture_queries;

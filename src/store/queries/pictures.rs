//! The queries about pictures. Whatever gives somebody another picture keeps that one and drops the one before in the same
//! transaction, which the caller has begun.

/// The queries on one kind of connection; they use the helpers of [`super::queries`].
macro_rules! picture_queries {
    ($connection:ty) => {
        use crate::store::pictures::{NewPicture, PictureId};

        /// One that is kept under this name already is the same.
        async fn add_picture(on: &mut $connection, picture: &NewPicture) -> Result<(), Fault> {
            sqlx::query(
                "INSERT INTO pictures (id, jpeg, created_at) VALUES ($1, $2, $3)
                 ON CONFLICT DO NOTHING",
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

        /// One picture takes the place of another, where somebody has another now.
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
    };
}

pub(crate) use picture_queries;

//! The queries about pictures.

/// The queries on one kind of connection; they use the helpers of [`super::queries`].
macro_rules! picture_queries {
    ($connection:ty) => {
        use crate::store::pictures::PictureId;

        pub async fn add_picture(
            on: &mut $connection,
            id: PictureId,
            jpeg: &[u8],
            now: Timestamp,
        ) -> Result<(), Fault> {
            sqlx::query("INSERT INTO pictures (id, jpeg, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                .bind(id.as_bytes())
                .bind(jpeg)
                .bind(millis(now))
                .execute(on)
                .await?;
            Ok(())
        }

        pub async fn picture(on: &mut $connection, id: PictureId) -> Result<Option<Vec<u8>>, Fault> {
            let row =
                sqlx::query("SELECT jpeg FROM pictures WHERE id = $1").bind(id.as_bytes()).fetch_optional(on).await?;
            row.map(|row| Ok(row.try_get("jpeg")?)).transpose()
        }

        pub async fn drop_picture(on: &mut $connection, id: PictureId) -> Result<(), Fault> {
            sqlx::query("DELETE FROM pictures WHERE id = $1").bind(id.as_bytes()).execute(on).await?;
            Ok(())
        }
    };
}

pub(crate) use picture_queries;

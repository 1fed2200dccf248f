//! The queries about accounts that are older than the rule that no two usernames look alike.

/// Defines the query that fills in missing skeletons, for one type of connection (SQLite or PostgreSQL).
macro_rules! skeleton_queries {
    ($connection:ty) => {
        use crate::names::skeleton;

        /// Computes and stores the skeleton (a form in which names that look alike are equal) of up to 500 accounts
        /// that have none; returns whether there were any. Of usernames that look alike, and are older than the
        /// rule against this, one gets the plain skeleton, and the others get it with their own name appended.
        pub async fn fill_skeletons(on: &mut $connection) -> Result<bool, Fault> {
            const SOME: &str = "SELECT id, username FROM accounts WHERE skeleton IS NULL AND username IS NOT NULL
                ORDER BY id LIMIT 500";
            const FILL: &str = "UPDATE accounts SET skeleton =
                    CASE WHEN EXISTS (SELECT 1 FROM accounts WHERE skeleton = $2) THEN $3 ELSE $2 END
                WHERE id = $1 AND skeleton IS NULL";
            let rows = sqlx::query(SOME).fetch_all(&mut *on).await?;
            for row in &rows {
                let username: &str = row.try_get("username")?;
                let alike = skeleton(username);
                sqlx::query(FILL)
                    .bind(row.try_get::<&[u8], _>("id")?)
                    .bind(&alike)
                    .bind(format!("{alike} {username}"))
                    .execute(&mut *on)
                    .await?;
            }
            Ok(!rows.is_empty())
        }
    };
}

pub(crate) use skeleton_queries;

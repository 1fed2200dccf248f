//! The queries about signing keys, and about the server's code key with which the records were made.

/// Defines the queries about keys for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// [`super::queries`].
macro_rules! key_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::keys::{FIRST_WITH_KEY_MARK, FIRST_WITH_SIGNING_KEYS, Inspected};
        use crate::store::records::keys::{KeyMark, MadeWith, SealedKey};

        /// Reads the version of the tables and which code key they were made with, without changing anything. The
        /// tables may be of any version, also of a newer one than this server's. `None` if no migration was made on
        /// them yet.
        pub async fn inspect(on: &mut $connection, newest: i64, ways: WaysIn) -> Result<Option<Inspected>, Fault> {
            let row = sqlx::query("SELECT MAX(version) AS version FROM _sqlx_migrations").fetch_one(&mut *on).await?;
            let Some(version) = row.try_get::<Option<i64>, _>("version")? else { return Ok(None) };
            let made_with = if version >= FIRST_WITH_KEY_MARK {
                made_with(on).await?
            } else if version >= FIRST_WITH_SIGNING_KEYS {
                made_before_keys_were_marked(on).await?
            } else {
                MadeWith::NoKey
            };
            let lacks_administrator = if version == newest { Some(lacks_administrator(on, ways).await?) } else { None };
            Ok(Some(Inspected { version, made_with, lacks_administrator }))
        }

        pub async fn made_with(on: &mut $connection) -> Result<MadeWith, Fault> {
            let row = sqlx::query("SELECT mark FROM code_key_mark").fetch_optional(&mut *on).await?;
            let Some(row) = row else { return made_before_keys_were_marked(on).await };
            let mark: &[u8] = row.try_get("mark")?;
            let mark = mark.try_into().map_err(|_| Fault::Unreadable("code_key_mark.mark"))?;
            Ok(MadeWith::Key(KeyMark(mark)))
        }

        async fn made_before_keys_were_marked(on: &mut $connection) -> Result<MadeWith, Fault> {
            let sealed = sqlx::query("SELECT kid FROM signing_keys LIMIT 1").fetch_optional(on).await?;
            Ok(if sealed.is_some() { MadeWith::UnknownKey } else { MadeWith::NoKey })
        }

        pub async fn mark_key(on: &mut $connection, mark: KeyMark) -> Result<(), Fault> {
            sqlx::query("INSERT INTO code_key_mark (id, mark) VALUES (1, $1) ON CONFLICT DO NOTHING")
                .bind(&mark.0[..])
                .execute(on)
                .await?;
            Ok(())
        }

        pub async fn records_id(on: &mut $connection) -> Result<[u8; 16], Fault> {
            let row = sqlx::query("SELECT value FROM records_id").fetch_one(on).await?;
            let id: &[u8] = row.try_get("value")?;
            id.try_into().map_err(|_| Fault::Unreadable("records_id.value"))
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

        /// Stores a signing key and returns `true`. Returns `false` and stores nothing if another key of the
        /// algorithm follows the same previous key, or if this one follows none although the algorithm has a key.
        /// Two callers at the same moment do not see each other's key; the unique index accepts only one.
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

        pub async fn retire_signing_key(on: &mut $connection, kid: &str, public: &[u8]) -> Result<(), Fault> {
            sqlx::query("UPDATE signing_keys SET sealed = $2 WHERE kid = $1")
                .bind(kid)
                .bind(public)
                .execute(on)
                .await?;
            Ok(())
        }

        pub async fn drop_signing_key(on: &mut $connection, kid: &str) -> Result<(), Fault> {
            sqlx::query("DELETE FROM signing_keys WHERE kid = $1").bind(kid).execute(on).await?;
            Ok(())
        }
    };
}

pub(crate) use key_queries;

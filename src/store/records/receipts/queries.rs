//! The queries about receipts of approvals.

/// Defines the queries about receipts for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// `records::queries`.
macro_rules! receipt_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::receipts::{Chain, CheckpointRow, ReceiptAdded, ReceiptKeyRow, ReceiptRow};
        use crate::ticket::ids::TicketId;

        /// Stores a receipt if its number is the next one of its account and its ticket has none. Of two callers at the
        /// same moment one stores its receipt: the other one finds the number taken, here or in the unique index.
        pub async fn add_receipt(on: &mut $connection, row: &ReceiptRow) -> Result<ReceiptAdded, Fault> {
            const SQL: &str = "INSERT INTO receipts (account_id, seq, ticket_id, at, line)
                 SELECT a.id, $2, $3, $4, $5 FROM accounts a WHERE a.id = $1 AND $2 = 1 + COALESCE(
                     (SELECT MAX(r.seq) FROM receipts r WHERE r.account_id = $1),
                     (SELECT c.seq FROM receipt_checkpoints c WHERE c.account_id = $1),
                     0)
                 ON CONFLICT DO NOTHING";
            let done = sqlx::query(SQL)
                .bind(row.account.as_bytes())
                .bind(stored_seq(row.seq))
                .bind(&row.ticket.as_bytes()[..])
                .bind(millis(row.at))
                .bind(&row.line)
                .execute(&mut *on)
                .await?;
            if done.rows_affected() == 1 {
                return Ok(ReceiptAdded::Done);
            }
            let account = sqlx::query("SELECT 1 FROM accounts WHERE id = $1").bind(row.account.as_bytes());
            let is_there = account.fetch_optional(on).await?.is_some();
            Ok(if is_there { ReceiptAdded::Behind } else { ReceiptAdded::NoAccount })
        }

        pub async fn receipt_for(
            on: &mut $connection,
            account: AccountId,
            ticket: TicketId,
        ) -> Result<Option<ReceiptRow>, Fault> {
            const SQL: &str = "SELECT * FROM receipts WHERE account_id = $1 AND ticket_id = $2";
            let row = sqlx::query(SQL).bind(account.as_bytes()).bind(&ticket.as_bytes()[..]).fetch_optional(on).await?;
            row.as_ref().map(receipt_of).transpose()
        }

        /// Reads the ends of an account's chain by one statement, so that they are of one moment.
        pub async fn receipt_chain(on: &mut $connection, account: AccountId) -> Result<Chain, Fault> {
            const SQL: &str = "SELECT a.id AS account_id,
                     (SELECT COUNT(*) FROM receipts n WHERE n.account_id = a.id) AS stored,
                     r.seq, r.ticket_id, r.at, r.line,
                     c.seq AS checkpoint_seq, c.hash AS checkpoint_hash, c.line AS checkpoint_line
                 FROM accounts a
                 LEFT JOIN receipts r ON r.account_id = a.id
                     AND r.seq = (SELECT MAX(m.seq) FROM receipts m WHERE m.account_id = a.id)
                 LEFT JOIN receipt_checkpoints c ON c.account_id = a.id
                 WHERE a.id = $1";
            let Some(row) = sqlx::query(SQL).bind(account.as_bytes()).fetch_optional(on).await? else {
                return Ok(Chain::default());
            };
            let is_there = row.try_get::<Option<i64>, _>("seq")?.is_some();
            let checkpoint = match row.try_get::<Option<i64>, _>("checkpoint_seq")? {
                Some(seq) => Some(CheckpointRow {
                    account,
                    seq: u64::try_from(seq).map_err(|_| Fault::Unreadable("receipt_checkpoints.seq"))?,
                    hash: row
                        .try_get::<&[u8], _>("checkpoint_hash")?
                        .try_into()
                        .map_err(|_| Fault::Unreadable("receipt_checkpoints.hash"))?,
                    line: row.try_get("checkpoint_line")?,
                }),
                None => None,
            };
            Ok(Chain {
                count: u64::try_from(row.try_get::<i64, _>("stored")?).unwrap_or_default(),
                newest: if is_there { Some(receipt_of(&row)?) } else { None },
                checkpoint,
            })
        }

        /// Returns at most `most` receipts of an account behind the one of this number, in their order.
        pub async fn receipts_after(
            on: &mut $connection,
            account: AccountId,
            seq: u64,
            most: u32,
        ) -> Result<Vec<ReceiptRow>, Fault> {
            const SQL: &str = "SELECT * FROM receipts WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
            let rows = sqlx::query(SQL).bind(account.as_bytes()).bind(stored_seq(seq)).bind(i64::from(most));
            rows.fetch_all(on).await?.iter().map(receipt_of).collect()
        }

        /// Returns of at most `most` accounts the last receipt that is this old, as all before it are.
        pub async fn old_receipts(
            on: &mut $connection,
            older_than: Timestamp,
            most: u32,
        ) -> Result<Vec<ReceiptRow>, Fault> {
            const SQL: &str = "SELECT r.* FROM receipts r JOIN (
                     SELECT o.account_id, MAX(o.seq) AS seq FROM receipts o WHERE o.at <= $1 AND NOT EXISTS
                         (SELECT 1 FROM receipts y WHERE y.account_id = o.account_id AND y.seq < o.seq AND y.at > $1)
                     GROUP BY o.account_id LIMIT $2
                 ) l ON l.account_id = r.account_id AND l.seq = r.seq";
            let rows = sqlx::query(SQL).bind(millis(older_than)).bind(i64::from(most)).fetch_all(on).await?;
            rows.iter().map(receipt_of).collect()
        }

        /// Deletes the receipts of an account up to the number of this checkpoint, and stores the checkpoint in their place.
        pub async fn prune_receipts(on: &mut $connection, checkpoint: &CheckpointRow) -> Result<(), Fault> {
            // Locked first and in one order: an earlier checkpoint of another instance does not replace a later one.
            const STORE: &str = "INSERT INTO receipt_checkpoints (account_id, seq, hash, line)
                 SELECT a.id, $2, $3, $4 FROM accounts a WHERE a.id = $1
                 ON CONFLICT (account_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, line = excluded.line
                 WHERE receipt_checkpoints.seq < excluded.seq";
            sqlx::query(STORE)
                .bind(checkpoint.account.as_bytes())
                .bind(stored_seq(checkpoint.seq))
                .bind(&checkpoint.hash[..])
                .bind(&checkpoint.line)
                .execute(&mut *on)
                .await?;
            sqlx::query("DELETE FROM receipts WHERE account_id = $1 AND seq <= $2")
                .bind(checkpoint.account.as_bytes())
                .bind(stored_seq(checkpoint.seq))
                .execute(on)
                .await?;
            Ok(())
        }

        pub async fn receipt_keys(on: &mut $connection) -> Result<Vec<ReceiptKeyRow>, Fault> {
            let rows = sqlx::query("SELECT * FROM receipt_keys ORDER BY created_at, kid").fetch_all(on).await?;
            let key = |row: &$row| -> Result<ReceiptKeyRow, Fault> {
                Ok(ReceiptKeyRow {
                    kid: row.try_get("kid")?,
                    public: row.try_get("public")?,
                    sealed: row.try_get("sealed")?,
                    created_at: timestamp(row, "created_at")?,
                    vouched: row.try_get("vouched")?,
                    follows: row.try_get("follows")?,
                })
            };
            rows.iter().map(key).collect()
        }

        /// Stores a key and returns `true`; `false` if another key follows the same one.
        pub async fn add_receipt_key(on: &mut $connection, key: &ReceiptKeyRow) -> Result<bool, Fault> {
            const SQL: &str = "INSERT INTO receipt_keys (kid, public, sealed, created_at, follows, vouched)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
            let done = sqlx::query(SQL)
                .bind(&key.kid)
                .bind(&key.public)
                .bind(&key.sealed)
                .bind(millis(key.created_at))
                .bind(&key.follows)
                .bind(&key.vouched)
                .execute(on)
                .await?;
            Ok(done.rows_affected() == 1)
        }

        /// Deletes the private halves of the keys whose successor was made up to this time.
        pub async fn retire_receipt_keys(on: &mut $connection, followed_before: Timestamp) -> Result<(), Fault> {
            const SQL: &str = "UPDATE receipt_keys SET sealed = NULL WHERE sealed IS NOT NULL
                 AND kid IN (SELECT n.follows FROM receipt_keys n WHERE n.created_at <= $1)";
            sqlx::query(SQL).bind(millis(followed_before)).execute(on).await?;
            Ok(())
        }

        fn receipt_of(row: &$row) -> Result<ReceiptRow, Fault> {
            const WRONG: Fault = Fault::Unreadable("receipts");
            let ticket: &[u8] = row.try_get("ticket_id")?;
            Ok(ReceiptRow {
                account: AccountId::from_slice(row.try_get("account_id")?).ok_or(WRONG)?,
                seq: u64::try_from(row.try_get::<i64, _>("seq")?).map_err(|_| WRONG)?,
                ticket: TicketId::from_bytes(ticket.try_into().map_err(|_| WRONG)?),
                at: timestamp(row, "at")?,
                line: row.try_get("line")?,
            })
        }

        fn stored_seq(seq: u64) -> i64 {
            i64::try_from(seq).unwrap_or(i64::MAX)
        }
    };
}

pub(crate) use receipt_queries;

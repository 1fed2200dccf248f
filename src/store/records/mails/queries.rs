//! The queries about mails that wait to be sent.

/// Defines the queries about mails for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// `records::queries`.
macro_rules! mail_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::mails::{
            CausedBy, FIRST_PAUSE as FIRST_MAIL_PAUSE, MAIL_KEPT, Mail, MailEnd, MailEnded, MailId, MailKind,
            MailRecord, NewMail, Queued, SEND_WITHIN, WAITING, WAITING_OF_STRANGERS,
        };

        /// Puts a mail into the queue, unless it was put there before or there are too many. The account is locked, so
        /// its own bound is exact; instances that add mails of several accounts at the same moment may exceed the bound
        /// of all by one each.
        pub async fn queue_mail(on: &mut $connection, mail: &NewMail) -> Result<Queued, Fault> {
            const SQL: &str = "INSERT INTO mails (id, account_id, kind, is_open, address, language, facts, link_hash,
                     sealed_link, created_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
            hold_account(on, mail.account).await?;
            if account_by_id(on, mail.account).await?.is_none() {
                return Ok(Queued::Unknown);
            }
            let there = sqlx::query("SELECT 1 FROM mails WHERE id = $1").bind(mail.id.as_bytes());
            if there.fetch_optional(&mut *on).await?.is_some() {
                return Ok(Queued::Before);
            }
            let of_a_day =
                sqlx::query("SELECT COUNT(*) FROM mails WHERE account_id = $1 AND kind = $2 AND created_at > $3")
                    .bind(mail.account.as_bytes())
                    .bind(mail.kind.word())
                    .bind(millis(mail.now.before(SEND_WITHIN)))
                    .fetch_one(&mut *on)
                    .await?;
            if of_a_day.try_get::<i64, _>(0)? >= i64::from(mail.kind.per_day()) {
                return Ok(Queued::TooMany);
            }
            let most = if mail.caused_by == CausedBy::Stranger { WAITING_OF_STRANGERS } else { WAITING };
            let waiting = sqlx::query("SELECT COUNT(*) FROM mails WHERE ended_at IS NULL").fetch_one(&mut *on).await?;
            if waiting.try_get::<i64, _>(0)? >= i64::from(most) {
                return Ok(Queued::Full);
            }
            let (hash, sealed) = mail.link.as_ref().map(|(hash, sealed)| (&hash.0[..], &sealed[..])).unzip();
            let facts = serde_json::to_string(&mail.facts).map_err(|_| Fault::Unreadable("mails.facts"))?;
            sqlx::query(SQL)
                .bind(mail.id.as_bytes())
                .bind(mail.account.as_bytes())
                .bind(mail.kind.word())
                .bind(i64::from(mail.caused_by == CausedBy::Stranger))
                .bind(mail.to.as_str())
                .bind(&mail.language)
                .bind(facts)
                .bind(hash)
                .bind(sealed)
                .bind(millis(mail.now))
                .execute(on)
                .await?;
            Ok(Queued::Done)
        }

        /// Returns at most `most` due mails, counts a try for each and postpones them. Two instances that do so at the same
        /// moment wait for each other's rows and find them postponed, which is why the condition on `due_at` is
        /// repeated outside of the list.
        pub async fn take_mails(on: &mut $connection, most: u16, now: Timestamp) -> Result<Vec<Mail>, Fault> {
            let rows = sqlx::query(
                "UPDATE mails SET tries = tries + 1,
                     due_at = $1 + $2 * CASE WHEN tries < 7 THEN (1 << CAST(tries AS INTEGER)) ELSE 128 END
                 WHERE ended_at IS NULL AND due_at <= $1 AND id IN
                     (SELECT id FROM mails WHERE ended_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $3)
                 RETURNING *",
            )
            .bind(millis(now))
            .bind(i64::try_from(FIRST_MAIL_PAUSE.as_millis()).unwrap_or(i64::MAX))
            .bind(i64::from(most))
            .fetch_all(on)
            .await?;
            // A mail of a kind that only a later version knows is left to an instance of that version.
            Ok(rows.iter().filter_map(|row| mail_of(row).ok()).collect())
        }

        /// Stores what became of a mail and deletes what it contained, its link above all.
        pub async fn end_mail(on: &mut $connection, ended: &MailEnded) -> Result<bool, Fault> {
            let done = sqlx::query(
                "UPDATE mails SET ended_at = $2, outcome = $3, sealed_link = NULL, address = '', facts = ''
                 WHERE id = $1 AND ended_at IS NULL",
            )
            .bind(ended.id.as_bytes())
            .bind(millis(ended.now))
            .bind(ended.end.word())
            .execute(&mut *on)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            if let Some(line) = &ended.line {
                add_activity(on, line).await?;
            }
            Ok(true)
        }

        pub async fn mails_of(on: &mut $connection, account: AccountId, most: u32) -> Result<Vec<MailRecord>, Fault> {
            const SQL: &str = "SELECT kind, link_hash, created_at, tries, ended_at, outcome FROM mails
                 WHERE account_id = $1 ORDER BY created_at DESC, id LIMIT $2";
            let rows = sqlx::query(SQL).bind(account.as_bytes()).bind(i64::from(most)).fetch_all(on).await?;
            rows.iter().map(mail_record).collect()
        }

        async fn sweep_mails(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            sqlx::query("DELETE FROM mails WHERE created_at <= $1")
                .bind(millis(now.before(MAIL_KEPT)))
                .execute(&mut *on)
                .await?;
            // Where nothing is sent any more, because the settings changed, the links in the queue must not stay.
            sqlx::query("UPDATE mails SET sealed_link = NULL WHERE created_at <= $1 AND sealed_link IS NOT NULL")
                .bind(millis(now.before(SEND_WITHIN)))
                .execute(on)
                .await?;
            Ok(())
        }

        fn mail_link(row: &$row) -> Result<Option<LinkHash>, Fault> {
            let hash: Option<&[u8]> = row.try_get("link_hash")?;
            let hash = hash.map(|hash| hash.try_into().map(LinkHash)).transpose();
            hash.map_err(|_| Fault::Unreadable("mails.link_hash"))
        }

        fn mail_kind(row: &$row) -> Result<MailKind, Fault> {
            row.try_get::<&str, _>("kind")?.parse().map_err(|_| Fault::Unreadable("mails.kind"))
        }

        fn mail_of(row: &$row) -> Result<Mail, Fault> {
            const WRONG: Fault = Fault::Unreadable("mails");
            let sealed: Option<Vec<u8>> = row.try_get("sealed_link")?;
            Ok(Mail {
                id: MailId::from_slice(row.try_get("id")?).ok_or(WRONG)?,
                account: AccountId::from_slice(row.try_get("account_id")?).ok_or(WRONG)?,
                kind: mail_kind(row)?,
                to: Email::stored(row.try_get("address")?),
                language: row.try_get("language")?,
                facts: serde_json::from_str(row.try_get("facts")?).map_err(|_| WRONG)?,
                link: mail_link(row)?.map(|hash| (hash, sealed.unwrap_or_default())),
                created_at: timestamp(row, "created_at")?,
                tries: u64::try_from(row.try_get::<i64, _>("tries")?).map_err(|_| WRONG)?,
            })
        }

        fn mail_record(row: &$row) -> Result<MailRecord, Fault> {
            const WRONG: Fault = Fault::Unreadable("mails");
            let outcome: Option<&str> = row.try_get("outcome")?;
            let outcome = outcome.map(|word| word.parse::<MailEnd>().map_err(|_| WRONG)).transpose()?;
            Ok(MailRecord {
                kind: mail_kind(row)?,
                link: mail_link(row)?,
                created_at: timestamp(row, "created_at")?,
                tries: u64::try_from(row.try_get::<i64, _>("tries")?).map_err(|_| WRONG)?,
                ended: outcome.zip(optional_timestamp(row, "ended_at")?),
            })
        }
    };
}

pub(crate) use mail_queries;

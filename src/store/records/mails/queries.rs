//! The queries about mails that wait to be sent.

/// Defines the queries about mails for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// `records::queries`.
macro_rules! mail_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::mails::{
            CausedBy, CountedWith, HELD_FOR, MAIL_KEPT, Mail, MailEnd, MailEnded, MailId, MailKind, MailRecord,
            NewMail, NewRecovery, Queued, SEND_WITHIN, WAITING, WAITING_OF_STRANGERS,
        };

        /// Puts a mail into the queue, unless it was put there before or there are too many. The account is locked, so
        /// its own bound is exact; instances that add mails of several accounts at the same moment may exceed the other
        /// bounds by one each.
        pub async fn queue_mail(on: &mut $connection, mail: &NewMail) -> Result<Queued, Fault> {
            hold_account(on, mail.account).await?;
            if account_by_id(on, mail.account).await?.is_none() {
                return Ok(Queued::Unknown);
            }
            let there = sqlx::query("SELECT 1 FROM mails WHERE id = $1").bind(mail.id.as_bytes());
            if there.fetch_optional(&mut *on).await?.is_some() {
                return Ok(Queued::Before);
            }
            let room = room_for_mail(on, mail.account, mail.kind, mail.caused_by, mail.now).await?;
            if room != Queued::Done {
                return Ok(room);
            }
            insert_mail(on, mail).await?;
            Ok(Queued::Done)
        }

        /// Stores a link for a forgotten password and puts its mail into the queue, unless the account got such a mail a
        /// moment ago whose link can still be opened. The account is locked first, so of two callers at the same moment
        /// the second finds the mail of the first.
        pub async fn queue_recovery(
            on: &mut $connection,
            ways: WaysIn,
            recovery: &NewRecovery,
        ) -> Result<Queued, Fault> {
            // A mail that did not arrive stands in the way of no other.
            const RECENT: &str = "SELECT 1 FROM mails m JOIN one_time_links l ON l.token_hash = m.link_hash
                 WHERE m.account_id = $1 AND m.kind = $2 AND m.created_at > $3
                     AND (m.outcome IS NULL OR m.outcome = $4)
                     AND l.bound_to IS NULL AND l.used_at IS NULL AND l.withdrawn_at IS NULL AND l.expires_at > $5";
            let NewRecovery { link, mail, none_since } = recovery;
            hold_account(on, mail.account).await?;
            let recent = sqlx::query(RECENT)
                .bind(mail.account.as_bytes())
                .bind(mail.kind.word())
                .bind(millis(*none_since))
                .bind(MailEnd::Sent.word())
                .bind(millis(mail.now));
            if recent.fetch_optional(&mut *on).await?.is_some() {
                return Ok(Queued::Before);
            }
            let room = room_for_mail(on, mail.account, mail.kind, mail.caused_by, mail.now).await?;
            if room != Queued::Done {
                return Ok(room);
            }
            if !matches!(make_link(on, ways, link).await?, LinkMade::Done { .. }) {
                return Ok(Queued::Unknown);
            }
            insert_mail(on, mail).await?;
            Ok(Queued::Done)
        }

        async fn insert_mail(on: &mut $connection, mail: &NewMail) -> Result<(), Fault> {
            const SQL: &str = "INSERT INTO mails (id, account_id, kind, is_open, address, language, facts, link_hash,
                     sealed_link, created_at, due_at, counted_with)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)";
            let (hash, sealed) = mail.link.as_ref().map(|(hash, sealed)| (&hash.0[..], &sealed[..])).unzip();
            let facts = serde_json::to_string(&mail.facts).map_err(|_| Fault::Unreadable("mails.facts"))?;
            sqlx::query(SQL)
                .bind(mail.id.as_bytes())
                .bind(mail.account.as_bytes())
                .bind(mail.kind.word())
                .bind(i64::from(mail.caused_by != CausedBy::Known))
                .bind(mail.to.as_str())
                .bind(&mail.language)
                .bind(facts)
                .bind(hash)
                .bind(sealed)
                .bind(millis(mail.now))
                .bind(counted_with(mail.caused_by))
                .execute(on)
                .await?;
            Ok(())
        }

        /// Returns `Queued::Done` if another mail of this kind may be put into the queue, or else why it may not.
        pub async fn room_for_mail(
            on: &mut $connection,
            account: AccountId,
            kind: MailKind,
            caused_by: CausedBy,
            now: Timestamp,
        ) -> Result<Queued, Fault> {
            const OF_ACCOUNT: &str =
                "SELECT COUNT(*) FROM mails WHERE account_id = $1 AND kind = $2 AND created_at > $3";
            const OF_STRANGERS: &str =
                "SELECT COUNT(*) FROM mails WHERE counted_with = $1 AND kind = $2 AND created_at > $3";
            let day = now.before(SEND_WITHIN);
            if mails_since(on, OF_ACCOUNT, account.as_bytes(), kind, day).await? >= i64::from(kind.per_day()) {
                return Ok(Queued::TooMany);
            }
            if let CausedBy::Stranger(CountedWith(hash)) = caused_by {
                for (within, most) in kind.of_strangers() {
                    let since = now.before(*within);
                    if mails_since(on, OF_STRANGERS, &hash, kind, since).await? >= i64::from(*most) {
                        return Ok(Queued::TooManyOfStrangers);
                    }
                }
            }
            let most = if caused_by == CausedBy::Known { WAITING } else { WAITING_OF_STRANGERS };
            let waiting = sqlx::query("SELECT COUNT(*) FROM mails WHERE ended_at IS NULL").fetch_one(on).await?;
            Ok(if waiting.try_get::<i64, _>(0)? >= i64::from(most) { Queued::Full } else { Queued::Done })
        }

        /// Counts mails of a kind by one of the statements above.
        async fn mails_since(
            on: &mut $connection,
            sql: &'static str,
            of: &[u8],
            kind: MailKind,
            since: Timestamp,
        ) -> Result<i64, Fault> {
            let row = sqlx::query(sql).bind(of).bind(kind.word()).bind(millis(since)).fetch_one(on).await?;
            Ok(row.try_get(0)?)
        }

        fn counted_with(caused_by: CausedBy) -> Option<Vec<u8>> {
            match caused_by {
                CausedBy::Known => None,
                CausedBy::Stranger(CountedWith(hash)) => Some(hash.to_vec()),
            }
        }

        /// Returns at most `most` due mails other than these, counts a try for each and holds them for this caller. Two
        /// instances that do so at the same moment wait for each other's rows and find them held, which is why the condition
        /// on `due_at` is repeated outside of the list.
        pub async fn take_mails(
            on: &mut $connection,
            most: u16,
            other_than: &[MailId],
            now: Timestamp,
        ) -> Result<Vec<Mail>, Fault> {
            let mut sql = sqlx::QueryBuilder::new("UPDATE mails SET tries = tries + 1, due_at = ");
            sql.push_bind(millis(now + HELD_FOR)).push(" WHERE ended_at IS NULL AND due_at <= ").push_bind(millis(now));
            sql.push(" AND id IN (SELECT id FROM mails WHERE ended_at IS NULL AND due_at <= ").push_bind(millis(now));
            for id in other_than {
                sql.push(" AND id <> ").push_bind(id.as_bytes().to_vec());
            }
            sql.push(" ORDER BY due_at LIMIT ").push_bind(i64::from(most)).push(") RETURNING *");
            let rows: Vec<$row> = sql.build().fetch_all(on).await?;
            // A mail of a kind that only a later version knows is left to an instance of that version.
            Ok(rows.iter().filter_map(|row| mail_of(row).ok()).collect())
        }

        /// Sets the time of the next try of a mail, unless it ended or somebody began another try meanwhile.
        pub async fn postpone_mail(
            on: &mut $connection,
            id: MailId,
            tries: u64,
            due_at: Timestamp,
        ) -> Result<(), Fault> {
            sqlx::query("UPDATE mails SET due_at = $3 WHERE id = $1 AND tries = $2 AND ended_at IS NULL")
                .bind(id.as_bytes())
                .bind(i64::try_from(tries).unwrap_or(i64::MAX))
                .bind(millis(due_at))
                .execute(on)
                .await?;
            Ok(())
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
            // Mails of kinds that only a later version knows are not told.
            rows.iter().filter(|row| mail_kind(row).is_ok()).map(mail_record).collect()
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

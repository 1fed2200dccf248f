//! The queries about one-time links, and about the last time that a person gave their password in a session.

/// Builds the statement that withdraws those links of a condition that still work. `$1` is an id, and `$2` the time.
macro_rules! withdraw_where {
    ($condition:literal) => {
        concat!(
            "UPDATE one_time_links SET withdrawn_at = $2 WHERE ",
            $condition,
            " AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > $2"
        )
    };
}

/// Defines the queries about one-time links for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// `records::queries` and of `records::queries::early_ends`.
macro_rules! link_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::links::{ENDED_LINK_KEPT, Earlier, Enrolled, Enrolment, FirstAccount, Link, LinkHash};
        use crate::store::records::links::{LinkMade, LinkOpened, LinkPurpose, LinkRefusal, NewLink, OpenerHash};
        use crate::store::records::links::queries::withdraw_where;
        use crate::store::records::links::{ProvenBy, SessionProof, SetUp, WayIn};

        /// Stores a link and its line of activity, and withdraws the earlier links of the account that still work. A link
        /// that is stored already stays as it is, and nothing else is done. The account is locked first, so of two links
        /// that are made at the same moment the second withdraws the first.
        pub async fn make_link(on: &mut $connection, ways: WaysIn, link: &NewLink) -> Result<LinkMade, Fault> {
            hold_account(on, link.account).await?;
            let Some(account) = account_by_id(on, link.account).await? else { return Ok(LinkMade::Unknown) };
            if let Some(stored) = link_of(on, link.token).await? {
                return Ok(LinkMade::Done { until: stored.expires_at });
            }
            if account.is_disabled {
                return Ok(LinkMade::Disabled);
            }
            if account.username.is_none() {
                return Ok(LinkMade::NoUsername);
            }
            if link.purpose == LinkPurpose::Invite && has_way_in(on, ways, link.account).await? {
                return Ok(LinkMade::HasWayIn);
            }
            if link.earlier == Earlier::Withdrawn {
                withdraw_links(on, link.account, link.now).await?;
            }
            let until = link.now + link.purpose.life();
            let (maker, name) = link.made_by.clone().unzip();
            sqlx::query(
                "INSERT INTO one_time_links
                     (token_hash, purpose, account_id, made_by, made_by_name, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(&link.token.0[..])
            .bind(link.purpose.word())
            .bind(link.account.as_bytes())
            .bind(maker.as_ref().map(AccountId::as_bytes))
            .bind(name.unwrap_or_default())
            .bind(millis(link.now))
            .bind(millis(until))
            .execute(&mut *on)
            .await?;
            add_activity(on, &link.line).await?;
            Ok(LinkMade::Done { until })
        }

        pub async fn has_password(on: &mut $connection, account: AccountId) -> Result<bool, Fault> {
            let row = sqlx::query("SELECT 1 FROM accounts WHERE id = $1 AND password_hash IS NOT NULL")
                .bind(account.as_bytes())
                .fetch_optional(on)
                .await?;
            Ok(row.is_some())
        }

        /// Returns the link with this hash and its account, if it has one.
        pub async fn link(on: &mut $connection, token: LinkHash) -> Result<Option<(Link, Option<Account>)>, Fault> {
            let Some(link) = link_of(on, token).await? else { return Ok(None) };
            let account = match link.account {
                Some(account) => account_by_id(on, account).await?,
                None => None,
            };
            Ok(Some((link, account)))
        }

        /// Gives the link to the browser that opens it, unless another one did before; then notes that a second one tried.
        pub async fn open_link(
            on: &mut $connection,
            token: LinkHash,
            opener: OpenerHash,
            now: Timestamp,
        ) -> Result<LinkOpened, Fault> {
            const OPEN: &str = "UPDATE one_time_links SET bound_to = $2, bound_at = $3
                 WHERE token_hash = $1 AND bound_to IS NULL AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > $3";
            const ELSEWHERE: &str = "UPDATE one_time_links SET opened_elsewhere_at = $2
                 WHERE token_hash = $1 AND opened_elsewhere_at IS NULL";
            let opened = sqlx::query(OPEN)
                .bind(&token.0[..])
                .bind(&opener.0[..])
                .bind(millis(now))
                .execute(&mut *on)
                .await?;
            if opened.rows_affected() == 1 {
                return Ok(LinkOpened::Now);
            }
            let Some(link) = link_of(on, token).await? else { return Ok(LinkOpened::Over(LinkRefusal::Unknown)) };
            if let Some(why) = link.over(now) {
                return Ok(LinkOpened::Over(why));
            }
            if link.belongs_to(Some(opener)) {
                return Ok(LinkOpened::Before);
            }
            let noted = sqlx::query(ELSEWHERE).bind(&token.0[..]).bind(millis(now)).execute(on).await?;
            Ok(LinkOpened::Elsewhere { is_first: noted.rows_affected() == 1 })
        }

        /// Sets the password or adds the passkey that a person chose with a link and opens their session, if the link still
        /// works in this browser. Of two callers the second finds the link used, because the first one locks its row. A
        /// person who chose a passkey has no password from then on, because a recovery replaces what was before. If
        /// everything of the account ends, its earlier passkeys are removed as well.
        pub async fn enrol(on: &mut $connection, enrolment: &Enrolment) -> Result<Enrolled, Fault> {
            const USE: &str = "UPDATE one_time_links
                 SET used_at = $3, ends_sessions = $4, bound_to = $2, bound_at = COALESCE(bound_at, $3)
                 WHERE token_hash = $1 AND (bound_to IS NULL OR bound_to = $2)
                     AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > $3";
            // Whoever recovers an account does not want what somebody asked for who was in it.
            const CHANGE: &str = "UPDATE accounts SET password_hash = $2, deletion_due_at = NULL,
                     display_name = COALESCE($3, display_name),
                     updated_at = CASE WHEN $3 IS NULL OR display_name = $3 THEN updated_at ELSE $4 END
                 WHERE id = $1";
            let Enrolment { token, opener, now, .. } = enrolment;
            let refused = |why| Ok(Enrolled::Refused(why));
            let Some(link) = link_of(on, *token).await? else { return refused(LinkRefusal::Unknown) };
            let Some(id) = link.account else { return refused(LinkRefusal::Unknown) };
            hold_account(on, id).await?;
            match account_by_id(on, id).await? {
                None => return refused(LinkRefusal::Unknown),
                Some(account) if account.is_disabled => return refused(LinkRefusal::Disabled),
                Some(_) => {}
            }
            if let WayIn::Passkey(new) = &enrolment.way {
                let more = if enrolment.ends_all { 0 } else { count_passkeys(on, id).await? };
                let added = may_add_passkey(on, new, more).await?;
                if added != PasskeyAdded::Done {
                    return Ok(Enrolled::NoPasskey(added));
                }
            }
            let used = sqlx::query(USE)
                .bind(&token.0[..])
                .bind(&opener.0[..])
                .bind(millis(*now))
                .bind(i64::from(enrolment.ends_all))
                .execute(&mut *on)
                .await?;
            if used.rows_affected() == 0 {
                let Some(link) = link_of(on, *token).await? else { return refused(LinkRefusal::Unknown) };
                return refused(link.over(*now).unwrap_or(LinkRefusal::OtherBrowser));
            }
            // Nobody gets in with another link that was asked for by mail.
            withdraw_links(on, id, *now).await?;
            let sessions = if enrolment.ends_all { sign_out_account(on, id, None, *now).await?.sessions } else { 0 };
            if enrolment.ends_all {
                remove_passkeys(on, id).await?;
            }
            let password_hash = match &enrolment.way {
                WayIn::Password(hash) => Some(hash),
                WayIn::Passkey(new) => {
                    insert_passkey(on, new).await?;
                    None
                }
            };
            sqlx::query(CHANGE)
                .bind(id.as_bytes())
                .bind(password_hash)
                .bind(&enrolment.display_name)
                .bind(millis(*now))
                .execute(&mut *on)
                .await?;
            let Some(account) = account_by_id(on, id).await? else { return refused(LinkRefusal::Unknown) };
            if enrolment.ends_all {
                // No device is left on which somebody could answer, and where others were is as new as ever.
                forget_places_of(on, id).await?;
            }
            let Some(PlacesOfSignIn { new, is_told, .. }) = places_of(on, id, &enrolment.places, *now).await? else {
                return refused(LinkRefusal::Unknown);
            };
            let device = DeviceFacts { unusual_at: is_told.then_some(*now), ..enrolment.goes_on_in.device.clone() };
            let goes_on_in = SessionRow { device, ..enrolment.goes_on_in.clone() };
            if !go_on_in(on, &goes_on_in, account.epoch).await? {
                // The whole use is rolled back then; this cannot happen while the account is locked in that epoch.
                return Err(Fault::Contended);
            }
            see_places(on, &goes_on_in, &enrolment.places, new).await?;
            for line in &enrolment.lines {
                add_activity(on, line).await?;
            }
            Ok(Enrolled::Done { sessions })
        }

        /// Gives the link that sets up to the browser that opens it. It stays with that browser for an hour, and then with
        /// the next one that opens it, because its person may have lost that browser.
        pub async fn open_set_up(
            on: &mut $connection,
            token: LinkHash,
            opener: OpenerHash,
            now: Timestamp,
        ) -> Result<LinkOpened, Fault> {
            const SQL: &str = "INSERT INTO one_time_links (token_hash, purpose, created_at, expires_at, bound_to, bound_at)
                 SELECT $1, 'set up', $3, $4, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM accounts)
                 ON CONFLICT (token_hash) DO UPDATE
                     SET expires_at = excluded.expires_at, bound_to = excluded.bound_to, bound_at = excluded.bound_at
                     WHERE one_time_links.used_at IS NULL
                         AND (one_time_links.expires_at <= excluded.bound_at OR one_time_links.bound_to = excluded.bound_to)";
            let opened = sqlx::query(SQL)
                .bind(&token.0[..])
                .bind(&opener.0[..])
                .bind(millis(now))
                .bind(millis(now + LinkPurpose::SetUp.life()))
                .execute(&mut *on)
                .await?;
            if opened.rows_affected() == 1 {
                return Ok(LinkOpened::Now);
            }
            if has_accounts(on).await? {
                return Ok(LinkOpened::Over(LinkRefusal::Used));
            }
            Ok(LinkOpened::Elsewhere { is_first: false })
        }

        /// Adds the first account, unless there is one, or the link belongs to another browser. The caller locks the table
        /// of accounts, so of two callers at the same moment the second finds the account of the first.
        pub async fn set_up(on: &mut $connection, set_up: &SetUp) -> Result<FirstAccount, Fault> {
            let now = set_up.account.created_at;
            match open_set_up(on, set_up.token, set_up.opener, now).await? {
                LinkOpened::Elsewhere { .. } => return Ok(FirstAccount::OtherBrowser),
                LinkOpened::Over(_) => return Ok(FirstAccount::NotFirst),
                LinkOpened::Now | LinkOpened::Before => {}
            }
            if let Some(new) = &set_up.passkey {
                let added = may_add_passkey(on, new, 0).await?;
                if added != PasskeyAdded::Done {
                    return Ok(FirstAccount::NoPasskey(added));
                }
            }
            if !add_first_account(on, &set_up.account).await? {
                return Ok(FirstAccount::NotFirst);
            }
            if let Some(new) = &set_up.passkey {
                insert_passkey(on, new).await?;
            }
            sqlx::query("UPDATE one_time_links SET used_at = $2 WHERE token_hash = $1")
                .bind(&set_up.token.0[..])
                .bind(millis(now))
                .execute(on)
                .await?;
            Ok(FirstAccount::Made)
        }

        pub async fn withdraw_links(on: &mut $connection, account: AccountId, now: Timestamp) -> Result<u64, Fault> {
            withdraw(on, withdraw_where!("account_id = $1"), account.as_bytes(), now).await
        }

        /// Withdraws the links that somebody made who may not make links any more.
        async fn withdraw_links_by(on: &mut $connection, maker: AccountId, now: Timestamp) -> Result<u64, Fault> {
            withdraw(on, withdraw_where!("made_by = $1"), maker.as_bytes(), now).await
        }

        /// Withdraws the links of all members of a group, which grants rights from now on.
        async fn withdraw_links_of_members(on: &mut $connection, group: GroupId, now: Timestamp) -> Result<u64, Fault> {
            const OF_MEMBERS: &str =
                withdraw_where!("account_id IN (SELECT account_id FROM group_members WHERE group_id = $1)");
            withdraw(on, OF_MEMBERS, group.as_bytes(), now).await
        }

        /// Withdraws links by one of the statements above, and returns how many there were.
        async fn withdraw(
            on: &mut $connection,
            sql: &'static str,
            id: &[u8],
            now: Timestamp,
        ) -> Result<u64, Fault> {
            Ok(sqlx::query(sql).bind(id).bind(millis(now)).execute(on).await?.rows_affected())
        }

        pub async fn links_of(on: &mut $connection, account: AccountId, most: u32) -> Result<Vec<Link>, Fault> {
            const SQL: &str =
                "SELECT * FROM one_time_links WHERE account_id = $1 ORDER BY created_at DESC, token_hash LIMIT $2";
            let rows = sqlx::query(SQL).bind(account.as_bytes()).bind(i64::from(most)).fetch_all(on).await?;
            rows.iter().map(stored_link).collect()
        }

        async fn sweep_links(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            let kept = i64::try_from(ENDED_LINK_KEPT.as_millis()).unwrap_or(i64::MAX);
            sqlx::query("DELETE FROM one_time_links WHERE expires_at <= $1")
                .bind(millis(now).saturating_sub(kept))
                .execute(on)
                .await?;
            Ok(())
        }

        /// Stores that the owner proved themselves in a session, if the session is open, the account is enabled and in the
        /// same epoch, and the password is still the same or the passkey still there.
        pub async fn prove_session(on: &mut $connection, proof: &SessionProof) -> Result<bool, Fault> {
            const BY_PASSWORD: &str = "UPDATE sessions SET proven_at = $2
                 WHERE token_hash = $1 AND ends_at > $2 AND is_disowned = 0 AND account_id IN
                     (SELECT id FROM accounts WHERE epoch = $3 AND password_hash = $4 AND disabled_at IS NULL)";
            const BY_PASSKEY: &str = "UPDATE sessions SET proven_at = $2
                 WHERE token_hash = $1 AND ends_at > $2 AND is_disowned = 0 AND account_id IN
                     (SELECT a.id FROM accounts a JOIN passkeys k ON k.account_id = a.id
                      WHERE a.epoch = $3 AND k.credential_id = $4 AND a.disabled_at IS NULL)";
            let sql = match &proof.by {
                ProvenBy::Password(_) => BY_PASSWORD,
                ProvenBy::Passkey(_) => BY_PASSKEY,
            };
            let query = sqlx::query(sql)
                .bind(&proof.session.0[..])
                .bind(millis(proof.now))
                .bind(i64::from(proof.seen.0));
            let query = match &proof.by {
                ProvenBy::Password(hash) => query.bind(hash),
                ProvenBy::Passkey(id) => query.bind(&id.0[..]),
            };
            let done = query.execute(on).await?;
            Ok(done.rows_affected() == 1)
        }

        async fn link_of(on: &mut $connection, token: LinkHash) -> Result<Option<Link>, Fault> {
            let row = sqlx::query("SELECT * FROM one_time_links WHERE token_hash = $1")
                .bind(&token.0[..])
                .fetch_optional(on)
                .await?;
            row.as_ref().map(stored_link).transpose()
        }

        fn stored_link(row: &$row) -> Result<Link, Fault> {
            const WRONG: Fault = Fault::Unreadable("one_time_links");
            let hash = |column| -> Result<Option<[u8; 32]>, Fault> {
                let hash: Option<&[u8]> = row.try_get(column)?;
                hash.map(|hash| hash.try_into().map_err(|_| WRONG)).transpose()
            };
            Ok(Link {
                token: hash("token_hash")?.map(LinkHash).ok_or(WRONG)?,
                purpose: row.try_get::<&str, _>("purpose")?.parse::<LinkPurpose>().map_err(|_| WRONG)?,
                account: row.try_get::<Option<&[u8]>, _>("account_id")?.and_then(AccountId::from_slice),
                made_by_name: row.try_get("made_by_name")?,
                created_at: timestamp(row, "created_at")?,
                expires_at: timestamp(row, "expires_at")?,
                bound_to: hash("bound_to")?.map(OpenerHash),
                bound_at: optional_timestamp(row, "bound_at")?,
                opened_elsewhere_at: optional_timestamp(row, "opened_elsewhere_at")?,
                used_at: optional_timestamp(row, "used_at")?,
                withdrawn_at: optional_timestamp(row, "withdrawn_at")?,
            })
        }
    };
}

pub(crate) use {link_queries, withdraw_where};

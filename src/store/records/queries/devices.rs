//! The queries about the devices on which an account is signed in: their names, how they were ended, and the devices
//! and networks that are known to the account.

/// Defines the queries about devices for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// [`super::queries`], of [`super::early_ends`] and of [`super::disown`].
macro_rules! device_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::{EndedBy, NewPlaces, PLACE_KNOWN, Reach, SeenPlaces, SessionEnd, SessionEnding, UNUSUAL_TOLD};

        /// Ends a session by an order, and returns the sessions that it ended. The account is locked first, like in [`disown_session`], so that nothing that was approved in these sessions is stored
        /// until the end of the transaction.
        pub async fn end_session_by(
            on: &mut $connection,
            order: &SessionEnding,
            now: Timestamp,
        ) -> Result<Vec<SessionTokenHash>, Fault> {
            hold_account(on, order.account).await?;
            let ended = mark_ended(on, order, now).await?;
            forget_browsers_in(on, &ended).await?;
            forget_places_told_in(on, &ended).await?;
            end_pushes_in(on, &ended).await?;
            match order.reach {
                Reach::Session => {
                    for session in &ended {
                        end_grants_in_session(on, *session, now).await?;
                        note_end_of_session(on, *session, &BTreeSet::new(), now).await?;
                    }
                }
                Reach::WhatItSignedIn => end_all_grants_of(on, &ended, now).await?,
            }
            Ok(ended)
        }

        /// Ends the session of an order and, if the order says so, those that were approved in it, those that were
        /// approved in these, and so on. What is approved in these is refused from then on, also if it was claimed
        /// already: they are marked as disowned. Returns the sessions that ended, and those that had ended before and
        /// were not marked.
        async fn mark_ended(
            on: &mut $connection,
            order: &SessionEnding,
            now: Timestamp,
        ) -> Result<Vec<SessionTokenHash>, Fault> {
            const ONE: &str = "UPDATE sessions SET ends_at = $2, ended_by = $4, ended_in = $5
                 WHERE token_hash = $1 AND account_id = $3 AND ends_at > $2 AND ($6 IS NULL OR token_hash <> $6)
                 RETURNING token_hash";
            // A session that ended before is followed too, because what was approved in it may go on.
            const TREE: &str = "WITH RECURSIVE approved (hash) AS (
                     SELECT token_hash FROM sessions
                         WHERE token_hash = $1 AND account_id = $3 AND ($6 IS NULL OR token_hash <> $6)
                     UNION
                     SELECT s.token_hash FROM sessions s JOIN approved a ON s.approved_in = a.hash
                         WHERE $6 IS NULL OR s.token_hash <> $6
                 )
                 UPDATE sessions SET is_disowned = 1,
                     ended_by = CASE WHEN ends_at > $2 THEN $4 ELSE ended_by END,
                     ended_in = CASE WHEN ends_at > $2 THEN $5 ELSE ended_in END,
                     ends_at = CASE WHEN ends_at > $2 THEN $2 ELSE ends_at END
                 WHERE token_hash IN (SELECT hash FROM approved) AND is_disowned = 0 RETURNING token_hash";
            let (by, session) = match &order.by {
                EndedBy::Owner(session) => ("owner", Some(&session.0[..])),
                EndedBy::Administrator => ("administrator", None),
            };
            let rows = sqlx::query(if order.reach == Reach::Session { ONE } else { TREE })
                .bind(&order.session.0[..])
                .bind(millis(now))
                .bind(order.account.as_bytes())
                .bind(by)
                .bind(session)
                .bind(order.kept.as_ref().map(|kept| &kept.0[..]))
                .fetch_all(on)
                .await?;
            rows.iter().map(token_hash).collect()
        }

        /// Ends all grants that came from these sessions or were approved in them, and stores the logout notices.
        async fn end_all_grants_of(
            on: &mut $connection,
            sessions: &[SessionTokenHash],
            now: Timestamp,
        ) -> Result<(), Fault> {
            // Apps do not know in which session a device or a frame was approved, so they can only be told that all
            // sign-ins ended.
            let mut without_session = BTreeSet::new();
            for session in sessions {
                without_session.append(&mut end_grants_of(on, *session, now).await?);
            }
            note_ends(on, without_session.clone(), None, now).await?;
            for session in sessions {
                note_end_of_session(on, *session, &without_session, now).await?;
            }
            Ok(())
        }

        /// Returns a session and how it ended; `None` if it is not stored. One that is still valid has no end by anyone.
        pub async fn session_end(
            on: &mut $connection,
            session: SessionTokenHash,
        ) -> Result<Option<SessionEnd>, Fault> {
            const SQL: &str = "SELECT s.*, e.browser AS by_browser, e.system AS by_system, e.name AS by_name
                 FROM sessions s LEFT JOIN sessions e ON e.token_hash = s.ended_in AND e.account_id = s.account_id
                 WHERE s.token_hash = $1";
            let row = sqlx::query(SQL).bind(&session.0[..]).fetch_optional(on).await?;
            let Some(row) = row else { return Ok(None) };
            let account =
                AccountId::from_slice(row.try_get("account_id")?).ok_or(Fault::Unreadable("sessions.account_id"))?;
            let by = match row.try_get::<Option<&str>, _>("ended_by")? {
                Some("administrator") => Some(EndedBy::Administrator),
                Some(_) => optional_session(&row, "ended_in")?.map(EndedBy::Owner),
                None => None,
            };
            let device = DeviceFacts {
                browser: row.try_get("by_browser")?,
                system: row.try_get("by_system")?,
                name: row.try_get("by_name")?,
                ..DeviceFacts::default()
            };
            Ok(Some(SessionEnd { session: session_of(&row, session, account)?, by, device }))
        }

        pub async fn rename_session(
            on: &mut $connection,
            account: AccountId,
            session: SessionTokenHash,
            name: Option<&str>,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            const SQL: &str = "UPDATE sessions SET name = $3 WHERE token_hash = $1 AND account_id = $2 AND ends_at > $4";
            let done = sqlx::query(SQL)
                .bind(&session.0[..])
                .bind(account.as_bytes())
                .bind(name)
                .bind(millis(now))
                .execute(on)
                .await?;
            Ok(done.rows_affected() == 1)
        }

        /// Has what depends on a session depend on the one in which its device goes on: what was approved in it, the browser
        /// that is known by it, the push subscription of its phone, and the places that it is told of as new.
        async fn take_over(
            on: &mut $connection,
            before: SessionTokenHash,
            after: SessionTokenHash,
        ) -> Result<(), Fault> {
            const ALL: [&str; 5] = [
                "UPDATE sessions SET approved_in = $2 WHERE approved_in = $1",
                "UPDATE grants SET approved_in = $2 WHERE approved_in = $1",
                "UPDATE known_browsers SET session_hash = $2 WHERE session_hash = $1",
                "UPDATE push_subscriptions SET session_hash = $2 WHERE session_hash = $1",
                "UPDATE seen_places SET told_in = $2 WHERE told_in = $1",
            ];
            for sql in ALL {
                sqlx::query(sql).bind(&before.0[..]).bind(&after.0[..]).execute(&mut *on).await?;
            }
            Ok(())
        }

        pub async fn confirm_session(
            on: &mut $connection,
            account: AccountId,
            session: SessionTokenHash,
        ) -> Result<bool, Fault> {
            const CONFIRM: &str = "UPDATE sessions SET unusual_at = NULL
                 WHERE token_hash = $1 AND account_id = $2 AND unusual_at IS NOT NULL";
            const KNOW: &str = "UPDATE seen_places SET told_in = NULL WHERE told_in = $1 AND account_id = $2";
            let confirmed =
                sqlx::query(CONFIRM).bind(&session.0[..]).bind(account.as_bytes()).execute(&mut *on).await?;
            sqlx::query(KNOW).bind(&session.0[..]).bind(account.as_bytes()).execute(on).await?;
            Ok(confirmed.rows_affected() == 1)
        }

        pub async fn unusual_sessions(
            on: &mut $connection,
            account: AccountId,
            own: SessionTokenHash,
            now: Timestamp,
        ) -> Result<Vec<SessionRow>, Fault> {
            const SQL: &str = "SELECT * FROM sessions WHERE account_id = $1 AND unusual_at IS NOT NULL AND ends_at > $2
                     AND token_hash <> $3 AND (approved_in IS NULL OR approved_in <> $3)
                 ORDER BY unusual_at DESC LIMIT $4";
            let rows = sqlx::query(SQL)
                .bind(account.as_bytes())
                .bind(millis(now))
                .bind(&own.0[..])
                .bind(i64::from(UNUSUAL_TOLD))
                .fetch_all(on)
                .await?;
            rows.iter().map(|row| session_of(row, token_hash(row)?, account)).collect()
        }

        /// What the records know of the places of a sign-in.
        struct PlacesOfSignIn {
            /// The display name of the account.
            name: String,
            /// Which places are new to the account: it has signed in elsewhere within [`PLACE_KNOWN`], and not there.
            new: NewPlaces,
            /// Whether the owner is to be told of a sign-in there: one of the places is new, or was when the account signed in
            /// there first, and nobody has said since that it was the owner.
            is_told: bool,
        }

        /// Returns what is known of the places of a sign-in; `None` if there is no such account.
        async fn places_of(
            on: &mut $connection,
            account: AccountId,
            places: &SeenPlaces,
            now: Timestamp,
        ) -> Result<Option<PlacesOfSignIn>, Fault> {
            // One row of an account with many places is enough to know that there are any.
            const SQL: &str = "SELECT display_name,
                     (SELECT COUNT(*) FROM (SELECT 1 FROM seen_places WHERE account_id = $1 AND last_at > $2 LIMIT 1) AS any_place)
                         AS all_places,
                     (SELECT COUNT(*) FROM seen_places WHERE account_id = $1 AND place = $3 AND last_at > $2) AS device,
                     (SELECT COUNT(*) FROM seen_places WHERE account_id = $1 AND place = $4 AND last_at > $2) AS network,
                     (SELECT COUNT(*) FROM seen_places WHERE account_id = $1 AND place IN ($3, $4) AND last_at > $2
                         AND told_in IS NOT NULL) AS unanswered
                 FROM accounts WHERE id = $1";
            let row = sqlx::query(SQL)
                .bind(account.as_bytes())
                .bind(millis(now.before(PLACE_KNOWN)))
                .bind(&places.device)
                .bind(&places.network)
                .fetch_optional(on)
                .await?;
            let Some(row) = row else { return Ok(None) };
            let has = |column| -> Result<bool, Fault> { Ok(row.try_get::<i64, _>(column)? > 0) };
            let new = match (has("all_places")?, has("device")?, has("network")?) {
                (false, ..) | (true, true, true) => NewPlaces::Neither,
                (true, false, true) => NewPlaces::Device,
                (true, true, false) => NewPlaces::Network,
                (true, false, false) => NewPlaces::Both,
            };
            let is_told = new != NewPlaces::Neither || has("unanswered")?;
            Ok(Some(PlacesOfSignIn { name: row.try_get("display_name")?, new, is_told }))
        }

        /// Stores that the account of a session signed in now at these places. The owner is told by this session of those
        /// that are `new` and, if the session is told, of those of which one told before that nobody has answered.
        async fn see_places(
            on: &mut $connection,
            session: &SessionRow,
            places: &SeenPlaces,
            new: NewPlaces,
        ) -> Result<(), Fault> {
            const SQL: &str = "INSERT INTO seen_places (account_id, place, last_at, told_in)
                     VALUES ($1, $2, $4, $5), ($1, $3, $4, $6)
                 ON CONFLICT (account_id, place) DO UPDATE SET last_at = excluded.last_at,
                     told_in = COALESCE(excluded.told_in,
                         CASE WHEN seen_places.told_in IS NOT NULL THEN COALESCE($7, seen_places.told_in) END)";
            let hash = &session.token_hash.0[..];
            let [device, network] = match new {
                NewPlaces::Neither => [None, None],
                NewPlaces::Device => [Some(hash), None],
                NewPlaces::Network => [None, Some(hash)],
                NewPlaces::Both => [Some(hash), Some(hash)],
            };
            sqlx::query(SQL)
                .bind(session.account.as_bytes())
                .bind(&places.device)
                .bind(&places.network)
                .bind(millis(session.created_at))
                .bind(device)
                .bind(network)
                .bind(session.device.unusual_at.map(|_| hash))
                .execute(on)
                .await?;
            Ok(())
        }

        /// Forgets all places of an account.
        async fn forget_places_of(on: &mut $connection, account: AccountId) -> Result<(), Fault> {
            sqlx::query("DELETE FROM seen_places WHERE account_id = $1").bind(account.as_bytes()).execute(on).await?;
            Ok(())
        }

        /// Forgets the places that these sessions told of as new, because their owner ended them.
        async fn forget_places_told_in(on: &mut $connection, sessions: &[SessionTokenHash]) -> Result<(), Fault> {
            for session in sessions {
                sqlx::query("DELETE FROM seen_places WHERE told_in = $1").bind(&session.0[..]).execute(&mut *on).await?;
            }
            Ok(())
        }

        async fn sweep_places(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            sqlx::query("DELETE FROM seen_places WHERE last_at <= $1")
                .bind(millis(now.before(PLACE_KNOWN)))
                .execute(on)
                .await?;
            Ok(())
        }
    };
}

pub(crate) use device_queries;

//! The queries about requests for apps, and about the owners of apps.

/// The beginning of every statement that reads requests: their columns, and the names of the two people.
macro_rules! select_requests {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.account_id, r.app_id, r.asked, r.status, r.reason, r.created_at, r.decided_at, r.decided_by,
                 a.display_name, a.username, d.display_name AS decider, d.username AS decider_username
             FROM app_requests r JOIN accounts a ON a.id = r.account_id LEFT JOIN accounts d ON d.id = r.decided_by ",
            $rest
        )
    };
}

/// Defines the queries about requests for apps for one type of connection (SQLite or PostgreSQL); they use the helpers
/// of the other queries. Whoever calls one that changes several tables has begun a transaction.
macro_rules! request_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::activity::NewActivity as RequestActivity;
        use crate::store::records::requests::queries::select_requests;
        use crate::store::records::requests::request::{
            AppRequest, AppRequestId, DECIDED_KEPT, Decided, Decision, HandedOver, LATELY, NewRequest, OPEN_REQUESTS,
            REQUESTS_LATELY, RequestAdded, RequestPlace, RequestStatus, Requester,
        };

        /// Stores a request and the line of activity about it, unless one of the bounds is reached. `app` is the app as
        /// it would be, by whose name it is compared with the others. The caller has locked the table.
        pub async fn add_app_request(
            on: &mut $connection,
            request: &NewRequest,
            app: &App,
            line: &RequestActivity,
        ) -> Result<RequestAdded, Fault> {
            const COUNTS: &str = "SELECT COUNT(CASE WHEN status = 'open' THEN 1 END) AS open,
                     COUNT(CASE WHEN created_at > $2 THEN 1 END) AS lately
                 FROM app_requests WHERE account_id = $1";
            const OF_APP: &str = "SELECT COUNT(*) FROM app_requests WHERE app_id = $1 AND status = 'open'";
            if app_request(on, request.id).await?.is_some() {
                return Ok(RequestAdded::Done);
            }
            let lately = i64::try_from(LATELY.as_millis()).unwrap_or(i64::MAX);
            let counts = sqlx::query(COUNTS)
                .bind(request.by.as_bytes())
                .bind(millis(request.at).saturating_sub(lately))
                .fetch_one(&mut *on)
                .await?;
            let (open, lately): (i64, i64) = (counts.try_get("open")?, counts.try_get("lately")?);
            if open >= i64::from(OPEN_REQUESTS) || lately >= i64::from(REQUESTS_LATELY) {
                return Ok(RequestAdded::TooMany);
            }
            if let Some(id) = request.app {
                let waiting = sqlx::query(OF_APP).bind(id.to_string()).fetch_one(&mut *on).await?;
                if waiting.try_get::<i64, _>(0)? > 0 {
                    return Ok(RequestAdded::AlreadyOpen);
                }
            }
            if let Some(alike) = Alike::of(app, apps(on).await?) {
                return Ok(RequestAdded::Alike(alike));
            }
            sqlx::query(
                "INSERT INTO app_requests (id, account_id, app_id, name, asked, status, created_at)
                 VALUES ($1, $2, $3, $4, $5, 'open', $6)",
            )
            .bind(request.id.as_bytes())
            .bind(request.by.as_bytes())
            .bind(request.app.map(|id| id.to_string()))
            .bind(&request.asked.name)
            .bind(serde_json::to_string(&request.asked).map_err(|_| Fault::Unreadable("app_requests.asked"))?)
            .bind(millis(request.at))
            .execute(&mut *on)
            .await?;
            add_activity(on, line).await.map(|()| RequestAdded::Done)
        }

        pub async fn app_request(on: &mut $connection, id: AppRequestId) -> Result<Option<AppRequest>, Fault> {
            let sql = select_requests!("WHERE r.id = $1");
            let row = sqlx::query(sql).bind(id.as_bytes()).fetch_optional(on).await?;
            row.as_ref().map(app_request_of).transpose()
        }

        pub async fn app_requests_of(
            on: &mut $connection,
            account: AccountId,
            most: u16,
        ) -> Result<Vec<AppRequest>, Fault> {
            let sql = select_requests!("WHERE r.account_id = $1 ORDER BY r.created_at DESC, r.id DESC LIMIT $2");
            let rows = sqlx::query(sql).bind(account.as_bytes()).bind(i64::from(most)).fetch_all(on).await?;
            rows.iter().map(app_request_of).collect()
        }

        pub async fn app_requests(
            on: &mut $connection,
            after: Option<RequestPlace>,
            most: u16,
        ) -> Result<Vec<AppRequest>, Fault> {
            let first = select_requests!(
                "ORDER BY CASE r.status WHEN 'open' THEN 0 ELSE 1 END, r.created_at DESC, r.id DESC LIMIT $1"
            );
            let later = select_requests!(
                "WHERE CASE r.status WHEN 'open' THEN 0 ELSE 1 END > $2
                    OR (CASE r.status WHEN 'open' THEN 0 ELSE 1 END = $2
                        AND (r.created_at < $3 OR (r.created_at = $3 AND r.id < $4)))
                 ORDER BY CASE r.status WHEN 'open' THEN 0 ELSE 1 END, r.created_at DESC, r.id DESC LIMIT $1"
            );
            let query = sqlx::query(if after.is_some() { later } else { first }).bind(i64::from(most));
            let query = match &after {
                Some(place) => query
                    .bind(i64::from(!place.is_open))
                    .bind(millis(place.created_at))
                    .bind(place.id.as_bytes().to_vec()),
                None => query,
            };
            let rows = query.fetch_all(on).await?;
            rows.iter().map(app_request_of).collect()
        }

        pub async fn open_app_requests(on: &mut $connection) -> Result<u64, Fault> {
            let sql = "SELECT COUNT(*) FROM app_requests WHERE status = 'open'";
            let row = sqlx::query(sql).fetch_one(on).await?;
            u64::try_from(row.try_get::<i64, _>(0)?).map_err(|_| Fault::Unreadable("a count"))
        }

        /// Withdraws an open request of this account and stores the line of activity about it.
        pub async fn withdraw_app_request(
            on: &mut $connection,
            id: AppRequestId,
            by: AccountId,
            line: &RequestActivity,
        ) -> Result<Decided, Fault> {
            let Some(request) = held_request(on, id).await?.filter(|request| request.by.account == by) else {
                return Ok(Decided::Unknown);
            };
            if request.status != RequestStatus::Open {
                return Ok(Decided::Before);
            }
            sqlx::query("UPDATE app_requests SET status = 'withdrawn', decided_at = $2 WHERE id = $1")
                .bind(id.as_bytes())
                .bind(millis(line.at))
                .execute(&mut *on)
                .await?;
            add_activity(on, line).await.map(|()| Decided::Done)
        }

        /// Locks a request, and returns why nothing can be decided about it: there is none, or it was decided or withdrawn
        /// before. `None` if it is open.
        async fn why_not_open(on: &mut $connection, id: AppRequestId) -> Result<Option<Decided>, Fault> {
            Ok(match held_request(on, id).await?.map(|request| request.status) {
                None => Some(Decided::Unknown),
                Some(RequestStatus::Open) => None,
                Some(_) => Some(Decided::Before),
            })
        }

        /// Declines an open request with this reason, and stores the line of activity about it.
        pub async fn decline_app_request(
            on: &mut $connection,
            decision: &Decision,
            reason: &str,
            line: &RequestActivity,
        ) -> Result<Decided, Fault> {
            if let Some(why) = why_not_open(on, decision.id).await? {
                return Ok(why);
            }
            write_decision(on, decision, RequestStatus::Declined, reason).await?;
            add_activity(on, line).await.map(|()| Decided::Done)
        }

        /// Approves an open request for a new app: registers the app, keeps its secret encrypted until its owner sees
        /// it, and stores the line of activity. The caller has locked the table of apps.
        pub async fn approve_new_app(
            on: &mut $connection,
            decision: &Decision,
            app: &App,
            sealed_secret: Option<&[u8]>,
            by: &By,
            line: &RequestActivity,
        ) -> Result<Result<Decided, Alike>, Fault> {
            if let Some(why) = why_not_open(on, decision.id).await? {
                return Ok(Ok(why));
            }
            match add_app(on, app, None, by).await? {
                Ok(true) => {}
                Ok(false) => return Ok(Ok(Decided::Before)),
                Err(alike) => return Ok(Err(alike)),
            }
            write_decision(on, decision, RequestStatus::Approved, "").await?;
            sqlx::query("UPDATE app_requests SET app_id = $2, sealed_secret = $3 WHERE id = $1")
                .bind(decision.id.as_bytes())
                .bind(app.id.to_string())
                .bind(sealed_secret)
                .execute(&mut *on)
                .await?;
            add_activity(on, line).await.map(|()| Ok(Decided::Done))
        }

        /// Approves an open request for a change of an app: stores the settings of `app`, unless the present ones are
        /// not those of the fingerprint `seen`, and the line of activity. The caller has locked the table of apps.
        pub async fn approve_app_change(
            on: &mut $connection,
            decision: &Decision,
            app: &App,
            seen: Option<Fingerprint>,
            by: &By,
            line: &RequestActivity,
        ) -> Result<Result<Decided, Alike>, Fault> {
            if let Some(why) = why_not_open(on, decision.id).await? {
                return Ok(Ok(why));
            }
            match settle_app(on, app, seen, by).await? {
                Ok(Settled::Done) => {}
                Ok(Settled::Meanwhile) => return Ok(Ok(Decided::Meanwhile)),
                Ok(Settled::Unknown) => return Ok(Ok(Decided::Unknown)),
                Err(alike) => return Ok(Err(alike)),
            }
            write_decision(on, decision, RequestStatus::Approved, "").await?;
            add_activity(on, line).await.map(|()| Ok(Decided::Done))
        }

        async fn write_decision(
            on: &mut $connection,
            decision: &Decision,
            status: RequestStatus,
            reason: &str,
        ) -> Result<(), Fault> {
            sqlx::query(
                "UPDATE app_requests SET status = $2, reason = $3, decided_at = $4, decided_by = $5 WHERE id = $1",
            )
            .bind(decision.id.as_bytes())
            .bind(status.word())
            .bind(reason)
            .bind(millis(decision.at))
            .bind(decision.by.as_bytes())
            .execute(on)
            .await?;
            Ok(())
        }

        /// Returns the request of this id, and locks it by an empty update until the end of the transaction, so that of
        /// two decisions the second finds the first.
        async fn held_request(on: &mut $connection, id: AppRequestId) -> Result<Option<AppRequest>, Fault> {
            sqlx::query("UPDATE app_requests SET id = id WHERE id = $1").bind(id.as_bytes()).execute(&mut *on).await?;
            app_request(on, id).await
        }

        pub async fn sealed_secret_of(
            on: &mut $connection,
            app: AppId,
        ) -> Result<Option<(AppRequestId, Vec<u8>)>, Fault> {
            let sql = "SELECT id, sealed_secret FROM app_requests WHERE app_id = $1 AND sealed_secret IS NOT NULL";
            let Some(row) = sqlx::query(sql).bind(app.to_string()).fetch_optional(on).await? else { return Ok(None) };
            let id = AppRequestId::from_slice(row.try_get("id")?).ok_or(Fault::Unreadable("app_requests.id"))?;
            Ok(Some((id, row.try_get("sealed_secret")?)))
        }

        pub async fn forget_sealed_secret(on: &mut $connection, app: AppId) -> Result<(), Fault> {
            sqlx::query("UPDATE app_requests SET sealed_secret = NULL WHERE app_id = $1 AND sealed_secret IS NOT NULL")
                .bind(app.to_string())
                .execute(on)
                .await?;
            Ok(())
        }

        pub async fn apps_of_owner(on: &mut $connection, owner: AccountId) -> Result<Vec<App>, Fault> {
            let sql = "SELECT * FROM apps WHERE owner_id = $1 ORDER BY created_at, id";
            let rows = sqlx::query(sql).bind(owner.as_bytes()).fetch_all(&mut *on).await?;
            let apps = rows.iter().map(app_of).collect::<Result<Vec<App>, Fault>>()?;
            with_audience_groups(on, apps).await
        }

        /// Gives an app of `from` to `to`, logs the change, stores the lines of activity about both, and withdraws the
        /// changes of it that wait for a decision.
        pub async fn hand_app_over(
            on: &mut $connection,
            id: AppId,
            from: AccountId,
            to: AccountId,
            by: &By,
            lines: &[RequestActivity; 2],
        ) -> Result<HandedOver, Fault> {
            let Some(app) = held_app(on, id).await?.filter(|app| app.owner == Some(from)) else {
                return Ok(HandedOver::NotTheirs);
            };
            let known = "SELECT id FROM accounts WHERE id = $1 AND disabled_at IS NULL";
            if sqlx::query(known).bind(to.as_bytes()).fetch_optional(&mut *on).await?.is_none() {
                return Ok(HandedOver::NoSuchPerson);
            }
            sqlx::query("UPDATE apps SET owner_id = $2 WHERE id = $1")
                .bind(id.to_string())
                .bind(to.as_bytes())
                .execute(&mut *on)
                .await?;
            sqlx::query(
                "UPDATE app_requests SET status = 'withdrawn', decided_at = $2 WHERE app_id = $1 AND status = 'open'",
            )
            .bind(id.to_string())
            .bind(millis(by.now))
            .execute(&mut *on)
            .await?;
            note(on, &app, Act::Changed, &["owner".to_owned()], by).await?;
            for line in lines {
                add_activity(on, line).await?;
            }
            Ok(HandedOver::Done)
        }

        /// Leaves the apps of an account that is deleted without an owner.
        async fn disown_apps(on: &mut $connection, owner: AccountId) -> Result<(), Fault> {
            let sql = "UPDATE apps SET owner_id = NULL WHERE owner_id = $1";
            sqlx::query(sql).bind(owner.as_bytes()).execute(on).await?;
            Ok(())
        }

        /// Deletes requests some time after they were decided or withdrawn. One with a secret that nobody saw is kept.
        async fn sweep_app_requests(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            let kept = i64::try_from(DECIDED_KEPT.as_millis()).unwrap_or(i64::MAX);
            sqlx::query(
                "DELETE FROM app_requests WHERE status <> 'open' AND decided_at <= $1 AND sealed_secret IS NULL",
            )
            .bind(millis(now).saturating_sub(kept))
            .execute(on)
            .await?;
            Ok(())
        }

        fn app_request_of(row: &$row) -> Result<AppRequest, Fault> {
            const WRONG: Fault = Fault::Unreadable("app_requests");
            let account = |column| -> Result<Option<AccountId>, Fault> {
                Ok(row.try_get::<Option<&[u8]>, _>(column)?.and_then(AccountId::from_slice))
            };
            let app = row.try_get::<Option<&str>, _>("app_id")?.map(|id| id.parse().map_err(|_| WRONG)).transpose()?;
            let decider: Option<String> = row.try_get("decider")?;
            let decider_username: Option<String> = row.try_get("decider_username")?;
            Ok(AppRequest {
                id: AppRequestId::from_slice(row.try_get("id")?).ok_or(WRONG)?,
                by: Requester {
                    account: account("account_id")?.ok_or(WRONG)?,
                    name: row.try_get("display_name")?,
                    username: row.try_get("username")?,
                },
                app,
                asked: serde_json::from_str(row.try_get("asked")?).map_err(|_| WRONG)?,
                status: row.try_get::<&str, _>("status")?.parse().map_err(|_| WRONG)?,
                reason: row.try_get("reason")?,
                created_at: timestamp(row, "created_at")?,
                decided_at: optional_timestamp(row, "decided_at")?,
                decided_by: account("decided_by")?.zip(decider).map(|(account, name)| Requester {
                    account,
                    name,
                    username: decider_username,
                }),
            })
        }
    };
}

pub(crate) use {request_queries, select_requests};

//! The queries about what happened to accounts.

/// Defines the queries about activity for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// [`super::queries`].
macro_rules! activity_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::activity::{Activity, ActivityActor, ActivityFilter, ActivityKind, NewActivity};

        pub async fn add_activity(on: &mut $connection, line: &NewActivity) -> Result<(), Fault> {
            let (actor_id, actor_name) = match &line.actor {
                ActivityActor::Person { account, name } => (Some(account), Some(name)),
                ActivityActor::Owner | ActivityActor::CommandLine | ActivityActor::App | ActivityActor::Server => (None, None),
            };
            sqlx::query(
                "INSERT INTO activity (at, kind, account_id, account_name, actor, actor_id, actor_name, app_id, app_name,
                     address, browser, system, detail, receipt)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            )
            .bind(millis(line.at))
            .bind(line.kind.word())
            .bind(line.account.as_ref().map(AccountId::as_bytes))
            .bind(&line.account_name)
            .bind(line.actor.word())
            .bind(actor_id.map(AccountId::as_bytes))
            .bind(actor_name)
            .bind(line.app.as_ref().map(|(id, _)| id.to_string()))
            .bind(line.app.as_ref().map(|(_, name)| name))
            .bind(line.address.map(|address| address.to_string()))
            .bind(&line.browser)
            .bind(&line.system)
            .bind(&line.detail)
            .bind(line.receipt.and_then(|seq| i64::try_from(seq).ok()))
            .execute(on)
            .await?;
            Ok(())
        }

        /// Returns at most `most` lines that the filter selects, the newest first. Each condition is left out of the
        /// statement if the filter does not have it, so that the database can use the index of the others.
        pub async fn activity(on: &mut $connection, filter: &ActivityFilter, most: u32) -> Result<Vec<Activity>, Fault> {
            let mut sql = sqlx::QueryBuilder::new("SELECT * FROM activity WHERE seq < ");
            sql.push_bind(filter.before.and_then(|seq| i64::try_from(seq).ok()).unwrap_or(i64::MAX));
            if let Some(account) = &filter.account {
                sql.push(" AND account_id = ").push_bind(account.as_bytes().to_vec());
            }
            if let Some(app) = &filter.app {
                sql.push(" AND app_id = ").push_bind(app.to_string());
            }
            if let Some(kind) = filter.kind {
                sql.push(" AND kind = ").push_bind(kind.word());
            }
            if let Some(from) = filter.from {
                sql.push(" AND at >= ").push_bind(millis(from));
            }
            if let Some(until) = filter.until {
                sql.push(" AND at < ").push_bind(millis(until));
            }
            sql.push(" ORDER BY seq DESC LIMIT ").push_bind(i64::from(most));
            let rows: Vec<$row> = sql.build().fetch_all(on).await?;
            rows.iter().map(activity_of).collect()
        }

        pub async fn sweep_activity(on: &mut $connection, older_than: Timestamp) -> Result<u64, Fault> {
            let done = sqlx::query("DELETE FROM activity WHERE at <= $1").bind(millis(older_than)).execute(on).await?;
            Ok(done.rows_affected())
        }

        fn activity_of(row: &$row) -> Result<Activity, Fault> {
            const WRONG: Fault = Fault::Unreadable("activity");
            let id = |column| -> Result<Option<AccountId>, Fault> {
                Ok(row.try_get::<Option<&[u8]>, _>(column)?.and_then(AccountId::from_slice))
            };
            let name: Option<String> = row.try_get("actor_name")?;
            let actor = match (row.try_get::<&str, _>("actor")?, id("actor_id")?, name) {
                ("owner", ..) => ActivityActor::Owner,
                ("person", Some(account), Some(name)) => ActivityActor::Person { account, name },
                ("command line", ..) => ActivityActor::CommandLine,
                ("app", ..) => ActivityActor::App,
                ("server", ..) => ActivityActor::Server,
                _ => return Err(WRONG),
            };
            let app: Option<&str> = row.try_get("app_id")?;
            let app = app.map(|app| app.parse::<AppId>().map_err(|_| WRONG)).transpose()?;
            let app_name: Option<String> = row.try_get("app_name")?;
            let line = NewActivity {
                at: timestamp(row, "at")?,
                kind: row.try_get::<&str, _>("kind")?.parse::<ActivityKind>().map_err(|_| WRONG)?,
                account: id("account_id")?,
                account_name: row.try_get("account_name")?,
                actor,
                app: app.map(|app| (app, app_name.unwrap_or_default())),
                address: row.try_get::<Option<&str>, _>("address")?.and_then(|address| address.parse().ok()),
                browser: row.try_get("browser")?,
                system: row.try_get("system")?,
                detail: row.try_get("detail")?,
                receipt: row.try_get::<Option<i64>, _>("receipt")?.and_then(|seq| u64::try_from(seq).ok()),
            };
            Ok(Activity { seq: u64::try_from(row.try_get::<i64, _>("seq")?).map_err(|_| WRONG)?, line })
        }
    };
}

pub(crate) use activity_queries;

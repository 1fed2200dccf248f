//! The queries about known browsers and reports.

/// Defines the queries about known browsers and reports for one type of connection (SQLite or PostgreSQL); they use the
/// helpers of `records::queries`.
macro_rules! browser_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::browsers::{
            ACCOUNT_WARY, BROWSER_KNOWN, BROWSER_REFUSED, BROWSERS_KNOWN, Becomes, BrowserUse, NewReport, REPORTS_A_DAY,
            REPORTS_KEPT, Report, ReportId, Standing,
        };
        use crate::ticket::ids::BrowserHash;

        /// Stores what a browser becomes to the account of a session that is opened in it.
        async fn see_browser(on: &mut $connection, session: &SessionRow, used: BrowserUse) -> Result<(), Fault> {
            const KNOW: &str = "INSERT INTO known_browsers (account_id, browser_hash, session_hash, last_used_at)
                 VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, browser_hash)
                 DO UPDATE SET session_hash = excluded.session_hash, last_used_at = excluded.last_used_at";
            const USE: &str = "UPDATE known_browsers SET session_hash = $3, last_used_at = $4
                 WHERE account_id = $1 AND browser_hash = $2";
            let sql = match used.becomes {
                Becomes::Known => KNOW,
                Becomes::UsedAgain => USE,
                Becomes::Unknown => return forget_browser(on, session.account, used.browser).await,
            };
            sqlx::query(sql)
                .bind(session.account.as_bytes())
                .bind(&used.browser.0[..])
                .bind(&session.token_hash.0[..])
                .bind(millis(session.created_at))
                .execute(&mut *on)
                .await?;
            if used.becomes == Becomes::Known {
                const REST: &str = "DELETE FROM known_browsers WHERE account_id = $1 AND browser_hash NOT IN
                     (SELECT browser_hash FROM known_browsers WHERE account_id = $1 ORDER BY last_used_at DESC LIMIT $2)";
                sqlx::query(REST).bind(session.account.as_bytes()).bind(BROWSERS_KNOWN).execute(on).await?;
            }
            Ok(())
        }

        async fn forget_browser(
            on: &mut $connection,
            account: AccountId,
            browser: BrowserHash,
        ) -> Result<(), Fault> {
            sqlx::query("DELETE FROM known_browsers WHERE account_id = $1 AND browser_hash = $2")
                .bind(account.as_bytes())
                .bind(&browser.0[..])
                .execute(on)
                .await?;
            Ok(())
        }

        /// Forgets all browsers of an account, because everything that it had open was ended.
        async fn forget_browsers_of(on: &mut $connection, account: AccountId) -> Result<(), Fault> {
            sqlx::query("DELETE FROM known_browsers WHERE account_id = $1").bind(account.as_bytes()).execute(on).await?;
            Ok(())
        }

        /// Forgets all browsers of an account, but for the one in which the session `but` was opened.
        pub async fn forget_browsers(
            on: &mut $connection,
            account: AccountId,
            but: Option<SessionTokenHash>,
        ) -> Result<u64, Fault> {
            const SQL: &str = "DELETE FROM known_browsers
                 WHERE account_id = $1 AND (session_hash IS NULL OR session_hash <> $2)";
            // No session has an empty hash.
            let but = but.map(|session| session.0.to_vec()).unwrap_or_default();
            Ok(sqlx::query(SQL).bind(account.as_bytes()).bind(but).execute(on).await?.rows_affected())
        }

        /// Forgets the browsers in which these sessions were opened, because their owner ended the devices.
        async fn forget_browsers_in(on: &mut $connection, sessions: &[SessionTokenHash]) -> Result<(), Fault> {
            for session in sessions {
                sqlx::query("DELETE FROM known_browsers WHERE session_hash = $1")
                    .bind(&session.0[..])
                    .execute(&mut *on)
                    .await?;
            }
            Ok(())
        }

        pub async fn standing(
            on: &mut $connection,
            account: AccountId,
            browser: Option<BrowserHash>,
            network: &str,
            now: Timestamp,
        ) -> Result<Standing, Fault> {
            const SQL: &str = concat!("SELECT asks_passkey,
                 (SELECT COUNT(*) FROM known_browsers WHERE account_id = $1 AND browser_hash = $2 AND last_used_at > $3) AS known,
                 (SELECT COUNT(*) FROM (SELECT 1 FROM passkeys k WHERE k.account_id = $1 AND ", of_this_domain!(), " LIMIT 1)
                     AS any_passkey) AS passkeys,
                 (SELECT COUNT(*) FROM reports WHERE account_id = $1 AND reported_at > $4) AS reported,
                 (SELECT COUNT(*) FROM reports WHERE account_id = $1 AND reported_at > $5
                     AND (network = $6 OR browser_hash = $2)) AS refused,
                 (SELECT COUNT(*) FROM reports WHERE account_id <> $1 AND reported_at > $5
                     AND (network = $6 OR browser_hash = $2)) AS by_others
                 FROM accounts WHERE id = $1");
            // No browser has an empty hash.
            let hash = browser.map(|browser| browser.0.to_vec()).unwrap_or_default();
            let row = sqlx::query(SQL)
                .bind(account.as_bytes())
                .bind(hash)
                .bind(millis(now.before(BROWSER_KNOWN)))
                .bind(millis(now.before(ACCOUNT_WARY)))
                .bind(millis(now.before(BROWSER_REFUSED)))
                .bind(network)
                .fetch_optional(on)
                .await?;
            let Some(row) = row else { return Ok(Standing::default()) };
            let has = |column| -> Result<bool, Fault> { Ok(row.try_get::<i64, _>(column)? > 0) };
            Ok(Standing {
                is_known: has("known")?,
                has_passkey: has("passkeys")?,
                asks_passkey: has("asks_passkey")?,
                is_reported: has("reported")?,
                refuses_browser: has("refused")?,
                is_browser_reported: has("by_others")?,
            })
        }

        /// Stores whether the owner of an account wants every approval to ask for a passkey, with the line of activity that
        /// tells of it. Returns `false` and stores nothing if that was stored before.
        pub async fn ask_passkey(
            on: &mut $connection,
            account: AccountId,
            asks: bool,
            line: &NewActivity,
        ) -> Result<bool, Fault> {
            let done = sqlx::query("UPDATE accounts SET asks_passkey = $2 WHERE id = $1 AND asks_passkey <> $2")
                .bind(account.as_bytes())
                .bind(i64::from(asks))
                .execute(&mut *on)
                .await?;
            if done.rows_affected() == 1 {
                add_activity(on, line).await?;
            }
            Ok(done.rows_affected() == 1)
        }

        /// Stores a report, and forgets the browser that it is about.
        pub async fn add_report(on: &mut $connection, report: &NewReport) -> Result<bool, Fault> {
            const SQL: &str = "INSERT INTO reports (id, account_id, reported_at, address, network, browser, system,
                     browser_hash, app_id, app_name)
                 SELECT $1, a.id, $3, $4, $5, $6, $7, $8, $9, $10 FROM accounts a WHERE a.id = $2
                     AND (SELECT COUNT(*) FROM reports WHERE account_id = $2 AND reported_at > $11) < $12
                 ON CONFLICT (id) DO NOTHING";
            let done = sqlx::query(SQL)
                .bind(report.id.as_bytes())
                .bind(report.account.as_bytes())
                .bind(millis(report.at))
                .bind(report.address.to_string())
                .bind(report.network.to_string())
                .bind(&report.browser)
                .bind(&report.system)
                .bind(report.browser_id.as_ref().map(|browser| &browser.0[..]))
                .bind(report.app.as_ref().map(|(id, _)| id.to_string()))
                .bind(report.app.as_ref().map(|(_, name)| name))
                .bind(millis(report.at.before(ACCOUNT_WARY)))
                .bind(REPORTS_A_DAY)
                .execute(&mut *on)
                .await?;
            if let Some(browser) = report.browser_id {
                forget_browser(on, report.account, browser).await?;
            }
            Ok(done.rows_affected() == 1)
        }

        pub async fn asks_passkey(on: &mut $connection, account: AccountId) -> Result<bool, Fault> {
            const SQL: &str = "SELECT 1 FROM accounts WHERE id = $1 AND asks_passkey <> 0";
            Ok(sqlx::query(SQL).bind(account.as_bytes()).fetch_optional(on).await?.is_some())
        }

        pub async fn browsers_of(on: &mut $connection, account: AccountId) -> Result<Vec<Timestamp>, Fault> {
            const SQL: &str = "SELECT last_used_at FROM known_browsers WHERE account_id = $1 ORDER BY last_used_at DESC";
            let rows = sqlx::query(SQL).bind(account.as_bytes()).fetch_all(on).await?;
            rows.iter().map(|row| timestamp(row, "last_used_at")).collect()
        }

        pub async fn reports_of(on: &mut $connection, account: AccountId) -> Result<Vec<Report>, Fault> {
            const SQL: &str = "SELECT r.*, a.display_name FROM reports r JOIN accounts a ON a.id = r.account_id
                 WHERE r.account_id = $1 ORDER BY r.reported_at DESC, r.id";
            let rows = sqlx::query(SQL).bind(account.as_bytes()).fetch_all(on).await?;
            rows.iter().map(report_of).collect()
        }

        pub async fn reports(on: &mut $connection, most: u16) -> Result<Vec<Report>, Fault> {
            const SQL: &str = "SELECT r.*, a.display_name FROM reports r JOIN accounts a ON a.id = r.account_id
                 ORDER BY r.reported_at DESC, r.id LIMIT $1";
            let rows = sqlx::query(SQL).bind(i64::from(most)).fetch_all(on).await?;
            rows.iter().map(report_of).collect()
        }

        fn report_of(row: &$row) -> Result<Report, Fault> {
            const WRONG: Fault = Fault::Unreadable("reports");
            let address = |column| -> Result<std::net::IpAddr, Fault> {
                row.try_get::<&str, _>(column)?.parse().map_err(|_| WRONG)
            };
            let hash: Option<&[u8]> = row.try_get("browser_hash")?;
            let app: (Option<&str>, Option<String>) = (row.try_get("app_id")?, row.try_get("app_name")?);
            let report = NewReport {
                id: ReportId::from_slice(row.try_get("id")?).ok_or(WRONG)?,
                account: AccountId::from_slice(row.try_get("account_id")?).ok_or(WRONG)?,
                at: timestamp(row, "reported_at")?,
                address: address("address")?,
                network: address("network")?,
                browser: row.try_get("browser")?,
                system: row.try_get("system")?,
                browser_id: hash.map(|hash| hash.try_into().map(BrowserHash)).transpose().map_err(|_| WRONG)?,
                app: match app {
                    (Some(id), Some(name)) => Some((id.parse().map_err(|_| WRONG)?, name)),
                    _ => None,
                },
            };
            Ok(Report { report, name: row.try_get("display_name")? })
        }

        async fn sweep_browsers(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            sqlx::query("DELETE FROM known_browsers WHERE last_used_at <= $1")
                .bind(millis(now.before(BROWSER_KNOWN)))
                .execute(&mut *on)
                .await?;
            sqlx::query("DELETE FROM reports WHERE reported_at <= $1")
                .bind(millis(now.before(REPORTS_KEPT)))
                .execute(on)
                .await?;
            Ok(())
        }
    };
}

pub(crate) use browser_queries;

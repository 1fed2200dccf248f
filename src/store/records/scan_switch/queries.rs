//! The queries about the switches of the sign-in by scan.

/// Defines the queries about the switches for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// `records::queries`.
macro_rules! scan_queries {
    ($connection:ty, $row:ty) => {
        use crate::settings::Scanning;
        use crate::store::records::scan_switch::{AccountSwitch, ScanSwitch};

        /// Returns the switch of the server. That there is no row is a fault, because the migration made it.
        pub async fn scan_switch(on: &mut $connection) -> Result<ScanSwitch, Fault> {
            const SQL: &str = "SELECT is_on, changed_at, changed_by, reason FROM scan_switch WHERE id = 1";
            let row = sqlx::query(SQL).fetch_optional(on).await?.ok_or(Fault::Unreadable("scan_switch"))?;
            Ok(ScanSwitch {
                state: if row.try_get::<i64, _>("is_on")? == 1 { Scanning::On } else { Scanning::Off },
                changed_at: optional_timestamp(&row, "changed_at")?,
                changed_by: row.try_get("changed_by")?,
                reason: row.try_get("reason")?,
            })
        }

        /// Turns the switch of the server, with the line of activity that tells of it. Returns `false` and stores nothing if it
        /// is in this state already.
        pub async fn turn_scan_switch(
            on: &mut $connection,
            switch: &ScanSwitch,
            line: &NewActivity,
        ) -> Result<bool, Fault> {
            // A switch that was lost is made again.
            const MAKE: &str = "INSERT INTO scan_switch (id, is_on) VALUES (1, 0) ON CONFLICT (id) DO NOTHING";
            const TURN: &str = "UPDATE scan_switch SET is_on = $1, changed_at = $2, changed_by = $3, reason = $4
                 WHERE id = 1 AND is_on <> $1";
            sqlx::query(MAKE).execute(&mut *on).await?;
            let done = sqlx::query(TURN)
                .bind(i64::from(switch.state.is_on()))
                .bind(switch.changed_at.map(millis))
                .bind(&switch.changed_by)
                .bind(&switch.reason)
                .execute(&mut *on)
                .await?;
            if done.rows_affected() == 1 {
                add_activity(on, line).await?;
            }
            Ok(done.rows_affected() == 1)
        }

        /// Turns one of the switches of an account, with the line of activity that tells of it. Returns `false` and stores
        /// nothing if it is in this state already, or if there is no such account.
        pub async fn turn_account_scan(
            on: &mut $connection,
            account: AccountId,
            switch: AccountSwitch,
            state: Scanning,
            line: &NewActivity,
        ) -> Result<bool, Fault> {
            const OF_OWNER: &str =
                "UPDATE accounts SET scan_off_by_owner = $2 WHERE id = $1 AND scan_off_by_owner <> $2";
            const OF_ADMINISTRATORS: &str =
                "UPDATE accounts SET scan_off_by_admin = $2 WHERE id = $1 AND scan_off_by_admin <> $2";
            let sql = match switch {
                AccountSwitch::OfOwner => OF_OWNER,
                AccountSwitch::OfAdministrators => OF_ADMINISTRATORS,
            };
            let done =
                sqlx::query(sql).bind(account.as_bytes()).bind(i64::from(!state.is_on())).execute(&mut *on).await?;
            if done.rows_affected() == 1 {
                add_activity(on, line).await?;
            }
            Ok(done.rows_affected() == 1)
        }
    };
}

pub(crate) use scan_queries;

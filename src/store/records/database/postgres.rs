//! Records in PostgreSQL, for any number of instances. Every call ends within [`DEADLINE`], so that a failure
//! is reported soon; idle connections that died with the server are found first ([`Pool`]).

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::migrations;
use super::pool::{PAUSE, Pool, says_that_it_starts};
use crate::store::Fault;
use crate::store::records::accounts::UnprovenAddresses;
use crate::store::records::keys::Inspected;
use crate::store::records::known_apps::KnownApps;
use crate::store::records::passkeys::WaysIn;
use crate::store::records::scan_switch::known::KnownSwitch;
use crate::store::starting::{however_long, patiently};

/// The longest time that a caller waits for a connection to PostgreSQL and for the answer to its query, both
/// together.
pub(in crate::store) const DEADLINE: Duration = Duration::from_secs(4);
/// The most connections of one instance to PostgreSQL, which accepts a hundred in all by default.
const CONNECTIONS: usize = 10;

mod rows {
    use sqlx::Row as _;

    crate::store::records::database::rows::rows!(sqlx::postgres::PgRow);
}

/// All queries of the records, as functions on a connection to PostgreSQL.
pub(in crate::store) mod queries {
    use super::rows::{account, opened_by, optional_session, optional_timestamp, session_of, timestamp, word_of};

    crate::store::records::queries::queries!(sqlx::PgConnection, sqlx::postgres::PgRow, " FOR SHARE");
}

/// The records in a PostgreSQL database.
#[derive(Clone, Debug)]
pub struct Postgres {
    pub(in crate::store) pool: Pool<PgConnection>,
    pub(in crate::store) known_apps: KnownApps,
    pub(in crate::store) known_switch: KnownSwitch,
    pub(in crate::store) ways_in: WaysIn,
    pub(in crate::store) unproven: UnprovenAddresses,
    /// Wakes the task that sends logout notices, when one may have been stored.
    pub(in crate::store) ends_noted: Arc<Notify>,
}

/// Computes and stores the skeleton of every username that lacks one (a form in which names that look alike are
/// equal). It uses a transaction for each 500 accounts, so that no instance that starts at the same moment waits
/// for long.
async fn fill_skeletons(connection: &mut PgConnection) -> Result<(), Fault> {
    loop {
        let mut some = connection.begin().await?;
        let filled = queries::fill_skeletons(&mut some).await?;
        some.commit().await?;
        if !filled {
            return Ok(());
        }
    }
}

impl Postgres {
    /// Connects to PostgreSQL at the URL `address` and migrates the tables, under a lock of the database, so that
    /// instances can start together. The migration has no time limit. Waits some twenty seconds for a server that is
    /// starting or does not answer, and fails at once if nothing listens at the address.
    pub(in crate::store) async fn open(address: &str, ways_in: WaysIn) -> Result<Self, Fault> {
        let options = options(address)?;
        let without_limits = options.clone().options([("statement_timeout", "0"), ("lock_timeout", "0")]);
        let mut first = patiently(|| connect(&without_limits)).await?;
        however_long(async {
            migrations::postgres().run(&mut first).await?;
            fill_skeletons(&mut first).await
        })
        .await?;
        let _ = first.close().await;
        let pool = Pool::<PgConnection>::new(options, CONNECTIONS);
        Ok(Self {
            pool,
            known_apps: KnownApps::default(),
            known_switch: KnownSwitch::default(),
            ways_in,
            unproven: UnprovenAddresses::Exclusive,
            ends_noted: Arc::default(),
        })
    }

    /// Returns whether a server has made its tables in the database at this URL, or is making them. It does not
    /// wait for locks on the tables.
    pub(in crate::store) async fn is_begun(address: &str) -> Result<bool, Fault> {
        let options = options(address)?;
        let mut on = patiently(|| connect(&options)).await?;
        let is_begun = is_begun(&mut on).await?;
        let _ = on.close().await;
        Ok(is_begun)
    }

    /// Reads the version of the tables, which code key they were made with, and the shared secret of the name
    /// `name`, without changing anything; `None` if no server has made its tables in this database yet.
    pub(in crate::store) async fn inspect(
        address: &str,
        name: &str,
        ways: WaysIn,
    ) -> Result<Option<(Inspected, Option<[u8; 32]>)>, Fault> {
        let mut on = connect(&options(address)?).await?;
        let inspecting = async {
            if !is_begun(&mut on).await? {
                return Ok(None);
            }
            // The table of migrations is made before the first of them.
            let Some(inspected) = queries::inspect(&mut on, migrations::newest(), ways).await? else { return Ok(None) };
            Ok(Some((inspected, Self::secret(&mut on, name, None).await?)))
        };
        let inspected = timeout(DEADLINE, inspecting).await.map_err(|_| Fault::TooSlow("PostgreSQL"))?;
        let _ = on.close().await;
        inspected
    }

    /// Returns the secret of this name, which all instances share. If there is none, stores and returns `fresh`, or
    /// returns `None` if `fresh` is not given.
    pub(in crate::store) async fn secret(
        on: &mut PgConnection,
        name: &str,
        fresh: Option<[u8; 32]>,
    ) -> Result<Option<[u8; 32]>, Fault> {
        if let Some(fresh) = fresh {
            sqlx::query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(name)
                .bind(&fresh[..])
                .execute(&mut *on)
                .await?;
        }
        let row = sqlx::query("SELECT value FROM secrets WHERE name = $1").bind(name).fetch_optional(on).await?;
        let Some(row) = row else { return Ok(None) };
        let value: &[u8] = row.try_get("value")?;
        value.try_into().map(Some).map_err(|_| Fault::Unreadable("secrets.value"))
    }
}

async fn is_begun(on: &mut PgConnection) -> Result<bool, Fault> {
    const TABLES: &str = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS there";
    Ok(sqlx::query(TABLES).fetch_one(on).await?.try_get("there")?)
}

fn options(address: &str) -> Result<PgConnectOptions, Fault> {
    let options = PgConnectOptions::from_str(address)?.application_name("tessera");
    // PostgreSQL's notices, such as that a table exists already, are meant for interactive use.
    let quiet = ("client_min_messages", "warning");
    Ok(options.options([("statement_timeout", "4s"), ("lock_timeout", "4s"), quiet]))
}

/// Opens a connection to PostgreSQL outside the pool. Waits while the server answers that it is starting, and fails
/// if that takes longer than [`DEADLINE`] in all.
async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Fault> {
    // Boxed, because connecting is needed once: otherwise its state would be part of the future of every caller.
    let connecting = Box::pin(async {
        loop {
            match options.connect().await {
                Err(error) if says_that_it_starts(&error) => sleep(PAUSE).await,
                outcome => return outcome,
            }
        }
    });
    Ok(timeout(DEADLINE, connecting).await.map_err(|_| Fault::TooSlow("PostgreSQL"))??)
}

//! Records in PostgreSQL, for any number of instances. Every call ends within [`DEADLINE`], so that people hear soon
//! that something is away; connections that died with the server while nobody used them are found out first ([`Pool`]).

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::Row as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::time::timeout;

use super::Fault;
use super::known_apps::KnownApps;
use super::migrations;
use super::pool::Pool;

/// The longest that a caller waits, for a connection and for its answer together.
pub(super) const DEADLINE: Duration = Duration::from_secs(4);
/// Connections of one instance; a server takes a hundred in all, as it comes.
const CONNECTIONS: usize = 10;

/// The queries, on PostgreSQL.
pub(super) mod queries {
    crate::store::queries::queries!(sqlx::PgConnection, sqlx::postgres::PgRow);
}

/// The pool.
#[derive(Clone, Debug)]
pub struct Postgres {
    pub(super) pool: Pool<PgConnection>,
    pub(super) known_apps: KnownApps,
}

impl Postgres {
    /// Connects, and brings the tables up to date: under a lock of the database, so that instances can start together.
    pub(super) async fn open(address: &str) -> Result<Self, Fault> {
        let options = PgConnectOptions::from_str(address)?
            .application_name("tessera")
            .options([("statement_timeout", "4s"), ("lock_timeout", "4s")]);
        let pool = Pool::<PgConnection>::new(options, CONNECTIONS);
        let mut first = timeout(DEADLINE, pool.lend()).await.map_err(|_| Fault::TooSlow)??;
        let migrated = migrations::postgres().run(&mut *first).await;
        first.after(migrated.map_err(Fault::from))?;
        Ok(Self { pool, known_apps: KnownApps::default() })
    }

    /// The secret of this name that all instances share: `fresh` where there was none.
    pub(super) async fn secret(on: &mut PgConnection, name: &str, fresh: [u8; 32]) -> Result<[u8; 32], Fault> {
        sqlx::query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(name)
            .bind(&fresh[..])
            .execute(&mut *on)
            .await?;
        let row = sqlx::query("SELECT value FROM secrets WHERE name = $1").bind(name).fetch_one(on).await?;
        let value: &[u8] = row.try_get("value")?;
        value.try_into().map_err(|_| Fault::Unreadable("secrets.value"))
    }
}

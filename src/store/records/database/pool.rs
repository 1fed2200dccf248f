//! A pool of connections that callers borrow for one query each. sqlx's own pool pings a connection after
//! every query: on SQLite that is two more messages to another thread, on PostgreSQL one more to the server.
//! Here a connection that was used just now is lent without a check, and one whose query failed or was
//! cancelled is pinged first.

use std::io;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Object, PoolError, QueueMode, RecycleResult};
use sqlx::{ConnectOptions, Connection};
use tokio::time::sleep;

use crate::store::Fault;

/// A connection that was used within this time is assumed to be alive and is lent without a check.
const ALIVE: Duration = Duration::from_secs(1);
/// The pause between two attempts to connect to a server that is starting.
pub(in crate::store) const PAUSE: Duration = Duration::from_millis(50);
/// The SQLSTATE with which PostgreSQL refuses a connection while it is starting (`cannot_connect_now`, appendix A).
const STARTING: &str = "57P03";

/// A pool of connections to a database, with a limit on their number; cheap to clone.
#[derive(Debug)]
pub(in crate::store) struct Pool<C: Connection + 'static>(deadpool::managed::Pool<Connector<C>>);

/// A connection of the pool, lent for one query. It goes back to the pool when this is dropped.
#[derive(Debug)]
pub(in crate::store) struct Lent<C: Connection + 'static>(Object<Connector<C>>);

/// Makes the connections of a pool, and checks those that are to be lent again.
pub(in crate::store) struct Connector<C: Connection>(C::Options);

/// A connection in the pool, and whether its last query succeeded. If not, it is checked before it is lent again.
#[derive(Debug)]
pub(in crate::store) struct Kept<C> {
    connection: C,
    is_sound: bool,
}

impl<C: Connection> std::fmt::Debug for Connector<C> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Connector")
    }
}

impl<C: Connection + 'static> Manager for Connector<C> {
    type Type = Kept<C>;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Kept<C>, sqlx::Error> {
        loop {
            match self.0.connect().await {
                Ok(connection) => return Ok(Kept { connection, is_sound: true }),
                Err(error) if is_starting(&error) => sleep(PAUSE).await,
                Err(error) => return Err(error),
            }
        }
    }

    async fn recycle(&self, kept: &mut Kept<C>, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if !kept.is_sound || metrics.last_used() > ALIVE {
            kept.connection.ping().await?;
        }
        Ok(())
    }
}

impl<C: Connection + 'static> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<C: Connection + 'static> Pool<C> {
    /// Makes a pool of at most `most` connections, none of which is open yet. The connection that was used last
    /// is the first to be lent again.
    pub(in crate::store) fn new(options: C::Options, most: usize) -> Self {
        let pool = deadpool::managed::Pool::builder(Connector(options)).max_size(most).queue_mode(QueueMode::Lifo);
        Self(pool.build().expect("it needs a runtime for time limits only, and has none"))
    }

    /// Lends a connection of the pool, or a new one if none is free; one that failed or was not used for a second
    /// is pinged first. Waits without a time limit for a connection if the limit of the pool is reached, and for a
    /// server that is starting. Fails with [`Fault::Closed`] if the pool is closed, and if it cannot connect.
    pub(in crate::store) async fn lend(&self) -> Result<Lent<C>, Fault> {
        let mut lent = self.0.get().await.map_err(|error| match error {
            PoolError::Backend(error) => Fault::Database(error),
            _ => Fault::Closed,
        })?;
        lent.is_sound = false;
        Ok(Lent(lent))
    }

    /// Closes the pool: no connection is lent any more, those that are not lent are closed now, and the others when
    /// they are given back.
    pub(in crate::store) fn close(&self) {
        self.0.close();
    }
}

impl<C: Connection + 'static> Lent<C> {
    /// Gives the connection back to the pool after its query, and returns the query's result unchanged. If the
    /// result is an error, the connection is pinged before it is lent again.
    pub(in crate::store) fn after<T>(mut self, outcome: Result<T, Fault>) -> Result<T, Fault> {
        self.0.is_sound = outcome.is_ok();
        outcome
    }
}

impl<C: Connection> Deref for Lent<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0.connection
    }
}

impl<C: Connection> DerefMut for Lent<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.0.connection
    }
}

/// Returns whether an error of an attempt to connect is temporary, so that another attempt may succeed: the server
/// refused the connection, as it does for a moment while it restarts, or answered that it is starting.
fn is_starting(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused)
        || says_that_it_starts(error)
}

/// Returns whether the error is the answer of PostgreSQL that it is still starting.
pub(in crate::store) fn says_that_it_starts(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().is_some_and(|code| code == STARTING))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

    use super::*;

    const LONG: &str =
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000) SELECT x FROM n";

    fn one() -> Pool<SqliteConnection> {
        Pool::new(SqliteConnectOptions::new().in_memory(true), 1)
    }

    async fn run(lent: &mut Lent<SqliteConnection>, sql: &'static str) -> Result<(), Fault> {
        Ok(sqlx::query(sql).execute(&mut **lent).await.map(|_| ())?)
    }

    /// Returns whether this connection has the table `mark`, so that it is the one on which the test made the
    /// table. Each connection has a database in memory of its own.
    async fn remembers(lent: &mut Lent<SqliteConnection>) -> bool {
        run(lent, "SELECT * FROM mark").await.is_ok()
    }

    #[tokio::test]
    async fn a_connection_is_lent_to_one_at_a_time_and_then_to_the_next() {
        let pool = one();
        let mut lent = pool.lend().await.expect("room");
        run(&mut lent, "CREATE TABLE mark (at)").await.expect("made");
        assert!(pool.lend().now_or_never().is_none(), "there is one");
        lent.after(Ok(())).expect("what it was given");
        let mut lent = pool.lend().await.expect("room");
        assert!(remembers(&mut lent).await);
        pool.close();
        lent.after(Ok(())).expect("what it was given");
        assert!(matches!(pool.lend().await, Err(Fault::Closed)));
    }

    #[tokio::test]
    async fn a_connection_whose_query_failed_or_was_broken_off_is_lent_again_when_it_answers() {
        let pool = one();
        let mut lent = pool.lend().await.expect("room");
        run(&mut lent, "CREATE TABLE mark (at)").await.expect("made");
        let failed = run(&mut lent, "SELECT * FROM nothing").await;
        assert!(lent.after(failed).is_err());
        let mut lent = pool.lend().await.expect("room");
        assert!(remembers(&mut lent).await);
        assert!(run(&mut lent, LONG).now_or_never().is_none(), "it takes a while");
        drop(lent);
        assert!(remembers(&mut pool.lend().await.expect("room")).await);
    }
}

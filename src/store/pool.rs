//! Connections that callers borrow for a query each. Unlike sqlx's own pool it asks nothing of a connection that was used
//! just now, neither before a query nor after: on SQLite that would be two more trips to another thread for each, on
//! PostgreSQL one more to the server. A connection whose query failed or was broken off is asked before it is lent again.

use std::collections::VecDeque;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::{ConnectOptions, Connection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

use super::Fault;

/// A connection that was used so lately is taken to be alive.
const ALIVE: Duration = Duration::from_secs(1);
/// One that nobody needed for this long is closed.
const UNUSED: Duration = Duration::from_secs(600);
/// A connection is asked for this long whether it lives.
const PATIENCE: Duration = Duration::from_secs(4);
/// Between two attempts to reach a server that is starting.
const PAUSE: Duration = Duration::from_millis(50);
/// "The database system is starting up" (PostgreSQL, appendix A).
const STARTING: &str = "57P03";

/// So many connections at most; cheap to clone.
pub(super) struct Pool<C: Connection>(Arc<Inner<C>>);

struct Inner<C: Connection> {
    options: C::Options,
    places: Arc<Semaphore>,
    /// The one that was used last is the first to be used again.
    idle: Mutex<VecDeque<Idle<C>>>,
}

struct Idle<C> {
    connection: C,
    since: Instant,
}

/// A connection, lent for one query.
pub(super) struct Lent<C: Connection + 'static> {
    pool: Pool<C>,
    connection: Option<C>,
    place: Option<OwnedSemaphorePermit>,
}

impl<C: Connection> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: Connection> std::fmt::Debug for Pool<C> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Pool")
    }
}

impl<C: Connection + 'static> Pool<C> {
    /// None is open yet.
    pub(super) fn new(options: C::Options, most: usize) -> Self {
        Self(Arc::new(Inner { options, places: Arc::new(Semaphore::new(most)), idle: Mutex::default() }))
    }

    /// A connection that lives, as far as one can know. Waits for as long as its caller does.
    pub(super) async fn lend(&self) -> Result<Lent<C>, Fault> {
        let place = Arc::clone(&self.0.places).acquire_owned().await.map_err(|_| Fault::Closed)?;
        let lent = |connection| Lent { pool: self.clone(), connection: Some(connection), place: Some(place) };
        while let Some(Idle { mut connection, since }) = self.next() {
            if since.elapsed() <= ALIVE || connection.ping().await.is_ok() {
                return Ok(lent(connection));
            }
        }
        loop {
            match self.0.options.connect().await {
                Ok(connection) => return Ok(lent(connection)),
                Err(error) if is_starting(&error) => sleep(PAUSE).await,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Lends no more, and closes what is not lent.
    pub(super) async fn close(&self) {
        self.0.places.close();
        while let Some(Idle { connection, .. }) = self.next() {
            let _ = connection.close().await;
        }
    }

    fn next(&self) -> Option<Idle<C>> {
        self.idle().pop_back()
    }

    fn keep(&self, connection: C) {
        if self.0.places.is_closed() {
            return;
        }
        let mut idle = self.idle();
        idle.push_back(Idle { connection, since: Instant::now() });
        if idle.front().is_some_and(|oldest| oldest.since.elapsed() > UNUSED) {
            idle.pop_front();
        }
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<Idle<C>>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Connection + 'static> Lent<C> {
    /// Gives it back after its query: for the next one where it was answered, else to be asked first.
    pub(super) fn after<T>(mut self, outcome: Result<T, Fault>) -> Result<T, Fault> {
        if outcome.is_ok()
            && let Some(connection) = self.connection.take()
        {
            self.pool.keep(connection);
        }
        outcome
    }
}

impl<C: Connection> Deref for Lent<C> {
    type Target = C;

    fn deref(&self) -> &C {
        self.connection.as_ref().expect("it is there until it is given back, and who does that has none any more")
    }
}

impl<C: Connection> DerefMut for Lent<C> {
    fn deref_mut(&mut self) -> &mut C {
        self.connection.as_mut().expect("it is there until it is given back, and who does that has none any more")
    }
}

impl<C: Connection + 'static> Drop for Lent<C> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        let (pool, place) = (self.pool.clone(), self.place.take());
        tokio::spawn(async move {
            if let Ok(Ok(())) = timeout(PATIENCE, connection.ping()).await {
                pool.keep(connection);
            }
            drop(place);
        });
    }
}

/// Whether it is worth asking again: a server that restarts refuses for a moment.
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code == STARTING),
        _ => false,
    }
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

    /// Each connection has a memory of its own, so this tells whether it is the same.
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
        pool.close().await;
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

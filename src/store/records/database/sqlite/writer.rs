//! The only writer of a SQLite file, which commits in groups: a commit costs an fsync (some 4 ms on a plain disk), so
//! all writes that wait meanwhile share the next one. A write is answered after its commit and never before.
//!
//! After some faults, such as a full disk, SQLite rolls back the whole transaction by itself and not only the statement
//! that failed (<https://sqlite.org/lang_transaction.html>, "Response To Errors Within A Transaction"). The next
//! statement would then be a transaction of its own. So after every write that fails the writer asks whether its
//! transaction is still open; if it is not, all writes in it have failed, and those after it get another one.

use std::pin::Pin;
use std::vec::Drain;

use sqlx::{Connection as _, Row as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::store::Fault;

/// The number of writes that may wait in the queue of the writer; further callers wait until there is room.
const QUEUE: usize = 1024;
/// The most writes in one commit, so that the first of them is answered soon.
const GROUP: usize = 256;

/// The future of a query, which borrows the connection that it runs on.
pub(in crate::store) type OnConnection<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;
/// A function that sends the result of a write to its caller. Called with `true`, after the commit of the group, it
/// sends the result; called with `false`, if the group was not committed, it sends an error.
type Answer = Box<dyn FnOnce(bool) + Send>;
type Job = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> OnConnection<'c, Ran> + Send>;

/// A write that ran and is not committed yet.
struct Ran {
    answer: Answer,
    has_failed: bool,
}

/// The handle to the task that makes all writes of this process to a SQLite file, in groups that are committed
/// together.
#[derive(Debug)]
pub(in crate::store) struct Writer {
    jobs: mpsc::Sender<Job>,
    closing: CancellationToken,
    closed: CancellationToken,
}

impl Writer {
    /// Starts the task that makes all writes on this connection, and returns the handle to it.
    pub(in crate::store) fn start(connection: SqliteConnection) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let (closing, closed) = (CancellationToken::new(), CancellationToken::new());
        let (ask, done) = (closing.clone(), closed.clone().drop_guard());
        tokio::spawn(async move {
            run(connection, queue, ask).await;
            drop(done);
        });
        Self { jobs, closing, closed }
    }

    /// Closes the writer: it accepts no more writes, commits the queued ones, moves SQLite's log into the database
    /// file, and closes the connection. Returns when all of that is done.
    pub(in crate::store) async fn close(&self) {
        self.closing.cancel();
        self.closed.cancelled().await;
    }

    /// Runs the queries of `work` within the next commit, and returns its result after that commit. If `work`
    /// fails, only its changes are rolled back, and the rest of the group is committed, unless SQLite rolls back
    /// everything. Fails with [`Fault::Closed`] if the group was not committed, or if the writer is closed.
    pub(in crate::store) async fn write<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> OnConnection<'c, Result<T, Fault>> + Send + 'static,
    {
        self.queue(|connection| Box::pin(in_savepoint(connection, work))).await
    }

    /// Runs a single statement within the next commit, and returns its result after that commit. Unlike
    /// [`write`](Self::write) it makes no savepoint, which saves two of three messages to the thread of the
    /// connection: SQLite itself rolls back a single statement that fails.
    pub(in crate::store) async fn write_one<T, W>(&self, statement: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> OnConnection<'c, Result<T, Fault>> + Send + 'static,
    {
        self.queue(statement).await
    }

    async fn queue<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> OnConnection<'c, Result<T, Fault>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            Box::pin(async move {
                let outcome = work(connection).await;
                let has_failed = outcome.is_err();
                let answer: Answer = Box::new(move |committed| {
                    // What failed has its own cause, which is not that the others failed too.
                    let told = if committed || has_failed { outcome } else { Err(Fault::Closed) };
                    // The caller may have been dropped: then the answer is lost, and the write still counts.
                    let _ = reply.send(told);
                });
                Ran { answer, has_failed }
            })
        });
        self.jobs.send(job).await.map_err(|_| Fault::Closed)?;
        answer.await.map_err(|_| Fault::Closed)?
    }
}

async fn in_savepoint<T, W>(connection: &mut SqliteConnection, work: W) -> Result<T, Fault>
where
    W: for<'c> FnOnce(&'c mut SqliteConnection) -> OnConnection<'c, Result<T, Fault>>,
{
    sqlx::query("SAVEPOINT job").execute(&mut *connection).await?;
    let outcome = work(connection).await;
    let is_done = outcome.is_ok();
    let ended = if is_done { release(connection).await } else { undo(connection).await };
    if let Err(fault) = ended {
        // The savepoint is gone, or what the job changed cannot be undone by itself. Then nothing of the group may be
        // committed.
        let _ = sqlx::query("ROLLBACK").execute(connection).await;
        return outcome.and(Err(fault.into()));
    }
    outcome
}

async fn undo(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("ROLLBACK TO job").execute(&mut *connection).await?;
    release(connection).await
}

async fn release(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("RELEASE job").execute(connection).await.map(|_| ())
}

async fn run(mut connection: SqliteConnection, mut queue: mpsc::Receiver<Job>, closing: CancellationToken) {
    let mut group = Vec::with_capacity(GROUP);
    loop {
        tokio::select! {
            biased;
            received = queue.recv_many(&mut group, GROUP) => if received == 0 { break },
            // The writes that are queued by now are committed before the end.
            () = closing.cancelled(), if !queue.is_closed() => {
                queue.close();
                continue;
            }
        }
        let mut jobs = group.drain(..);
        while !jobs.as_slice().is_empty() {
            run_together(&mut connection, &mut jobs).await;
        }
    }
    write_back(&mut connection).await;
    let _ = connection.close().await;
}

/// Runs jobs in one transaction, commits it, and answers them. If SQLite rolls the transaction back by itself, those
/// that ran in it fail, and those that did not run yet are left in `jobs`. Of jobs that are there, at least one is
/// taken.
async fn run_together(connection: &mut SqliteConnection, jobs: &mut Drain<'_, Job>) {
    if let Err(fault) = sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await {
        // No job may run outside a transaction. The callers are told that nothing was written.
        tracing::error!(%fault, writes = jobs.len(), "no transaction could be begun");
        jobs.for_each(drop);
        return;
    }
    let mut answers = Vec::with_capacity(jobs.len());
    let mut is_open = true;
    for job in jobs.by_ref() {
        let Ran { answer, has_failed } = job(&mut *connection).await;
        answers.push(answer);
        if has_failed && is_rolled_back(connection).await {
            tracing::error!(writes = answers.len(), "SQLite rolled back a group of writes after a fault of the last");
            is_open = false;
            break;
        }
    }
    let is_committed = is_open && commit(connection).await;
    for answer in answers {
        answer(is_committed);
    }
}

/// Returns whether the transaction of a group is not open any more.
async fn is_rolled_back(connection: &mut SqliteConnection) -> bool {
    // Within a transaction SQLite refuses to begin another one.
    let is_none_open = sqlx::query("BEGIN").execute(&mut *connection).await.is_ok();
    if is_none_open {
        let _ = sqlx::query("ROLLBACK").execute(connection).await;
    }
    is_none_open
}

/// Commits a group, and returns whether that succeeded. If not, everything in it is rolled back.
async fn commit(connection: &mut SqliteConnection) -> bool {
    let Err(fault) = sqlx::query("COMMIT").execute(&mut *connection).await else { return true };
    tracing::error!(%fault, "a group of writes was not committed");
    let _ = sqlx::query("ROLLBACK").execute(connection).await;
    false
}

/// Moves everything from SQLite's log (`-wal`) into the database file, so that a copy of that file is complete; a
/// failure is only logged. SQLite does this by itself only if the connection that is closed last may write, and the
/// connections for reading may not.
async fn write_back(connection: &mut SqliteConnection) {
    let written = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await;
    // The first column says whether another process was in the way.
    match written.and_then(|row| row.try_get::<i64, _>(0)) {
        Ok(0) => {}
        Ok(_) => tracing::info!("another process uses the records; some of them are in the log beside their file"),
        Err(error) => tracing::warn!(%error, "what is in the log beside the records' file was not written back"),
    }
}

#[cfg(test)]
mod tests {
    use sqlx::ConnectOptions as _;
    use sqlx::sqlite::SqliteConnectOptions;

    use super::*;

    /// The bytes of a write for which the database of the tests has no room.
    const TOO_LARGE: i64 = 1_000_000;

    async fn writer() -> Writer {
        let mut connection = SqliteConnectOptions::new().in_memory(true).connect().await.expect("opens");
        sqlx::query("CREATE TABLE kept (bytes)").execute(&mut connection).await.expect("made");
        sqlx::query("PRAGMA max_page_count = 32").execute(&mut connection).await.expect("set");
        Writer::start(connection)
    }

    async fn insert(connection: &mut SqliteConnection, bytes: i64) -> Result<(), Fault> {
        sqlx::query("INSERT INTO kept VALUES (zeroblob($1))").bind(bytes).execute(connection).await?;
        Ok(())
    }

    async fn keep(writer: &Writer, bytes: i64) -> Result<(), Fault> {
        writer.write(move |connection| Box::pin(async move { insert(connection, bytes).await })).await
    }

    async fn keep_one(writer: &Writer, bytes: i64) -> Result<(), Fault> {
        writer.write_one(move |connection| Box::pin(async move { insert(connection, bytes).await })).await
    }

    async fn kept(writer: &Writer) -> Vec<i64> {
        let all = writer.write_one(|connection| {
            Box::pin(async move {
                let all = sqlx::query_scalar::<_, i64>("SELECT length(bytes) FROM kept ORDER BY rowid");
                Ok(all.fetch_all(connection).await?)
            })
        });
        all.await.expect("answers")
    }

    #[tokio::test]
    async fn where_sqlite_rolls_a_group_back_what_ran_has_failed_and_what_comes_after_is_written() {
        let writer = writer().await;
        // The writer runs once all of them are queued, so they are of one group.
        let (first, second, full, third, fourth) = tokio::join!(
            keep(&writer, 1),
            keep_one(&writer, 2),
            keep_one(&writer, TOO_LARGE),
            keep(&writer, 3),
            keep_one(&writer, 4),
        );
        for before in [first, second] {
            assert!(matches!(before, Err(Fault::Closed)), "{before:?}");
        }
        assert!(matches!(full, Err(Fault::Database(_))), "it is told its own fault: {full:?}");
        assert!(third.is_ok() && fourth.is_ok(), "{third:?} {fourth:?}");
        assert_eq!(kept(&writer).await, [3, 4]);

        let (before, full, after) = tokio::join!(keep(&writer, 5), keep(&writer, TOO_LARGE), keep(&writer, 6));
        assert!(matches!((before, full), (Err(Fault::Closed), Err(Fault::Database(_)))));
        assert!(after.is_ok(), "{after:?}");
        assert_eq!(kept(&writer).await, [3, 4, 6]);
    }

    #[tokio::test]
    async fn where_a_statement_alone_fails_the_rest_of_its_group_is_written() {
        let writer = writer().await;
        let fail = async || {
            let failed = writer.write(|connection| {
                Box::pin(async move {
                    insert(connection, 7).await?;
                    sqlx::query("INSERT INTO nothing VALUES (1)").execute(connection).await?;
                    Ok(())
                })
            });
            failed.await
        };
        let (before, failed, after) = tokio::join!(keep(&writer, 1), fail(), keep_one(&writer, 2));
        assert!(before.is_ok() && after.is_ok(), "{before:?} {after:?}");
        assert!(matches!(failed, Err(Fault::Database(_))), "{failed:?}");
        assert_eq!(kept(&writer).await, [1, 2]);
    }
}

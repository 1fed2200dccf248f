//! The only writer of a SQLite file, which commits in groups: a commit costs an fsync (some 4 ms on a plain disk), so
//! all writes that wait meanwhile share the next one. A write is answered after its commit and never before.

use std::pin::Pin;

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
/// sends the result; called with `false`, after a failed commit, it sends an error.
type Answer = Box<dyn FnOnce(bool) + Send>;
type Job = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> OnConnection<'c, Answer> + Send>;

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
    /// fails, only its changes are rolled back, and the rest of the group is committed. Fails with
    /// [`Fault::Closed`] if the group was not committed, or if the writer is closed.
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
                let answer: Answer = Box::new(move |committed| {
                    // The caller may have been dropped: then the answer is lost, and the write still counts.
                    let _ = reply.send(if committed { outcome } else { Err(Fault::Closed) });
                });
                answer
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
    if outcome.is_err() {
        sqlx::query("ROLLBACK TO job").execute(&mut *connection).await?;
    }
    sqlx::query("RELEASE job").execute(&mut *connection).await?;
    outcome
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
        if let Err(fault) = sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await {
            // No job may run outside a transaction. The callers are told that nothing was written.
            tracing::error!(%fault, writes = group.len(), "no transaction could be begun");
            group.clear();
            continue;
        }
        let mut answers = Vec::with_capacity(group.len());
        for job in group.drain(..) {
            answers.push(job(&mut connection).await);
        }
        let committed = sqlx::query("COMMIT").execute(&mut connection).await;
        if let Err(fault) = &committed {
            tracing::error!(%fault, "a group of writes was not committed");
            let _ = sqlx::query("ROLLBACK").execute(&mut connection).await;
        }
        for answer in answers {
            answer(committed.is_ok());
        }
    }
    write_back(&mut connection).await;
    let _ = connection.close().await;
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

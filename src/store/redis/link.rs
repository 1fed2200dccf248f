//! The link to Redis: one server, the master that Sentinels name, or a cluster. All callers share one connection
//! (requests are pipelined), which is made anew when it is lost; every call ends within [`DEADLINE`].
//!
//! A call is repeated until its deadline when its connection breaks. So every request must be safe to repeat: a read,
//! or a script that recognises its own attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use parking_lot::RwLock;
use redis::aio::PubSub;
use redis::{
    Cmd, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisFuture, RedisResult, Script, ScriptInvocation,
    ServerErrorKind, ToRedisArgs, Value, cmd,
};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use super::servers::{Connection, DEADLINE, Servers};
use crate::measure;
use crate::settings::RedisAddress;
use crate::store::Fault;
use crate::ticket::time::Timestamp;

/// The pause between two attempts of one call to Redis.
const PAUSE: Duration = Duration::from_millis(25);
/// The number of commands of a batch that are sent to a cluster at the same time.
const AT_ONCE: usize = 256;

/// A connection to Redis that all its clones share. It is made on first use, and made anew when it is lost.
#[derive(Clone)]
pub struct Link(Arc<Inner>);

struct Inner {
    servers: Servers,
    current: RwLock<Option<Current>>,
    /// Locked while a caller connects, so that one connects for all. It counts the connections that were made.
    connecting: Mutex<u64>,
    /// The time of the last answer of Redis, in milliseconds since `begun`.
    heard: AtomicU64,
    begun: Instant,
}

/// A connection and its number. A caller that finds the connection broken drops it by its number, so that it
/// never drops a newer one.
#[derive(Clone)]
struct Current {
    number: u64,
    connection: Connection,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Link")
    }
}

impl Link {
    /// Makes the link to the Redis at this address; it does not connect yet.
    pub fn new(address: &RedisAddress) -> Result<Self, Fault> {
        let servers = Servers::new(address)?;
        let (current, connecting) = (RwLock::default(), Mutex::new(0));
        let (heard, begun) = (AtomicU64::new(0), Instant::now());
        Ok(Self(Arc::new(Inner { servers, current, connecting, heard, begun })))
    }

    /// Sends a command and returns the answer. It is sent again if the connection breaks, until [`DEADLINE`] is over,
    /// so it must be safe to repeat.
    pub async fn ask<T: FromRedisValue + Send>(&self, command: &Cmd) -> Result<T, Fault> {
        self.run(|mut connection| Box::pin(async move { command.query_async(&mut connection).await })).await
    }

    /// Runs a Lua script on these keys and returns its result. It is run again if the connection breaks, until
    /// [`DEADLINE`] is over, so it must be safe to repeat. In a cluster it fails unless all keys are in one hash slot.
    pub async fn script<T: FromRedisValue + Send>(
        &self,
        script: &Script,
        keys: impl ToRedisArgs,
        arguments: &[&[u8]],
    ) -> Result<T, Fault> {
        let mut call = script.prepare_invoke();
        self.invoke(call.key(keys).arg(arguments)).await
    }

    async fn invoke<T: FromRedisValue + Send>(&self, call: &ScriptInvocation<'_>) -> Result<T, Fault> {
        self.run(|mut connection| Box::pin(async move { call.invoke_async(&mut connection).await })).await
    }

    /// Sends these commands like [`Link::ask`], all in one pipeline, and returns their answers in the same order. In a
    /// cluster each is sent by itself, because each may be for another node.
    pub async fn ask_all<T: FromRedisValue + Send>(&self, commands: Vec<Cmd>) -> Vec<Result<T, Fault>> {
        if !self.is_one_server() {
            let asked: Vec<_> = commands.iter().map(|command| self.ask(command)).collect();
            return stream::iter(asked).buffered(AT_ONCE).collect().await;
        }
        let mut pipeline = Pipeline::with_capacity(commands.len());
        let count = commands.len();
        for command in commands {
            pipeline.add_command(command);
        }
        self.send(pipeline, count).await
    }

    /// Runs one Lua script for each of these calls like [`Link::script`], all in one pipeline, and returns the results
    /// in the same order. In a cluster each runs by itself, because the keys of each may be on another node.
    pub async fn scripts<T: FromRedisValue + Send>(
        &self,
        script: &Script,
        calls: &[ScriptInvocation<'_>],
    ) -> Vec<Result<T, Fault>> {
        if !self.is_one_server() {
            let run: Vec<_> = calls.iter().map(|call| self.invoke(call)).collect();
            return stream::iter(run).buffered(AT_ONCE).collect().await;
        }
        let mut pipeline = Pipeline::with_capacity(1 + calls.len());
        // Redis may have been restarted since and not know the script any more.
        pipeline.load_script(script).ignore();
        for call in calls {
            pipeline.invoke_script(call);
        }
        self.send(pipeline, calls.len()).await
    }

    /// Sends a pipeline to one server, and returns its `count` answers.
    async fn send<T: FromRedisValue + Send>(&self, mut pipeline: Pipeline, count: usize) -> Vec<Result<T, Fault>> {
        if count == 0 {
            return Vec::new();
        }
        // An error that answers one command does not fail the others.
        let pipeline = &*pipeline.ignore_errors();
        let sent = self.run(|mut connection| {
            Box::pin(async move {
                let answers: Vec<RedisResult<Value>> = pipeline.query_async(&mut connection).await?;
                match answers.iter().find_map(|answer| answer.as_ref().err().filter(|error| !is_answer(error))) {
                    Some(error) => Err(error.clone()),
                    None => Ok(answers),
                }
            })
        });
        match sent.await {
            // Each is converted by itself, so that one that cannot be converted does not fail the others either.
            Ok(answers) => {
                let converted = |answer: RedisResult<Value>| Ok(T::from_redis_value(answer?)?);
                answers.into_iter().map(|answer| converted(answer).map_err(|error: RedisError| error.into())).collect()
            }
            Err(fault) => (0..count).map(|_| Err(again(&fault))).collect(),
        }
    }

    /// Returns whether all keys are on one server; `false` for a cluster, where they are spread over its nodes.
    pub fn is_one_server(&self) -> bool {
        !matches!(self.0.servers, Servers::Cluster(..))
    }

    /// Returns the present time of the clock of Redis.
    pub async fn time(&self) -> Result<Timestamp, Fault> {
        let (seconds, micros): (u64, u64) = self.ask(&cmd("TIME")).await?;
        Ok(Timestamp::from_millis(seconds * 1000 + micros / 1000))
    }

    /// Opens a separate connection, on which the caller can subscribe to channels. In a cluster it leads to any
    /// one node, because every node receives what is published.
    pub async fn listen(&self) -> Result<PubSub, Fault> {
        timeout(DEADLINE, self.0.servers.listen()).await.map_err(|_| Fault::TooSlow("Redis"))?.map_err(Fault::from)
    }

    /// Runs `work` on the shared connection and returns its result. Runs it again if the connection breaks,
    /// until [`DEADLINE`] is over.
    pub(super) async fn run<'w, T>(&self, work: impl Fn(Connection) -> RedisFuture<'w, T>) -> Result<T, Fault> {
        let mut last = None;
        let attempts = async {
            loop {
                let fault = match self.connection().await {
                    Ok(Current { number, connection }) => match work(connection).await {
                        Ok(value) => {
                            self.hears();
                            return Ok(value);
                        }
                        Err(error) if is_answer(&error) => {
                            self.hears();
                            return Err(error.into());
                        }
                        Err(error) => {
                            self.give_up(number);
                            error
                        }
                    },
                    Err(error) => error,
                };
                last = Some(fault);
                sleep(PAUSE).await;
            }
        };
        let outcome = measure::store("redis", timeout(DEADLINE, attempts)).await;
        outcome.unwrap_or_else(|_| {
            // A connection on which no answer came within the deadline is dropped, because the next caller
            // may get none either. A connection that is only slow is kept: all requests under way on it would
            // have to be repeated, which takes longer.
            if self.is_silent() {
                self.give_up(u64::MAX);
            }
            Err(last.map_or(Fault::TooSlow("Redis"), Fault::from))
        })
    }

    async fn connection(&self) -> RedisResult<Current> {
        if let Some(current) = self.current() {
            return Ok(current);
        }
        let mut number = self.0.connecting.lock().await;
        if let Some(current) = self.current() {
            return Ok(current);
        }
        // Boxed, because connecting is rare: otherwise its state would be part of the future of every call.
        let connecting: RedisFuture<'_, Connection> = Box::pin(self.0.servers.connect());
        let connection = connecting.await?;
        *number += 1;
        measure::reconnected("redis");
        self.hears();
        let current = Current { number: *number, connection };
        *self.0.current.write() = Some(current.clone());
        Ok(current)
    }

    fn current(&self) -> Option<Current> {
        self.0.current.read().clone()
    }

    fn hears(&self) {
        self.0.heard.store(self.age(), Ordering::Relaxed);
    }

    fn is_silent(&self) -> bool {
        let deadline = u64::try_from(DEADLINE.as_millis()).unwrap_or(u64::MAX);
        self.age().saturating_sub(self.0.heard.load(Ordering::Relaxed)) >= deadline
    }

    fn age(&self) -> u64 {
        u64::try_from(self.0.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Drops the shared connection if its number is at most this one, so that the next caller connects anew.
    fn give_up(&self, number: u64) {
        let mut current = self.0.current.write();
        if current.as_ref().is_some_and(|current| current.number <= number) {
            *current = None;
        }
    }
}

/// Returns whether this error is the final answer of Redis to a request. It is not if the connection failed, or if the
/// server answered that it cannot serve the request now or that another server does (such as `LOADING` or `MOVED`);
/// then the request is sent again.
fn is_answer(error: &RedisError) -> bool {
    match error.kind() {
        ErrorKind::Server(kind) => !matches!(
            kind,
            ServerErrorKind::ReadOnly
                | ServerErrorKind::BusyLoading
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::TryAgain
                | ServerErrorKind::Moved
                | ServerErrorKind::Ask
        ),
        ErrorKind::Extension | ErrorKind::UnexpectedReturnType | ErrorKind::Parse | ErrorKind::InvalidClientConfig => {
            true
        }
        _ => false,
    }
}

/// Copies the fault of a pipeline, which each of its commands returns.
fn again(fault: &Fault) -> Fault {
    match fault {
        Fault::Redis(error) => Fault::Redis(error.clone()),
        Fault::Full => Fault::Full,
        _ => Fault::TooSlow("Redis"),
    }
}

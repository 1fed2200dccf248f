//! The link to Redis: one server, the master that Sentinels name, or a cluster. All callers share one connection
//! (requests are pipelined), which is made anew when it is lost; every call ends within [`DEADLINE`].
//!
//! A call is repeated until its deadline when its connection breaks. So every request must be safe to repeat: a read,
//! or a script that recognises its own attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::RwLock;
use redis::aio::{ConnectionLike, MultiplexedConnection, PubSub};
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, SlotAddr};
use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ErrorKind, FromRedisValue, IntoConnectionInfo, Pipeline,
    RedisConnectionInfo, RedisError, RedisFuture, RedisResult, Script, ServerErrorKind, TlsMode, ToRedisArgs, Value,
    cmd,
};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use crate::measure;
use crate::settings::{RedisAddress, RedisKind};
use crate::store::Fault;
use crate::ticket::time::Timestamp;

/// The longest that a caller waits for the answer of Redis, connecting and repetitions included.
pub const DEADLINE: Duration = Duration::from_secs(1);
/// The pause between two attempts of one call to Redis.
const PAUSE: Duration = Duration::from_millis(25);

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

enum Servers {
    Single(Client),
    /// The Sentinels are asked for the master at each new connection, because the previous master may be a
    /// replica by now.
    Sentinel(Mutex<SentinelClient>),
    Cluster(ClusterClient, Vec<Client>),
}

/// A connection and its number. A caller that finds the connection broken drops it by its number, so that it
/// never drops a newer one.
#[derive(Clone)]
struct Current {
    number: u64,
    connection: Connection,
}

/// An open connection to Redis.
#[derive(Clone)]
pub enum Connection {
    /// A connection to one server.
    One(MultiplexedConnection),
    /// A connection to the nodes of a cluster.
    Cluster(ClusterConnection),
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::One(one) => one.req_packed_command(cmd),
            Self::Cluster(cluster) => cluster.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::One(one) => one.req_packed_commands(pipeline, offset, count),
            Self::Cluster(cluster) => cluster.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::One(one) => one.get_db(),
            Self::Cluster(_) => 0,
        }
    }
}

impl Connection {
    /// Sends a command to the server that stores this key, and returns its answer. In a cluster that is the
    /// master of the key's slot.
    pub(super) async fn ask_where<T: FromRedisValue>(&mut self, key: &str, command: &Cmd) -> RedisResult<T> {
        let answer = match self {
            Self::One(one) => command.query_async(one).await?,
            Self::Cluster(cluster) => {
                let place = SingleNodeRoutingInfo::SpecificNode(Route::with_key(key, SlotAddr::Master));
                cluster.route_command(command.clone(), RoutingInfo::SingleNode(place)).await?
            }
        };
        Ok(redis::from_redis_value(answer)?)
    }
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
        let call = &*call.key(keys).arg(arguments);
        self.run(|mut connection| Box::pin(async move { call.invoke_async(&mut connection).await })).await
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
        ErrorKind::Extension | ErrorKind::UnexpectedReturnType | ErrorKind::InvalidClientConfig => true,
        _ => false,
    }
}

impl Servers {
    fn new(address: &RedisAddress) -> Result<Self, RedisError> {
        let tls = address.tls.then_some(TlsMode::Secure);
        let nodes: Vec<ConnectionAddr> = address
            .nodes
            .iter()
            .cloned()
            .map(|(host, port)| match tls {
                Some(_) => ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None },
                None => ConnectionAddr::Tcp(host, port),
            })
            .collect();
        let client = |node: &ConnectionAddr| {
            let mut login = RedisConnectionInfo::default().set_db(address.database);
            if let Some(name) = &address.username {
                login = login.set_username(name);
            }
            if let Some(password) = &address.password {
                login = login.set_password(password);
            }
            Client::open(node.clone().into_connection_info()?.set_redis_settings(login))
        };
        match &address.kind {
            RedisKind::Single => Ok(Self::Single(client(&nodes[0])?)),
            RedisKind::Sentinel(service) => {
                let mut builder = SentinelClientBuilder::new(nodes, service, SentinelServerType::Master)?
                    .set_client_to_redis_db(address.database);
                if let Some(tls) = tls {
                    builder = builder.set_client_to_redis_tls_mode(tls).set_client_to_sentinel_tls_mode(tls);
                }
                if let Some(name) = &address.username {
                    builder = builder.set_client_to_redis_username(name);
                }
                if let Some(password) = &address.password {
                    builder = builder.set_client_to_redis_password(password);
                }
                Ok(Self::Sentinel(Mutex::new(builder.build()?)))
            }
            RedisKind::Cluster => {
                let clients = nodes.iter().map(client).collect::<RedisResult<Vec<_>>>()?;
                let mut builder =
                    ClusterClientBuilder::new(nodes).connection_timeout(DEADLINE).response_timeout(DEADLINE);
                if let Some(tls) = tls {
                    builder = builder.tls(tls);
                }
                if let Some(name) = &address.username {
                    builder = builder.username(name);
                }
                if let Some(password) = &address.password {
                    builder = builder.password(password);
                }
                Ok(Self::Cluster(builder.build()?, clients))
            }
        }
    }

    async fn connect(&self) -> RedisResult<Connection> {
        let client = match self {
            Self::Single(client) => client.clone(),
            Self::Sentinel(sentinels) => sentinels.lock().await.async_get_client().await?,
            Self::Cluster(cluster, _) => return cluster.get_async_connection().await.map(Connection::Cluster),
        };
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(DEADLINE)).set_response_timeout(None);
        let mut one = client.get_multiplexed_async_connection_with_config(&config).await?;
        // A master that was restarted or cut off calls itself a master until the Sentinels tell it otherwise.
        // A server that calls itself a replica already would refuse every change.
        let role: Vec<Value> = cmd("ROLE").query_async(&mut one).await?;
        let role: String = redis::from_redis_value(role.into_iter().next().unwrap_or(Value::Nil))?;
        if role == "master" {
            Ok(Connection::One(one))
        } else {
            Err((ErrorKind::Server(ServerErrorKind::ReadOnly), "this is a replica and not a master").into())
        }
    }

    async fn listen(&self) -> RedisResult<PubSub> {
        match self {
            Self::Single(client) => client.get_async_pubsub().await,
            Self::Sentinel(sentinels) => {
                let master = sentinels.lock().await.async_get_client().await?;
                master.get_async_pubsub().await
            }
            Self::Cluster(_, nodes) => {
                let mut last = None;
                for node in nodes {
                    match node.get_async_pubsub().await {
                        Ok(listening) => return Ok(listening),
                        Err(error) => last = Some(error),
                    }
                }
                Err(last.unwrap_or_else(|| (ErrorKind::ClusterConnectionNotFound, "no node is named").into()))
            }
        }
    }
}

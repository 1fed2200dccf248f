//! The servers of Redis as the configuration names them (one, those of a Sentinel service, or a cluster), and how a
//! connection to them is opened.

use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection, PubSub};
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, SlotAddr};
use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ErrorKind, FromRedisValue, IntoConnectionInfo, Pipeline,
    RedisConnectionInfo, RedisError, RedisFuture, RedisResult, ServerErrorKind, TlsMode, Value, cmd,
};
use tokio::sync::Mutex;

use crate::settings::{RedisAddress, RedisKind};

/// The longest that a caller waits for the answer of Redis, connecting and repetitions included.
pub(in crate::store) const DEADLINE: Duration = Duration::from_secs(1);

/// The servers of Redis to which a link connects.
pub(super) enum Servers {
    Single(Client),
    /// The Sentinels are asked for the master at each new connection, because the previous master may be a
    /// replica by now.
    Sentinel(Mutex<SentinelClient>),
    Cluster(ClusterClient, Vec<Client>),
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

impl Servers {
    pub(super) fn new(address: &RedisAddress) -> Result<Self, RedisError> {
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

    pub(super) async fn connect(&self) -> RedisResult<Connection> {
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

    pub(super) async fn listen(&self) -> RedisResult<PubSub> {
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

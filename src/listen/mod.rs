//! Accepts connections, over TLS if a certificate is configured, and stops gracefully. It limits the
//! connections in all and of each network, and each connection has size limits and timeouts.

mod silent;
mod keep_alive;
mod permit;
pub mod tls;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::response::Response;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use self::keep_alive::KeepAlive;
pub use self::permit::{ConnectionPermit, Waits};
use self::silent::{Ended, Silent, TrackedBody, TrackedConnection};
use crate::clock::Clock;
use crate::crowd::{Arrival, Crowd};
use crate::measure;
use crate::web::bounds::{
    ACCEPTED_AT_ONCE, BACKLOG, DRAIN, HEAD_BYTES, HEAD_TIMEOUT, HEADERS, LINGER, ROOM_TIMEOUT, TLS_BUFFER, TLS_TIMEOUT,
    UNACKNOWLEDGED,
};
use crate::web::client::{Peer, TrustedProxies};
use crate::web::limits::tally::Tally;
use crate::websocket::stream::Stream;

/// Takes the connection of an upgraded request out of the runtime, with the bytes that its peer sent already. `None` if
/// it cannot be taken.
pub fn taken(upgraded: Upgraded) -> Option<(Stream, Bytes)> {
    let (stream, early) = match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => (Stream::new(parts.io.into_inner(), None), parts.read_buf),
        Err(upgraded) => {
            let parts = upgraded.downcast::<TokioIo<TlsStream<TcpStream>>>().ok()?;
            let (tcp, tls) = parts.io.into_inner().into_inner();
            (Stream::new(tcp, Some(tls)), parts.read_buf)
        }
    };
    Some((stream.ok()?, early))
}

/// Acquires a permit for a new connection. If none is free, ends the connection that has been [`silent`] longest, or
/// else a waiting one ([`Crowd::choose_one`]), and waits for its permit. `None` if no connection can be ended, or if it
/// does not end within [`ROOM_TIMEOUT`]. While this runs, [`serve`] accepts no other connection.
async fn acquire_permit(silent: &Silent, arrival: Arrival, proxies: &TrustedProxies) -> Option<ConnectionPermit> {
    let crowd = Arc::clone(&arrival.crowd);
    let permit = crowd.permits.acquire();
    tokio::pin!(permit);
    let permit = tokio::select! {
        biased;
        free = &mut permit => free,
        ended = silent.end_one() => {
            match ended {
                Ended::One => measure::turned_away("silent"),
                Ended::NoneIsSilent => {
                    crowd.choose_one(arrival.network)?.give_way();
                    measure::turned_away("gave_way");
                }
            }
            // The permit is free as soon as the ended connection is closed.
            tokio::time::timeout(ROOM_TIMEOUT, permit).await.ok()?
        }
    };
    // It is given back when what is returned is dropped.
    permit.ok()?.forget();
    Some(ConnectionPermit::new(arrival.admitted(), proxies.clone()))
}

/// The settings of a listener, and what it shares with the rest of the server.
#[derive(Clone)]
pub struct ListenerSettings {
    /// Largest number of open connections, in all.
    pub connections: usize,
    /// Largest number of open connections of one network. Trusted proxies are not counted: one proxy forwards
    /// for many people.
    pub per_network: u64,
    /// The trusted proxies.
    pub proxies: TrustedProxies,
    /// The clock by which refused connections are counted for the log.
    pub clock: Clock,
    /// TLS, if this server terminates it itself; `None` for plain HTTP.
    pub tls: Option<TlsAcceptor>,
    /// Cancelled when the server is to stop.
    pub stopping: CancellationToken,
}

/// Returns the error line for an address that could not be bound, with what to do about it.
pub fn not_bound(setting: &str, address: SocketAddr, error: &io::Error) -> String {
    let why = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there, perhaps another Tessera: stop it, or choose another port".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have that address: name one of its own, or 0.0.0.0 for all of them".to_owned()
        }
        io::ErrorKind::PermissionDenied => "this user may not listen there: choose a port from 1024 on, or allow it \
                                            (AmbientCapabilities=CAP_NET_BIND_SERVICE in systemd)"
            .to_owned(),
        _ => format!("it cannot be listened there: {error}"),
    };
    format!("{setting}: {address}: {why}")
}

/// Begins to listen at an address. Connections that arrive all at once, as after a restart, wait in the
/// kernel's queue: see [`BACKLOG`].
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Without this, the port of a server that has just ended cannot be bound again at once.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts connections of `listener` and serves them by `router`. After `stopping` is cancelled it accepts them
/// for [`LINGER`] more, and then lets requests in flight finish, for [`DRAIN`] at most.
pub async fn serve(listener: TcpListener, router: Router, settings: ListenerSettings) {
    let all = u32::try_from(settings.connections).unwrap_or(u32::MAX);
    let per_network = usize::try_from(settings.per_network).unwrap_or(usize::MAX);
    let crowd = Crowd::new(settings.connections, per_network);
    let too_many = Tally::new("connections_per_address", &settings.clock);
    let full = Tally::new("connections", &settings.clock);
    let (keep_alive, silent) = (KeepAlive::default(), Silent::default());
    let closing = CancellationToken::new();
    let mut accepted = 0_u32;
    let end = async {
        settings.stopping.cancelled().await;
        tokio::time::sleep(LINGER).await;
    };
    tokio::pin!(end);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut end => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Linux reports here what happened to this one connection before it was accepted (accept(2)).
                Err(error) if is_of_one_connection(&error) => continue,
                Err(error) => {
                    // The process is out of file descriptors: open connections will end, and the listener continues.
                    tracing::error!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let network = permit::network(&settings.proxies, peer.ip().to_canonical());
        let Some(arrival) = crowd.enter(network) else {
            too_many.one();
            measure::turned_away("network");
            continue;
        };
        let Some(permit) = acquire_permit(&silent, arrival, &settings.proxies).await else {
            full.one();
            measure::turned_away("full");
            continue;
        };
        let (keep_alive, router) = (keep_alive.connection(network), router.clone());
        let (tls, closing) = (settings.tls.clone(), closing.clone());
        silent.spawn(|tracked| {
            let tracked = Arc::new(tracked);
            connection(stream, Served { peer, permit, keep_alive, tracked, router }, tls, closing)
        });
        // Others are accepted after the tasks that are ready to run. A server that gets more to do than it can so leaves
        // what is too much in the kernel's queue, where it costs nothing, and answers the requests that it has begun
        // before the deadlines of its stores.
        accepted = accepted.wrapping_add(1);
        if accepted.is_multiple_of(ACCEPTED_AT_ONCE) {
            let _ = tokio::spawn(tokio::task::yield_now()).await;
        }
    }
    drop(listener);
    closing.cancel();
    // All permits are free once every request and every socket has ended.
    if tokio::time::timeout(DRAIN, crowd.permits.acquire_many(all)).await.is_err() {
        tracing::warn!(
            open = settings.connections - crowd.permits.available_permits(),
            "stopping although connections are still open"
        );
    }
}

/// Returns whether an error of `accept` concerns the one connection that was to be accepted, and not the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, NetworkUnreachable};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | HostUnreachable | NetworkUnreachable
    )
}

/// What is needed to handle the requests of one connection: the address of its peer, its permit, the records of
/// whether it is idle or silent, and the router.
struct Served {
    peer: SocketAddr,
    permit: ConnectionPermit,
    keep_alive: keep_alive::Connection,
    tracked: Arc<TrackedConnection>,
    router: Router,
}

impl Served {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response, Infallible> {
        self.keep_alive.asked();
        if request.body().is_end_stream() {
            self.tracked.asked();
        }
        let mut request = request.map(|body| Body::new(TrackedBody { body, tracked: Arc::clone(&self.tracked) }));
        request.extensions_mut().insert(Peer(self.peer));
        request.extensions_mut().insert(self.permit.clone());
        let answer = self.router.clone().oneshot(request).await?;
        // The connection is not silent either while a request is answered whose body was not read to its end.
        self.tracked.asked();
        self.tracked.answered(&answer);
        Ok(self.keep_alive.answered(answer))
    }
}

async fn connection(stream: TcpStream, served: Served, tls: Option<TlsAcceptor>, closing: CancellationToken) {
    // An event is one small packet and must arrive at once.
    let _ = stream.set_nodelay(true);
    // A peer that acknowledges nothing any more must not keep its permit, also if its window is zero.
    let _ = SockRef::from(&stream).set_tcp_user_timeout(Some(UNACKNOWLEDGED));
    match tls {
        None => http(stream, served, closing).await,
        Some(tls) => {
            let handshake = tls.accept_with(stream, |tls| tls.set_buffer_limit(Some(TLS_BUFFER)));
            // A peer that does not complete its handshake gets no answer and no log line.
            if let Ok(Ok(stream)) = tokio::time::timeout(TLS_TIMEOUT, handshake).await {
                http(stream, served, closing).await;
            }
        }
    }
}

async fn http<S>(stream: S, served: Served, closing: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let served = Arc::new(served);
    let service = service_fn(move |request| {
        let served = Arc::clone(&served);
        async move { served.answer(request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    // Errors of a connection are the peer's fault; a refused request was logged when it was refused.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

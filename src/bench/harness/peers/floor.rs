//! The floor of most groups: a server that shows what the libraries below this one cost by themselves. It has the same
//! routes, accept loop, timer and socket buffers, but no tickets, pages, records, limits or layers.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use tessera::web::bounds::{HEAD_BYTES, HEAD_TIMEOUT};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tower::ServiceExt as _;

use crate::Failure;

/// Largest message in bytes that the floor reads over a WebSocket.
const SOCKET_MESSAGE_BYTES: usize = 4 * 1024;
/// Read buffer of a WebSocket in bytes; the default of the library is 128 KiB for each page.
const SOCKET_READ_BUFFER: usize = 128;
/// Largest number of unsent bytes of a WebSocket.
const SOCKET_WRITE_BUFFER: usize = 32 * 1024;

/// The state of the floor: which socket watches which page.
#[derive(Default)]
struct Floor {
    pages: AtomicU32,
    watchers: Mutex<HashMap<u32, Arc<Notify>>>,
}

/// Serves until the process is ended.
pub async fn serve() -> Result<(), Failure> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let router = Router::new()
        .route("/hello", get(|| async { "hello" }))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/login", get(page))
        .route("/login/{page}/watch", get(watch))
        .route("/login/{page}/claim", post(|| async { "{}" }))
        .route("/v1/tickets/{page}/{verb}", post(tell))
        .route("/oauth/authorize", get(|| async { Redirect::to("/oauth/authorize/0") }))
        .route("/oauth/authorize/{request}", get(go_on))
        .route("/oauth/token", post(|_: Bytes| async { "{\"access_token\":\"a\",\"id_token\":\"i\"}" }))
        .route("/oauth/userinfo", get(|| async { "{}" }))
        .with_state(Arc::<Floor>::default());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    writeln!(io::stdout(), "The floor is at http://localhost:{}", listener.local_addr()?.port())?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| router.clone().oneshot(request.map(Body::new)));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        tokio::spawn(connection);
    }
}

/// Returns the shortest page that the client of the real server can read.
async fn page(State(floor): State<Arc<Floor>>) -> Html<String> {
    let page = floor.pages.fetch_add(1, Ordering::Relaxed);
    Html(format!("<code>{page}</code><form action=\"/login/{page}/claim\">"))
}

/// Returns the page; if the browser sends its cookie, redirects it back to the app.
async fn go_on(floor: State<Arc<Floor>>, headers: HeaderMap) -> Response {
    if headers.contains_key(COOKIE) {
        return Redirect::to("https://shop.example/signed-in?code=c&state=s1").into_response();
    }
    ([(SET_COOKIE, "browser=b")], page(floor).await).into_response()
}

async fn watch(State(floor): State<Arc<Floor>>, Path(page): Path<u32>, mut request: Request<Body>) -> Response {
    // The page is registered before the answer is sent, because it may be told as soon as it has the answer.
    let told = floor.enter(page);
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            let limits = WebSocketConfig::default()
                .read_buffer_size(SOCKET_READ_BUFFER)
                .write_buffer_size(0)
                .max_write_buffer_size(SOCKET_WRITE_BUFFER)
                .max_message_size(Some(SOCKET_MESSAGE_BYTES))
                .max_frame_size(Some(SOCKET_MESSAGE_BYTES));
            let upgraded = TokioIo::new(upgraded);
            over_socket(WebSocketStream::from_raw_socket(upgraded, Role::Server, Some(limits)).await, &told).await;
        }
        floor.leave(page);
    });
    create_response_with_body(&request, Body::empty).expect("the load generator sends a handshake")
}

async fn over_socket(mut socket: WebSocketStream<TokioIo<Upgraded>>, told: &Notify) {
    for state in ["waiting", "scanned", "approved"] {
        let event = format!("{{\"seq\":1,\"remaining_ms\":60000,\"seen\":{{\"{state}\":{{}}}}}}");
        if socket.send(Message::Text(event.into())).await.is_err() {
            break;
        }
        tokio::select! {
            () = told.notified() => {}
            _ = socket.next() => break,
        }
    }
}

async fn tell(
    State(floor): State<Arc<Floor>>,
    Path((page, _)): Path<(u32, String)>,
) -> Result<&'static str, StatusCode> {
    floor.tell(page).then_some("{}").ok_or(StatusCode::NOT_FOUND)
}

impl Floor {
    fn watchers<T>(&self, look: impl FnOnce(&mut HashMap<u32, Arc<Notify>>) -> T) -> T {
        look(&mut self.watchers.lock())
    }

    fn enter(&self, page: u32) -> Arc<Notify> {
        self.watchers(|watchers| Arc::clone(watchers.entry(page).or_default()))
    }

    fn leave(&self, page: u32) {
        self.watchers(|watchers| watchers.remove(&page));
    }

    fn tell(&self, page: u32) -> bool {
        let told = self.watchers(|watchers| watchers.get(&page).cloned());
        told.map(|told| told.notify_one()).is_some()
    }
}

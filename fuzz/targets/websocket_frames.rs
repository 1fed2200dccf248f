//! Bytes behind an opened WebSocket: the socket closes, and the server goes on.
#![no_main]

use std::sync::LazyLock;

use axum::http::Method;
use libfuzzer_sys::fuzz_target;
use tessera::clock::Clock;
use tessera::web::client::TrustedProxies;
use tessera::listen::{ListenerSettings, serve};
use tessera_fuzz::{House, NOW, house};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A server that listens, and the head of a request that opens the watch of a ticket there.
struct Listening {
    house: &'static House,
    address: String,
    head: String,
}

static LISTENING: LazyLock<Listening> = LazyLock::new(|| {
    let house = house();
    let page = house.ask(Method::GET, "/login", &[("accept", b"text/html")], Vec::new()).expect("an answer");
    let html = String::from_utf8_lossy(&page.body).into_owned();
    let ticket = html.split("action=\"/login/").nth(1).and_then(|rest| rest.split('/').next()).expect("a ticket");
    let cookie = page.headers["set-cookie"].to_str().expect("text").split(';').next().expect("a cookie");
    let head = format!(
        "GET /login/{ticket}/watch?after=1 HTTP/1.1\r\nhost: login.example.com\r\nupgrade: websocket\r\n\
         connection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         origin: https://login.example.com\r\ncookie: {cookie}\r\n\r\n"
    );
    let listener = house.runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    let listener_settings = ListenerSettings {
        connections: 256,
        per_network: 256,
        proxies: TrustedProxies::new(&[]),
        clock: Clock::manual(NOW),
        tls: None,
        stopping: CancellationToken::new(),
    };
    house.runtime.spawn(serve(listener, house.router.clone(), listener_settings));
    Listening { house, address, head }
});

fuzz_target!(|data: &[u8]| {
    let Listening { house, address, head } = &*LISTENING;
    house.runtime.block_on(async {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.expect("a head"));
        }
        assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
        // Whoever is closed at once is not written to any more.
        let _ = stream.write_all(data).await;
        let _ = stream.shutdown().await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(rest.len() < 64 * 1024, "a page that is told so much: {}", rest.len());
    });
});

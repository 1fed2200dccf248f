//! When all connections are taken: who only waits gives way, of the subscriber that has most of them.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use tessera::waiting::WATCHERS;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::carriers::{close, event, watch};
use crate::harness::browser::{Browser, DESKTOP, Shown};
use crate::harness::server::Server;
use crate::operating::logs::{limits_reached, listen};
use crate::wechat;

/// The ways in which a connection waits for news.
const CARRIERS: [Carrier; 4] = [Carrier::Socket, Carrier::Events, Carrier::Poll, Carrier::WeChat];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carrier {
    Socket,
    Events,
    Poll,
    WeChat,
}

/// Somebody who keeps connections that wait, all of one ticket.
struct Greedy {
    browser: Browser,
    /// The address of this machine that it connects from.
    from: String,
    ticket: String,
    uuid: String,
}

impl Greedy {
    async fn new(server: &Server, address: &str, from: &str) -> Self {
        let browser = Browser::new(server, DESKTOP, address);
        let Shown { ticket, .. } = browser.show_code().await;
        let uuid = wechat::uuid(&wechat::forum(server).await).await;
        Self { browser, from: from.to_owned(), ticket, uuid }
    }

    /// Opens one more, and has it wait.
    async fn waits(&self, server: &Server, carrier: Carrier) -> TcpStream {
        let before = server.app.tickets.watchers();
        let stream = self.asks(server, carrier).await;
        while server.app.tickets.watchers() == before {
            tokio::task::yield_now().await;
        }
        stream
    }

    async fn asks(&self, server: &Server, carrier: Carrier) -> TcpStream {
        let watch = format!("/login/{}/watch?after=1", self.ticket);
        let (path, headers) = match carrier {
            Carrier::Socket => (
                watch,
                "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                 sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            ),
            Carrier::Events => (watch, "accept: text/event-stream\r\n"),
            Carrier::Poll => (format!("{watch}&wait=25"), ""),
            Carrier::WeChat => (format!("/connect/l/qrconnect?uuid={}", self.uuid), ""),
        };
        let mut stream = connects(server, &self.from).await;
        let (host, origin) = (self.browser.host(), self.browser.origin());
        let (address, cookies) = (self.browser.address(), self.browser.cookie_line().expect("a claim key"));
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\nx-forwarded-for: {address}\r\n\
             cookie: {cookies}\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        stream
    }
}

async fn connects(server: &Server, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(format!("{from}:0").parse().expect("an address")).expect("one of this machine's");
    socket.connect(server.address.parse().expect("an address")).await.expect("connects")
}

/// Whether somebody who comes is answered, and not merely let in.
async fn is_served(server: &Server, from: &str) -> bool {
    let mut stream = connects(server, from).await;
    let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    answer.starts_with(b"HTTP/1.1 200")
}

async fn is_closed(stream: &mut TcpStream) -> bool {
    timeout(Duration::from_secs(10), stream.read_to_end(&mut Vec::new())).await.is_ok()
}

/// Whether its watch ends, though perhaps not its connection.
async fn is_told_the_end(carrier: Carrier, stream: &mut TcpStream) -> bool {
    let mut read = Vec::new();
    let ends = async {
        let last: &[u8] = match carrier {
            Carrier::Socket => b"try again",
            Carrier::Events => b"\r\n0\r\n\r\n",
            Carrier::Poll => b"too_many_requests",
            Carrier::WeChat => b"wx_errcode=500",
        };
        while !read.windows(last.len()).any(|part| part == last) {
            if stream.read_buf(&mut read).await.is_ok_and(|bytes| bytes == 0) {
                return false;
            }
        }
        true
    };
    timeout(Duration::from_secs(10), ends).await == Ok(true)
}

/// Three networks take all connections but one with waiting pages; returns what they hold, the oldest first.
async fn taken(server: &Server, carrier: Carrier, sources: [&str; 3]) -> Vec<TcpStream> {
    let mut greedy = Vec::new();
    for (of, from) in sources.into_iter().enumerate() {
        greedy.push(Greedy::new(server, &format!("198.51.100.{}", 10 + of), from).await);
    }
    let mut held = Vec::new();
    for _ in 0..3 {
        for one in &greedy {
            held.push(one.waits(server, carrier).await);
        }
    }
    held
}

#[tokio::test]
async fn sec_67_waiting_pages_of_a_few_networks_keep_nobody_out() {
    for carrier in CARRIERS {
        let server = Server::start_with(|settings| settings.limits.connections = 10).await;
        let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
        let shown = browser.show_code().await;
        let mut waiting = watch(&browser, &shown).await;
        event(&mut waiting).await;
        let mut held = taken(&server, carrier, ["127.0.0.1"; 3]).await;
        for _ in 0..3 {
            assert!(is_served(&server, "127.0.0.1").await, "{carrier:?}");
        }
        assert!(is_closed(&mut held[0]).await, "{carrier:?}: the oldest of whoever has most");
        phone.scan(&shown).await;
        assert_eq!(event(&mut waiting).await["seen"]["scanned"]["by"], "Alice", "{carrier:?}: who has one keeps it");
    }
}

#[tokio::test]
async fn sec_67_it_is_the_same_without_a_proxy_and_whoever_fills_it_is_not_let_in() {
    for carrier in CARRIERS {
        let server = Server::start_with(|settings| {
            settings.limits.connections = 10;
            settings.server.trusted_proxies = Vec::new();
        })
        .await;
        let sources = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
        let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
        let shown = browser.show_code().await;
        let mut waiting = watch(&browser, &shown).await;
        event(&mut waiting).await;
        let mut held = taken(&server, carrier, sources).await;
        for from in sources {
            assert!(!is_served(&server, from).await, "{carrier:?}: {from} has three of ten");
        }
        assert!(is_served(&server, "127.0.0.5").await, "{carrier:?}");
        assert!(is_closed(&mut held[0]).await, "{carrier:?}: the oldest of whoever has most");
        phone.scan(&shown).await;
        assert_eq!(event(&mut waiting).await["seen"]["scanned"]["by"], "Alice", "{carrier:?}: who has one keeps it");
    }
}

#[tokio::test]
async fn sec_67_a_ticket_has_few_watchers_whatever_carries_them() {
    for carrier in CARRIERS {
        let server = Server::start().await;
        let greedy = Greedy::new(&server, "198.51.100.10", "127.0.0.1").await;
        let mut held = Vec::new();
        for _ in 0..WATCHERS {
            held.push(greedy.waits(&server, carrier).await);
        }
        for oldest in 0..3 {
            held.push(greedy.asks(&server, carrier).await);
            assert!(is_told_the_end(carrier, &mut held[oldest]).await, "{carrier:?}: a newer one took its place");
        }
        assert!(server.app.tickets.watchers() <= WATCHERS, "{carrier:?}");
    }
}

#[tokio::test]
async fn sec_67_newer_watchers_of_a_ticket_take_the_place_of_the_oldest_and_strangers_take_none() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let mut sockets = Vec::new();
    for _ in 0..WATCHERS {
        let mut socket = watch(&browser, &shown).await;
        event(&mut socket).await;
        sockets.push(socket);
    }
    let stranger = Browser::new(&server, DESKTOP, "192.0.2.66");
    stranger.show_code().await;
    let path = format!("/login/{}/watch?after=1", shown.ticket);
    for _ in 0..WATCHERS {
        assert_eq!(stranger.fetch(Method::GET, &path).await.status, StatusCode::FORBIDDEN);
    }
    let mut newer = watch(&browser, &shown).await;
    event(&mut newer).await;
    assert_eq!(close(&mut sockets[0]).await, Some(1013), "come back later");
    phone.scan(&shown).await;
    for socket in sockets[1..].iter_mut().chain([&mut newer]) {
        assert_eq!(event(socket).await["seen"]["scanned"]["by"], "Alice");
    }
}

#[tokio::test]
async fn sec_67_pages_of_one_network_that_wait_behind_a_proxy_are_limited_as_its_connections_are() {
    for carrier in [Carrier::Socket, Carrier::Events, Carrier::Poll] {
        let server = Server::start_with(|settings| settings.limits.connections_per_address = 3).await;
        let mut held = Vec::new();
        let mut greedy = Vec::new();
        for _ in 0..3 {
            let one = Greedy::new(&server, "198.51.100.10", "127.0.0.1").await;
            held.push(one.waits(&server, carrier).await);
            greedy.push(one);
        }
        let path = format!("/login/{}/watch?after=1&wait=25", greedy[0].ticket);
        let refused = greedy[0].browser.fetch(Method::GET, &path).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{carrier:?}");
        assert_eq!(refused.header("retry-after"), "5");
        let now = greedy[0].browser.fetch(Method::GET, &path.replace("wait=25", "wait=0")).await;
        assert_eq!(now.status, StatusCode::OK, "whoever only asks does not wait");
        let other = Greedy::new(&server, "198.51.100.11", "127.0.0.1").await;
        held.push(other.waits(&server, carrier).await);
    }
}

#[tokio::test]
async fn sec_14_connections_that_find_no_room_are_counted_and_said_once_a_second() {
    let (lines, _guard) = listen();
    let server = Server::start_with(|settings| {
        settings.limits.connections = 3;
        settings.server.trusted_proxies = Vec::new();
    })
    .await;
    let mut held = Vec::new();
    for from in ["127.0.0.2", "127.0.0.3", "127.0.0.4"] {
        held.push(Greedy::new(&server, from, from).await.waits(&server, Carrier::Poll).await);
    }
    // Each of those who wait has one, so nobody gives way.
    for _ in 0..20 {
        assert!(!is_served(&server, "127.0.0.5").await);
    }
    assert_eq!(limits_reached(&lines), [""; 0], "nothing is said within the second");
    server.pass(1);
    while limits_reached(&lines).is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(limits_reached(&lines), ["rule=\"connections\" refused=20"]);
}

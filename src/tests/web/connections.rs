//! HTTP/1.1 byte by byte: requests whose end two readers could see in two places are refused, idle connections
//! do not pile up, and of many that come at once only so many are begun as can be finished.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get;
use tessera::clock::Clock;
use tessera::listen::{self, ListenerSettings};
use tessera::web::bounds::{BACKLOG, KEPT_ALIVE, KEPT_ALIVE_EACH};
use tessera::web::client::TrustedProxies;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::limits::connects;
use crate::harness::hang::{eventually, until};
use crate::harness::server::Server;

pub async fn say(server: &Server, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(&server.address).await.expect("connects");
    stream.write_all(bytes.as_ref()).await.expect("sent");
    let mut answer = Vec::new();
    // A connection that stays open would answer the smuggled request too: that is what is looked for.
    let _ = eventually("the end of a connection", stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn sec_33_a_request_with_two_ends_is_refused_and_nothing_behind_it_is_read() {
    let server = Server::start().await;
    let smuggled = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let vectors = [
        (
            "CL and TE",
            format!(
                "POST /signout HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"
            ),
        ),
        (
            "TE and CL",
            format!(
                "POST /signout HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{smuggled}"
            ),
        ),
        (
            "TE alone",
            format!(
                "POST /signout HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"
            ),
        ),
        (
            "TE not chunked",
            format!("POST /signout HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: identity\r\n\r\n{smuggled}"),
        ),
        (
            "TE twice",
            format!(
                "POST /signout HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n{smuggled}"
            ),
        ),
        (
            "two lengths",
            format!(
                "POST /signout HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\ncontent-length: 44\r\n\r\n{smuggled}"
            ),
        ),
        (
            "a length with a sign",
            format!("POST /signout HTTP/1.1\r\nhost: localhost\r\ncontent-length: +0\r\n\r\n{smuggled}"),
        ),
        (
            "a length that is none",
            format!("POST /signout HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0x0\r\n\r\n{smuggled}"),
        ),
        (
            "a space before the colon",
            format!("POST /signout HTTP/1.1\r\nhost: localhost\r\ncontent-length : 0\r\n\r\n{smuggled}"),
        ),
        (
            "a folded header",
            format!("POST /signout HTTP/1.1\r\nhost: localhost\r\nx: a\r\n content-length: 44\r\n\r\n{smuggled}"),
        ),
        ("a control character", format!("POST /signout HTTP/1.1\r\nhost: localhost\r\nx: a\u{0}b\r\n\r\n{smuggled}")),
    ];
    for (what, bytes) in vectors {
        let answer = say(&server, &bytes).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(matches!(status, "400" | "411" | "501"), "{what}: {answer}");
        assert!(!answer.contains("ok\n"), "{what}: the smuggled request was answered: {answer}");
    }
}

#[tokio::test]
async fn sec_33_a_request_that_does_not_name_one_host_is_refused() {
    let server = Server::start_with(|settings| settings.limits.requests_per_minute = 10_000).await;
    let asked = async |path: &str, version: &str, hosts: &[&[u8]]| {
        let mut bytes =
            format!("GET {path} {version}\r\naccept: application/json\r\nconnection: close\r\n").into_bytes();
        for host in hosts {
            bytes.extend([&b"host: "[..], *host, b"\r\n"].concat());
        }
        bytes.extend(b"\r\n");
        say(&server, bytes).await
    };
    let wrong: [(&str, &[&[u8]]); 15] = [
        ("none", &[]),
        ("the same twice", &[b"localhost", b"localhost"]),
        ("two", &[b"localhost", b"evil.example"]),
        ("one and an empty one", &[b"localhost", b""]),
        ("an empty one", &[b""]),
        ("a list", &[b"localhost, evil.example"]),
        ("two words", &[b"localhost evil.example"]),
        ("with a path", &[b"localhost/login"]),
        ("with a query", &[b"localhost?a"]),
        ("with a scheme", &[b"http://localhost"]),
        ("with somebody's name", &[b"alice@localhost"]),
        ("with a port of letters", &[b"localhost:http"]),
        ("with two ports", &[b"localhost:1:2"]),
        ("half an IPv6 address", &[b"[::1"]),
        ("not in ASCII", &[b"z\xfcrich.example"]),
    ];
    for (what, hosts) in wrong {
        for path in ["/login", "/healthz", "/oauth/userinfo", "/nothing", "http://localhost/login"] {
            let answer = asked(path, "HTTP/1.1", hosts).await;
            assert!(answer.starts_with("HTTP/1.1 400"), "{what}, {path}: {answer}");
            // A program that speaks OAuth knows the words of RFC 6749 §5.2.
            let code = if path.starts_with("/oauth/") { "invalid_request" } else { "wrong_host" };
            assert!(
                answer.contains(&format!("\"error\":\"{code}\"")) && answer.contains("nosniff"),
                "{what}: {answer}"
            );
        }
    }
    let right: [&[u8]; 8] = [
        b"localhost",
        b"LOCALHOST:3000",
        b"login.example.com",
        b"login.example.com:",
        b"127.0.0.1:3000",
        b"[::1]",
        b"[2001:db8::7]:3000",
        b"xn--zrich-kva.example",
    ];
    for host in right {
        let answer = asked("/healthz", "HTTP/1.1", &[host]).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{}: {answer}", String::from_utf8_lossy(host));
    }
    // Before HTTP/1.1 nobody had to say it: so do the probes of some balancers.
    assert!(asked("/readyz", "HTTP/1.0", &[]).await.contains(" 200 "));
    assert!(asked("/readyz", "HTTP/1.0", &[b"localhost", b"localhost"]).await.contains(" 400 "));
}

#[tokio::test]
async fn a_head_beyond_its_bounds_is_refused() {
    let server = Server::start().await;
    let long = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "a".repeat(20_000));
    let many = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x: y\r\n".repeat(100));
    for bytes in [long, many] {
        let answer = say(&server, &bytes).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
}

#[tokio::test]
async fn connections_beyond_those_kept_alive_close_with_their_answer() {
    const ASK: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let server = Server::start().await;
    let mut kept = Vec::new();
    for _ in 0..KEPT_ALIVE {
        let mut stream = TcpStream::connect(&server.address).await.expect("connects");
        let answer = ask(&mut stream, ASK).await;
        assert!(!answer.contains("connection: close"), "{answer}");
        kept.push(stream);
    }
    let answer = say(&server, ASK).await;
    assert!(answer.contains("connection: close"), "{answer}");
    assert!(answer.ends_with("ok\n"), "it was answered all the same: {answer}");

    let one = kept.last_mut().expect("many");
    assert!(!ask(one, ASK).await.contains("connection: close"), "whoever has a place keeps it");
    kept.pop();
    // The place is free once the server has seen its owner go.
    until("a place that was given up is given to the next", async || {
        let mut stream = TcpStream::connect(&server.address).await.expect("connects");
        !ask(&mut stream, ASK).await.contains("connection: close")
    })
    .await;
}

#[tokio::test]
async fn sec_14_a_network_that_keeps_its_connections_leaves_others_theirs() {
    const ASK: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let server = Server::start_with(|settings| settings.server.trusted_proxies = Vec::new()).await;
    let mut kept = Vec::new();
    let mut asks = async |from: &str| {
        let mut stream = connects(&server, from).await;
        let stays = !ask(&mut stream, ASK).await.contains("connection: close");
        kept.push(stream);
        stays
    };
    for _ in 0..KEPT_ALIVE_EACH {
        assert!(asks("127.0.0.1").await);
    }
    assert!(!asks("127.0.0.1").await, "one network has no more");
    for other in ["127.0.0.2", "127.0.0.3"] {
        assert!(asks(other).await, "{other}");
    }
    for _ in 0..KEPT_ALIVE {
        asks("127.0.0.2").await;
    }
    assert!(asks("127.0.0.4").await);
}

/// What Linux lets a listener have, whatever it asks for.
fn backlog_of_this_machine() -> usize {
    let most = std::fs::read_to_string("/proc/sys/net/core/somaxconn").expect("Linux");
    most.trim().parse::<usize>().expect("a number").min(BACKLOG as usize)
}

#[tokio::test]
async fn a_crowd_that_comes_while_nobody_is_accepted_is_not_lost() {
    let listener = listen::bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let address = listener.local_addr().expect("bound");
    let crowd = backlog_of_this_machine().min(1_000);
    let mut silent = Vec::new();
    for _ in 0..crowd {
        silent.push(TcpStream::connect(address).await.expect("connects"));
    }
    // Nobody of them says anything, so none is tried again: those that found no place in the queue would never come.
    for come in 0..crowd {
        eventually(&format!("connection {come} of {crowd}"), listener.accept()).await.expect("accepted");
    }
}

/// Asks, and reads up to the body's end.
async fn ask(stream: &mut TcpStream, bytes: &str) -> String {
    stream.write_all(bytes.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok\n") {
        answer.push(stream.read_u8().await.expect("an answer"));
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The requests of a handler that are being answered, and the most of them at the same time.
#[derive(Default)]
struct Begun {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Begun {
    /// Gives way to other tasks a few times before it answers, as a request does that waits for a store.
    async fn answers(&self) -> &'static str {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        self.now.fetch_sub(1, Ordering::Relaxed);
        "answered"
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_more_to_do_than_it_can_begins_only_what_it_can_finish() {
    const CLIENTS: usize = 600;
    let begun = Arc::<Begun>::default();
    let counted = Arc::clone(&begun);
    let router = Router::new().route("/", get(async move || counted.answers().await));
    let listener = listen::bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let address = listener.local_addr().expect("an address");
    // All of them have asked before the first is accepted.
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = TcpStream::connect(address).await.expect("the kernel takes it");
        client.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.expect("sent");
        clients.push(client);
    }
    let listener_settings = ListenerSettings {
        connections: 2 * CLIENTS,
        per_network: u64::MAX,
        proxies: TrustedProxies::new(&[]),
        clock: Clock::system(),
        tls: None,
        stopping: CancellationToken::new(),
    };
    tokio::spawn(listen::serve(listener, router, listener_settings));
    for mut client in clients {
        let mut said = String::new();
        client.read_to_string(&mut said).await.expect("an answer");
        assert!(said.ends_with("answered"), "{said}");
    }
    let most = begun.most.load(Ordering::Relaxed);
    assert!(most < CLIENTS / 3, "{most} of {CLIENTS} were begun before any was finished");
}

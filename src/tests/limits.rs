//! How often somebody may ask, and what a flood costs.

use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::browser::{Browser, DESKTOP, Shown};
use super::hang::eventually;
use super::server::{PASSWORD, Server};

#[tokio::test]
async fn sec_14_codes_are_limited_per_address_and_come_back() {
    let server = Server::start_with(|settings| settings.limits.logins_per_minute = 20).await;
    let browser = Browser::desktop(&server);
    for _ in 0..20 {
        browser.show_code().await;
    }
    let refused = browser.get("/login").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=3).contains(&wait), "one of twenty a minute comes back in three seconds: {wait}");
    assert!(refused.body.contains("Too many tries"), "{}", refused.body);
    Browser::new(&server, DESKTOP, "198.51.100.2").show_code().await;
    server.pass(wait);
    browser.show_code().await;
}

#[tokio::test]
async fn sec_14_an_ipv6_subscriber_is_one_address() {
    let server = Server::start_with(|settings| settings.limits.logins_per_minute = 3).await;
    for host in 1..=3 {
        Browser::new(&server, DESKTOP, &format!("2001:db8:1:2::{host}")).show_code().await;
    }
    let fourth = Browser::new(&server, DESKTOP, "2001:db8:1:2:ffff::4").get("/login").await;
    assert_eq!(fourth.status, StatusCode::TOO_MANY_REQUESTS);
    Browser::new(&server, DESKTOP, "2001:db8:1:3::1").show_code().await;
}

#[tokio::test]
async fn sec_14_guesses_are_limited_per_account_from_wherever_they_come() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 5).await;
    server.person("Alice").await;
    for of in 0..5 {
        let guess = Browser::new(&server, DESKTOP, &format!("198.51.100.{of}")).sign_in("alice", "guess", "/").await;
        assert_eq!(guess.status, StatusCode::UNAUTHORIZED);
    }
    let sixth = Browser::new(&server, DESKTOP, "198.51.100.77").sign_in("alice", PASSWORD, "/").await;
    assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!sixth.header("retry-after").is_empty());
}

#[tokio::test]
async fn sec_14_scans_and_decisions_are_limited_per_account() {
    let server = Server::start_with(|settings| settings.limits.decisions_per_minute = 3).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    let call = async |accept| {
        let headers = [("accept", accept), ("sec-fetch-site", "same-origin")];
        phone.send(Method::POST, "/api/scan", &headers, Some(&[("code", &code)])).await
    };
    for _ in 0..2 {
        assert_eq!(call("application/json").await.status, StatusCode::OK);
    }
    for accept in ["application/json", "text/html"] {
        let refused = call(accept).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{accept}");
        assert_eq!(refused.header("retry-after"), "20", "{accept}");
        assert!(refused.body.contains("Too many tries"), "{}", refused.body);
    }
}

#[tokio::test]
async fn sec_14_a_page_that_asks_for_code_after_code_takes_none_from_others() {
    let server = Server::start_with(|settings| settings.limits.tickets = 3).await;
    let (greedy, other) = (Browser::new(&server, DESKTOP, "198.51.100.1"), Browser::desktop(&server));
    let shown = greedy.show_code().await;
    for _ in 0..20 {
        let path = format!("/login/{}/refresh", shown.ticket);
        assert_eq!(greedy.fetch(Method::POST, &path).await.status, StatusCode::NO_CONTENT);
    }
    other.show_code().await;
    other.show_code().await;
    for _ in 0..20 {
        assert_eq!(other.get("/login").await.status, StatusCode::SERVICE_UNAVAILABLE, "full");
    }
    server.pass(50);
    let path = format!("/login/{}/refresh", shown.ticket);
    assert_eq!(greedy.fetch(Method::POST, &path).await.status, StatusCode::NO_CONTENT);
    let again = greedy.get(&format!("/login/{}", shown.ticket)).await;
    assert_ne!(Shown::read(&again.body).typed, shown.typed, "who waits already is renewed");
}

#[tokio::test]
async fn sec_14_ten_thousand_codes_take_bounded_memory_and_give_it_back() {
    let server = Server::start_with(|settings| {
        settings.limits.tickets = 500;
        settings.limits.logins_per_minute = 1_000_000;
        settings.limits.requests_per_minute = 1_000_000;
    })
    .await;
    let (mut made, mut refused) = (0, 0);
    for of in 0..10_000_u32 {
        let address = format!("10.{}.{}.{}", of >> 16 & 255, of >> 8 & 255, of & 255);
        let status = Browser::new(&server, DESKTOP, "x").with_address(address).get("/login").await.status;
        match status {
            StatusCode::OK => made += 1,
            StatusCode::SERVICE_UNAVAILABLE => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((made, refused), (500, 9_500), "as many as the server takes, and a plain word to the others");
    assert_eq!(server.app.tickets.count(), 500);
    server.pass(181);
    server.app.tickets.sweep(server.clock.now());
    assert_eq!(server.app.tickets.count(), 0, "expired tickets leave memory");
    Browser::desktop(&server).show_code().await;
}

#[tokio::test]
async fn connections_beyond_the_limit_of_an_address_are_closed_and_others_go_on() {
    let server = Server::start_with(|settings| {
        settings.limits.connections_per_address = 20;
        // Those of a proxy are not counted.
        settings.server.trusted_proxies = Vec::new();
    })
    .await;
    tessera::measure::render();
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(connects(&server, "127.0.0.1").await);
    }
    let mut refused = connects(&server, "127.0.0.1").await;
    let closed = eventually("the end of a connection", refused.read(&mut [0; 1])).await;
    assert_eq!(closed.unwrap_or(0), 0);
    let metrics = tessera::measure::render();
    assert!(metrics.contains("tessera_connections_turned_away_total{reason=\"network\"} 1"), "{metrics}");
    assert!(is_served(connects(&server, "127.0.0.2").await).await, "another address has places of its own");
    drop(open);
    // Their places are free as soon as the server has seen that they are gone.
    while !is_served(connects(&server, "127.0.0.1").await).await {}
}

/// A connection from this address of the machine.
async fn connects(server: &Server, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(format!("{from}:0").parse().expect("an address")).expect("one of this machine's");
    socket.connect(server.address.parse().expect("an address")).await.expect("connects")
}

async fn is_served(mut connection: TcpStream) -> bool {
    let _ = connection.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let mut answer = [0; 12];
    connection.read_exact(&mut answer).await.is_ok_and(|_| &answer == b"HTTP/1.1 200")
}

#[tokio::test]
async fn idle_connections_and_slow_heads_are_closed() {
    let server = Server::start().await;
    let mut idle = TcpStream::connect(&server.address).await.expect("connects");
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("sent");
    let mut slow = TcpStream::connect(&server.address).await.expect("connects");
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: loc").await.expect("sent");
    let mut answer = Vec::new();
    eventually("the end of an idle connection", idle.read_to_end(&mut answer)).await.expect("read");
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    let mut answer = Vec::new();
    eventually("the end of a slow one", slow.read_to_end(&mut answer)).await.expect("read");
}

//! How often somebody may ask, and what a flood costs.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::harness::browser::{Browser, DESKTOP, Shown};
use crate::harness::hang::eventually;
use crate::harness::server::{PASSWORD, Server};
use crate::operating::logs::listen;
use crate::watch::carriers::{close, watch};

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
    assert!(refused.body.contains("Too many tries") && refused.body.contains(&format!("Wait {wait} seconds")));
    Browser::new(&server, DESKTOP, "198.51.100.2").show_code().await;
    server.pass(wait);
    browser.show_code().await;
}

#[tokio::test]
async fn sec_14_whoever_has_to_wait_is_told_for_how_long_and_keeps_the_form_with_what_was_typed() {
    let server = Server::start_with(|settings| {
        settings.limits.attempts_per_minute = 1;
        settings.limits.logins_per_minute = 1;
    })
    .await;
    let token = server.app.accounts.setup.link("").split_once("token=").expect("a token").1.to_owned();
    let first = [("token", &*token), ("username", "ann"), ("display_name", "Ann \"A\""), ("password", "pw-ann")];
    let sign_in = [("username", "bob"), ("password", "a guess at it"), ("next", "/link"), ("anew", "password")];
    let change = [("password", "a guess at it"), ("new_password", "a sentence of my own")];
    let (alice, stranger) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    let other = Browser::new(&server, DESKTOP, "198.51.100.40");
    for (browser, path, form, stands) in [
        (&other, "/setup", &first[..], &["value=\"ann\"", "value=\"Ann &quot;A&quot;\"", "action=\"/setup\""][..]),
        (&stranger, "/signin", &sign_in, &["value=\"bob\"", "value=\"/link\"", "action=\"/signin\""]),
        (&alice, "/account/password", &change, &["action=\"/account/password\""]),
        (&alice, "/link", &[("code", "BCDF-GHJK")], &["value=\"BCDF-GHJK\"", "action=\"/link\""]),
    ] {
        browser.post(path, form).await;
        let refused = browser.post(path, form).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        let wait = refused.header("retry-after");
        let alert = format!("<p role=\"alert\" class=\"alert\">Too many tries. Wait {wait} seconds, then try again.");
        for part in stands.iter().copied().chain([&*alert]) {
            assert!(refused.body.contains(part), "{path}: {part} is missing in {}", refused.body);
        }
        for secret in form.iter().filter(|(name, _)| name.contains("password")) {
            assert!(!refused.body.contains(secret.1), "{path}: no password stands in a page");
        }
        let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        let told = browser.send(Method::POST, path, &headers, Some(form)).await;
        assert_eq!((told.status, &*told.error()), (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"), "{path}");
    }
    stranger.get("/login?user=bob").await;
    let named = stranger.get("/login?user=bob").await;
    assert!(named.status == StatusCode::TOO_MANY_REQUESTS && named.body.contains("value=\"bob\""), "{named:?}");
    assert!(named.body.contains("Too many tries. Wait "), "{named:?}");
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
async fn each_of_many_who_are_refused_in_turn_has_one_line_a_second() {
    let (lines, _guard) = listen();
    let server = Server::start_with(|settings| settings.limits.logins_per_minute = 1).await;
    let said = || lines.text().matches("code=\"too_many_requests\" rule=\"logins\"").count();
    let visitors: Vec<_> = (1..=20).map(|of| Browser::new(&server, DESKTOP, &format!("192.0.2.{of}"))).collect();
    for visitor in &visitors {
        visitor.show_code().await;
    }
    for seconds in 1..=2 {
        for _ in 0..3 {
            for visitor in &visitors {
                assert_eq!(visitor.get("/login").await.status, StatusCode::TOO_MANY_REQUESTS);
            }
        }
        assert_eq!(said(), seconds * visitors.len());
        server.pass(1);
    }
}

/// Strangers, each at an address of its own, guess as often as all of them together may; returns how often that was.
pub async fn strangers_guess(server: &Server, name: &str) -> usize {
    for of in 0..100 {
        let stranger = Browser::new(server, DESKTOP, &format!("198.51.100.{of}"));
        let guess = stranger.sign_in(name, "guess", "/").await;
        if guess.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(!guess.header("retry-after").is_empty());
            return of;
        }
        assert_eq!(guess.status, StatusCode::UNAUTHORIZED);
    }
    panic!("strangers may guess without an end");
}

#[tokio::test]
async fn sec_14_guesses_are_limited_per_account_from_wherever_they_come() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1).await;
    server.person("Alice").await;
    assert_eq!(strangers_guess(&server, "alice").await, 30, "many times as often as one of them");
    let owner = Browser::new(&server, DESKTOP, "203.0.113.77").sign_in("alice", PASSWORD, "/").await;
    assert_eq!(owner.status, StatusCode::TOO_MANY_REQUESTS, "whoever signs in here for the first time is a stranger");
    server.pass(61);
    // ASVS 6.3.8: a name that nobody has is guessed at as often.
    assert_eq!(strangers_guess(&server, "nobody").await, 30);
}

#[tokio::test]
async fn sec_14_no_stranger_locks_anybody_out_who_signed_in_on_this_device_before() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1).await;
    let at = |address: &str| Browser::new(&server, DESKTOP, address);
    let token = server.app.accounts.setup.link("").split_once("token=").expect("a token").1.to_owned();
    let (by_set_up, by_password, by_scan) = (at("203.0.113.1"), at("203.0.113.2"), at("203.0.113.3"));
    let first = [("token", &*token), ("username", "alice"), ("display_name", "Alice"), ("password", PASSWORD)];
    assert_eq!(by_set_up.post("/setup", &first).await.status, StatusCode::SEE_OTHER);
    assert_eq!(by_password.sign_in("alice", PASSWORD, "/").await.status, StatusCode::SEE_OTHER);
    by_password.signs_in(&by_scan).await;
    server.person("Bob").await;
    let bob = at("203.0.113.4");
    bob.sign_in("bob", PASSWORD, "/").await;
    for device in [&by_set_up, &by_password, &by_scan, &bob] {
        device.post("/signout", &[]).await;
    }
    server.pass(61);

    strangers_guess(&server, "alice").await;
    // Nor does one in the same network.
    for address in ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"] {
        at(address).sign_in("nobody", "guess", "/").await;
    }
    for device in [&by_set_up, &by_password, &by_scan] {
        let wrong = device.sign_in("Alice ", "a slip of the finger", "/").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "one try a minute is its own");
        assert_eq!(device.sign_in("alice", PASSWORD, "/").await.status, StatusCode::TOO_MANY_REQUESTS, "and no more");
    }
    let other = bob.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(other.status, StatusCode::TOO_MANY_REQUESTS, "a device of another account is a stranger's");
    server.pass(2);
    let forged = at("203.0.113.9");
    forged.set_cookie("__Host-tessera-device", &"A".repeat(86));
    for _ in 0..2 {
        forged.sign_in("alice", "guess", "/").await;
    }
    assert_eq!(forged.sign_in("nobody", "guess", "/").await.status, StatusCode::TOO_MANY_REQUESTS);
    server.pass(61);
    for device in [&by_set_up, &by_password, &by_scan] {
        assert_eq!(device.sign_in("alice", PASSWORD, "/").await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn sec_57_a_device_that_is_known_learns_nothing_of_other_names() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 2).await;
    server.person("Bob").await;
    let device = Browser::signed_in(&server, "Alice").await;
    device.post("/signout", &[]).await;
    server.pass(61);
    let answers = async |name: &str| {
        let mut said = Vec::new();
        for _ in 0..3 {
            let answer = device.sign_in(name, "guess", "/").await;
            said.push((answer.status, answer.header("retry-after").to_owned(), answer.headers.len()));
        }
        server.pass(61);
        said
    };
    let (existing, missing, malformed) = (answers("bob").await, answers("carol").await, answers("no name/").await);
    assert_eq!(existing, missing);
    assert_eq!(existing, malformed);
}

#[tokio::test]
async fn sec_14_a_page_that_is_only_looked_at_is_no_attempt() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1).await;
    let link = server.app.accounts.setup.link("");
    let browser = Browser::desktop(&server);
    for path in ["/setup?token=x", "/setup", &link, "/signin", "/signin?hint=alice"] {
        for _ in 0..3 {
            assert_ne!(browser.get(path).await.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        }
    }
    server.person("Alice").await;
    assert_eq!(browser.sign_in("alice", PASSWORD, "/").await.status, StatusCode::SEE_OTHER, "it has its one attempt");
    for _ in 0..3 {
        assert_ne!(browser.get("/link").await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let guess = [("token", "x")];
    let stranger = Browser::new(&server, DESKTOP, "192.0.2.1");
    assert_eq!(stranger.post("/setup", &guess).await.status, StatusCode::GONE);
    assert_eq!(stranger.post("/setup", &guess).await.status, StatusCode::TOO_MANY_REQUESTS, "a guess is one");
}

#[tokio::test]
async fn sec_14_a_typed_code_is_of_whoever_types_it() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 2).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    for _ in 0..3 {
        Browser::phone(&server).sign_in("nobody", "guess", "/").await;
    }
    let types = async || alice.post("/link", &[("code", "BBBB-BBBB")]).await.status;
    assert_eq!([types().await, types().await], [StatusCode::UNPROCESSABLE_ENTITY; 2], "whoever guesses beside her");
    assert_eq!(types().await, StatusCode::TOO_MANY_REQUESTS, "few tries keep eight letters strong (RFC 8628 §5.1)");
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
    let [greedy, other] = ["198.51.100.1", "198.51.100.2"].map(|address| Browser::new(&server, DESKTOP, address));
    let shown = greedy.show_code().await;
    for _ in 0..20 {
        let path = format!("/login/{}/refresh", shown.ticket);
        assert_eq!(greedy.fetch(Method::POST, &path).await.status, StatusCode::NO_CONTENT);
    }
    for _ in 0..20 {
        other.show_code().await;
    }
    assert_eq!(server.app.tickets.count(), 3, "full");
    server.pass(50);
    let path = format!("/login/{}/refresh", shown.ticket);
    assert_eq!(greedy.fetch(Method::POST, &path).await.status, StatusCode::NO_CONTENT);
    let again = greedy.get(&format!("/login/{}", shown.ticket)).await;
    assert_ne!(Shown::read(&again.body).typed, shown.typed, "who waits already is renewed");
}

#[tokio::test]
async fn sec_14_a_flood_of_pages_takes_no_code_from_anybody_who_is_elsewhere() {
    let server = Server::start_with(|settings| settings.limits.tickets = 64).await;
    let flood = |of: u16| Browser::new(&server, DESKTOP, &format!("2001:db8:7:{:x}::1", 256 * of));
    let (early, first) = (Browser::desktop(&server), flood(0));
    let (shown, given_up) = (early.show_code().await, first.show_code().await);
    let mut heard = watch(&first, &given_up).await;
    for of in 1..200 {
        server.clock.advance(Duration::from_millis(1));
        flood(of).show_code().await;
    }
    assert_eq!(close(&mut heard).await, Some(1000), "a page whose code gave way finds out at once");
    let gone = first.fetch(Method::GET, &format!("/login/{}/watch?wait=0", given_up.ticket)).await;
    assert_eq!(gone.status, StatusCode::GONE, "{}", gone.body);
    let (phone, late) = (Browser::signed_in(&server, "Alice").await, Browser::new(&server, DESKTOP, "203.0.113.50"));
    phone.approve(&shown).await;
    assert!(early.hears(&shown).await.to_string().contains("approved"));
    phone.signs_in(&late).await;
    assert!(late.is_signed_in().await);
}

#[tokio::test]
async fn sec_14_ten_thousand_codes_take_bounded_memory_and_give_it_back() {
    let server = Server::start_with(|settings| {
        settings.limits.tickets = 500;
        settings.limits.logins_per_minute = 1_000_000;
        settings.limits.requests_per_minute = 1_000_000;
    })
    .await;
    for of in 0..10_000_u32 {
        let address = format!("10.{}.{}.{}", of >> 16 & 255, of >> 8 & 255, of & 255);
        Browser::new(&server, DESKTOP, "x").with_address(address).show_code().await;
    }
    let kept = server.app.tickets.count();
    assert!((490..=500).contains(&kept), "as many as the server takes, a few of which give way at once: {kept}");
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
pub async fn connects(server: &Server, from: &str) -> TcpStream {
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

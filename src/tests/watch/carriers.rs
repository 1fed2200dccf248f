//! The watch: the same events over WebSocket, server-sent events and long poll.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use tessera::waiting::FRAMES_PER_MINUTE;
use tessera::web::bounds::{DRAIN, LINGER};

use crate::harness::browser::{Browser, Shown, plain_client};
use crate::harness::hang::eventually;
use crate::harness::server::Server;

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens the watch of a ticket with these headers beside the browser's cookies.
pub async fn open(browser: &Browser, path: &str, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
    let mut request = format!("ws://{}{path}", browser.base()).into_client_request().expect("a request");
    request.headers_mut().insert("host", browser.host().parse().expect("a host"));
    let own =
        [("x-forwarded-for", browser.address().to_owned()), ("cookie", browser.cookie_line().unwrap_or_default())];
    for (name, value) in own.iter().map(|(name, value)| (*name, value.as_str())).chain(headers.iter().copied()) {
        request.headers_mut().append(name, value.parse().expect("a header"));
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

pub async fn watch(browser: &Browser, shown: &Shown) -> Socket {
    let path = format!("/login/{}/watch?after=1", shown.ticket);
    open(browser, &path, &[("origin", browser.origin())]).await.expect("a socket")
}

/// Opens the watch of a phone that scanned this code.
pub async fn watch_as_phone(phone: &Browser, code: &str) -> Socket {
    open(phone, &format!("/s/{code}/watch?after=1"), &[("origin", phone.origin())]).await.expect("a socket")
}

/// The next event; what comes between (pings) is passed over.
pub async fn event(socket: &mut Socket) -> Value {
    loop {
        let message = eventually("an event", socket.next()).await.expect("open").expect("a frame");
        if let Message::Text(text) = message {
            return serde_json::from_str(&text).expect("JSON");
        }
    }
}

/// The code of the close frame that comes next.
pub async fn close(socket: &mut Socket) -> Option<u16> {
    loop {
        match eventually("a close", socket.next()).await {
            Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return None,
        }
    }
}

#[tokio::test]
async fn a_watching_page_sees_every_step() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    let first = event(&mut socket).await;
    assert_eq!((&first["seq"], &first["remaining_ms"]), (&1.into(), &60_000.into()));
    assert!(first["seen"]["waiting"]["code"].is_null(), "the page shows it already");

    server.pass(50);
    browser.fetch(Method::POST, &format!("/login/{}/refresh", shown.ticket)).await;
    let renewed = event(&mut socket).await;
    assert_eq!(renewed["seq"], 2);
    let typed = renewed["seen"]["waiting"]["code"]["user_code"].as_str().expect("a newer code").to_owned();
    assert_ne!(typed, shown.typed);

    let code = phone.scan(&Shown { typed, ..shown.clone() }).await;
    assert_eq!(event(&mut socket).await["seen"]["scanned"]["by"], "Alice");
    phone.post("/api/approve", &[("code", &code)]).await;
    assert_eq!(event(&mut socket).await["seen"]["approved"]["page_open"], true);
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!(event(&mut socket).await["seen"], "claimed");
    assert_eq!(close(&mut socket).await, Some(1000), "nothing can follow");
}

#[tokio::test]
async fn a_page_asks_for_a_newer_code_over_its_socket() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    event(&mut socket).await;
    let say = async |socket: &mut Socket, text: &str| socket.send(Message::text(text)).await.expect("said");
    say(&mut socket, "refresh").await;
    server.pass(50);
    say(&mut socket, "something else").await;
    say(&mut socket, "refresh").await;
    let renewed = event(&mut socket).await;
    assert_eq!(renewed["seq"], 2, "the first came too early: {renewed}");
    let typed = renewed["seen"]["waiting"]["code"]["user_code"].as_str().expect("a newer code").to_owned();
    assert_ne!(typed, shown.typed);

    let code = phone.scan(&Shown { typed, ..shown }).await;
    assert_eq!(event(&mut socket).await["seq"], 3);
    say(&mut socket, "refresh").await;
    phone.post("/api/approve", &[("code", &code)]).await;
    assert_eq!(event(&mut socket).await["seq"], 4, "a code that was scanned stays");
}

#[tokio::test]
async fn no_other_word_of_a_page_is_taken_for_that() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    event(&mut socket).await;
    server.pass(50);
    for word in ["", "Refresh", "refresh ", "{\"refresh\":true}"] {
        socket.send(Message::text(word)).await.expect("said");
    }
    // A renewal would have come before it, on the same connection.
    socket.send(Message::Ping(Vec::new().into())).await.expect("said");
    while !matches!(socket.next().await, Some(Ok(Message::Pong(_)))) {}
    phone.scan(&shown).await;
    assert_eq!(event(&mut socket).await["seq"], 2, "the scan is the first change");
}

#[tokio::test]
async fn a_page_that_was_away_is_told_what_it_missed() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    drop(watch(&browser, &shown).await);
    server.pass(50);
    browser.fetch(Method::POST, &format!("/login/{}/refresh", shown.ticket)).await;
    let mut socket = watch(&browser, &shown).await;
    let missed = event(&mut socket).await;
    assert!(missed["seen"]["waiting"]["code"]["path"].is_string(), "{missed}");
    drop(socket);
    let typed = missed["seen"]["waiting"]["code"]["user_code"].as_str().expect("a code").to_owned();
    phone.approve(&Shown { typed, ..shown.clone() }).await;
    assert!(event(&mut watch(&browser, &shown).await).await["seen"]["approved"].is_object());
}

#[tokio::test]
async fn sec_23_a_socket_closes_when_its_ticket_expires() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    event(&mut socket).await;
    server.pass(60);
    assert_eq!(event(&mut socket).await["seen"], "expired");
    assert_eq!(close(&mut socket).await, Some(1000));
}

#[tokio::test]
async fn sec_23_what_a_phone_watches_ends_when_it_signs_out() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let code = phone.approve(&browser.show_code().await).await;
    let path = format!("/s/{code}/watch?after=1");
    let mut socket = watch_as_phone(&phone, &code).await;
    event(&mut socket).await;
    phone.post("/signout", &[]).await;
    assert_eq!(close(&mut socket).await, Some(1012));
    assert!(open(&phone, &path, &[("origin", phone.origin())]).await.is_err(), "and is not opened again");
}

#[tokio::test]
async fn server_sent_events_carry_the_same() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let url = format!("{}/login/{}/watch?after=1", server.origin, shown.ticket);
    let request = plain_client()
        .build()
        .expect("a client")
        .get(url)
        .header("accept", "text/event-stream")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", browser.cookie_line().expect("a claim key"));
    let mut response = request.send().await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let mut next = async || -> String {
        let chunk = eventually("an event or the end", response.chunk()).await.expect("open").unwrap_or_default();
        String::from_utf8(chunk.to_vec()).expect("text")
    };
    assert!(next().await.starts_with("data: {\"seq\":1,"), "the state as it is");
    let code = phone.scan(&shown).await;
    assert!(next().await.contains("\"scanned\":{\"by\":\"Alice\"}"));
    phone.post("/api/deny", &[("code", &code)]).await;
    assert!(next().await.contains("\"denied\""));
    assert_eq!(next().await, "", "nothing follows");
}

#[tokio::test]
async fn a_long_poll_is_held_until_something_changes() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let path = format!("/login/{}/watch", shown.ticket);
    let now = browser.fetch(Method::GET, &format!("{path}?after=1&wait=0")).await;
    assert!(now.body.contains("\"seq\":1"), "asked without waiting: {}", now.body);
    let waiting = format!("{path}?after=1&wait=25");
    let (held, code) = tokio::join!(browser.fetch(Method::GET, &waiting), async {
        while server.app.tickets.watchers() == 0 {
            tokio::task::yield_now().await;
        }
        phone.scan(&shown).await
    });
    assert!(held.body.contains("\"scanned\":{\"by\":\"Alice\"}"), "{}", held.body);
    phone.post("/api/approve", &[("code", &code)]).await;
    let missed = browser.fetch(Method::GET, &format!("{path}?after=2&wait=25")).await;
    assert!(missed.body.contains("\"approved\""), "what was missed comes at once: {}", missed.body);
}

#[tokio::test]
async fn the_phone_sees_whether_the_page_is_there_and_was_signed_in() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let page = watch(&browser, &shown).await;
    let code = phone.approve(&shown).await;
    let path = format!("/s/{code}/watch");
    let mut socket = watch_as_phone(&phone, &code).await;
    assert_eq!(event(&mut socket).await["seen"]["approved"]["page_open"], true);
    drop(page);
    assert_eq!(event(&mut socket).await["seen"]["approved"]["page_open"], false);
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!(event(&mut socket).await["seen"], "claimed");

    let stranger = Browser::signed_in(&server, "Bob").await;
    let refused = open(&stranger, &path, &[("origin", phone.origin())]).await;
    assert!(matches!(&refused, Err(Error::Http(response)) if response.status() == 409), "{refused:?}");
}

#[tokio::test]
async fn sec_21_a_socket_opens_for_this_origin_only() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let path = format!("/login/{}/watch", shown.ticket);
    let host = browser.host().to_owned();
    let port = host.rsplit(':').next().expect("a port").to_owned();
    let hostile = [
        "https://evil.example".to_owned(),
        "null".to_owned(),
        String::new(),
        format!("https://{host}"),
        "http://localhost".to_owned(),
        format!("http://localhost:{port}0"),
        format!("http://localhost:{port}.evil.example"),
        format!("http://evil.example/{host}"),
        format!("http://evil-{host}"),
        format!("http://sub.{host}"),
        format!("http://LOCALHOST:{port}"),
        format!("http://{host}/"),
        format!("http://{host} http://evil.example"),
        format!("http://127.0.0.1:{port}"),
    ];
    for origin in &hostile {
        let refused = open(&browser, &path, &[("origin", origin)]).await;
        assert!(matches!(&refused, Err(Error::Http(response)) if response.status() == 403), "{origin:?}: {refused:?}");
    }
    let missing = open(&browser, &path, &[]).await;
    assert!(matches!(&missing, Err(Error::Http(response)) if response.status() == 403), "{missing:?}");
    let twice = open(&browser, &path, &[("origin", browser.origin()), ("origin", "https://evil.example")]).await;
    assert!(matches!(&twice, Err(Error::Http(response)) if response.status() == 403), "{twice:?}");
    assert!(open(&browser, &path, &[("origin", browser.origin())]).await.is_ok());

    let events = browser
        .send(Method::GET, &path, &[("accept", "text/event-stream"), ("sec-fetch-site", "cross-site")], None)
        .await;
    assert_eq!(events.status, StatusCode::FORBIDDEN, "the other carriers are guarded too");
    let poll = browser.send(Method::GET, &path, &[("origin", "https://evil.example")], None).await;
    assert_eq!(poll.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sec_22_a_page_that_says_too_much_is_closed() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    event(&mut socket).await;
    socket.send(Message::text("x".repeat(126))).await.expect("sent");
    assert_eq!(close(&mut socket).await, Some(1009), "larger than 125 bytes");

    let mut socket = watch(&browser, &shown).await;
    event(&mut socket).await;
    for _ in 0..=FRAMES_PER_MINUTE {
        let _ = socket.send(Message::text("hello")).await;
    }
    assert_eq!(close(&mut socket).await, Some(1008), "more in a minute than a page says");

    let mut request =
        format!("ws://{}/login/{}/watch", browser.host(), shown.ticket).into_client_request().expect("a request");
    for (name, value) in [
        ("cookie", browser.cookie_line().expect("a key").as_str()),
        ("origin", browser.origin()),
        ("sec-websocket-extensions", "permessage-deflate; client_max_window_bits"),
    ] {
        request.headers_mut().append(name, value.parse().expect("a header"));
    }
    let (_, response) = connect_async(request).await.expect("a socket");
    assert!(!response.headers().contains_key("sec-websocket-extensions"), "no compression is agreed on");
}

#[tokio::test]
async fn a_stop_tells_every_page_to_come_back_and_lets_requests_finish() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    event(&mut socket).await;
    let path = format!("/login/{}/watch?after=1&wait=25", shown.ticket);
    let held = browser.fetch(Method::GET, &path);
    let stop = async {
        while server.app.tickets.watchers() < 2 {
            tokio::task::yield_now().await;
        }
        server.announced.cancel();
    };
    let (held, ()) = tokio::join!(held, stop);
    assert_eq!(held.status, StatusCode::OK, "a request in flight is answered");
    assert_eq!(browser.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(close(&mut socket).await, Some(1012));
    server.stopping.cancel();
    eventually("the end of the server", server.serving).await.expect("no panic");
    assert!(LINGER + DRAIN < Duration::from_secs(10), "what supervisors wait for it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_waiting_pages_each_see_their_own_ticket() {
    let server = Server::start_with(|settings| {
        settings.limits.logins_per_minute = 10_000;
        settings.limits.decisions_per_minute = 10_000;
        settings.limits.attempts_per_minute = 10_000;
        settings.limits.requests_per_minute = 100_000;
    })
    .await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let mut pages = Vec::new();
    for _ in 0..200 {
        let browser = Browser::desktop(&server);
        let shown = browser.show_code().await;
        let mut socket = watch(&browser, &shown).await;
        event(&mut socket).await;
        pages.push((browser, shown, socket));
    }
    assert_eq!(server.app.tickets.watchers(), 200);
    for (at, (browser, shown, socket)) in pages.iter_mut().enumerate() {
        let code = phone.scan(shown).await;
        assert!(event(socket).await["seen"]["scanned"].is_object());
        let verdict = if at % 2 == 0 { "/api/approve" } else { "/api/deny" };
        phone.post(verdict, &[("code", &code)]).await;
        let seen = event(socket).await["seen"].clone();
        assert_eq!(seen["approved"].is_object(), at % 2 == 0, "{seen}");
        let claim = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        assert_eq!(claim.status == StatusCode::OK, at % 2 == 0);
    }
    drop(pages);
    while server.app.tickets.watchers() > 0 {
        tokio::task::yield_now().await;
    }
}

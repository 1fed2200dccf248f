//! RFC 6455, frame by frame: what a browser never sends is refused with the close code that the RFC names.

use tessera::waiting::{FRAMES_PER_MINUTE, PING_EVERY, WATCHERS};
use tessera::websocket::frame::MESSAGE_BYTES;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::browser::{Browser, Shown};
use crate::harness::hang::eventually;
use crate::harness::server::Server;

pub const CONTINUATION: u8 = 0x0;
pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xA;
pub const FIN: u8 = 0x80;

/// A payload, and before it the first byte of its frame or the opcode.
pub type Frame = (u8, Vec<u8>);

/// A frame as a page sends it, with the length in its shortest form up to 65,535 bytes.
pub fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match u8::try_from(payload.len()) {
        Ok(short) if short < 126 => frame.push(0x80 | short),
        _ => {
            frame.push(0x80 | 0x7E);
            frame.extend(u16::try_from(payload.len()).expect("short").to_be_bytes());
        }
    }
    frame.extend([0; 4]); // a mask of zeros masks nothing
    frame.extend(payload);
    frame
}

/// A connection, with or without TLS.
pub trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}

impl<C: AsyncRead + AsyncWrite + Unpin + Send> Connection for C {}

/// A socket whose frames are ours to write.
pub struct Raw(pub Box<dyn Connection>);

impl Raw {
    /// Opens the watch of a ticket, and reads its present state.
    pub async fn open(server: &Server, browser: &Browser, shown: &Shown) -> Self {
        Self::over(TcpStream::connect(&server.address).await.expect("connects"), browser, shown).await
    }

    /// Opens the watch over this connection to the server.
    pub async fn over(mut stream: impl Connection + 'static, browser: &Browser, shown: &Shown) -> Self {
        let head = format!(
            "GET /login/{}/watch?after=1 HTTP/1.1\r\nhost: {}\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\norigin: {}\r\ncookie: {}\r\n\r\n",
            shown.ticket,
            browser.host(),
            browser.origin(),
            browser.cookie_line().expect("a claim key"),
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.expect("a head"));
        }
        assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
        let mut raw = Self(Box::new(stream));
        assert_eq!(raw.read().await.map(|(opcode, _)| opcode), Some(TEXT), "the state comes first");
        raw
    }

    /// Sends a frame, if the server still takes it.
    pub async fn write(&mut self, first: u8, payload: &[u8]) {
        let _ = self.0.write_all(&masked(first, payload)).await;
    }

    /// The next frame's opcode and payload; `None` once the connection is closed.
    pub async fn read(&mut self) -> Option<Frame> {
        eventually("a frame or the end", async {
            let first = self.0.read_u8().await.ok()?;
            let length = match self.0.read_u8().await.ok()? {
                126 => usize::from(self.0.read_u16().await.ok()?),
                short => usize::from(short),
            };
            let mut payload = vec![0; length];
            self.0.read_exact(&mut payload).await.ok()?;
            Some((first & 0xF, payload))
        })
        .await
    }

    /// The close code that comes, or `None` where the connection just ends.
    async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.read().await? {
                (CLOSE, payload) => return payload.first_chunk().map(|code| u16::from_be_bytes(*code)),
                (PING | PONG, _) => {}
                (opcode, payload) => panic!("frame {opcode:x} {payload:?} instead of a close"),
            }
        }
    }

    /// The payload of the close that comes; frames before it are passed over.
    async fn close(&mut self) -> Vec<u8> {
        loop {
            if let (CLOSE, payload) = self.read().await.expect("a close") {
                return payload;
            }
        }
    }
}

/// The payload of a close.
fn closing(code: u16, reason: &str) -> Vec<u8> {
    [&code.to_be_bytes(), reason.as_bytes()].concat()
}

#[tokio::test]
async fn sec_24_what_rfc_6455_forbids_closes_the_socket() {
    let server = Server::start_with(|settings| settings.limits.requests_per_minute = 10_000).await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let close_with = |code: u16| code.to_be_bytes().to_vec();
    let vectors: Vec<(&str, Vec<Frame>, u16)> = vec![
        ("a reserved bit", vec![(FIN | 0x40 | TEXT, b"x".to_vec())], 1002),
        ("another reserved bit", vec![(FIN | 0x10 | TEXT, b"x".to_vec())], 1002),
        ("an unknown opcode", vec![(FIN | 0x3, vec![])], 1002),
        ("an unknown control opcode", vec![(FIN | 0xB, vec![])], 1002),
        ("a fragmented ping", vec![(PING, vec![])], 1002),
        ("a ping of more than 125 bytes", vec![(FIN | PING, vec![0; 126])], 1002),
        ("a continuation of nothing", vec![(FIN, b"x".to_vec())], 1002),
        ("a text inside a fragmented text", vec![(TEXT, b"x".to_vec()), (FIN | TEXT, b"y".to_vec())], 1002),
        ("bad UTF-8", vec![(FIN | TEXT, vec![0xC3, 0x28])], 1007),
        ("bad UTF-8 across fragments", vec![(TEXT, vec![0xC3]), (FIN, vec![0x28])], 1007),
        ("more than 125 bytes", vec![(FIN | TEXT, vec![b'x'; MESSAGE_BYTES + 1])], 1009),
        ("more than 4 KiB", vec![(FIN | BINARY, vec![0; 4097])], 1009),
        ("more than 125 bytes in fragments", vec![(BINARY, vec![0; 100]), (FIN, vec![0; 26])], 1009),
        ("a close code that may not be sent", vec![(FIN | CLOSE, close_with(1005))], 1002),
        ("a close code out of range", vec![(FIN | CLOSE, close_with(999))], 1002),
        ("a close of one byte", vec![(FIN | CLOSE, vec![3])], 1002),
    ];
    for (what, frames, code) in vectors {
        let mut raw = Raw::open(&server, &browser, &shown).await;
        for (first, payload) in frames {
            raw.write(first, &payload).await;
        }
        assert_eq!(raw.closed().await, Some(code), "{what}");
    }
}

#[tokio::test]
async fn sec_24_an_unmasked_frame_closes_the_socket() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let mut raw = Raw::open(&server, &browser, &shown).await;
    raw.0.write_all(&[FIN | TEXT, 1, b'x']).await.expect("sent");
    assert_eq!(raw.closed().await, Some(1002));
}

#[tokio::test]
async fn sec_24_what_rfc_6455_allows_is_understood() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let mut raw = Raw::open(&server, &browser, &shown).await;
    raw.write(FIN | PING, b"are you there").await;
    assert_eq!(raw.read().await, Some((PONG, b"are you there".to_vec())));
    raw.write(TEXT, "gr".as_bytes()).await;
    raw.write(FIN | PING, b"between").await;
    raw.write(FIN, "üße".as_bytes()).await;
    assert_eq!(raw.read().await, Some((PONG, b"between".to_vec())));
    raw.write(FIN | TEXT, &[b'x'; MESSAGE_BYTES]).await;
    raw.write(FIN | BINARY, &[0xff; MESSAGE_BYTES]).await;
    raw.write(FIN | PING, &[b'x'; MESSAGE_BYTES]).await;
    assert_eq!(raw.read().await, Some((PONG, vec![b'x'; MESSAGE_BYTES])), "as long as a message may be");
    raw.write(FIN | CLOSE, &1000_u16.to_be_bytes()).await;
    assert_eq!(raw.closed().await, Some(1000));
}

#[tokio::test]
async fn sec_24_a_close_is_answered_with_its_own_code_and_then_the_connection_ends() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    for (said, answered) in [
        (Vec::new(), Vec::new()),
        (closing(1000, ""), closing(1000, "")),
        (closing(1001, "the page is left"), closing(1001, "")),
        (closing(3000, ""), closing(3000, "")),
        (closing(4999, "é"), closing(4999, "")),
    ] {
        let mut raw = Raw::open(&server, &browser, &shown).await;
        raw.write(FIN | CLOSE, &said).await;
        assert_eq!(raw.read().await, Some((CLOSE, answered)), "{said:?}");
        assert_eq!(raw.read().await, None, "the server ends the connection (§7.1.1)");
    }
}

#[tokio::test]
async fn sec_24_every_end_of_a_watch_has_its_close_code_and_the_page_ends_the_connection() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let mut pages = Vec::new();
    for _ in 0..=WATCHERS {
        pages.push(Raw::open(&server, &browser, &shown).await);
    }
    let mut pages = pages.into_iter();
    let mut page = || pages.next().expect("one more");
    let mut replaced = page();
    assert_eq!(replaced.close().await, closing(1013, "try again"));
    replaced.write(FIN | PING, b"not answered any more").await;
    replaced.write(FIN | CLOSE, &closing(1013, "")).await;
    assert_eq!(replaced.read().await, None);

    let mut talks = page();
    for _ in 0..=FRAMES_PER_MINUTE {
        talks.write(FIN | TEXT, b"x").await;
    }
    assert_eq!(talks.close().await, closing(1008, "too many messages"));
    talks.write(FIN | CLOSE, &closing(1008, "")).await;
    assert_eq!(talks.read().await, None);

    let mut answers_nothing = page();
    answers_nothing.write(FIN | TEXT, &[0xff]).await;
    assert_eq!(answers_nothing.close().await, closing(1007, ""));
    assert_eq!(answers_nothing.read().await, None, "the server waits for an answer no longer than its timeout");

    let mut expires = page();
    server.pass(60);
    assert_eq!(expires.close().await, closing(1000, ""));
    expires.write(FIN | CLOSE, &closing(1000, "")).await;
    assert_eq!(expires.read().await, None);

    let shown = browser.show_code().await;
    let mut stopped = Raw::open(&server, &browser, &shown).await;
    server.announced.cancel();
    assert_eq!(stopped.close().await, closing(1012, "reconnect"));
    stopped.write(FIN | CLOSE, &closing(1012, "")).await;
    assert_eq!(stopped.read().await, None);
}

#[tokio::test]
async fn sec_22_pongs_that_nobody_asked_for_are_messages_like_any_other() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let mut raw = Raw::open(&server, &browser, &shown).await;
    for _ in 1..FRAMES_PER_MINUTE {
        raw.write(FIN | PONG, b"").await;
    }
    raw.write(FIN | PING, b"the last").await;
    assert_eq!(raw.read().await, Some((PONG, b"the last".to_vec())), "as many as there may be");
    raw.write(FIN | PONG, b"").await;
    assert_eq!(raw.closed().await, Some(1008));
}

#[tokio::test]
async fn sec_67_a_half_open_socket_ends_when_nothing_came_between_two_pings() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let mut dead = Raw::open(&server, &browser, &shown).await;
    let mut alive = Raw::open(&server, &browser, &shown).await;
    server.clock.advance(PING_EVERY);
    assert_eq!(dead.read().await, Some((PING, Vec::new())));
    assert_eq!(alive.read().await, Some((PING, Vec::new())));
    alive.write(FIN | PONG, b"").await;
    alive.write(FIN | PING, b"heard").await;
    assert_eq!(alive.read().await, Some((PONG, b"heard".to_vec())), "what it said was heard");
    server.clock.advance(PING_EVERY);
    assert_eq!(dead.read().await, None);
    assert_eq!(alive.read().await, Some((PING, Vec::new())), "whoever answers is asked again");
}

#[tokio::test]
async fn a_handshake_of_another_version_or_without_a_key_is_told_what_is_spoken_here() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let asks = async |about: &str| {
        let head = format!(
            "GET /login/{}/watch?after=0 HTTP/1.1\r\nhost: {}\r\norigin: {}\r\ncookie: {}\r\n{about}\r\n",
            shown.ticket,
            browser.host(),
            browser.origin(),
            browser.cookie_line().expect("a claim key"),
        );
        crate::web::connections::say(&server, head).await.to_lowercase()
    };
    let socket = "upgrade: websocket\r\nconnection: close, upgrade\r\n";
    for about in [
        format!("{socket}{key}sec-websocket-version: 8\r\n"),
        format!("{socket}{key}sec-websocket-version: 14\r\n"),
        format!("{socket}{key}"),
        format!("{socket}sec-websocket-version: 13\r\n"),
        socket.to_owned(),
    ] {
        let answer = asks(&about).await;
        assert!(answer.starts_with("http/1.1 426 "), "{about}: {answer}");
        assert!(answer.contains("\r\nsec-websocket-version: 13\r\n"), "{about}: {answer}");
        assert!(answer.contains("\r\nupgrade: websocket\r\n") && answer.contains("upgrade_required"), "{answer}");
    }
    // What asks for no socket gets the state, as before.
    let answer = asks("connection: close\r\n").await;
    assert!(answer.starts_with("http/1.1 200 "), "{answer}");
}

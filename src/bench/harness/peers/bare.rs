//! The bare floor of a waiting page: one thread and one poll, written by hand. It answers the requests of the
//! load generator with as little parsing as they need, and the loop that reads the tap writes the news to the
//! page. It has no tickets, limits, timers or TLS, so no server that has them can be quicker or smaller.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Registry, Token};
use slab::Slab;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::Failure;

/// The token of the listener. Those of connections are their places, which are small numbers.
const LISTENER: Token = Token(usize::MAX);
/// The number of events that one call of the poll returns at most.
const EVENTS: usize = 1024;
/// The number of bytes that are read at once; no request of the load generator is longer.
const CHUNK: usize = 8 * 1024;
/// A text frame that is complete (RFC 6455 §5.2).
const TEXT: u8 = 0x81;

/// An accepted connection.
struct Connection {
    stream: TcpStream,
    /// The number of the page that waits on it; `None` until its handshake.
    page: Option<u32>,
}

/// The state of the loop.
struct Bare {
    registry: Registry,
    connections: Slab<Connection>,
    /// The connection of each page, by the page's number.
    watching: Vec<Option<u32>>,
    /// The heads of requests that have not arrived as a whole.
    begun: HashMap<usize, Vec<u8>>,
}

/// Serves until the process is ended.
pub fn serve() -> Result<(), Failure> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let mut listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    writeln!(io::stdout(), "The bare floor is at http://localhost:{}", listener.local_addr()?.port())?;
    let registry = poll.registry().try_clone()?;
    let mut bare = Bare { registry, connections: Slab::new(), watching: Vec::new(), begun: HashMap::new() };
    let mut events = Events::with_capacity(EVENTS);
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            match event.token() {
                LISTENER => bare.accept(&listener)?,
                Token(at) => bare.hear(at),
            }
        }
    }
}

impl Bare {
    fn accept(&mut self, listener: &TcpListener) -> Result<(), Failure> {
        loop {
            let mut stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            stream.set_nodelay(true)?;
            let place = self.connections.vacant_entry();
            self.registry.register(&mut stream, Token(place.key()), Interest::READABLE)?;
            place.insert(Connection { stream, page: None });
        }
    }

    /// Reads all that has arrived, as an edge-triggered poll asks for, and answers it.
    fn hear(&mut self, at: usize) {
        let mut chunk = [0; CHUNK];
        // An event may still be in the list after its connection was closed.
        while let Some(connection) = self.connections.get_mut(at) {
            match connection.stream.read(&mut chunk) {
                Ok(0) => self.close(at),
                Ok(length) => self.take(at, &chunk[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => self.close(at),
            }
        }
    }

    fn take(&mut self, at: usize, bytes: &[u8]) {
        if self.connections.get(at).is_some_and(|connection| connection.page.is_some()) {
            // A page that waits sends pongs at most.
            return;
        }
        let mut head = self.begun.remove(&at).unwrap_or_default();
        head.extend_from_slice(bytes);
        if !head.ends_with(b"\r\n\r\n") {
            self.begun.insert(at, head);
            return;
        }
        let is_kept = str::from_utf8(&head).ok().and_then(|head| self.answer(at, head)).is_some();
        if !is_kept {
            self.close(at);
        }
    }

    /// Answers a request without a body. Returns `None` if the connection is to be closed.
    fn answer(&mut self, at: usize, head: &str) -> Option<()> {
        let path = head.split(' ').nth(1)?;
        let parts: Vec<&str> = path.split(['/', '?']).collect();
        match parts[..] {
            ["", "login"] => self.page(at),
            ["", "login", page, "watch", ..] => self.watch(at, page.parse().ok()?, head),
            ["", "v1", "tickets", page, verb] => self.tell(at, page.parse().ok()?, verb),
            _ => None,
        }
    }

    /// Answers with the shortest page that the load generator can read, and closes the connection.
    fn page(&mut self, at: usize) -> Option<()> {
        let page = self.watching.len();
        self.watching.push(None);
        let html = format!("<code>{page}</code><form action=\"/login/{page}/claim\">");
        let length = html.len();
        self.write(
            at,
            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{html}").as_bytes(),
        );
        None
    }

    fn watch(&mut self, at: usize, page: u32, head: &str) -> Option<()> {
        let key = head.split_once("sec-websocket-key: ")?.1.split_once("\r\n")?.0;
        let accepted = derive_accept_key(key.as_bytes());
        *self.watching.get_mut(usize::try_from(page).ok()?)? = Some(u32::try_from(at).ok()?);
        self.connections.get_mut(at)?.page = Some(page);
        self.write(
            at,
            format!(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                 sec-websocket-accept: {accepted}\r\n\r\n"
            )
            .as_bytes(),
        )
    }

    /// Tells the page what the phone did, and then answers the phone.
    fn tell(&mut self, at: usize, page: u32, verb: &str) -> Option<()> {
        let state = if verb == "scan" { "scanned" } else { "approved" };
        let event = format!("{{\"seq\":1,\"remaining_ms\":60000,\"seen\":{{\"{state}\":{{}}}}}}");
        let page = (*self.watching.get(usize::try_from(page).ok()?)?)?;
        let frame = [&[TEXT, u8::try_from(event.len()).ok()?], event.as_bytes()].concat();
        self.write(usize::try_from(page).ok()?, &frame)?;
        self.write(at, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
    }

    /// Writes all bytes at once. Returns `None` if the socket does not take them.
    fn write(&mut self, at: usize, bytes: &[u8]) -> Option<()> {
        let written = self.connections.get_mut(at)?.stream.write(bytes).ok()?;
        (written == bytes.len()).then_some(())
    }

    fn close(&mut self, at: usize) {
        self.begun.remove(&at);
        let Some(Connection { page, .. }) = self.connections.try_remove(at) else { return };
        let page = page.and_then(|page| usize::try_from(page).ok());
        if let Some(watching) = page.and_then(|page| self.watching.get_mut(page)) {
            *watching = None;
        }
    }
}

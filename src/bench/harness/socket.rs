//! A WebSocket client (RFC 6455) that reads texts, answers pings and sends short texts, as pages do.

use std::io;

use super::http::Connection;
use crate::Failure;

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;
const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;
/// The longest payload of a control frame (RFC 6455 §5.5). No text that is sent is longer.
const CONTROL_BYTES: usize = 125;

/// An open socket.
pub struct Socket(Connection);

impl Socket {
    /// Turns a connection into a socket.
    pub async fn open(mut connection: Connection, request: &str) -> Result<Self, Failure> {
        let answer = connection.ask(request).await?;
        match answer.status {
            101 => Ok(Self(connection)),
            status => Err(format!("a watch was answered with {status}").into()),
        }
    }

    /// Reads the next text message; `None` once the server has closed. Cancelling the future loses nothing,
    /// because a frame is only taken when all of it has arrived.
    pub async fn next(&mut self) -> io::Result<Option<String>> {
        loop {
            let (head, length) = self.head().await?;
            let frame = self.0.take(head + length).await?;
            let payload = &frame[head..];
            match frame[0] & 0xF {
                TEXT => return String::from_utf8(payload.to_vec()).map(Some).map_err(io::Error::other),
                CLOSE => return Ok(None),
                PING => self.pong(payload).await?,
                _ => {}
            }
        }
    }

    /// Reads texts until one names this state, and drops the others.
    pub async fn until(&mut self, state: &str) -> Result<(), Failure> {
        while let Some(text) = self.next().await? {
            if is_state(&text, state) {
                return Ok(());
            }
        }
        Err(format!("a watch ended before it said {state:?}").into())
    }

    /// Returns the length of the next frame's head and of its payload.
    async fn head(&mut self) -> io::Result<(usize, usize)> {
        let short = self.0.see(2).await?[1];
        let head = match short {
            126 => 4,
            127 => 10,
            short => return Ok((2, short.into())),
        };
        let long = &self.0.see(head).await?[2..];
        Ok((head, long.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))))
    }

    /// Sends a short text.
    pub async fn say(&mut self, text: &str) -> io::Result<()> {
        self.write(TEXT, text.as_bytes()).await
    }

    async fn pong(&mut self, payload: &[u8]) -> io::Result<()> {
        self.write(PONG, payload).await
    }

    /// Writes a frame. A client has to mask its frames (RFC 6455 §5.3); a mask of zeros changes nothing.
    async fn write(&mut self, opcode: u8, payload: &[u8]) -> io::Result<()> {
        let payload = &payload[..payload.len().min(CONTROL_BYTES)];
        let length = u8::try_from(payload.len()).unwrap_or(0);
        let head = [FINAL | opcode, MASKED | length, 0, 0, 0, 0];
        self.0.write(&[&head, payload].concat()).await
    }
}

/// Returns whether an event has this state: `{"seq":…,"seen":{"approved":{…}}}`.
pub fn is_state(text: &str, state: &str) -> bool {
    text.split_once("\"seen\":{\"").is_some_and(|(_, seen)| seen.starts_with(state))
}

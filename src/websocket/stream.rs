//! The connection of a parked page: TCP, or TLS over TCP. Reading and writing never block.

use std::io::{self, Read, Write};

use mio::net::TcpStream;
use tokio_rustls::rustls::{self, ServerConnection};

/// The connection of a page that left the runtime: it belongs to no task, and reading and writing never block.
#[derive(Debug)]
pub enum Stream {
    /// TCP without TLS.
    Plain(TcpStream),
    /// TLS over TCP. It is boxed, because its state is much larger than a connection without it.
    Tls(Box<(TcpStream, ServerConnection)>),
}

impl Stream {
    /// Takes a connection out of the runtime, with the state of its TLS if it has TLS.
    pub fn new(tcp: tokio::net::TcpStream, tls: Option<ServerConnection>) -> io::Result<Self> {
        let tcp = TcpStream::from_std(tcp.into_std()?);
        Ok(match tls {
            None => Self::Plain(tcp),
            Some(tls) => Self::Tls(Box::new((tcp, tls))),
        })
    }

    /// Returns the TCP connection, to register it for polling.
    pub fn tcp(&mut self) -> &mut TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(both) => &mut both.0,
        }
    }

    /// Reads what has arrived. Returns 0 at the end of the stream, and [`io::ErrorKind::WouldBlock`] if nothing more
    /// has arrived.
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.read(into),
            Self::Tls(both) => {
                let (tcp, tls) = &mut **both;
                rustls::Stream::new(tls, tcp).read(into)
            }
        }
    }

    /// Writes all of these bytes. An error, [`io::ErrorKind::WouldBlock`] among them, means that a part may be written,
    /// so that the connection is of no further use.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(tcp) => tcp.write_all(bytes),
            Self::Tls(both) => {
                let (tcp, tls) = &mut **both;
                let mut stream = rustls::Stream::new(tls, tcp);
                stream.write_all(bytes)?;
                stream.flush()
            }
        }
    }

    /// Tells a peer over TLS that nothing more will be sent (RFC 8446 §6.1).
    pub fn finish(&mut self) {
        if let Self::Tls(both) = self {
            let (tcp, tls) = &mut **both;
            tls.send_close_notify();
            // The connection is closed next, so a peer that takes no more misses nothing.
            let _ = tls.write_tls(tcp);
        }
    }
}

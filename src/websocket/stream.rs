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

    /// Reads what has arrived. Returns 0 at the end of the stream, [`io::ErrorKind::WouldBlock`] if nothing more has
    /// arrived, and [`io::ErrorKind::Interrupted`] if what has arrived over TLS brings no content, such as the change of
    /// a key. Each call reads a few kilobytes at most, so that a peer that sends without end is noticed.
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.read(into),
            Self::Tls(both) => {
                let (tcp, tls) = &mut **both;
                read_tls(tcp, tls, into)
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
}

impl Drop for Stream {
    /// Tells a peer over TLS that nothing more will be sent (RFC 8446 §6.1).
    fn drop(&mut self) {
        if let Self::Tls(both) = self {
            let (tcp, tls) = &mut **both;
            tls.send_close_notify();
            // The connection is closed next, so a peer that takes no more misses nothing.
            let _ = tls.write_tls(tcp);
        }
    }
}

/// Reads once from the connection if its TLS has no content left, and takes content. It is not left to
/// [`rustls::Stream`], which reads until content comes, and so for as long as a peer sends records without content.
fn read_tls(tcp: &mut TcpStream, tls: &mut ServerConnection, into: &mut [u8]) -> io::Result<usize> {
    let mut has_arrived = false;
    if tls.wants_read() {
        has_arrived = tls.read_tls(tcp)? > 0;
        let processed = tls.process_new_packets();
        if tls.wants_write() {
            // An answer to a changed key, or the reason for an error. What the peer does not take now goes out later.
            let _ = tls.write_tls(tcp);
        }
        processed.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    }
    match tls.reader().read(into) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock && has_arrived => {
            Err(io::ErrorKind::Interrupted.into())
        }
        read => read,
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::Arc;

    use rustls::pki_types::{PrivateKeyDer, ServerName};
    use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig};

    use super::*;

    /// Returns a connection over TLS with its peer.
    fn connected() -> (Stream, (std::net::TcpStream, ClientConnection)) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let server = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key);
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).expect("a certificate");
        let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();

        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let mut peer = std::net::TcpStream::connect(listener.local_addr().expect("bound")).expect("connects");
        let (mut tcp, _) = listener.accept().expect("accepts");
        let mut server = ServerConnection::new(Arc::new(server.expect("a configuration"))).expect("a server");
        let name = ServerName::try_from("localhost").expect("a name");
        let mut client = ClientConnection::new(Arc::new(client), name).expect("a client");
        let shakes = std::thread::spawn(move || {
            client.complete_io(&mut peer).expect("a handshake");
            (peer, client)
        });
        server.complete_io(&mut tcp).expect("a handshake");
        let peer = shakes.join().expect("a handshake");
        tcp.set_nonblocking(true).expect("a socket");
        (Stream::Tls(Box::new((TcpStream::from_std(tcp), server))), peer)
    }

    /// Reads until something other than "nothing has arrived yet" comes.
    fn arrived(stream: &mut Stream, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match stream.read(into) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::yield_now(),
                read => return read,
            }
        }
    }

    #[test]
    fn each_read_of_tls_records_without_content_ends_so_that_they_can_be_counted() {
        let (mut stream, (mut tcp, mut client)) = connected();
        let mut bytes = [0; 64];
        for _ in 0..3 {
            client.refresh_traffic_keys().expect("TLS 1.3");
            client.write_tls(&mut tcp).expect("is sent");
            let read = arrived(&mut stream, &mut bytes);
            assert_eq!(read.map_err(|error| error.kind()), Err(io::ErrorKind::Interrupted));
        }
        client.writer().write_all(b"hello").expect("is kept");
        client.write_tls(&mut tcp).expect("is sent");
        assert_eq!(arrived(&mut stream, &mut bytes).expect("content"), 5);
        assert_eq!(stream.read(&mut bytes).map_err(|error| error.kind()), Err(io::ErrorKind::WouldBlock));
        client.send_close_notify();
        client.write_tls(&mut tcp).expect("is sent");
        assert_eq!(arrived(&mut stream, &mut bytes).expect("the end"), 0);
    }
}

//! What this server is measured against: the same requests answered by libraries alone or by hand, and the
//! same push by servers that many sites would use.

pub mod bare;
pub mod confirmation;
pub mod floor;
pub mod socketio;
pub mod ws;

use std::net::Ipv4Addr;

use super::http::Connection;
use super::socket::Socket;
use super::visit::Site;
use crate::Failure;

/// Opens a socket at this path of a peer.
async fn upgraded(site: &Site, from: Ipv4Addr, path: &str) -> Result<Socket, Failure> {
    let connection = Connection::open(site.at, from).await?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        site.host
    );
    Socket::open(connection, &request).await
}

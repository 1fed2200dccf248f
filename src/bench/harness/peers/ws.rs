//! The library `ws`, with which most servers in Node speak WebSocket. Its server is `end2end/peers/ws.mjs`;
//! this is the page before it.

use std::net::Ipv4Addr;

use crate::Failure;
use crate::harness::http::Connection;
use crate::harness::server::Server;
use crate::harness::socket::Socket;
use crate::harness::visit::Site;

const SCRIPT: &str = "end2end/peers/ws.mjs";

/// Starts a server.
pub fn start() -> Result<Server, Failure> {
    Server::node(SCRIPT, &[])
}

/// Opens a page that waits under this name.
pub async fn open(site: &Site, from: Ipv4Addr, room: &str) -> Result<Socket, Failure> {
    let connection = Connection::open(site.at, from).await?;
    let request = format!(
        "GET /watch/{room} HTTP/1.1\r\nhost: {}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        site.host
    );
    Socket::open(connection, &request).await
}

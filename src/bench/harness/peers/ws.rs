//! The library `ws`, with which most servers in Node speak WebSocket. Its server is `end2end/peers/ws.mjs`;
//! this is the page before it.

use std::net::Ipv4Addr;

use super::upgraded;
use crate::Failure;
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
    upgraded(site, from, &format!("/watch/{room}")).await
}

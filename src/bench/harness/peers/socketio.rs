//! socket.io, which many sites would use for the same push: alone, and with its Redis adapter across two
//! instances. Its server is `end2end/peers/socketio.mjs`; this is the client's half of its protocol, as far as
//! a page needs it.

use std::net::Ipv4Addr;

use super::upgraded;
use crate::Failure;
use crate::harness::server::Server;
use crate::harness::socket::Socket;
use crate::harness::taps::WaitingPage;
use crate::harness::visit::Site;

const SCRIPT: &str = "end2end/peers/socketio.mjs";
/// Packets of Engine.IO, and of Socket.IO inside them: connect, ping, pong, event.
const CONNECT: &str = "40";
const PING: &str = "2";
const PONG: &str = "3";
const EVENT: &str = "42";

/// Starts a server that is alone.
pub fn start() -> Result<Server, Failure> {
    Server::node(SCRIPT, &[])
}

/// Starts one of several instances with this Redis.
pub fn start_with(redis: &str) -> Result<Server, Failure> {
    Server::node(SCRIPT, &[redis])
}

/// Opens a page that waits in its own room.
pub async fn open(site: &Site, from: Ipv4Addr, room: &str) -> Result<Socket, Failure> {
    let mut socket = upgraded(site, from, "/socket.io/?EIO=4&transport=websocket").await?;
    socket.say(CONNECT).await?;
    until(&mut socket, CONNECT).await?;
    // The event has a number, so that its answer says when the page is in the room.
    socket.say(&format!("{EVENT}0[\"watch\",\"{room}\"]")).await?;
    until(&mut socket, "430").await?;
    Ok(socket)
}

async fn until(socket: &mut Socket, start: &str) -> Result<(), Failure> {
    while let Some(text) = socket.next().await? {
        if text.starts_with(start) {
            return Ok(());
        }
    }
    Err(format!("socket.io closed before it said {start}").into())
}

/// Listens until the server closes, and notes when the page was told.
pub async fn listen(mut socket: Socket, page: &WaitingPage) {
    while let Ok(Some(text)) = socket.next().await {
        if text.starts_with(EVENT) {
            page.hears();
        }
        if text == PING && socket.say(PONG).await.is_err() {
            return;
        }
    }
}

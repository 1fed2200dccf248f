//! socket.io with its Redis adapter, which many sites would use for the same push across two instances. Its
//! server is `end2end/peers/socketio.mjs`; this is the client's half of its protocol, as far as a page needs
//! it.

use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::http::Connection;
use super::server::Server;
use super::socket::Socket;
use super::taps::{Lane, WaitingPage};
use super::visit::Site;
use crate::Failure;

const SCRIPT: &str = "end2end/peers/socketio.mjs";
/// Packets of Engine.IO, and of Socket.IO inside them: connect, ping, pong, event.
const CONNECT: &str = "40";
const PING: &str = "2";
const PONG: &str = "3";
const EVENT: &str = "42";

/// Starts an instance with this Redis.
pub fn start(redis: &str) -> Result<Server, Failure> {
    Server::node(SCRIPT, redis)
}

/// Opens a page that waits in its own room.
pub async fn wait(
    site: &Site,
    from: Ipv4Addr,
    room: String,
    open: &mut JoinSet<()>,
) -> Result<Arc<WaitingPage>, Failure> {
    let connection = Connection::open(site.at, from).await?;
    let request = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: {}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        site.host
    );
    let mut socket = Socket::open(connection, &request).await?;
    socket.say(CONNECT).await?;
    until(&mut socket, CONNECT).await?;
    // The event has a number, so that its answer says when the page is in the room.
    socket.say(&format!("{EVENT}0[\"watch\",\"{room}\"]")).await?;
    until(&mut socket, "430").await?;
    let page = WaitingPage::at(room);
    open.spawn(listen(socket, Arc::clone(&page)));
    Ok(page)
}

async fn until(socket: &mut Socket, start: &str) -> Result<(), Failure> {
    while let Some(text) = socket.next().await? {
        if text.starts_with(start) {
            return Ok(());
        }
    }
    Err(format!("socket.io closed before it said {start}").into())
}

async fn listen(mut socket: Socket, page: Arc<WaitingPage>) {
    while let Ok(Some(text)) = socket.next().await {
        if text.starts_with(EVENT) {
            page.hears();
        }
        if text == PING && socket.say(PONG).await.is_err() {
            return;
        }
    }
}

/// The phone: it confirms a sign-in at the server under test.
pub struct Confirmation {
    connection: Connection,
    site: Site,
}

impl Confirmation {
    /// Opens this many phones at this instance.
    pub async fn lanes(count: usize, site: &Site) -> Result<Vec<Self>, Failure> {
        let mut lanes = Vec::new();
        for _ in 0..count {
            let connection = Connection::open(site.at, Ipv4Addr::LOCALHOST).await?;
            lanes.push(Self { connection, site: site.clone() });
        }
        Ok(lanes)
    }
}

impl Lane for Confirmation {
    async fn tap(&mut self, room: &str) -> Result<(), Failure> {
        let request = format!("POST /confirm/{room} HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\n\r\n", self.site.host);
        match self.connection.ask(&request).await?.status {
            200 => Ok(()),
            status => Err(format!("a confirmation was answered with {status}").into()),
        }
    }
}

//! Measures two instances with Redis and PostgreSQL, with the browser at one and the phone at the other: how
//! soon a page is told, compared with Redis alone and with socket.io, and the cost of a complete sign-in.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::{Failure, announce, signins};
use crate::harness::fleet::Fleet;
use crate::harness::http::Connection;
use crate::harness::peers::confirmation::Confirmation;
use crate::harness::peers::socketio;
use crate::harness::people::{address, listen, scanned};
use crate::harness::rounds::{Pace, Round, calibrate, interleaved, least_disturbed};
use crate::harness::server::Server;
use crate::harness::table::Row;
use crate::harness::taps::{LANES, Tapped, WaitingPage, tapped};
use crate::harness::visit::Page;

/// The first source address of this group, after those of the waiting pages.
const FIRST_ADDRESS: u32 = 100_000;
/// The target: within so many times the floor.
const OF_FLOOR: f64 = 2.5;

/// What carries the news across instances.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Tessera,
    RedisAlone,
    SocketIo,
}

const CARRIERS: [Carrier; 3] = [Carrier::Tessera, Carrier::RedisAlone, Carrier::SocketIo];

/// The servers of this group.
struct Servers {
    redis: String,
    /// The instance of the browsers and that of the phones.
    ours: [Server; 2],
    /// The same for socket.io.
    peers: [Server; 2],
}

/// Measures all three in turn, so that other work of the machine affects each of them, and then complete
/// sign-ins.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let fleet = Fleet::start();
    let redis = fleet.redis.address();
    let peers = [socketio::start_with(&redis)?, socketio::start_with(&redis)?];
    let servers = Servers { ours: [fleet.instance()?, fleet.instance()?], peers, redis };
    let pace = calibrate(&CARRIERS, async |carrier, pace| servers.taps(carrier, pace).await).await?;
    let round = async |carrier, pace| Ok(Round { tapped: servers.taps(carrier, pace).await?, more: () });
    let rounds = interleaved(&CARRIERS, pace, round).await?;
    let mut rows = Vec::new();
    for percent in [50, 99] {
        let figure = format!("µs from tap to page across two instances, {} taps a second", rounds.rate);
        rows.push(rounds.delay(&figure, percent, [Carrier::Tessera, Carrier::RedisAlone]).at_most_times(OF_FLOOR));
        let figure = "the same by socket.io and its Redis adapter";
        rows.push(rounds.delay(figure, percent, [Carrier::SocketIo, Carrier::RedisAlone]));
    }
    let Servers { ours: [browsers, phones], peers, .. } = servers;
    drop(peers);
    rows.push(signins::across(&browsers, &phones).await?);
    Ok(rows)
}

impl Servers {
    async fn taps(&self, carrier: Carrier, pace: Pace) -> Result<Tapped, Failure> {
        least_disturbed(async |_| match carrier {
            Carrier::Tessera => round(&self.ours, pace).await,
            Carrier::RedisAlone => announce::measure(&self.redis, usize::try_from(pace.taps())?, pace.rate).await,
            Carrier::SocketIo => round_of_peer(&self.peers, pace).await,
        })
        .await
    }
}

async fn round([browsers, phones]: &[Server; 2], pace: Pace) -> Result<Tapped, Failure> {
    let (mut waiting, mut open) = (Vec::new(), JoinSet::new());
    for page in 0..pace.taps() {
        let from = address(FIRST_ADDRESS + page);
        let mut connection = Connection::open(browsers.site.at, from).await?;
        let page = Page::open(&mut connection, &browsers.site, from).await?;
        let (socket, page) = (page.watch().await?, WaitingPage::at(page.code()));
        waiting.push(Arc::clone(&page));
        open.spawn(async move { listen(socket, &page).await });
    }
    tapped(scanned(&waiting, &phones.site).await?, &waiting, pace.rate).await
}

async fn round_of_peer([browsers, phones]: &[Server; 2], pace: Pace) -> Result<Tapped, Failure> {
    let (mut waiting, mut open) = (Vec::new(), JoinSet::new());
    for page in 0..pace.taps() {
        let room = format!("page-{page}");
        let socket = socketio::open(&browsers.site, address(FIRST_ADDRESS + page), &room).await?;
        let page = WaitingPage::at(room);
        waiting.push(Arc::clone(&page));
        open.spawn(async move { socketio::listen(socket, &page).await });
    }
    tapped(Confirmation::lanes(LANES, &phones.site).await?, &waiting, pace.rate).await
}

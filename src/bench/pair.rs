//! Measures two instances with Redis and PostgreSQL, with the browser at one and the phone at the other: how
//! soon a page is told, compared with Redis alone and with socket.io, and the cost of a complete sign-in.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::waiting::{address, listen};
use super::{Failure, ROUNDS, announce, signins};
use crate::harness::fleet::Fleet;
use crate::harness::http::Connection;
use crate::harness::server::Server;
use crate::harness::socketio;
use crate::harness::table::{Row, number, percentile};
use crate::harness::taps::{Approval, LANES, Tapped, WaitingPage, tapped};
use crate::harness::visit::{Page, Phone};

/// The number of pages of one round; all of them are told.
const PAGES: u32 = 400;
/// The time between the starts of two taps: 200 a second.
const EVERY: Duration = Duration::from_millis(5);
/// The first source address of this group, after those of the waiting pages.
const FIRST_ADDRESS: u32 = 100_000;
/// The target: within three times the floor.
const OF_FLOOR: f64 = 3.0;

/// Measures all three in turn, so that other work of the machine affects each of them, and then complete
/// sign-ins.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let fleet = Fleet::start();
    let (browsers, phones) = (fleet.instance()?, fleet.instance()?);
    let redis = fleet.redis.address();
    let peers = (socketio::start(&redis)?, socketio::start(&redis)?);
    let (mut ours, mut floor, mut peer) = (Tapped::default(), Tapped::default(), Tapped::default());
    for _ in 0..ROUNDS {
        ours = ours.and(round(&browsers, &phones).await?);
        floor = floor.and(announce::measure(&redis, usize::try_from(PAGES)?, EVERY).await?);
        peer = peer.and(round_of_peer(&peers.0, &peers.1).await?);
    }
    let taps = number(ours.rate, 0);
    let [p50, p99] = [50, 99].map(|percent| {
        let figure = format!("µs from tap to page across two instances, {taps} taps a second, p{percent}");
        Row::new(figure, percentile(&ours.delays, percent)).floor(percentile(&floor.delays, percent))
    });
    let of_peer = [50, 99].map(|percent| {
        Row::new(format!("the same by socket.io and its Redis adapter, p{percent}"), percentile(&peer.delays, percent))
            .floor(percentile(&floor.delays, percent))
    });
    let mut rows = vec![p50.at_most(OF_FLOOR * percentile(&floor.delays, 50)), p99];
    rows.extend(of_peer);
    drop(peers);
    rows.push(signins::across(&browsers, &phones).await?);
    Ok(rows)
}

async fn round(browsers: &Server, phones: &Server) -> Result<Tapped, Failure> {
    let (mut waiting, mut open) = (Vec::new(), JoinSet::new());
    for page in 0..PAGES {
        let from = address(FIRST_ADDRESS + page);
        let mut connection = Connection::open(browsers.site.at, from).await?;
        let page = Page::open(&mut connection, &browsers.site, from).await?;
        let (socket, page) = (page.watch().await?, WaitingPage::at(page.code()));
        waiting.push(Arc::clone(&page));
        open.spawn(async move { listen(socket, &page).await });
    }
    let persons = (0..LANES).map(Phone::of).collect::<Result<Vec<_>, _>>()?;
    let mut lanes = Approval::lanes(&persons, &phones.site).await?;
    for (at, page) in waiting.iter().enumerate() {
        lanes[at % LANES].scan(&page.code()).await?;
    }
    tapped(lanes, &waiting, EVERY).await
}

async fn round_of_peer(browsers: &Server, phones: &Server) -> Result<Tapped, Failure> {
    let (mut waiting, mut open) = (Vec::new(), JoinSet::new());
    for page in 0..PAGES {
        let from = address(FIRST_ADDRESS + page);
        waiting.push(socketio::wait(&browsers.site, from, format!("page-{page}"), &mut open).await?);
    }
    let lanes = socketio::Confirmation::lanes(LANES, &phones.site).await?;
    tapped(lanes, &waiting, EVERY).await
}

//! Two instances over Redis and PostgreSQL, the browser on the one and the phone on the other: how soon a page hears,
//! beside what Redis alone needs and beside socket.io; and what a complete sign-in costs.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::house::House;
use super::http::Connection;
use super::server::Server;
use super::table::{Row, percentile};
use super::taps::{Approval, LANES, Waiting, delays};
use super::visit::{Page, Phone};
use super::waiting::{address, listen};
use super::{Failure, ROUNDS, announce, signins, socketio};

/// Pages of one round, all of which are told.
const PAGES: u32 = 400;
/// Taps start this far apart in time: 200 a second.
const EVERY: Duration = Duration::from_millis(5);
/// Source addresses of this group: after those of the waiting pages.
const FIRST_ADDRESS: u32 = 100_000;
/// "Within three times the floor."
const OF_FLOOR: f64 = 3.0;

/// Measures all three in turn, so that what else happens meets each of them; then whole sign-ins.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let house = House::start();
    let (browsers, phones) = (house.instance()?, house.instance()?);
    let redis = house.redis.address();
    let peers = (socketio::start(&redis)?, socketio::start(&redis)?);
    let (mut ours, mut floor, mut peer) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.extend(round(&browsers, &phones).await?);
        floor.extend(announce::measure(&redis, usize::try_from(PAGES)?, EVERY).await?);
        peer.extend(round_of_peer(&peers.0, &peers.1).await?);
    }
    for delays in [&mut ours, &mut floor, &mut peer] {
        delays.sort_by(f64::total_cmp);
    }
    let [p50, p99] = [50, 99].map(|percent| {
        Row::new(format!("µs from tap to page across two instances, p{percent}"), percentile(&ours, percent))
            .floor(percentile(&floor, percent))
    });
    let of_peer = [50, 99].map(|percent| {
        Row::new(format!("the same by socket.io and its Redis adapter, p{percent}"), percentile(&peer, percent))
            .floor(percentile(&floor, percent))
    });
    let mut rows = vec![p50.at_most(OF_FLOOR * percentile(&floor, 50)), p99];
    rows.extend(of_peer);
    drop(peers);
    rows.push(signins::across(&browsers, &phones).await?);
    Ok(rows)
}

async fn round(browsers: &Server, phones: &Server) -> Result<Vec<f64>, Failure> {
    let (mut waiting, mut open) = (Vec::new(), JoinSet::new());
    for page in 0..PAGES {
        let from = address(FIRST_ADDRESS + page);
        let mut connection = Connection::open(browsers.site.at, from).await?;
        let page = Page::open(&mut connection, &browsers.site, from).await?;
        let (socket, page) = (page.watch().await?, Waiting::at(page.code()));
        waiting.push(Arc::clone(&page));
        open.spawn(async move { listen(socket, &page).await });
    }
    let persons = (0..LANES).map(Phone::of).collect::<Result<Vec<_>, _>>()?;
    let mut lanes = Approval::lanes(&persons, &phones.site).await?;
    for (at, page) in waiting.iter().enumerate() {
        lanes[at % LANES].scan(&page.code()).await?;
    }
    delays(lanes, &waiting, EVERY).await
}

async fn round_of_peer(browsers: &Server, phones: &Server) -> Result<Vec<f64>, Failure> {
    let (mut waiting, mut open) = (Vec::new(), JoinSet::new());
    for page in 0..PAGES {
        let from = address(FIRST_ADDRESS + page);
        waiting.push(socketio::wait(&browsers.site, from, format!("page-{page}"), &mut open).await?);
    }
    let lanes = socketio::Confirmation::lanes(LANES, &phones.site).await?;
    delays(lanes, &waiting, EVERY).await
}

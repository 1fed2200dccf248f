//! Measures complete sign-ins: page, watch, scan, approval, event and claim, each over new connections as
//! from different people. A claim is answered only when its session is on the disk, so commits limit the rate
//! by the clock.

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{Failure, ROUNDS};
use crate::harness::http::Connection;
use crate::harness::server::{Server, scratch};
use crate::harness::table::{Row, median};
use crate::harness::visit::{Page, Phone, Site};

/// The number of people at the same time. People who wait share a commit, so more of them mean more sign-ins
/// per commit.
const PEOPLE: u8 = 32;
const ROUND: Duration = Duration::from_secs(4);
/// The time in which commits are counted.
const COMMITTING: Duration = Duration::from_millis(500);
/// The number of bytes that a small commit writes at least: one page of the database.
const COMMIT_BYTES: usize = 4096;

/// Measures the server and the same requests at the floor in turn.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let (server, bare) = (Server::tessera()?, Server::floor()?);
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(round([&server, &server]).await?);
        floor.push(round([&bare, &bare]).await?);
    }
    let [ours_by_cpu, ours_by_clock] = medians(&ours);
    let [floor_by_cpu, floor_by_clock] = medians(&floor);
    Ok(vec![
        Row::new("sign-ins per CPU-second", ours_by_cpu).floor(floor_by_cpu),
        Row::new("sign-ins per second, load generator included", ours_by_clock).floor(floor_by_clock),
        Row::new("commits of one writer per second, for scale", commits()?),
    ])
}

/// Measures sign-ins across two instances, with the browser at one and the phone at the other. The CPU time
/// is the sum of both.
pub async fn across(browsers: &Server, phones: &Server) -> Result<Row, Failure> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(round([browsers, phones]).await?);
    }
    let [by_cpu, _] = medians(&rounds);
    Ok(Row::new("sign-ins per CPU-second of two instances, their stores not counted", by_cpu))
}

fn medians(rounds: &[[f64; 2]]) -> [f64; 2] {
    [0, 1].map(|rate| median(rounds.iter().map(|rates| rates[rate]).collect()))
}

/// Returns sign-ins per second of the servers' CPU time, and per second by the clock. Browsers use the first
/// server and phones the second; both may be the same.
pub async fn round(servers: [&Server; 2]) -> Result<[f64; 2], Failure> {
    let sites = servers.map(|server| server.site.clone());
    // The first sign-in of an account creates it, so it is not measured.
    for person in 0..PEOPLE {
        sign_in(&sites, person, &Phone::of(person.into())?).await?;
    }
    let (began, before) = (Instant::now(), cpu(servers)?);
    let mut people = JoinSet::new();
    for person in 0..PEOPLE {
        people.spawn(sign_in_until(began + ROUND, sites.clone(), person));
    }
    let mut count = 0;
    while let Some(signed_in) = people.join_next().await {
        count += signed_in??;
    }
    let count = f64::from(count);
    let used = cpu(servers)?.saturating_sub(before);
    Ok([count / used.as_secs_f64(), count / began.elapsed().as_secs_f64()])
}

fn cpu([browsers, phones]: [&Server; 2]) -> Result<Duration, Failure> {
    let is_one = std::ptr::eq(browsers, phones);
    Ok(browsers.cpu()? + if is_one { Duration::ZERO } else { phones.cpu()? })
}

async fn sign_in_until(end: Instant, sites: [Site; 2], person: u8) -> Result<u32, Failure> {
    let phone = Phone::of(person.into())?;
    let mut count = 0;
    while Instant::now() < end {
        sign_in(&sites, person, &phone).await?;
        count += 1;
    }
    Ok(count)
}

async fn sign_in([browsers, phones]: &[Site; 2], person: u8, phone: &Phone) -> Result<(), Failure> {
    let [browser, pocket] = [1, 2].map(|device| Ipv4Addr::new(127, 2, person, device));
    let mut connection = Connection::open(browsers.at, browser).await?;
    let page = Page::open(&mut connection, browsers, browser).await?;
    let mut socket = page.watch().await?;
    let mut app = Connection::open(phones.at, pocket).await?;
    phone.post(&mut app, phones, page.code(), "scan").await?;
    socket.until("scanned").await?;
    phone.post(&mut app, phones, page.code(), "approve").await?;
    socket.until("approved").await?;
    page.claim(&mut connection).await.map(|_| ())
}

/// Measures how often a second this disk can write and sync a small block.
fn commits() -> Result<f64, Failure> {
    let folder = scratch()?;
    let mut file = File::create(folder.path().join("commits"))?;
    file.write_all(&[0; COMMIT_BYTES])?;
    file.sync_all()?;
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < COMMITTING {
        file.rewind()?;
        file.write_all(&[0; COMMIT_BYTES])?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

//! Measures ten thousand people who have the login page open at once: the memory of each, the connections
//! that their browsers leave open, and the time from the tap on a phone until the page is told. Beside this
//! server wait as many pages at a floor by hand, at `ws` and at socket.io, one server at a time, because there
//! are not enough descriptors for more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::Failure;
use crate::harness::people::{Kind, People};
use crate::harness::rounds::{ATTEMPTS, Pace, Round, Rounds, calibrate, interleaved, least_disturbed};
use crate::harness::table::{Row, number};
use crate::harness::taps::{Tapped, WaitingPage};

/// The servers in their order of a round.
const SERVERS: [Kind; 4] = [Kind::Tessera, Kind::Bare, Kind::Ws, Kind::SocketIo];
/// The names of the peers in the rows.
const PEERS: [(Kind, &str); 2] = [(Kind::Ws, "ws"), (Kind::SocketIo, "socket.io")];
/// The number of people at once, if the machine has descriptors for them.
const PAGES: u32 = 10_000;
/// The least number of people; with fewer, the memory of the server itself would hide that of the pages.
const PAGES_LEAST: u32 = 1_000;
/// The descriptors that are not for watches, at either end: page connections that were idle for less than
/// five seconds and are not closed yet, and files.
const DESCRIPTORS_BESIDE: u64 = 7_000;
/// The longest wait after the last arrival until idle page connections are closed; they are counted then.
const SETTLED: Duration = Duration::from_secs(10);
/// The time between two looks whether they are.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// The pause after that, in which a server gives back what it held for them.
const PAUSE: Duration = Duration::from_secs(1);
/// The number of pages that are opened before anything is measured, so that code and tables are in memory.
const WARM_UP: u32 = 50;
/// The targets: bytes of a page with its ticket, and of the bare floor's times.
const BYTES: f64 = 400.0;
const OF_FLOOR: [(usize, f64); 2] = [(50, 1.3), (99, 1.5)];

/// What a round says of the pages of a server.
struct Held {
    /// Bytes of memory per page.
    bytes: f64,
    /// Bytes of memory per page for the second half of the pages, with the same number of idle connections
    /// before and after.
    bytes_more: f64,
    /// Page connections that were not closed.
    idle: f64,
}

/// Measures all servers in turn.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let pages = room()?;
    let pace = calibrate(&SERVERS, trial).await?;
    let rounds = interleaved(&SERVERS, pace, async |kind, pace| round(kind, pages, pace).await).await?;
    Ok(rows(&rounds, &number(f64::from(pages), 0)))
}

fn rows(rounds: &Rounds<Kind, Held>, pages: &str) -> Vec<Row> {
    let held = |of: Kind, figure: fn(&Held) -> f64| rounds.median(of, figure);
    let beside = |name: String, of: Kind, figure: fn(&Held) -> f64| {
        Row::new(name, held(of, figure)).floor(held(Kind::Bare, figure)).counted()
    };
    let mut rows =
        vec![beside(format!("bytes per waiting page, {pages} pages"), Kind::Tessera, |held| held.bytes).at_most(BYTES)];
    for (kind, name) in PEERS {
        rows.push(beside(format!("the same by {name}"), kind, |held| held.bytes));
    }
    rows.push(beside("bytes per page more, once half of them wait".to_owned(), Kind::Tessera, |held| held.bytes_more));
    let idle = held(Kind::Tessera, |held| held.idle);
    rows.push(Row::new("their page connections open after 10 s idle", idle).counted().at_most(0.0));
    for (percent, times) in OF_FLOOR {
        let figure = format!("µs from tap to page, {pages} pages waiting, {} taps a second", rounds.rate);
        rows.push(rounds.delay(&figure, percent, [Kind::Tessera, Kind::Bare]).at_most_times(times));
        for (kind, name) in PEERS {
            rows.push(rounds.delay(&format!("the same by {name}"), percent, [kind, Kind::Bare]));
        }
    }
    rows
}

/// Taps for few pages, to learn whether the machine keeps up.
async fn trial(kind: Kind, pace: Pace) -> Result<Tapped, Failure> {
    let server = kind.start()?;
    least_disturbed(async |attempt| {
        let (mut people, first) = (People::at(kind, &server), u32::try_from(attempt)? * pace.taps());
        let waiting = people.arrive(first..first + pace.taps()).await?;
        people.tap(&waiting, pace.rate).await
    })
    .await
}

async fn round(kind: Kind, pages: u32, pace: Pace) -> Result<Round<Held>, Failure> {
    let server = kind.start()?;
    let mut warm_up = People::at(kind, &server);
    warm_up.arrive(0..WARM_UP).await?;
    warm_up.leave().await;

    let (mut people, before) = (People::at(kind, &server), server.resident()?);
    let mut waiting = people.arrive(0..pages / 2).await?;
    let half = server.resident()?;
    waiting.extend(people.arrive(pages / 2..pages).await?);
    let bytes_more = per_page(server.resident()?, half, pages - pages / 2)?;
    settle(&people).await;
    let bytes = per_page(server.resident()?, before, pages)?;
    let (watching, idle) = (people.watching(), people.idle().into());
    if watching != pages {
        return Err(format!("of {pages} pages only {watching} are still watching").into());
    }
    let tapped = tap(&people, &waiting, pace).await?;
    people.leave().await;
    Ok(Round { tapped, more: Held { bytes, bytes_more, idle } })
}

/// Taps for some of the pages, and for others if the machine was disturbed. They are taken from those who came
/// last, whose codes are valid for longest.
async fn tap(people: &People<'_>, waiting: &[Arc<WaitingPage>], pace: Pace) -> Result<Tapped, Failure> {
    let count = usize::try_from(pace.taps())?.min(waiting.len() / ATTEMPTS);
    least_disturbed(async |attempt| {
        let end = waiting.len() - attempt * count;
        people.tap(&waiting[end - count..end], pace.rate).await
    })
    .await
}

/// Waits until the server has closed the idle page connections, or until it is clear that it does not.
async fn settle(people: &People<'_>) {
    let began = Instant::now();
    while people.idle() > 0 && began.elapsed() < SETTLED {
        sleep(LOOK_EVERY).await;
    }
    sleep(PAUSE).await;
}

fn per_page(after: u64, before: u64, pages: u32) -> Result<f64, Failure> {
    Ok(f64::from(u32::try_from(after.saturating_sub(before))?) / f64::from(pages))
}

/// Returns as many pages as this machine has descriptors for.
fn room() -> Result<u32, Failure> {
    let descriptors = rlimit::increase_nofile_limit(u64::MAX)?;
    let pages = descriptors.checked_sub(DESCRIPTORS_BESIDE).filter(|pages| *pages >= PAGES_LEAST.into());
    let pages = pages.ok_or_else(|| format!("{descriptors} descriptors a process are too few for this load"))?;
    Ok(u32::try_from(pages).unwrap_or(PAGES).min(PAGES))
}

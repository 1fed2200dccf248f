//! Ten thousand people look at the login page at once: what each of them costs in memory, what becomes of the
//! connections that their browsers leave open, and how soon a page hears of the tap on the phone.

use std::net::Ipv4Addr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use super::Failure;
use crate::harness::http::Connection;
use crate::harness::server::Server;
use crate::harness::socket::{Socket, is_state};
use crate::harness::table::{Row, number, percentile};
use crate::harness::taps;
use crate::harness::taps::{Approval, LANES, Tapped, Waiting};
use crate::harness::visit::{Page, Phone, Site, between};

/// People at once, where the machine has descriptors for them.
const PAGES: u32 = 10_000;
/// With fewer, the memory of a page drowns in that of the server itself.
const PAGES_LEAST: u32 = 1_000;
/// Descriptors that are no watches, at this end as at the other: five seconds of page connections that are idle and
/// not yet closed, and files.
const DESCRIPTORS_BESIDE: u64 = 4_000;
/// People that come in one [`TICK`]: 500 a second. Twenty seconds for all, well before the first code ends.
const ARRIVALS: u32 = 5;
const TICK: Duration = Duration::from_millis(10);
/// After the last arrival; a connection that is still open then was not closed for being idle.
const SETTLED: Duration = Duration::from_secs(10);
/// Of all pages one in so many is scanned and approved.
const CONFIRMED: usize = 5;
/// Approvals start this far apart in time, whether or not the one before was answered: 200 a second.
const CONFIRM_EVERY: Duration = Duration::from_millis(5);
/// Pages that come and go before anything is measured, so that code and tables are in memory.
const WARM_UP: u32 = 50;

/// One server under this load.
struct Load<'a> {
    server: &'a Server,
    phones: Vec<Phone>,
    crowd: Arc<Crowd>,
    listening: JoinSet<()>,
}

/// What the pages report.
#[derive(Default)]
struct Crowd {
    /// Page connections that the server has not closed.
    idle: AtomicU32,
    /// Watches that are open.
    watching: AtomicU32,
}

/// What came of it.
struct Outcome {
    pages: u32,
    /// Of memory, per page.
    bytes: f64,
    /// The same for the second half of the pages, while as many connections are idle as at its beginning.
    bytes_more: f64,
    /// Page connections that were not closed.
    idle: f64,
    tapped: Tapped,
}

/// Measures the server and the floor, one after the other: both at once would not fit into the descriptors.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let ours = outcome(&Server::tessera()?).await?;
    let floor = outcome(&Server::floor()?).await?;
    let (pages, taps) = (number(f64::from(ours.pages), 0), number(ours.tapped.rate, 0));
    let [p50, p99] = [50, 99].map(|percent| {
        let figure = format!("µs from tap to page, p{percent}, {pages} pages waiting, {taps} taps a second");
        Row::new(figure, percentile(&ours.tapped.delays, percent)).floor(percentile(&floor.tapped.delays, percent))
    });
    Ok(vec![
        Row::new(format!("bytes per waiting page, {pages} pages"), ours.bytes).floor(floor.bytes).at_most(3_000.0),
        Row::new("bytes per page more, once half of them wait", ours.bytes_more).floor(floor.bytes_more),
        Row::new("their page connections open after 10 s idle", ours.idle).floor(floor.idle).at_most(0.0),
        p50,
        p99,
    ])
}

async fn outcome(server: &Server) -> Result<Outcome, Failure> {
    let phones = (0..LANES).map(Phone::of).collect::<Result<_, _>>()?;
    let mut load = Load { server, phones, crowd: Arc::default(), listening: JoinSet::new() };
    load.arrive(0..WARM_UP).await?;
    load.listening.shutdown().await;
    load.crowd = Arc::default();

    let (pages, before) = (room()?, server.resident()?);
    let mut waiting = load.arrive(0..pages / 2).await?;
    let half = server.resident()?;
    waiting.extend(load.arrive(pages / 2..pages).await?);
    let bytes_more = per_page(server.resident()?, half, pages - pages / 2)?;
    sleep(SETTLED).await;
    let bytes = per_page(server.resident()?, before, pages)?;
    let watching = load.crowd.watching.load(Ordering::Relaxed);
    if watching != pages {
        return Err(format!("of {pages} pages only {watching} are still watching").into());
    }
    let idle = f64::from(load.crowd.idle.load(Ordering::Relaxed));
    Ok(Outcome { pages, bytes, bytes_more, idle, tapped: load.confirm(&waiting).await? })
}

fn per_page(after: u64, before: u64, pages: u32) -> Result<f64, Failure> {
    Ok(f64::from(u32::try_from(after.saturating_sub(before))?) / f64::from(pages))
}

/// As many pages as this machine has descriptors for.
fn room() -> Result<u32, Failure> {
    let descriptors = rlimit::increase_nofile_limit(u64::MAX)?;
    let pages = descriptors.checked_sub(DESCRIPTORS_BESIDE).filter(|pages| *pages >= PAGES_LEAST.into());
    let pages = pages.ok_or_else(|| format!("{descriptors} descriptors a process are too few for this load"))?;
    Ok(u32::try_from(pages).unwrap_or(PAGES).min(PAGES))
}

impl Load<'_> {
    /// People arrive at their own pace; each opens the page and watches.
    async fn arrive(&mut self, pages: Range<u32>) -> Result<Vec<Arc<Waiting>>, Failure> {
        let mut opening = JoinSet::new();
        let mut tick = interval(TICK);
        for page in pages {
            if page.is_multiple_of(ARRIVALS) {
                tick.tick().await;
            }
            opening.spawn(open(self.server.site.clone(), address(page), Arc::clone(&self.crowd)));
        }
        let mut waiting = Vec::new();
        while let Some(opened) = opening.join_next().await {
            let (code, socket) = opened??;
            let (page, crowd) = (Waiting::at(code), Arc::clone(&self.crowd));
            waiting.push(Arc::clone(&page));
            self.listening.spawn(async move {
                crowd.watching.fetch_add(1, Ordering::Relaxed);
                listen(socket, &page).await;
                crowd.watching.fetch_sub(1, Ordering::Relaxed);
            });
        }
        Ok(waiting)
    }

    /// Scans some of the pages, then approves them at a fixed rate; says how long each page took to hear of it.
    async fn confirm(&self, waiting: &[Arc<Waiting>]) -> Result<Tapped, Failure> {
        let mut lanes = Approval::lanes(&self.phones, &self.server.site).await?;
        let chosen: Vec<_> = waiting.iter().step_by(CONFIRMED).cloned().collect();
        for (at, page) in chosen.iter().enumerate() {
            lanes[at % LANES].scan(&page.code()).await?;
        }
        taps::tapped(lanes, &chosen, CONFIRM_EVERY).await
    }
}

/// Each person has an address, so that the server's limits hold as many as they would of real people.
pub fn address(person: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits() + person)
}

async fn open(site: Site, from: Ipv4Addr, crowd: Arc<Crowd>) -> Result<(String, Socket), Failure> {
    let mut connection = Connection::open(site.at, from).await?;
    let page = Page::open(&mut connection, &site, from).await?;
    let socket = page.watch().await?;
    // A browser keeps the page's own connection for its next request, which does not come.
    crowd.idle.fetch_add(1, Ordering::Relaxed);
    tokio::spawn(async move {
        connection.closed().await;
        crowd.idle.fetch_sub(1, Ordering::Relaxed);
    });
    Ok((page.code().to_owned(), socket))
}

/// Listens until the watch ends; notes newer codes, and when the page heard that it was approved.
pub async fn listen(mut socket: Socket, page: &Waiting) {
    while hear(&mut socket, page).await.is_some() {}
}

/// Hears one event, and says whether it was a newer code; `None` once the watch has ended.
pub async fn hear(socket: &mut Socket, page: &Waiting) -> Option<bool> {
    let text = socket.next().await.ok().flatten()?;
    if is_state(&text, "approved") {
        page.hears();
    }
    let code = between(&text, "\"user_code\":\"", "\"");
    if let Some(code) = code {
        page.shows(code);
    }
    Some(code.is_some())
}

//! Measures ten thousand people who have the login page open at once: the memory of each, the connections
//! that their browsers leave open, and the time from the tap on a phone until the page is told.

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
use crate::harness::taps::{Approval, LANES, Tapped, WaitingPage};
use crate::harness::visit::{Page, Phone, Site, between};

/// The number of people at once, if the machine has descriptors for them.
const PAGES: u32 = 10_000;
/// The least number of people; with fewer, the memory of the server itself would hide that of the pages.
const PAGES_LEAST: u32 = 1_000;
/// The descriptors that are not for watches, at either end: page connections that were idle for less than
/// five seconds and are not closed yet, and files.
const DESCRIPTORS_BESIDE: u64 = 4_000;
/// The number of people who arrive in one [`TICK`], which is 500 a second. All have arrived after twenty
/// seconds, well before the first code expires.
const ARRIVALS: u32 = 5;
const TICK: Duration = Duration::from_millis(10);
/// The pause after the last arrival. Idle connections have been closed by then.
const SETTLED: Duration = Duration::from_secs(10);
/// One in this many pages is scanned and approved.
const CONFIRMED: usize = 5;
/// The time between the starts of two approvals, whether the one before was answered or not: 200 a second.
const CONFIRM_EVERY: Duration = Duration::from_millis(5);
/// The number of pages that are opened before anything is measured, so that code and tables are in memory.
const WARM_UP: u32 = 50;

/// A server under this load.
struct Load<'a> {
    server: &'a Server,
    phones: Vec<Phone>,
    crowd: Arc<Crowd>,
    listening: JoinSet<()>,
}

/// The counts of all pages.
#[derive(Default)]
struct Crowd {
    /// Page connections that the server has not closed.
    idle: AtomicU32,
    /// Open watches.
    watching: AtomicU32,
}

/// The result for one server.
struct Outcome {
    pages: u32,
    /// Bytes of memory per page.
    bytes: f64,
    /// Bytes of memory per page for the second half of the pages, with the same number of idle connections
    /// before and after.
    bytes_more: f64,
    /// Page connections that were not closed.
    idle: f64,
    tapped: Tapped,
}

/// Measures the server and then the floor; there are not enough descriptors for both at once.
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

/// Returns as many pages as this machine has descriptors for.
fn room() -> Result<u32, Failure> {
    let descriptors = rlimit::increase_nofile_limit(u64::MAX)?;
    let pages = descriptors.checked_sub(DESCRIPTORS_BESIDE).filter(|pages| *pages >= PAGES_LEAST.into());
    let pages = pages.ok_or_else(|| format!("{descriptors} descriptors a process are too few for this load"))?;
    Ok(u32::try_from(pages).unwrap_or(PAGES).min(PAGES))
}

impl Load<'_> {
    /// Lets people arrive at a fixed rate. Each opens the page and watches.
    async fn arrive(&mut self, pages: Range<u32>) -> Result<Vec<Arc<WaitingPage>>, Failure> {
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
            let (page, crowd) = (WaitingPage::at(code), Arc::clone(&self.crowd));
            waiting.push(Arc::clone(&page));
            self.listening.spawn(async move {
                crowd.watching.fetch_add(1, Ordering::Relaxed);
                listen(socket, &page).await;
                crowd.watching.fetch_sub(1, Ordering::Relaxed);
            });
        }
        Ok(waiting)
    }

    /// Scans some of the pages, then approves them at a fixed rate. Returns how long it took until each page
    /// was told.
    async fn confirm(&self, waiting: &[Arc<WaitingPage>]) -> Result<Tapped, Failure> {
        let mut lanes = Approval::lanes(&self.phones, &self.server.site).await?;
        let chosen: Vec<_> = waiting.iter().step_by(CONFIRMED).cloned().collect();
        for (at, page) in chosen.iter().enumerate() {
            lanes[at % LANES].scan(&page.code()).await?;
        }
        taps::tapped(lanes, &chosen, CONFIRM_EVERY).await
    }
}

/// Returns the address of a person. Each has its own, so that the server's limits work as for real people.
pub fn address(person: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits() + person)
}

async fn open(site: Site, from: Ipv4Addr, crowd: Arc<Crowd>) -> Result<(String, Socket), Failure> {
    let mut connection = Connection::open(site.at, from).await?;
    let page = Page::open(&mut connection, &site, from).await?;
    let socket = page.watch().await?;
    // A browser keeps the page's own connection open for its next request, which never comes here.
    crowd.idle.fetch_add(1, Ordering::Relaxed);
    tokio::spawn(async move {
        connection.closed().await;
        crowd.idle.fetch_sub(1, Ordering::Relaxed);
    });
    Ok((page.code().to_owned(), socket))
}

/// Listens until the watch ends. Notes newer codes, and when the page was told of its approval.
pub async fn listen(mut socket: Socket, page: &WaitingPage) {
    while hear(&mut socket, page).await.is_some() {}
}

/// Reads one event and returns whether it was a newer code; `None` once the watch has ended.
pub async fn hear(socket: &mut Socket, page: &WaitingPage) -> Option<bool> {
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

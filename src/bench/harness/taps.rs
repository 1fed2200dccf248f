//! Measures the time from the tap on a phone until the page is told. Taps start at a fixed rate over several
//! lanes, so that none waits for the answer to the one before, and each page notes when it was told. A round
//! also says whether the machine kept up with that rate, and what else it was busy with.

use std::io::{self, Write as _};
use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};

use super::hang::HANG;
use super::http::Connection;
use super::proc::Work;
use super::table::OTHERS_MOST;
use super::visit::{Phone, Site};
use crate::Failure;

/// The pause before the first tap, so that earlier work is done.
const BREATH: Duration = Duration::from_secs(1);
/// The time between two checks whether all pages were told.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// The number of phones that tap in turn, so that none has to wait for its own answer before its next turn.
pub const LANES: usize = 8;
/// The machine has kept up if at least this part of the rate was reached,
const REACHED: f64 = 0.95;
/// and at most one in this many taps began later than by the turns of all lanes: its phone still had no answer.
const LATE: usize = 20;
/// A lane whose next tap is later than this stops: the machine does not keep up, and scans do not wait for ever.
const TOO_LATE: Duration = Duration::from_secs(20);

/// A page that waits to be told.
pub struct WaitingPage {
    /// The code that the page shows now.
    code: Mutex<String>,
    /// The time at which the page was told.
    heard: OnceLock<Instant>,
}

impl WaitingPage {
    /// Makes a page that shows this code.
    pub fn at(code: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { code: Mutex::new(code.into()), heard: OnceLock::new() })
    }

    /// Sets the code that the page shows.
    pub fn shows(&self, code: &str) {
        code.clone_into(&mut self.code.lock());
    }

    /// Returns the code that the page shows.
    pub fn code(&self) -> String {
        self.code.lock().clone()
    }

    /// Notes that the page is told now. Only the first time counts, because a server may say it twice.
    pub fn hears(&self) {
        let _ = self.heard.set(Instant::now());
    }
}

/// A source of taps with its own connection.
pub trait Lane: Send + 'static {
    /// Taps for the page with this code, and waits for the answer.
    fn tap(&mut self, code: &str) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// A phone that approves.
pub struct Approval {
    phone: Phone,
    connection: Connection,
    site: Site,
}

impl Approval {
    /// Opens one lane for each of these phones at this site.
    pub async fn lanes(phones: &[Phone], site: &Site) -> Result<Vec<Self>, Failure> {
        let mut lanes = Vec::new();
        for phone in phones {
            let connection = Connection::open(site.at, Ipv4Addr::LOCALHOST).await?;
            lanes.push(Self { phone: phone.clone(), connection, site: site.clone() });
        }
        Ok(lanes)
    }

    /// Scans a code, as a person does before they approve.
    pub async fn scan(&mut self, code: &str) -> Result<(), Failure> {
        self.phone.post(&mut self.connection, &self.site, code, "scan").await
    }
}

impl Lane for Approval {
    async fn tap(&mut self, code: &str) -> Result<(), Failure> {
        self.phone.post(&mut self.connection, &self.site, code, "approve").await
    }
}

/// The result of a round of taps.
pub struct Tapped {
    /// The microseconds from each tap to its page, sorted.
    pub delays: Vec<f64>,
    /// Whether the machine kept up with the rate. If not, the delays are those of a queue.
    pub kept_up: bool,
    /// The number of cores that other programs kept busy meanwhile.
    pub others: f64,
}

impl Tapped {
    /// Returns whether other programs left the machine to this round.
    pub fn is_undisturbed(&self) -> bool {
        self.others <= OTHERS_MOST
    }
}

/// A tap that was made.
struct Tap {
    page: usize,
    at: Instant,
    is_late: bool,
}

/// Taps for each page and measures the time until it is told. The lanes take turns, and `rate` taps start each
/// second.
pub async fn tapped<L: Lane>(lanes: Vec<L>, pages: &[Arc<WaitingPage>], rate: u32) -> Result<Tapped, Failure> {
    let every = Duration::from_secs(1) / rate;
    let start = tokio::time::Instant::now() + BREATH;
    let count = lanes.len();
    let turn = every * u32::try_from(count)?;
    let mut tapping = JoinSet::new();
    for (first, mut lane) in lanes.into_iter().enumerate() {
        let codes: Vec<_> = pages.iter().map(|page| page.code()).enumerate().skip(first).step_by(count).collect();
        tapping.spawn(async move {
            let mut taps = Vec::new();
            for (page, code) in codes {
                let due = start + every * u32::try_from(page)?;
                sleep_until(due).await;
                if due.elapsed() > TOO_LATE {
                    break;
                }
                let tap = Tap { page, at: Instant::now(), is_late: due.elapsed() > turn };
                // A server that is asked too much refuses, and a code that was scanned long ago has expired.
                if let Err(error) = lane.tap(&code).await {
                    writeln!(io::stderr(), "the taps of a lane ended: {error}")?;
                    break;
                }
                taps.push(tap);
            }
            Ok::<_, Failure>(taps)
        });
    }
    sleep_until(start).await;
    let work = Work::now()?;
    let mut taps = Vec::new();
    while let Some(tapped) = tapping.join_next().await {
        taps.extend(tapped??);
    }
    let took = start.elapsed();
    let others = work.others_since()?;
    let asked = every * u32::try_from(pages.len())?;
    let late = taps.iter().filter(|tap| tap.is_late).count();
    let is_all = taps.len() == pages.len();
    let kept_up = is_all && asked.as_secs_f64() >= REACHED * took.as_secs_f64() && late * LATE <= taps.len();
    Ok(Tapped { delays: delays(taps, pages).await?, kept_up, others })
}

/// Waits until all pages that were tapped for were told, and returns how long that took for each.
async fn delays(taps: Vec<Tap>, pages: &[Arc<WaitingPage>]) -> Result<Vec<f64>, Failure> {
    let all_hear = async {
        while taps.iter().any(|tap| pages[tap.page].heard.get().is_none()) {
            sleep(LOOK_EVERY).await;
        }
    };
    // A page that has not heard by then is reported below.
    let _ = timeout(HANG, all_hear).await;
    let mut delays: Vec<f64> = Vec::new();
    for tap in taps {
        let heard = pages[tap.page].heard.get().ok_or("a page never heard that it was approved")?;
        delays.push(heard.duration_since(tap.at).as_secs_f64() * 1e6);
    }
    delays.sort_by(f64::total_cmp);
    Ok(delays)
}

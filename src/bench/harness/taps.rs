//! Measures the time from the tap on a phone until the page is told. Taps start at a fixed rate over several
//! lanes, so that none waits for the answer to the one before, and each page notes when it was told. A
//! machine that is too slow for that rate taps as often as it can, and the rate is printed.

use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};

use super::hang::HANG;
use super::http::Connection;
use super::visit::{Phone, Site};
use crate::Failure;

/// The pause before the first tap, so that earlier work is done.
const BREATH: Duration = Duration::from_secs(2);
/// The time between two checks whether all pages were told.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// The number of phones that tap in turn, so that none has to wait for its own answer before its next turn.
pub const LANES: usize = 8;

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
#[derive(Default)]
pub struct Tapped {
    /// The microseconds from each tap to its page, sorted.
    pub delays: Vec<f64>,
    /// The lowest number of taps a second in any round.
    pub rate: f64,
}

impl Tapped {
    /// Returns this result joined with that of another round.
    pub fn and(mut self, other: Self) -> Self {
        self.rate = if self.delays.is_empty() { other.rate } else { self.rate.min(other.rate) };
        self.delays.extend(other.delays);
        self.delays.sort_by(f64::total_cmp);
        self
    }
}

/// Taps for each page and measures the time until it is told. The lanes take turns, and a tap starts every
/// `every`.
pub async fn tapped<L: Lane>(lanes: Vec<L>, pages: &[Arc<WaitingPage>], every: Duration) -> Result<Tapped, Failure> {
    let start = tokio::time::Instant::now() + BREATH;
    let count = lanes.len();
    let mut tapping = JoinSet::new();
    for (first, mut lane) in lanes.into_iter().enumerate() {
        let codes: Vec<_> = pages.iter().map(|page| page.code()).enumerate().skip(first).step_by(count).collect();
        tapping.spawn(async move {
            let mut taps = Vec::new();
            for (at, code) in codes {
                sleep_until(start + every * u32::try_from(at)?).await;
                taps.push((at, Instant::now()));
                lane.tap(&code).await?;
            }
            Ok::<_, Failure>(taps)
        });
    }
    let mut taps = Vec::new();
    while let Some(tapped) = tapping.join_next().await {
        taps.extend(tapped??);
    }
    let took = start.elapsed().max(every * u32::try_from(pages.len())?);
    let all_hear = async {
        while pages.iter().any(|page| page.heard.get().is_none()) {
            sleep(LOOK_EVERY).await;
        }
    };
    // A page that has not heard by then is reported below.
    let _ = timeout(HANG, all_hear).await;
    let mut delays: Vec<f64> = Vec::new();
    for (at, tap) in taps {
        let heard = pages[at].heard.get().ok_or("a page never heard that it was approved")?;
        delays.push(heard.duration_since(tap).as_secs_f64() * 1e6);
    }
    delays.sort_by(f64::total_cmp);
    Ok(Tapped { rate: f64::from(u32::try_from(pages.len())?) / took.as_secs_f64(), delays })
}

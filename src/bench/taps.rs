//! From the tap on a phone to the page that hears of it: taps start at a fixed rate, over several lanes, so that none
//! waits for the answer to the one before; and each page notes when it heard. A machine that is too slow for that rate
//! taps as often as it can, and it is said how often that was.

use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};

use super::Failure;
use super::hang::HANG;
use super::http::Connection;
use super::visit::{Phone, Site};

/// Before the first tap, so that what came before is over.
const BREATH: Duration = Duration::from_secs(2);
/// Between two looks at whether all pages have heard.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Phones that tap in turn: none has to wait for its own answer before its next turn.
pub const LANES: usize = 8;

/// A page that waits to hear.
pub struct Waiting {
    /// What the phone names it by now.
    code: Mutex<String>,
    /// When it heard.
    heard: OnceLock<Instant>,
}

impl Waiting {
    /// A page that shows this.
    pub fn at(code: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { code: Mutex::new(code.into()), heard: OnceLock::new() })
    }

    /// It shows another code now.
    pub fn shows(&self, code: &str) {
        code.clone_into(&mut self.code.lock());
    }

    /// What it shows.
    pub fn code(&self) -> String {
        self.code.lock().clone()
    }

    /// It hears now. Only the first time counts: a server may say it twice.
    pub fn hears(&self) {
        let _ = self.heard.set(Instant::now());
    }
}

/// What taps, over a connection of its own.
pub trait Lane: Send + 'static {
    /// Taps for this page, and waits for the answer.
    fn tap(&mut self, code: &str) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// A phone that approves.
pub struct Approval {
    phone: Phone,
    connection: Connection,
    site: Site,
}

impl Approval {
    /// As many as there are lanes, at this site.
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

/// What came of taps.
#[derive(Default)]
pub struct Tapped {
    /// Microseconds from each tap to its page, sorted.
    pub delays: Vec<f64>,
    /// So many taps there were a second, where it was least.
    pub rate: f64,
}

impl Tapped {
    /// With those of another round.
    pub fn and(mut self, other: Self) -> Self {
        self.rate = if self.delays.is_empty() { other.rate } else { self.rate.min(other.rate) };
        self.delays.extend(other.delays);
        self.delays.sort_by(f64::total_cmp);
        self
    }
}

/// From each tap to its page. The pages take the lanes in turn, `every` so often.
pub async fn tapped<L: Lane>(lanes: Vec<L>, pages: &[Arc<Waiting>], every: Duration) -> Result<Tapped, Failure> {
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

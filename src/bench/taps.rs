//! From the tap on a phone to the page that hears of it: taps start at a fixed rate, over several lanes, so that none
//! waits for the answer to the one before; and each page notes when it heard.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::Failure;
use super::http::Connection;
use super::visit::{Phone, Site};

/// Before the first tap and after the last: what came before is over, and the last page has heard.
const BREATH: Duration = Duration::from_secs(2);
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
        code.clone_into(&mut self.code.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What it shows.
    pub fn code(&self) -> String {
        self.code.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

    /// Scans: whoever approves has scanned.
    pub async fn scan(&mut self, code: &str) -> Result<(), Failure> {
        self.phone.post(&mut self.connection, &self.site, code, "scan").await
    }
}

impl Lane for Approval {
    async fn tap(&mut self, code: &str) -> Result<(), Failure> {
        self.phone.post(&mut self.connection, &self.site, code, "approve").await
    }
}

/// Microseconds from each tap to its page, sorted. The pages take the lanes in turn, `every` so often.
pub async fn delays<L: Lane>(lanes: Vec<L>, pages: &[Arc<Waiting>], every: Duration) -> Result<Vec<f64>, Failure> {
    let start = tokio::time::Instant::now() + BREATH;
    let count = lanes.len();
    let mut tapping = JoinSet::new();
    for (first, mut lane) in lanes.into_iter().enumerate() {
        let codes: Vec<_> = pages.iter().map(|page| page.code()).enumerate().skip(first).step_by(count).collect();
        tapping.spawn(async move {
            let mut taps = Vec::new();
            for (at, code) in codes {
                sleep_until(start + every * u32::try_from(at)?).await;
                if start.elapsed() > every * u32::try_from(at + count)? {
                    return Err("taps came late: the machine is too busy for this rate".into());
                }
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
    tokio::time::sleep(BREATH).await;
    let heard = taps.into_iter().map(|(at, tap)| {
        let heard = pages[at].heard.get().ok_or("a page never heard that it was approved")?;
        Ok(heard.duration_since(tap).as_secs_f64() * 1e6)
    });
    let mut delays = heard.collect::<Result<Vec<_>, Failure>>()?;
    delays.sort_by(f64::total_cmp);
    Ok(delays)
}

//! Waiting pages at one instance, as many as one process has descriptors for. This program runs once more as
//! a process of its own, which executes the lines of its standard input and answers each with one line.
//!
//! | line | answer |
//! |---|---|
//! | `arrive N` | the number of watching pages, once all have arrived, N a second |
//! | `count` | the number of watching pages, and how often a code was renewed so far |
//! | `tap N M` | the microseconds from tap to page for N pages with M taps a second, and whether the machine kept up |
//! | `move` | the number of watching pages, once all have come back at the other instance |

use std::io::{self, BufRead as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tessera::ticket::event::REFRESH;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, sleep_until, timeout};

use crate::Failure;
use crate::harness::hang::HANG;
use crate::harness::http::Connection;
use crate::harness::people::{address, hear, scanned};
use crate::harness::socket::Socket;
use crate::harness::taps::{Tapped, WaitingPage, tapped};
use crate::harness::visit::{Page, Site};

/// The time between two renewals of a page's code, a little shorter than the code's lifetime.
const RENEW_EVERY: Duration = Duration::from_secs(55);
/// A page that got no new code asks again after this time (`login/browser/live.rs`).
const ASK_AGAIN: Duration = Duration::from_secs(3);
/// The longest wait of a page before it reconnects in seconds, as the first wait of a real page.
const RETURN: f64 = 0.5;

/// The arguments of a crowd.
#[derive(Clone, Serialize, Deserialize)]
pub struct Orders {
    /// The host that the pages send.
    pub host: String,
    /// The address of the instance with the pages.
    pub pages_at: SocketAddr,
    /// The address that the pages move to when that instance has ended.
    pub then_at: SocketAddr,
    /// The address of the instance with the phones.
    pub phones_at: SocketAddr,
    /// The number of people.
    pub pages: u32,
    /// The number of the first person.
    pub first: u32,
}

/// The answer to a line.
#[derive(Default, Serialize, Deserialize)]
pub struct Answer {
    /// The number of watching pages.
    pub watching: u32,
    /// The number of codes that were renewed so far.
    pub renewed: u32,
    /// The microseconds from tap to page.
    pub delays: Vec<f64>,
    /// Whether the machine kept up with the rate of the taps.
    pub kept_up: bool,
    /// The number of cores that other programs kept busy during the taps.
    pub others: f64,
}

/// The state of a crowd.
struct Crowd {
    orders: Orders,
    watching: AtomicU32,
    renewed: AtomicU32,
    is_moving: AtomicBool,
}

/// A watching page; it is counted until this is dropped.
struct Watching(Arc<Crowd>);

impl Watching {
    fn begin(crowd: &Arc<Crowd>) -> Self {
        crowd.watching.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(crowd))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.watching.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Executes lines until the input ends.
pub async fn serve(orders: &str) -> Result<(), Failure> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let crowd = Arc::new(Crowd {
        orders: serde_json::from_str(orders)?,
        watching: AtomicU32::new(0),
        renewed: AtomicU32::new(0),
        is_moving: AtomicBool::new(false),
    });
    let (mut waiting, mut taken) = (Vec::new(), 0);
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let mut answer = Answer::default();
        match words[..] {
            ["arrive", rate] => waiting = crowd.arrive(rate.parse()?).await?,
            ["tap", count, rate] => {
                let pages: Vec<_> = waiting.iter().skip(taken).take(count.parse()?).cloned().collect();
                taken += pages.len();
                let tapped = crowd.tap(&pages, rate.parse()?).await?;
                (answer.kept_up, answer.others) = (tapped.kept_up, tapped.others);
                answer.delays = tapped.delays;
            }
            ["move"] => crowd.returned().await,
            _ => {}
        }
        answer.watching = crowd.watching.load(Ordering::Relaxed);
        answer.renewed = crowd.renewed.load(Ordering::Relaxed);
        writeln!(io::stdout(), "{}", serde_json::to_string(&answer)?)?;
    }
    Ok(())
}

impl Crowd {
    fn site(&self, at: SocketAddr) -> Site {
        Site { at, host: self.orders.host.clone() }
    }

    /// Lets pages arrive at this rate. Each of them watches from then on.
    async fn arrive(self: &Arc<Self>, rate: u32) -> Result<Vec<Arc<WaitingPage>>, Failure> {
        let mut arriving = JoinSet::new();
        let mut tick = interval(Duration::from_secs(1) / rate);
        for page in 0..self.orders.pages {
            tick.tick().await;
            let (crowd, from) = (Arc::clone(self), address(self.orders.first + page));
            arriving.spawn(async move {
                let site = crowd.site(crowd.orders.pages_at);
                let mut connection = Connection::open(site.at, from).await?;
                let page = Page::open(&mut connection, &site, from).await?;
                let (socket, shown) = (page.watch().await?, WaitingPage::at(page.code()));
                let waiting = Arc::clone(&shown);
                // The page is counted here and not in its own task, because that task may start only after
                // all have arrived and were counted.
                let counted = Watching::begin(&crowd);
                tokio::spawn(async move { crowd.stay(page, socket, counted, &waiting).await });
                Ok::<_, Failure>(shown)
            });
        }
        let mut arrived = Vec::new();
        while let Some(page) = arriving.join_next().await {
            arrived.push(page??);
        }
        Ok(arrived)
    }

    /// Keeps a page waiting: it renews its code, and reconnects when its instance is gone.
    async fn stay(self: &Arc<Self>, mut page: Page, socket: Socket, counted: Watching, shown: &WaitingPage) {
        let mut renew_at = Instant::now() + RENEW_EVERY;
        let mut open = Some((socket, counted));
        while let Some((mut socket, counted)) = open.take() {
            self.talk(&mut socket, shown, &mut renew_at).await;
            drop(counted);
            // If the instance died and did not end the watch by itself, the page moves to the other instance.
            if self.is_moving.load(Ordering::Relaxed) {
                page.moves_to(self.orders.then_at);
                while open.is_none() {
                    sleep(Duration::from_secs_f64(RETURN * f64::from(random_byte()) / 256.0)).await;
                    open = page.watch().await.ok().map(|socket| (socket, Watching::begin(self)));
                }
            }
        }
    }

    /// Reads messages until the watch ends, and asks for a newer code when it is time.
    async fn talk(&self, socket: &mut Socket, shown: &WaitingPage, renew_at: &mut Instant) {
        loop {
            tokio::select! {
                heard = hear(socket, shown) => {
                    let Some(is_renewed) = heard else { return };
                    if is_renewed {
                        self.renewed.fetch_add(1, Ordering::Relaxed);
                        *renew_at = Instant::now() + RENEW_EVERY;
                    }
                }
                () = sleep_until(*renew_at) => {
                    *renew_at += ASK_AGAIN;
                    if socket.say(REFRESH).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// Scans these pages with phones, then approves them at a fixed rate.
    async fn tap(&self, pages: &[Arc<WaitingPage>], rate: u32) -> Result<Tapped, Failure> {
        let lanes = scanned(pages, &self.site(self.orders.phones_at)).await?;
        tapped(lanes, pages, rate).await
    }

    /// Waits until all pages have left an instance that is about to die, and watch the other one.
    async fn returned(&self) {
        let before = self.watching.load(Ordering::Relaxed);
        self.is_moving.store(true, Ordering::Relaxed);
        let answer = Answer { watching: before, ..Answer::default() };
        let _ = serde_json::to_string(&answer).map(|line| writeln!(io::stdout(), "{line}"));
        let all = async {
            while self.watching.load(Ordering::Relaxed) == before {
                sleep(Duration::from_millis(1)).await;
            }
            while self.watching.load(Ordering::Relaxed) < before {
                sleep(Duration::from_millis(1)).await;
            }
        };
        // If pages have not come back by then, the count shows it.
        let _ = timeout(HANG, all).await;
    }
}

fn random_byte() -> u8 {
    tessera::crypto::random::random::<1>()[0]
}

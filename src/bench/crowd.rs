//! People before one instance, as many as one process has descriptors for: this program started once more, which does
//! line by line what it is told on its standard input, and answers each line with one of its own.
//!
//! | told | answered with |
//! |---|---|
//! | `arrive N` | pages that watch, once all have arrived, N a second |
//! | `count` | pages that watch, and how often a code was renewed so far |
//! | `tap N M` | microseconds from tap to page of N pages, M a second or as many as this machine can |
//! | `move` | pages that watch, once all have come back at the other instance |

use std::io::{self, BufRead as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tessera::ticket::event::REFRESH;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, sleep_until, timeout};

use super::Failure;
use super::hang::HANG;
use super::http::Connection;
use super::socket::Socket;
use super::taps::{Approval, LANES, Tapped, Waiting, tapped};
use super::visit::{Page, Phone, Site};
use super::waiting::{address, hear};

/// A page renews its code this long after the one before: shortly before it ends.
const RENEW_EVERY: Duration = Duration::from_secs(55);
/// One that was shown no newer code asks again after this (`login/live.rs`).
const ASK_AGAIN: Duration = Duration::from_secs(3);
/// The longest that a page waits before it comes back: the first of its waits (`login/follow.rs`).
const RETURN: f64 = 0.5;

/// What a crowd is told when it is started.
#[derive(Clone, Serialize, Deserialize)]
pub struct Orders {
    /// How the pages name the site.
    pub host: String,
    /// The instance of its pages, the one where they go after its end, and the one of its phones.
    pub pages_at: SocketAddr,
    /// Where they go after its end.
    pub then_at: SocketAddr,
    /// Where its phones are.
    pub phones_at: SocketAddr,
    /// People.
    pub pages: u32,
    /// The number of the first of them.
    pub first: u32,
}

/// What it answers.
#[derive(Default, Serialize, Deserialize)]
pub struct Answer {
    /// Pages that watch.
    pub watching: u32,
    /// Codes renewed so far.
    pub renewed: u32,
    /// Microseconds from tap to page.
    pub delays: Vec<f64>,
    /// Taps a second.
    pub rate: f64,
}

/// All of them.
struct Crowd {
    orders: Orders,
    watching: AtomicU32,
    renewed: AtomicU32,
    is_moving: AtomicBool,
}

/// A page that watches: it is counted for as long as this lives.
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

/// Does what it is told until its input ends.
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
                (answer.delays, answer.rate) = (tapped.delays, tapped.rate);
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

    /// Pages come at this rate, each of which waits from the moment that it is there.
    async fn arrive(self: &Arc<Self>, rate: u32) -> Result<Vec<Arc<Waiting>>, Failure> {
        let mut arriving = JoinSet::new();
        let mut tick = interval(Duration::from_secs(1) / rate);
        for page in 0..self.orders.pages {
            tick.tick().await;
            let (crowd, from) = (Arc::clone(self), address(self.orders.first + page));
            arriving.spawn(async move {
                let site = crowd.site(crowd.orders.pages_at);
                let mut connection = Connection::open(site.at, from).await?;
                let page = Page::open(&mut connection, &site, from).await?;
                let (socket, shown) = (page.watch().await?, Waiting::at(page.code()));
                let waiting = Arc::clone(&shown);
                // Counted here, where its arrival ends: its own task begins whenever the machine has time for it, which
                // may be after all have arrived and were counted.
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

    /// A page that waits: it renews its code, and comes back when its instance is gone.
    async fn stay(self: &Arc<Self>, mut page: Page, socket: Socket, counted: Watching, shown: &Waiting) {
        let mut renew_at = Instant::now() + RENEW_EVERY;
        let mut open = Some((socket, counted));
        while let Some((mut socket, counted)) = open.take() {
            self.talk(&mut socket, shown, &mut renew_at).await;
            drop(counted);
            // An end that was told is the end; one that was not means that the instance died.
            if self.is_moving.load(Ordering::Relaxed) {
                page.moves_to(self.orders.then_at);
                while open.is_none() {
                    sleep(Duration::from_secs_f64(RETURN * f64::from(random_byte()) / 256.0)).await;
                    open = page.watch().await.ok().map(|socket| (socket, Watching::begin(self)));
                }
            }
        }
    }

    /// Hears what there is to hear until the watch ends, and asks for a newer code when it is time.
    async fn talk(&self, socket: &mut Socket, shown: &Waiting, renew_at: &mut Instant) {
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

    /// Phones scan these pages, then approve them at a fixed rate.
    async fn tap(&self, pages: &[Arc<Waiting>], rate: u32) -> Result<Tapped, Failure> {
        let persons = (0..LANES).map(Phone::of).collect::<Result<Vec<_>, _>>()?;
        let mut lanes = Approval::lanes(&persons, &self.site(self.orders.phones_at)).await?;
        for (at, page) in pages.iter().enumerate() {
            lanes[at % LANES].scan(&page.code()).await?;
        }
        tapped(lanes, pages, Duration::from_secs(1) / rate).await
    }

    /// The instance is about to die: waits until its pages are gone from it and watch the other one.
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

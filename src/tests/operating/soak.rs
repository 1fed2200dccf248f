//! The server for long: people sign in and out, pages renew their codes and come back, and all the while nothing that it
//! holds grows. How long that is says `TESSERA_SOAK`, in minutes; one where it says nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::SinkExt as _;
use reqwest::Method;
use tessera::ticket::event::REFRESH;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::Message;

use crate::harness::binary::{Instance, add_user, tessera};
use crate::harness::browser::{Browser, DESKTOP, PHONE, Shown};
use crate::harness::server::PASSWORD;
use crate::harness::spawn::{free_port, scale};
use crate::watch::carriers::{event, open};

/// People who sign in and out, each again and again.
const VISITORS: usize = 4;
/// Between two sign-ins of one of them.
const PAUSE: Duration = Duration::from_millis(100);
/// Pages that wait, renew their codes and come back.
const PAGES: usize = 100;
/// Seconds of a code here: a page renews its own soon after half of them.
const CODE_SECONDS: u64 = 6;
const RENEW_EVERY: Duration = Duration::from_millis(3_200);
/// Between two looks at what the server holds.
const SAMPLE_EVERY: Duration = Duration::from_millis(500);
/// What an hour may add, and what comes and goes in any span however short: caches, connections between two requests.
const BYTES: Bound = Bound { per_hour: 2.0 * 1024.0 * 1024.0, at_any_time: 4.0 * 1024.0 * 1024.0 };
const DESCRIPTORS: Bound = Bound { per_hour: 1.0, at_any_time: 24.0 };

/// How much something that is measured may grow.
struct Bound {
    per_hour: f64,
    at_any_time: f64,
}

impl Bound {
    /// The steepest slope, in an hour, over a span of so many hours.
    fn over(&self, hours: f64) -> f64 {
        self.per_hour + self.at_any_time / hours
    }
}

/// A count as a number with a fraction.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("less than four gigabytes"))
}

/// The slope of the line that lies closest to these points (least squares).
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = number(points.len());
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let above = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>();
    above / points.iter().map(|point| (point.0 - x).powi(2)).sum::<f64>()
}

#[test]
fn a_slope_is_found_where_there_is_one_and_none_where_there_is_none() {
    // Half an hour of samples, one a second, that go up and down by a megabyte all the time.
    let samples = |per_hour: f64| -> Vec<(f64, f64)> {
        let noise = |second: u32| 1e6 * (f64::from(second % 7) - 3.0);
        (0..1800_u32)
            .map(|second| (f64::from(second) / 3600.0, second))
            .map(|(at, second)| (at, 5e7 + per_hour * at + noise(second)))
            .collect()
    };
    for per_hour in [0.0, 1e6, -3e7] {
        assert!((slope(&samples(per_hour)) - per_hour).abs() < 1e5, "{per_hour}");
        assert!(slope(&samples(per_hour)) < BYTES.over(0.5));
    }
    // A hundred bytes a sign-in, of which there are forty a second.
    assert!(slope(&samples(100.0 * 40.0 * 3600.0)) > BYTES.over(0.5));
    assert!(slope(&[(0.0, 40.0), (0.25, 60.0), (0.5, 80.0)]) > DESCRIPTORS.over(0.5));
}

/// What was done so far.
#[derive(Default)]
struct Done {
    sign_ins: AtomicUsize,
    renewals: AtomicUsize,
    returns: AtomicUsize,
    is_over: AtomicBool,
}

impl Done {
    fn counts(&self) -> [usize; 3] {
        [&self.sign_ins, &self.renewals, &self.returns].map(|count| count.load(Ordering::Relaxed))
    }

    fn goes_on(&self) -> bool {
        !self.is_over.load(Ordering::Relaxed)
    }
}

/// Somebody signs in by a scan, watching as a page does, and out again.
async fn visits(desktop: Browser, phone: Arc<Browser>, done: Arc<Done>) {
    while done.goes_on() {
        let browser = desktop.beside(DESKTOP, desktop.address());
        let shown = browser.show_code().await;
        let mut socket = crate::watch::carriers::watch(&browser, &shown).await;
        phone.approve(&shown).await;
        while !event(&mut socket).await["seen"]["approved"].is_object() {}
        browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        assert!(browser.is_signed_in().await);
        browser.post("/signout", &[]).await;
        done.sign_ins.fetch_add(1, Ordering::Relaxed);
        sleep(PAUSE).await;
    }
}

/// A page that waits. Every time that its code is due it asks for a newer one over its socket, and loses the socket then:
/// now by closing it, now by being gone.
async fn waits(desktop: Browser, done: Arc<Done>) {
    let mut shown: Option<Shown> = None;
    let mut round = 0_usize;
    while done.goes_on() {
        let page = match &shown {
            Some(page) => page.clone(),
            None => desktop.show_code().await,
        };
        let path = format!("/login/{}/watch?after=0", page.ticket);
        // A machine that was busy for longer than a code lives has let it end: the page begins anew.
        let Ok(mut socket) = open(&desktop, &path, &[("origin", desktop.origin())]).await else {
            shown = None;
            continue;
        };
        let first = event(&mut socket).await;
        if !first["seen"]["waiting"].is_object() {
            shown = None;
            continue;
        }
        if shown.is_some() {
            done.returns.fetch_add(1, Ordering::Relaxed);
        }
        shown = Some(page);
        sleep(RENEW_EVERY).await;
        if socket.send(Message::text(REFRESH)).await.is_ok()
            && event(&mut socket).await["seen"]["waiting"]["code"].is_object()
        {
            done.renewals.fetch_add(1, Ordering::Relaxed);
        }
        round += 1;
        if round.is_multiple_of(2) {
            let _ = socket.close(None).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_69_nothing_that_the_server_holds_grows_under_sign_ins_renewals_and_returns() {
    let minutes = scale(1);
    let length = Duration::from_secs(60) * u32::try_from(minutes).expect("few");
    // Until then tables and caches fill.
    let settles = (length / 3).min(Duration::from_secs(300));
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    add_user(&mut tessera(&folder), "alice");
    let mut command = tessera(&folder);
    command.env("TESSERA_LOGIN__CODE_SECONDS", CODE_SECONDS.to_string()).env("TESSERA_LOGIN__RENEW_SECONDS", "3600");
    let instance = Instance::start(&mut command, port);
    let at = |agent| Browser::at(&format!("http://localhost:{port}"), port, agent, "127.0.0.1");
    let (desktop, phone) = (at(DESKTOP), Arc::new(at(PHONE)));
    phone.sign_in("alice", PASSWORD, "/").await;
    let (done, mut busy) = (Arc::<Done>::default(), JoinSet::new());
    for _ in 0..VISITORS {
        busy.spawn(visits(desktop.beside(DESKTOP, "127.0.0.1"), Arc::clone(&phone), Arc::clone(&done)));
    }
    for _ in 0..PAGES {
        busy.spawn(waits(desktop.beside(DESKTOP, "127.0.0.1"), Arc::clone(&done)));
    }

    let began = Instant::now();
    sleep(settles).await;
    let (before, mut bytes, mut descriptors) = (done.counts(), Vec::new(), Vec::new());
    while began.elapsed() < length {
        let at = began.elapsed().as_secs_f64() / 3600.0;
        bytes.push((at, number(instance.resident())));
        descriptors.push((at, number(instance.descriptors())));
        sleep(SAMPLE_EVERY).await;
    }
    let after = done.counts();
    done.is_over.store(true, Ordering::Relaxed);
    while let Some(ended) = busy.join_next().await {
        ended.expect("nobody was refused");
    }
    let hours = length.saturating_sub(settles).as_secs_f64() / 3600.0;
    let (by_bytes, by_descriptors) = (slope(&bytes), slope(&descriptors));
    let said = format!(
        "over {minutes} min: {:.0} bytes an hour at {:.0}, {by_descriptors:.1} descriptors an hour; sign-ins, renewals and \
         returns went from {before:?} to {after:?}",
        by_bytes,
        bytes.last().expect("samples").1,
    );
    eprintln!("{said}");
    assert!(before.iter().zip(after).all(|(before, after)| after > *before + 10 * minutes), "{said}");
    assert!(by_bytes < BYTES.over(hours), "at most {:.0} bytes: {said}", BYTES.over(hours));
    assert!(by_descriptors < DESCRIPTORS.over(hours), "at most {:.1}: {said}", DESCRIPTORS.over(hours));
}

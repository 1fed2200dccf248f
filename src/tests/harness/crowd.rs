//! Many sign-ins at once that go on through whatever happens to the servers: every step is repeated until it is
//! answered, as pages and apps do. What counts is what a phone was told: an approval that was acknowledged must end in
//! one session, and in no more.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tessera::crypto::random::random;
use tessera::login::watch::backoff::pause;
use tessera::ticket::event::REFRESH;
use tessera::ticket::ids::Attempt;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{interval, sleep};
use tokio_tungstenite::tungstenite::Message;

use super::browser::{Browser, DESKTOP, Reply, Shown};
use super::hang::{eventually, until};
use super::pair::Pair;
use crate::watch::carriers::open;

/// People come one after the other.
const ARRIVAL: Duration = Duration::from_millis(4);

/// A page asks for a newer code this often: where the machine is slow, people wait for longer than a code lives.
const RENEWAL: Duration = Duration::from_secs(40);

/// What became of a crowd.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Sign-ins that were under way.
    pub begun: usize,
    /// Approvals that a phone was told of and that signed nobody in.
    pub lost: usize,
    /// Approvals that signed in more than once.
    pub doubled: usize,
}

/// How a page learns that it was approved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// It asks when it is told to, as one without script does.
    Still,
    /// It watches over a WebSocket, and comes back when that breaks.
    Watching,
}

/// `count` sign-ins that all wait, half of them scanned; then they go on one after the other, and soon `fault` happens.
pub async fn crowd<S>(pair: &Pair<S>, count: usize, fault: impl Future<Output = ()>) -> Outcome {
    let phone = pair.phone("Alice").await;
    let desktop = pair.desktop();
    crowd_of(&desktop, phone, Page::Still, count, fault).await
}

/// The same with browsers beside this one.
pub async fn crowd_of(
    desktop: &Browser,
    phone: Browser,
    page: Page,
    count: usize,
    fault: impl Future<Output = ()>,
) -> Outcome {
    // So many have been told to go on.
    let (phone, going) = (Arc::new(phone), watch::Sender::new(0));
    let arrived = Arc::<AtomicUsize>::default();
    let mut under_way = JoinSet::new();
    for of in 0..count {
        let browser = desktop.beside(DESKTOP, &format!("10.9.{}.{}", of / 250, of % 250));
        let (phone, mut going) = (Arc::clone(&phone), going.subscribe());
        let arrived = Arc::clone(&arrived);
        under_way.spawn(async move {
            let arrival = arrive(browser, &phone, page, of).await;
            arrived.fetch_add(1, Ordering::Relaxed);
            going.wait_for(|going| *going > of).await.expect("it begins");
            arrival.goes_on(&phone).await
        });
        sleep(ARRIVAL).await;
    }
    until("all wait", async || arrived.load(Ordering::Relaxed) == count).await;
    // People decide one after the other, as they came: each page is as old by then as any other. Of the first few some
    // are approved, and some of those have claimed, when it happens; all others meet it.
    let go_on = async move |some: Range<usize>| {
        for of in some {
            going.send_replace(of + 1);
            sleep(ARRIVAL).await;
        }
    };
    let first = count / 20;
    go_on(0..first).await;
    let others = tokio::spawn(async move { go_on(first..count).await });
    fault.await;
    others.await.expect("no panic");
    let mut outcome = Outcome { begun: count, ..Outcome::default() };
    let ends = async {
        while let Some(end) = under_way.join_next().await {
            match end.expect("no panic") {
                1 => {}
                0 => outcome.lost += 1,
                _ => outcome.doubled += 1,
            }
        }
    };
    eventually("every sign-in ends", ends).await;
    outcome
}

/// A page that waits, and how far its sign-in has come.
struct Arrival {
    browser: Browser,
    ticket: String,
    /// The code for typing that it shows by now.
    typed: Arc<Mutex<String>>,
    /// Ends when the page has heard that it is approved.
    watching: Option<JoinHandle<()>>,
    /// What the phone calls it, once it was scanned.
    code: Option<String>,
}

/// Somebody opens the login page; every other code is scanned at once.
async fn arrive(browser: Browser, phone: &Browser, how: Page, of: usize) -> Arrival {
    let page = insist(&browser, "/login", None).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let Shown { ticket, typed } = Shown::read(&page.body);
    let typed = Arc::new(Mutex::new(typed));
    let mut watching = None;
    if how == Page::Watching {
        let (told, first) = oneshot::channel();
        watching = Some(tokio::spawn(until_approved(browser.twin(), ticket.clone(), Arc::clone(&typed), told)));
        first.await.expect("the page is told how things stand");
    }
    let mut arrival = Arrival { browser, ticket, typed, watching, code: None };
    if of.is_multiple_of(2) {
        arrival.is_scanned(phone).await;
    }
    arrival
}

impl Arrival {
    async fn is_scanned(&mut self, phone: &Browser) -> String {
        if let Some(code) = &self.code {
            return code.clone();
        }
        let code = loop {
            let typed = self.typed.lock().expect("not poisoned").clone();
            let found = insist(phone, "/link", Some(("code", &typed))).await;
            if let Some(code) = found.location().strip_prefix("/s/") {
                break code.to_owned();
            }
            // Just now the page has asked for a newer one, or is about to.
            sleep(ARRIVAL).await;
        };
        decide(phone, "scan", &code).await;
        self.code = Some(code.clone());
        code
    }

    /// On to the session; says how many sessions came of it.
    async fn goes_on(mut self, phone: &Browser) -> usize {
        let code = self.is_scanned(phone).await;
        decide(phone, "approve", &code).await;
        if let Some(watching) = self.watching {
            watching.await.expect("heard of the approval");
        }
        let (browser, path) = (self.browser, format!("/login/{}/claim", self.ticket));
        let [mine, another] = [random(), random()].map(|bytes| Attempt::from_random(bytes).to_string());
        let claimed = insist(&browser, &path, Some(("attempt", &mine))).await;
        let is_signed_in = insist(&browser, "/", None).await.body.contains("action=\"/signout\"");
        let stolen = insist(&browser, &path, Some(("attempt", &another))).await;
        usize::from(claimed.status == StatusCode::SEE_OTHER && is_signed_in)
            + usize::from(stolen.status == StatusCode::SEE_OTHER)
    }
}

/// Watches until the ticket is approved, on whichever instance answers, and asks for newer codes; says when it was told
/// anything first.
async fn until_approved(browser: Browser, ticket: String, typed: Arc<Mutex<String>>, told: oneshot::Sender<()>) {
    let path = format!("/login/{ticket}/watch?after=1");
    let (mut told, mut renewal) = (Some(told), interval(RENEWAL));
    renewal.reset();
    let mut failed = 0;
    loop {
        if let Ok(mut socket) = open(&browser, &path, &[("origin", browser.origin())]).await {
            loop {
                let message = tokio::select! {
                    message = socket.next() => message,
                    _ = renewal.tick() => {
                        let _ = socket.send(Message::text(REFRESH)).await;
                        continue;
                    }
                };
                let Some(Ok(message)) = message else { break };
                failed = 0;
                if let Some(told) = told.take() {
                    let _ = told.send(());
                }
                let event: Value =
                    message.to_text().ok().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
                if event["seen"]["approved"].is_object() {
                    return;
                }
                if let Some(newer) = event["seen"]["waiting"]["code"]["user_code"].as_str() {
                    newer.clone_into(&mut typed.lock().expect("not poisoned"));
                }
            }
        }
        come_again(&mut failed).await;
    }
}

/// The phone's script: an approval whose acknowledgement was lost is found to be decided already.
async fn decide(phone: &Browser, verb: &str, code: &str) {
    let decided = insist(phone, &format!("/api/{verb}"), Some(("code", code))).await;
    let is_known = ["already_decided", "already_used"].iter().any(|known| decided.body.contains(known));
    assert!(decided.status == StatusCode::OK || is_known, "{verb}: {decided:?}");
}

/// Asks until somebody answers who can.
async fn insist(browser: &Browser, path: &str, form: Option<(&str, &str)>) -> Reply {
    let (method, site) = if form.is_some() { (Method::POST, "same-origin") } else { (Method::GET, "none") };
    let accept = if path.starts_with("/api/") { "application/json" } else { "text/html" };
    let mut failed = 0;
    loop {
        let form = form.map(|field| [field]);
        let headers = [("accept", accept), ("sec-fetch-site", site)];
        let reply = browser.try_send(method.clone(), path, &headers, form.as_ref().map(|form| &form[..])).await;
        match reply {
            Ok(reply) if !matches!(reply.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY) => {
                return reply;
            }
            _ => {}
        }
        come_again(&mut failed).await;
    }
}

/// Waits before the next try, as pages do.
async fn come_again(failed: &mut u32) {
    sleep(pause(*failed, f64::from(random::<1>()[0]) / 255.0)).await;
    *failed += 1;
}

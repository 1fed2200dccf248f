//! Many sign-ins at once that go on through whatever happens to the servers: every step is repeated until it is
//! answered, as pages and apps do. What counts is what a phone was told: an approval that was acknowledged must end in
//! one session, and in no more.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::{Method, StatusCode};
use tessera::entropy::random;
use tessera::ticket::ids::Attempt;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::browser::{Browser, DESKTOP, Reply, Shown};
use super::pair::Pair;
use super::watch::open;

/// Between two tries of a step, at most; as with pages, nobody knows when exactly.
const PAUSE: Duration = Duration::from_millis(500);
/// People come one after the other.
const ARRIVAL: Duration = Duration::from_millis(4);
/// No fault here lasts longer.
const PATIENCE: Duration = Duration::from_secs(60);

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

/// `count` sign-ins, some waiting, some scanned, some approved, while `fault` happens; then all go on to their end.
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
    let phone = Arc::new(phone);
    let mut under_way = JoinSet::new();
    for of in 0..count {
        let browser = desktop.beside(DESKTOP, &format!("10.9.{}.{}", of / 250, of % 250));
        under_way.spawn(sign_in(browser, Arc::clone(&phone), page, of));
        sleep(ARRIVAL).await;
    }
    // Long enough that all are somewhere on the way.
    sleep(Duration::from_millis(400)).await;
    fault.await;
    let mut outcome = Outcome { begun: count, ..Outcome::default() };
    let mut ended = 0;
    let ends = async {
        while let Some(end) = under_way.join_next().await {
            ended += 1;
            match end.expect("no panic") {
                1 => {}
                0 => outcome.lost += 1,
                _ => outcome.doubled += 1,
            }
        }
    };
    let all = timeout(PATIENCE, ends).await;
    assert!(all.is_ok(), "of {count} sign-ins {ended} ended: {outcome:?}");
    outcome
}

/// One sign-in, from the page to the session; says how many sessions came of it.
async fn sign_in(browser: Browser, phone: Arc<Browser>, how: Page, of: usize) -> usize {
    let page = insist(&browser, "/login", None).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let shown = Shown::read(&page.body);
    let watching = (how == Page::Watching).then(|| tokio::spawn(until_approved(browser.twin(), shown.clone())));
    sleep(Duration::from_millis(of as u64 % 10 * 100)).await;
    let found = insist(&phone, "/link", Some(("code", &shown.typed))).await;
    assert_eq!(found.status, StatusCode::SEE_OTHER, "{found:?}");
    let code = found.location().strip_prefix("/s/").expect("a code").to_owned();
    decide(&phone, "scan", &code).await;
    sleep(Duration::from_millis(of as u64 % 7 * 100)).await;
    decide(&phone, "approve", &code).await;
    match watching {
        Some(watching) => watching.await.expect("heard of the approval"),
        None => sleep(Duration::from_millis(of as u64 % 5 * 100)).await,
    }

    let path = format!("/login/{}/claim", shown.ticket);
    let [mine, another] = [random(), random()].map(|bytes| Attempt::from_random(bytes).to_string());
    let claimed = insist(&browser, &path, Some(("attempt", &mine))).await;
    let is_signed_in = insist(&browser, "/", None).await.body.contains("action=\"/signout\"");
    let stolen = insist(&browser, &path, Some(("attempt", &another))).await;
    usize::from(claimed.status == StatusCode::SEE_OTHER && is_signed_in)
        + usize::from(stolen.status == StatusCode::SEE_OTHER)
}

/// Watches until the ticket is approved, on whichever instance answers.
async fn until_approved(browser: Browser, shown: Shown) {
    let path = format!("/login/{}/watch?after=1", shown.ticket);
    loop {
        if let Ok(mut socket) = open(&browser, &path, &[("origin", browser.origin())]).await {
            while let Some(Ok(message)) = socket.next().await {
                if message.to_text().is_ok_and(|text| text.contains("\"approved\"")) {
                    return;
                }
            }
        }
        sleep(Duration::from_millis(u64::from(random::<1>()[0]) * 4)).await;
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
        sleep(PAUSE.mul_f64(f64::from(random::<1>()[0]) / 255.0)).await;
    }
}

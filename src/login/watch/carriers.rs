//! The three transports of a watch: WebSocket, else server-sent events, else long poll. All send the same
//! events with the same `seq`. A page that changes the transport or reconnects sends `after=seq` and must not
//! miss anything.

use std::io;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::http::header::{ACCEPT, CONNECTION, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use tokio_util::task::AbortOnDropHandle;

use super::parked::{First, tell};
use super::waiting::{Allowed, Watch};
use crate::account::session::OpenWatch;
use crate::crowd::Ender;
use crate::listen::{ConnectionPermit, Waits, taken};
use crate::login::flow::StepError;
use crate::measure::{Carrier, WatchCause, Watcher};
use crate::waiting::PING_EVERY;
use crate::web::bounds::POLL_HELD;
use crate::web::client::ClientAddress;
use crate::web::document::Site;
use crate::web::guard::{exact_origin, same_origin};
use crate::web::problem::Problem;
use crate::websocket::handshake::Upgrade;

/// The query with which a page begins or resumes the watch of its ticket: the state that it already shows,
/// how long a long poll may be held, and how the watch came about (for the metrics only).
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Resume {
    /// The `seq` of the state that the page shows.
    #[serde(default)]
    after: u32,
    /// Longest time in seconds that a long poll is held; 0 asks for the present state.
    #[serde(default)]
    wait: u64,
    /// How the watch came about, for the metrics.
    #[serde(default)]
    came: WatchCause,
}

/// The connection that a watch uses, and the address of the client whose limits it counts for.
pub type Waiter = (ConnectionPermit, ClientAddress);

/// Answers a watch by a WebSocket, server-sent events or a long poll, whichever the request asks for; the connection
/// stays open until the watch ends, at the latest when the token of `open` is cancelled. `begin` finds the ticket and authenticates
/// the request; it runs after the check of the `Origin`.
pub async fn carry(
    upgrade: Upgrade,
    headers: &HeaderMap,
    resume: Resume,
    site: &Site,
    open: OpenWatch,
    (place, from): Waiter,
    begin: impl Future<Output = Result<Allowed, StepError>>,
) -> Result<Response, Problem> {
    match upgrade {
        Upgrade::Socket(answer, upgrade) => {
            exact_origin(headers, site)?;
            let watch = begin.await?;
            let mut subscription = watch.subscribe().await?;
            let counted = place.count(from, subscription.ender())?;
            let Allowed { flow, viewer, .. } = watch;
            tokio::spawn(async move {
                if let Some((stream, early)) = upgrade.await.ok().and_then(taken)
                    && let Some(kept) = place.hand_over(counted)
                {
                    // When the server stops, the room closes all pages. When the person's session ends, this task closes the page.
                    let ends = || AbortOnDropHandle::new(tokio::spawn(end_with(open, subscription.ender())));
                    let viewing = viewer.map(|viewer| (viewer, ends()));
                    let gauge = Watcher::begin(Carrier::Socket, resume.came);
                    let belongings = (viewing, Some(gauge), kept);
                    let first = First { shown: resume.after, found: subscription.found() };
                    let who = subscription.who();
                    if subscription.park(stream, &early, belongings) {
                        tell(&flow, who, viewer, Some(first)).await;
                    }
                }
            });
            return Ok(answer.map(|()| Body::empty()));
        }
        Upgrade::Unknown => return Ok(upgrade_required()),
        Upgrade::None => {}
    }
    same_origin(headers, site)?;
    let watch = begin.await?.begin().await?;
    if headers.get(ACCEPT).is_some_and(|accept| accept == "text/event-stream") {
        let waits = place.wait(from, open.until())?;
        return Ok(over_events(watch, resume, waits, (place, open)));
    }
    over_poll(watch, resume, || place.wait(from, open.until())).await
}

async fn end_with(open: OpenWatch, page: Ender) {
    open.until().cancelled().await;
    page.end();
}

/// Returns the answer 426 to a WebSocket handshake of another version or without a key; it names the supported
/// version (RFC 6455 §4.2.2). Such a request is not answered over another transport.
fn upgrade_required() -> Response {
    let status = StatusCode::UPGRADE_REQUIRED;
    let malformed = Problem::malformed_because(|texts| texts.programs.socket);
    let problem = Problem { status, code: "upgrade_required", ..malformed };
    ([(SEC_WEBSOCKET_VERSION, "13"), (UPGRADE, "websocket"), (CONNECTION, "upgrade")], problem).into_response()
}

fn over_events(watch: Watch, resume: Resume, waits: Waits, place: (ConnectionPermit, OpenWatch)) -> Response {
    enum At {
        Start(u32),
        Told,
        End,
    }
    let held = (place, Watcher::begin(Carrier::Events, resume.came));
    let events =
        stream::unfold((watch, At::Start(resume.after), waits, held), |(mut watch, at, waits, held)| async move {
            let event = match at {
                At::End => return None,
                At::Start(after) => watch.resume(after).await.ok()?,
                At::Told => tokio::select! {
                    event = watch.next() => event.ok()?,
                    () = waits.ended() => {
                        // An error at the end of the stream makes the server close the connection.
                        let end = waits.gives_way().then(|| Err(io::Error::other("another waits for its place")));
                        return end.map(|end| (end, (watch, At::End, waits, held)));
                    }
                },
            };
            let at = if event.seen.is_last() { At::End } else { At::Told };
            let data = serde_json::to_string(&event).ok()?;
            Some((Ok(sse::Event::default().data(data)), (watch, at, waits, held)))
        });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(PING_EVERY)).into_response();
    // nginx buffers events unless this header forbids it.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    response
}

async fn over_poll(
    mut watch: Watch,
    resume: Resume,
    wait: impl FnOnce() -> Result<Waits, Problem>,
) -> Result<Response, Problem> {
    let mut event = watch.resume(resume.after).await?;
    if event.seq == resume.after && resume.wait > 0 && !event.seen.is_last() {
        let _counted = Watcher::begin(Carrier::Poll, resume.came);
        let (held, waits) = (Duration::from_secs(resume.wait).min(POLL_HELD), wait()?);
        tokio::select! {
            next = watch.next() => return Ok(Json(next?).into_response()),
            () = tokio::time::sleep(held) => {}
            () = waits.ended() => {}
        }
        // The state is read again, because less of its time is left than before the wait.
        event = watch.resume(resume.after).await?;
        return Ok(waits.last(Json(event).into_response()));
    }
    Ok(Json(event).into_response())
}

//! The three transports of a watch: WebSocket, else server-sent events, else long poll. All send the same
//! events with the same `seq`. A page that changes the transport or reconnects sends `after=seq` and must not
//! miss anything.

use std::io;
use std::time::Duration;

use axum::Json;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::header::{ACCEPT, CONNECTION, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::waiting::{Hint, Watch};
use crate::cause::caused;
use crate::listen::ConnectionPermit;
use crate::listen::crowd::Waits;
use crate::login::flow::StepError;
use crate::measure::{WatchCause, Watcher};
use crate::ticket::event::REFRESH;
use crate::ticket::time::Timestamp;
use crate::web::bounds::{
    CLOSE_TIMEOUT, GIVE_WAY_TIMEOUT, PING_EVERY, POLL_HELD, SEND_TIMEOUT, SOCKET_MESSAGE_BYTES,
    SOCKET_MESSAGES_PER_MINUTE, SOCKET_READ_BUFFER, SOCKET_WRITE_BUFFER,
};
use crate::web::client::ClientAddress;
use crate::web::document::Site;
use crate::web::guard::{exact_origin, same_origin};
use crate::web::problem::Problem;

/// Close code 1012, "service restart" in the registry of RFC 6455: the page reconnects, to this instance or
/// another.
const CLOSE_RESTART: u16 = 1012;

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

/// The WebSocket upgrade that a request asks for, or why the request is not a valid WebSocket handshake.
pub type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// The connection that a watch uses, and the address of the client whose limits it counts for.
pub type Waiter = (ConnectionPermit, ClientAddress);

/// Answers a watch by a WebSocket, server-sent events or a long poll, whichever the request asks for; the
/// connection stays open until the watch ends. `begin` finds the ticket and authenticates the request; it runs
/// after the check of the `Origin`.
pub async fn carry(
    upgrade: Upgrade,
    headers: &HeaderMap,
    resume: Resume,
    site: &Site,
    stopping: CancellationToken,
    (place, from): Waiter,
    begin: impl Future<Output = Result<Watch, StepError>>,
) -> Result<Response, Problem> {
    if let Ok(upgrade) = upgrade {
        exact_origin(headers, site)?;
        let watch = begin.await?;
        let waits = place.wait(from, &stopping)?;
        let upgrade = upgrade
            .read_buffer_size(SOCKET_READ_BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(SOCKET_WRITE_BUFFER)
            .max_message_size(SOCKET_MESSAGE_BYTES)
            .max_frame_size(SOCKET_MESSAGE_BYTES);
        // A task of its own: the task of the upgrade would keep its memory for as long as the page waits.
        return Ok(upgrade.on_upgrade(move |socket| {
            let budget = Budget { left: SOCKET_MESSAGES_PER_MINUTE, since: watch.steady() };
            let ping_at = watch.now() + PING_EVERY;
            let counted = Watcher::begin("socket", resume.came);
            let (after, is_silent, is_asked) = (Some(resume.after), false, false);
            let page = Waiting { socket, watch, waits, budget, after, ping_at, is_silent, is_asked, place, counted };
            tokio::spawn(over_socket(Box::new(page)));
            std::future::ready(())
        }));
    }
    if let Err(
        WebSocketUpgradeRejection::InvalidWebSocketVersionHeader(_)
        | WebSocketUpgradeRejection::WebSocketKeyHeaderMissing(_),
    ) = upgrade
    {
        return Ok(upgrade_required());
    }
    same_origin(headers, site)?;
    let watch = begin.await?;
    if headers.get(ACCEPT).is_some_and(|accept| accept == "text/event-stream") {
        let waits = place.wait(from, &stopping)?;
        return Ok(over_events(watch, resume, waits, place));
    }
    over_poll(watch, resume, || place.wait(from, &stopping)).await
}

/// Returns the answer 426 to a WebSocket handshake of another version or without a key; it names the supported
/// version (RFC 6455 §4.2.2). Such a request is not answered over another transport.
fn upgrade_required() -> Response {
    let status = StatusCode::UPGRADE_REQUIRED;
    let malformed = Problem::malformed_because(|texts| texts.programs.socket);
    let problem = Problem { status, code: "upgrade_required", ..malformed };
    ([(SEC_WEBSOCKET_VERSION, "13"), (UPGRADE, "websocket"), (CONNECTION, "upgrade")], problem).into_response()
}

/// Why the server closes a socket.
enum End {
    /// The last state of the ticket was sent, or the watch is refused.
    Done,
    /// The store does not answer, or newer watchers of the ticket replaced this one: the page should reconnect a
    /// little later.
    Later,
    /// This instance stops.
    Restart,
    /// The connection is evicted to admit another one.
    Evicted,
    /// The page sent too many messages.
    Policy,
    /// The page sent what RFC 6455 forbids; the close code says what.
    Wrong(u16),
    /// The page closes the socket; its close is answered.
    Closing,
    /// A ping was not answered, or the connection is lost.
    Gone,
}

/// One page that watches its ticket over a WebSocket: the socket, the watch, and what the task needs that sends
/// the events and pings. There are many of them, so each is one small block of memory and one small task.
struct Waiting {
    socket: WebSocket,
    watch: Watch,
    waits: Waits,
    budget: Budget,
    /// The `seq` of the state that the page shows when it connects; `None` once that was answered.
    after: Option<u32>,
    /// When the page is pinged next, and whether the answer to the last ping is outstanding.
    ping_at: Timestamp,
    is_silent: bool,
    /// Whether the page has just asked for a newer code.
    is_asked: bool,
    place: ConnectionPermit,
    counted: Watcher,
}

async fn over_socket(mut page: Box<Waiting>) {
    let end = page.tell().await;
    let patience = if matches!(end, End::Evicted) { GIVE_WAY_TIMEOUT } else { CLOSE_TIMEOUT };
    let close = match end {
        End::Done => Some((close_code::NORMAL, "")),
        End::Later | End::Evicted => Some((close_code::AGAIN, "try again")),
        End::Restart => Some((CLOSE_RESTART, "reconnect")),
        End::Policy => Some((close_code::POLICY, "too many messages")),
        End::Wrong(code) => Some((code, "")),
        End::Closing => None,
        End::Gone => return,
    };
    let Waiting { mut socket, watch, waits, place, counted, .. } = *page;
    // The phone is shown at once that this page has left; its connection counts until it is closed.
    drop((watch, waits, counted));
    Box::pin(async move {
        // RFC 6455 §7.1.1: both sides close; the wait for the other side has a timeout.
        let closing = async {
            if let Some((code, reason)) = close {
                let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
            }
            while let Some(Ok(_)) = socket.recv().await {}
        };
        let _ = tokio::time::timeout(patience, closing).await;
        drop(place);
    })
    .await;
}

impl Waiting {
    /// Sends the events of the watch over the WebSocket, pings the page, and reads its messages, until the watch
    /// ends. Returns why the socket is to be closed.
    async fn tell(&mut self) -> End {
        loop {
            // The memory for reading and sending is needed only briefly, so it is boxed and not part of every
            // waiting page.
            if let Err(end) = Box::pin(self.tell_news()).await {
                return end;
            }
            if let Err(end) = self.wait().await {
                return end;
            }
        }
    }

    /// Sends the state if it differs from the last one that was sent; after the page connected, sends it in any
    /// case. Returns why the watch ended, as an error, if the state is the last one or cannot be read or sent.
    async fn tell_news(&mut self) -> Result<(), End> {
        let news = match self.after.take() {
            Some(seq) => self.watch.resume(seq).await.map(Some),
            None => self.watch.news().await,
        };
        let event = match news {
            Ok(Some(event)) => event,
            Ok(None) => return Ok(()),
            Err(stop) => return Err(ended(stop)),
        };
        let text = serde_json::to_string(&event).map_err(|_| End::Done)?;
        self.send(Message::Text(text.into())).await?;
        if event.seen.is_last() { Err(End::Done) } else { Ok(()) }
    }

    /// Waits until the state may have changed. During the wait it pings the page, reads its messages, and renews
    /// the code if the page asks for it. Returns an error if the socket is to be closed.
    async fn wait(&mut self) -> Result<(), End> {
        loop {
            tokio::select! {
                hint = self.watch.hint(self.ping_at) => match hint {
                    Hint::News => return Ok(()),
                    Hint::Alarm => {}
                },
                () = self.waits.ended() => {
                    return Err(if self.waits.gives_way() { End::Evicted } else { End::Restart });
                }
                message = self.socket.recv() => match message {
                    Some(Ok(Message::Close(_))) => return Err(End::Closing),
                    Some(Ok(message)) => self.hear(message)?,
                    Some(Err(error)) => return Err(wrong(error)),
                    None => return Err(End::Gone),
                },
            }
            // The memory for pinging and renewing is needed only briefly as well, so it is boxed.
            if std::mem::take(&mut self.is_asked) {
                Box::pin(self.watch.refresh()).await;
            }
            if self.ping_at.is_over(self.watch.now()) {
                Box::pin(self.ping()).await?;
            }
        }
    }

    /// Handles a message of the page, which sends only answers to pings and requests for a newer code; a request
    /// is noted in `is_asked`. Returns an error, which ends the watch, if the page sends too many messages other
    /// than answers to pings.
    fn hear(&mut self, message: Message) -> Result<(), End> {
        let was_pinged = std::mem::replace(&mut self.is_silent, false);
        let is_answer = was_pinged && matches!(message, Message::Pong(_));
        if !is_answer && !self.budget.allows(self.watch.steady()) {
            return Err(End::Policy);
        }
        self.is_asked = matches!(message, Message::Text(text) if text.as_str() == REFRESH);
        Ok(())
    }

    /// Pings the page. Returns an error, which ends the watch, if the previous ping was not answered or the
    /// watching person is not signed in any more.
    async fn ping(&mut self) -> Result<(), End> {
        let is_dead = std::mem::replace(&mut self.is_silent, true);
        self.ping_at = self.watch.now() + PING_EVERY;
        if is_dead {
            return Err(End::Gone);
        }
        self.watch.may_go_on().await.map_err(ended)?;
        self.send(Message::Ping(Vec::new().into())).await
    }

    /// Sends a message to the page. Returns [`End::Gone`] if the page does not take it in time, or if the
    /// connection is lost.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        let sent = tokio::time::timeout(SEND_TIMEOUT, self.socket.send(message)).await;
        if matches!(sent, Ok(Ok(()))) { Ok(()) } else { Err(End::Gone) }
    }
}

/// Returns why a socket is to be closed after its watch ended with the refusal `stop`.
fn ended(stop: StepError) -> End {
    match stop {
        StepError::Fault(fault) => {
            tracing::warn!(fault = %caused(&fault), "a watch ended: the store does not answer");
            End::Later
        }
        StepError::Replaced => End::Later,
        _ => End::Done,
    }
}

/// Returns why a socket is to be closed after reading from it failed: with a close code if the library
/// `tungstenite` refused the page's frame (RFC 6455 §7.4.1), otherwise as lost.
fn wrong(error: axum::Error) -> End {
    match error.into_inner().downcast_ref::<tungstenite::Error>() {
        Some(tungstenite::Error::Protocol(_)) => End::Wrong(close_code::PROTOCOL),
        Some(tungstenite::Error::Utf8(_)) => End::Wrong(close_code::INVALID),
        Some(tungstenite::Error::Capacity(_)) => End::Wrong(close_code::SIZE),
        _ => End::Gone,
    }
}

/// The rate limit of the messages that one page sends over its socket.
struct Budget {
    left: u32,
    since: Duration,
}

impl Budget {
    fn allows(&mut self, now: Duration) -> bool {
        if now.saturating_sub(self.since) >= Duration::from_secs(60) {
            *self = Self { left: SOCKET_MESSAGES_PER_MINUTE, since: now };
        }
        let is_left = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_left
    }
}

fn over_events(watch: Watch, resume: Resume, waits: Waits, place: ConnectionPermit) -> Response {
    enum At {
        Start(u32),
        Told,
        End,
    }
    let held = (place, Watcher::begin("events", resume.came));
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
        let _counted = Watcher::begin("poll", resume.came);
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

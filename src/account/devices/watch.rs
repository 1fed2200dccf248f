//! `/session/watch`: the open pages of a signed-in person learn here when their session ends, over the same transports as a
//! login page learns of its ticket: WebSocket, else server-sent events, else long poll. A page about another session of the
//! account learns of that one too. No request here counts as a use of the session.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::future::OptionFuture;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use tokio_util::task::AbortOnDropHandle;

use super::pages;
use crate::account::session::{OpenWatch, SignedIn, session_named};
use crate::account::state::Accounts;
use crate::crowd::Ender;
use crate::crypto::random::random;
use crate::listen::{ConnectionPermit, Waits, taken};
use crate::store::Fault;
use crate::store::records::SessionRow;
use crate::ticket::ids::TicketId;
use crate::ticket::side::Side;
use crate::waiting::{PING_EVERY, Viewer};
use crate::web::bounds::POLL_HELD;
use crate::web::client::ClientAddress;
use crate::web::guard::{exact_origin, same_origin};
use crate::web::problem::Problem;
use crate::websocket::handshake::Upgrade;

/// The query of a watch.
#[derive(Clone, Deserialize)]
pub struct Asked {
    /// The name of another session of the account that the page is about; empty if there is none.
    #[serde(default)]
    other: String,
    /// The mark of the account that the page was made for; empty if it has none.
    #[serde(default)]
    of: String,
    /// Longest time in seconds that a long poll is held; 0 asks for the present state.
    #[serde(default)]
    wait: u64,
}

/// What a page is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Told {
    /// Whether the session of the page goes on.
    signed_in: bool,
    /// Whether another device or an administrator ended it.
    #[serde(skip_serializing_if = "is_false")]
    by_another: bool,
    /// Whether the other session goes on that the page is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<bool>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Told {
    fn is_last(self) -> bool {
        !self.signed_in || self.other == Some(false)
    }
}

/// The watch of a page over its own session, and over another one of the account if the page is about that.
struct Watch {
    accounts: Accounts,
    headers: HeaderMap,
    asked: Asked,
    own: OpenWatch,
    other: Option<OpenWatch>,
}

/// `GET /session/watch`: tells a page when its session ends. Over a WebSocket, the end of the session closes the socket.
pub async fn watch(
    State(accounts): State<Accounts>,
    Query(asked): Query<Asked>,
    place: ConnectionPermit,
    from: ClientAddress,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    let is_socket = matches!(upgrade, Upgrade::Socket(..));
    if is_socket {
        exact_origin(&headers, &accounts.site)?;
    } else {
        same_origin(&headers, &accounts.site)?;
    }
    let is_held = is_socket || asked.wait > 0 || is_for_events(&headers);
    let begun = if is_held { begin(&accounts, &headers, &asked).await? } else { None };
    let Some((who, watch)) = begun else {
        let told = accounts.told(&headers, &asked).await?;
        return Ok(if is_for_events(&headers) { last_event(told) } else { Json(told).into_response() });
    };
    if let Upgrade::Socket(answer, upgrade) = upgrade {
        // The id only names the page in its room.
        let subscription = accounts.pages.subscribe(TicketId::from_random(random()), Side::Phone);
        let counted = place.count(from, subscription.ender())?;
        tokio::spawn(async move {
            if let Some((stream, early)) = upgrade.await.ok().and_then(taken)
                && let Some(kept) = place.hand_over(counted)
            {
                let ends = AbortOnDropHandle::new(watch.end(subscription.ender()));
                let session = who.session_hash();
                let viewer = Viewer { account: who.account.id, epoch: who.account.epoch, session };
                let belongings = (Some((viewer, ends)), None, kept);
                let page = subscription.who();
                if subscription.park(stream, &early, belongings) {
                    pages::tell(&accounts.pages, page, Some(viewer), &accounts.sessions).await;
                }
            }
        });
        return Ok(answer.map(|()| Body::empty()));
    }
    let waits = place.wait(from, &watch.accounts.stopping)?;
    if is_for_events(&headers) {
        return Ok(over_events(watch, waits, place));
    }
    let held = Duration::from_secs(asked.wait).min(POLL_HELD);
    tokio::select! {
        () = watch.ended() => {}
        () = tokio::time::sleep(held) => {}
        () = waits.ended() => {}
    }
    let told = watch.told().await?;
    Ok(waits.last(Json(told).into_response()))
}

fn is_for_events(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept == "text/event-stream")
}

/// Begins the watch of a page. `None` if its session, or the other one that it is about, is over already, or if another
/// account is in use now than the one that the page was made for.
async fn begin(accounts: &Accounts, headers: &HeaderMap, asked: &Asked) -> Result<Option<(SignedIn, Watch)>, Problem> {
    let Some(who) = accounts.sessions.peek(headers).await? else { return Ok(None) };
    if !accounts.is_for(&who, asked) {
        return Ok(None);
    }
    let Some(own) = accounts.sessions.while_signed_in(&who, &accounts.stopping).await? else { return Ok(None) };
    let other = match &*asked.other {
        "" => None,
        name => {
            let Some(other) = accounts.other(&who, name).await? else { return Ok(None) };
            let Some(other) = accounts.sessions.watch(&other, &accounts.stopping).await? else { return Ok(None) };
            Some(other)
        }
    };
    let watch = Watch { accounts: accounts.clone(), headers: headers.clone(), asked: asked.clone(), own, other };
    Ok(Some((who, watch)))
}

impl Accounts {
    /// Returns whether a page was made for the account of this person.
    fn is_for(&self, who: &SignedIn, asked: &Asked) -> bool {
        asked.of.is_empty() || asked.of == self.sessions.mark_of(who.account.id)
    }

    /// Returns the valid session of this person's account that has this name.
    async fn other(&self, who: &SignedIn, name: &str) -> Result<Option<SessionRow>, Fault> {
        let Some(session) = session_named(name) else { return Ok(None) };
        let valid = self.sessions.valid(session).await?;
        Ok(valid.map(|(session, _)| session).filter(|session| session.account == who.account.id))
    }

    /// Returns what the page with these headers is told now.
    async fn told(&self, headers: &HeaderMap, asked: &Asked) -> Result<Told, Fault> {
        let Some(who) = self.sessions.peek(headers).await? else {
            let by_another = self.sessions.how_ended(headers).await?.is_none_or(|end| end.by.is_some());
            return Ok(Told { signed_in: false, by_another, other: None });
        };
        // The page must not hear of the account that another tab took into use; it is made anew for that account.
        if !self.is_for(&who, asked) {
            return Ok(Told { signed_in: false, by_another: true, other: None });
        }
        let other = match &*asked.other {
            "" => None,
            name => Some(self.other(&who, name).await?.is_some()),
        };
        Ok(Told { signed_in: true, by_another: false, other })
    }
}

impl Watch {
    /// Waits until one of the sessions ended, or the server stops. An end whose announcement was lost is found at the
    /// next look; there is one each [`PING_EVERY`].
    async fn ended(&self) {
        let Accounts { clock, .. } = &self.accounts;
        loop {
            tokio::select! {
                biased;
                () = self.own.until().cancelled() => return,
                Some(()) = OptionFuture::from(self.other.as_ref().map(|other| other.until().cancelled())) => return,
                () = clock.sleep_until(clock.now() + PING_EVERY) => {
                    if self.told().await.is_ok_and(Told::is_last) {
                        return;
                    }
                }
            }
        }
    }

    /// Starts the task that ends the socket of this page. A page that is about its own session only needs less: its room
    /// looks at that session at each ping.
    fn end(self, page: Ender) -> JoinHandle<()> {
        match self {
            Self { own, other: None, .. } => tokio::spawn(async move {
                own.until().cancelled().await;
                page.end();
            }),
            both => tokio::spawn(async move {
                both.ended().await;
                page.end();
            }),
        }
    }

    async fn told(&self) -> Result<Told, Fault> {
        self.accounts.told(&self.headers, &self.asked).await
    }
}

/// Answers with the only event that a page is told whose session is over.
fn last_event(told: Told) -> Response {
    let event = sse::Event::default().json_data(told);
    Sse::new(stream::iter([event])).into_response()
}

/// Answers with server-sent events: the present state, and the last one when a session ended.
fn over_events(watch: Watch, waits: Waits, place: ConnectionPermit) -> Response {
    enum At {
        Start,
        Told,
        End,
    }
    let events = stream::unfold((watch, At::Start, waits, place), |(watch, at, waits, place)| async move {
        match at {
            At::Start => {}
            At::Told => tokio::select! {
                biased;
                () = waits.ended() => return None,
                () = watch.ended() => {}
            },
            At::End => return None,
        }
        let told = watch.told().await.ok()?;
        let at = if told.is_last() || watch.own.until().is_cancelled() { At::End } else { At::Told };
        let event = sse::Event::default().json_data(told);
        Some((event, (watch, at, waits, place)))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(PING_EVERY)).into_response();
    // nginx buffers events unless this header forbids it.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

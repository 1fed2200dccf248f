//! The browser's end of a watch: WebSocket, else server-sent events, else long poll; lost, found again with full
//! jitter, resumed by `seq`. And what the two pages do with what they hear.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{Either, select};
use gloo_net::eventsource::futures::EventSource;
use gloo_net::http::Request;
use gloo_net::websocket::Message;
use gloo_net::websocket::futures::WebSocket;
use gloo_timers::future::sleep;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlFormElement, VisibilityState};

use super::panel::Shown;
use super::decision;
use crate::ticket::event::{Code, Event, Seen, from_js};

/// A carrier that says nothing for this long after it was opened does not work here.
const FIRST_WORD: Duration = Duration::from_secs(5);
/// The first wait after a loss is below this, the next below twice as much, and so on to [`BACKOFF_MOST`].
const BACKOFF_LEAST: f64 = 500.0;
const BACKOFF_MOST: f64 = 8_000.0;
/// A socket that fails this often while the server answers otherwise is blocked on the way.
const SOCKET_TRIES: u8 = 2;
/// A gap in a clock that ticks every second: the machine slept, and an open socket may be a dead one.
const SLEPT_MS: f64 = 8_000.0;
/// A long poll asks to be held this many seconds; the server has its own bound.
const POLL: &str = "&wait=25";

#[derive(Clone, Copy, PartialEq)]
enum Carrier {
    Socket,
    Events,
    Poll,
}

/// Why a carrier ended.
enum Lost {
    /// It carried, and broke: begin again.
    Broken,
    /// It never said a word.
    Mute,
    /// The page woke up: whatever is open may be dead.
    Woken,
    /// The ticket is over; nothing follows.
    Over,
}

/// What the server says to a single question.
enum Answer {
    Is(Event),
    /// It answers, and knows no such ticket: it was restarted, or the ticket is long over.
    Gone,
    /// It does not answer.
    Silent,
}

struct Follow {
    path: String,
    seq: Cell<u32>,
    /// Hears every event; says whether it was the last.
    hear: Box<dyn Fn(Event) -> bool>,
    lost: Box<dyn Fn(bool)>,
    wake: RefCell<UnboundedReceiver<()>>,
}

impl Follow {
    /// Follows to the end; `false` where the ticket is not there any more.
    async fn run(&self) -> bool {
        let mut carrier = Carrier::Socket;
        let (mut mute, mut tries) = (0_u8, 0_i32);
        loop {
            let lost = match carrier {
                Carrier::Socket => self.over_socket().await,
                Carrier::Events => self.over_events().await,
                Carrier::Poll => self.over_poll().await,
            };
            match lost {
                Lost::Over => return true,
                Lost::Broken => (mute, tries) = (0, 0),
                Lost::Woken => tries = 0,
                Lost::Mute => mute += 1,
            }
            // Read the store again before anything else: what was missed is told here.
            match self.ask("&wait=0").await {
                Answer::Is(event) => {
                    (self.lost)(false);
                    if self.tell(event) {
                        return true;
                    }
                    carrier = match carrier {
                        Carrier::Socket if mute >= SOCKET_TRIES => Carrier::Events,
                        Carrier::Events if mute > SOCKET_TRIES => Carrier::Poll,
                        same => same,
                    };
                }
                Answer::Gone => return false,
                Answer::Silent => (self.lost)(true),
            }
            if !matches!(lost, Lost::Woken) {
                // Full jitter: after a restart all pages come back, and not all at once.
                let most = (BACKOFF_LEAST * 2_f64.powi(tries)).min(BACKOFF_MOST);
                tries += 1;
                sleep(Duration::from_millis((js_sys::Math::random() * most) as u64)).await;
            }
        }
    }

    fn url(&self, wait: &str) -> String {
        [&self.path, "?after=", &self.seq.get().to_string(), wait].concat()
    }

    fn tell(&self, event: Event) -> bool {
        self.seq.set(event.seq);
        (self.hear)(event)
    }

    async fn over_socket(&self) -> Lost {
        let scheme = if location().protocol().is_ok_and(|protocol| protocol == "https:") { "wss://" } else { "ws://" };
        let host = location().host().unwrap_or_default();
        let Ok(mut socket) = WebSocket::open(&[scheme, &host, &self.url("")].concat()) else {
            return Lost::Mute;
        };
        let mut heard = false;
        loop {
            let message = match self.first_word(heard, socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => text,
                Ok(_) => return if heard { Lost::Broken } else { Lost::Mute },
                Err(lost) => return lost,
            };
            if let Some(lost) = self.read(&message, &mut heard) {
                return lost;
            }
        }
    }

    async fn over_events(&self) -> Lost {
        let Ok(mut source) = EventSource::new(&self.url("")) else { return Lost::Mute };
        let Ok(mut events) = source.subscribe("message") else { return Lost::Mute };
        let mut heard = false;
        loop {
            let message = match self.first_word(heard, events.next()).await {
                Ok(Some(Ok((_, message)))) => message.data().as_string().unwrap_or_default(),
                Ok(_) => return if heard { Lost::Broken } else { Lost::Mute },
                Err(lost) => return lost,
            };
            if let Some(lost) = self.read(&message, &mut heard) {
                return lost;
            }
        }
    }

    async fn over_poll(&self) -> Lost {
        loop {
            match self.ask(POLL).await {
                Answer::Is(event) => {
                    (self.lost)(false);
                    if self.tell(event) {
                        return Lost::Over;
                    }
                }
                Answer::Gone | Answer::Silent => return Lost::Broken,
            }
        }
    }

    /// The next word of a carrier, unless it says none in time or the page wakes up.
    async fn first_word<T>(&self, heard: bool, word: impl Future<Output = T> + Unpin) -> Result<T, Lost> {
        let mut wake = self.wake.borrow_mut();
        let mut patience = Box::pin(async {
            if heard {
                futures::future::pending::<()>().await;
            }
            sleep(FIRST_WORD).await;
        });
        match select(word, select(&mut patience, wake.next())).await {
            Either::Left((word, _)) => Ok(word),
            Either::Right((Either::Left(_), _)) => Err(Lost::Mute),
            Either::Right((Either::Right(_), _)) => Err(Lost::Woken),
        }
    }

    fn read(&self, message: &str, heard: &mut bool) -> Option<Lost> {
        let Some(event) = read(message) else { return Some(Lost::Broken) };
        *heard = true;
        (self.lost)(false);
        self.tell(event).then_some(Lost::Over)
    }

    async fn ask(&self, wait: &str) -> Answer {
        let Ok(response) = Request::get(&self.url(wait)).send().await else {
            return Answer::Silent;
        };
        match response.status() {
            200 => response.text().await.ok().and_then(|text| read(&text)).map_or(Answer::Silent, Answer::Is),
            401 | 403 | 404 | 409 | 410 => Answer::Gone,
            _ => Answer::Silent,
        }
    }
}

fn read(message: &str) -> Option<Event> {
    Event::from_js(&from_js::parse(message)?)
}

/// Wakes a follower when the page comes back to sight, to the network, or out of a sleep.
fn waker(wake: UnboundedSender<()>) -> impl Fn() {
    let on_sight = wake.clone();
    let _ = window_event_listener(ev::visibilitychange, move |_| {
        if is_visible() {
            let _ = on_sight.unbounded_send(());
        }
    });
    let on_network = wake.clone();
    let _ = window_event_listener(ev::online, move |_| {
        let _ = on_network.unbounded_send(());
    });
    move || {
        let _ = wake.unbounded_send(());
    }
}

fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

fn go(path: &str) {
    let _ = location().replace(path);
}

/// The login page: shows what it hears, renews its code while somebody can see it, claims what was approved.
pub fn login(shown: Shown, event: RwSignal<Event>, code: RwSignal<Code>, spent: RwSignal<u8>, is_lost: RwSignal<bool>) {
    let opened = js_sys::Date::now();
    let ends = Rc::new(Cell::new(opened + f64::from(shown.event.remaining_ms)));
    let base = ["/login/", &shown.ticket].concat();
    let (wake, woken) = unbounded();
    let wake = waker(wake);

    let hear = {
        let (ends, again, base) = (Rc::clone(&ends), shown.again.clone(), base.clone());
        let renew_for = f64::from(shown.renew_for_ms);
        move |mut heard: Event| {
            ends.set(js_sys::Date::now() + f64::from(heard.remaining_ms));
            if let Seen::Waiting { code: newer, .. } = &mut heard.seen
                && let Some(newer) = newer.take()
            {
                code.set(newer);
            }
            match heard.seen {
                Seen::Approved { .. } => spawn_local(claim(base.clone(), again.clone())),
                Seen::Claimed => go(&again),
                // It ran out while the page could not renew it, although somebody looks: begin again by itself.
                Seen::Expired if is_visible() && js_sys::Date::now() - opened < renew_for => go(&again),
                _ => {}
            }
            let is_last = matches!(heard.seen, Seen::Approved { .. } | Seen::Claimed | Seen::Denied | Seen::Cancelled | Seen::Expired);
            event.set(heard);
            is_last
        }
    };
    let follow = Follow {
        path: [&base, "/watch"].concat(),
        seq: Cell::new(shown.event.seq),
        hear: Box::new(hear),
        lost: Box::new(move |lost| is_lost.set(lost)),
        wake: RefCell::new(woken),
    };
    let again = shown.again.clone();
    spawn_local(async move {
        if !follow.run().await {
            if is_visible() {
                go(&again);
            } else {
                rest(event);
            }
        }
    });

    let last_tick = Cell::new(opened);
    let renewing = Cell::new(0.0);
    set_interval(
        move || {
            let now = js_sys::Date::now();
            if now - last_tick.replace(now) > SLEPT_MS {
                wake();
            }
            let left = ends.get() - now;
            spent.set((100.0 - left * 100.0 / f64::from(shown.code_ms)).clamp(0.0, 100.0) as u8);
            if !event.with_untracked(|event| matches!(event.seen, Seen::Waiting { .. })) {
                return;
            }
            let is_due = left < f64::from(shown.renew_before_ms) && now - opened < f64::from(shown.renew_for_ms);
            if is_due && is_visible() && now - renewing.get() > 3_000.0 {
                renewing.set(now);
                let path = [&base, "/refresh"].concat();
                spawn_local(async move {
                    // The newer code comes by the watch.
                    let _ = Request::post(&path).send().await;
                });
            }
            // Never sit on a dead code, whatever the watch says or does not say.
            if left < -2_000.0 {
                rest(event);
            }
        },
        Duration::from_secs(1),
    );
}

/// The plate dims behind one button.
fn rest(event: RwSignal<Event>) {
    event.update(|event| event.seen = Seen::Expired);
}

/// Takes the session and goes on; tried again while the claim's time lasts, for a network that stumbles just now.
async fn claim(base: String, again: String) {
    for _ in 0..10 {
        if let Ok(response) = Request::post(&[&base, "/claim"].concat()).send().await {
            match response.text().await {
                Ok(text) if response.ok() => {
                    let next = from_js::parse(&text).and_then(|signed_in| from_js::text(&signed_in, "next"));
                    return go(next.as_deref().unwrap_or("/"));
                }
                // Used already: another tab of this page, or an answer that was lost. The session is there, or it is not.
                _ if response.status() < 500 => return go(&again),
                _ => {}
            }
        }
        sleep(Duration::from_secs(2)).await;
    }
    go(&again);
}

/// The phone's page: sends the scan, or opens the page anew when the ticket has moved on.
pub fn phone() {
    let place = document().get_element_by_id(decision::ELEMENT);
    let said = |name| place.as_ref().and_then(|place| place.get_attribute(name)).unwrap_or_default();
    let (path, seq) = (said("data-watch"), said("data-seq").parse().unwrap_or(0));
    if path.is_empty() {
        if let Some(form) = document().get_element_by_id("scan").and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
            let _ = form.request_submit();
        }
        return;
    }
    let (wake, woken) = unbounded();
    let wake = waker(wake);
    let last_tick = Cell::new(js_sys::Date::now());
    set_interval(
        move || {
            let now = js_sys::Date::now();
            if now - last_tick.replace(now) > SLEPT_MS {
                wake();
            }
        },
        Duration::from_secs(1),
    );
    let first = RefCell::new(None);
    let hear = move |event: Event| {
        let first = &mut *first.borrow_mut();
        let is_news = event.seq != seq || first.as_ref().is_some_and(|seen| *seen != event.seen);
        first.get_or_insert(event.seen);
        is_news
    };
    let follow = Follow { path, seq: Cell::new(seq), hear: Box::new(hear), lost: Box::new(|_| {}), wake: RefCell::new(woken) };
    spawn_local(async move {
        follow.run().await;
        let _ = location().reload();
    });
}

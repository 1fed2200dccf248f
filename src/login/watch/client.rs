//! The browser's side of a watch: WebSocket, else server-sent events, else long poll. A lost connection is
//! retried with full jitter and resumed by `seq`.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{Either, select};
use futures::{SinkExt as _, StreamExt as _};
use gloo_net::eventsource::futures::EventSource;
use gloo_net::http::Request;
use gloo_net::websocket::Message;
use gloo_net::websocket::futures::WebSocket;
use gloo_timers::future::sleep;
use leptos::prelude::*;

use super::backoff::{begins_anew, pause};
use crate::ticket::event::{Event, REFRESH, from_js};

/// Timeout for the first message of a transport; a transport that sends none does not work in this network.
const FIRST_WORD: Duration = Duration::from_secs(5);
/// Number of failures of a WebSocket after which the network is taken to block it, if the server answers other
/// requests.
const SOCKET_TRIES: u8 = 2;
/// Query of a long poll: the seconds that it asks to be held. The server has its own limit.
const POLL: &str = "&wait=25";
/// How a watch came about, for the server's metrics: the page watched before (`BACK`); its preferred
/// transport is blocked (`DOWN`); this poll continues a watch (`ON`).
const BACK: &str = "&came=back";
const DOWN: &str = "&came=down";
const ON: &str = "&came=on";

#[derive(Clone, Copy, PartialEq)]
enum Carrier {
    Socket,
    Events,
    Poll,
}

/// Why the connection over a transport ended.
enum Lost {
    /// The transport worked and then broke: the page reconnects.
    Broken,
    /// The transport sent no message at all.
    Mute,
    /// The page became visible, came online or resumed from sleep: an open connection may be dead.
    Woken,
    /// The ticket is over; nothing follows.
    Over,
}

/// The answer to a single request for the state of the ticket.
enum Answer {
    Is(Event),
    /// The server refuses the watch: it was restarted and does not know the ticket, the ticket has long expired, or
    /// this page may not watch it.
    Gone,
    /// The server answers that this browser keeps no cookies.
    Barred,
    /// The server does not answer, or only that it cannot now.
    Silent,
}

/// How a watch ended.
#[derive(Clone, Copy, PartialEq)]
pub enum End {
    /// The ticket is over; nothing can follow.
    Over,
    /// The server does not know the ticket any more, or refuses the watch.
    Gone,
    /// This browser keeps no cookies, so it cannot own a ticket.
    Barred,
}

/// The sender of the page's requests for a newer code, which its socket takes to the server; `None` while no socket
/// works. The page and its watch share it.
pub type RenewRequests = Rc<RefCell<Option<UnboundedSender<()>>>>;

/// A page's watch of one ticket: its path, the state that the page shows already, and how the page is told of
/// changes.
pub struct Follow {
    /// Path of the watch.
    pub path: String,
    /// The `seq` of the state that the page shows.
    pub seq: u32,
    /// How the watch came about, as a part of the query ([`BACK`], [`DOWN`], [`ON`]); empty at first.
    pub came: &'static str,
    /// Called with every event of the ticket. Returns whether it was the last, which ends the watch.
    pub hear: Box<dyn Fn(Event) -> bool>,
    /// Called with `true` when the connection is lost, and with `false` when it works again.
    pub lost: Box<dyn Fn(bool)>,
    /// Receives a message when the page wakes up.
    pub wake: UnboundedReceiver<()>,
    /// Where the watch puts the sender for the page, whenever a socket works.
    pub renew_requests: RenewRequests,
}

impl Follow {
    /// Watches the ticket until it is over or cannot be watched any more, and returns how the watch ended.
    /// Lost connections are retried for as long as the server knows the ticket.
    pub async fn run(mut self) -> End {
        let mut carrier = Carrier::Socket;
        let (mut mute, mut tries) = (0_u8, 0_u32);
        loop {
            let begun = js_sys::Date::now();
            let lost = match carrier {
                Carrier::Socket => self.over_socket().await,
                Carrier::Events => self.over_events().await,
                Carrier::Poll => self.over_poll().await,
            };
            match lost {
                Lost::Over => return End::Over,
                Lost::Broken => {
                    mute = 0;
                    let lasted = Duration::from_secs_f64((js_sys::Date::now() - begun).max(0.0) / 1000.0);
                    if begins_anew(lasted) {
                        tries = 0;
                    }
                    self.came = BACK;
                }
                Lost::Woken => {
                    tries = 0;
                    self.came = BACK;
                }
                Lost::Mute => mute += 1,
            }
            // Asks for the present state before anything else, so that no event is missed.
            match self.ask("&wait=0").await {
                Answer::Is(event) => {
                    (self.lost)(false);
                    if self.tell(event) {
                        return End::Over;
                    }
                    let next = match carrier {
                        Carrier::Socket if mute >= SOCKET_TRIES => Carrier::Events,
                        Carrier::Events if mute > SOCKET_TRIES => Carrier::Poll,
                        same => same,
                    };
                    if next != carrier {
                        carrier = next;
                        self.came = DOWN;
                    }
                }
                Answer::Gone => return End::Gone,
                Answer::Barred => return End::Barred,
                Answer::Silent => (self.lost)(true),
            }
            if !matches!(lost, Lost::Woken) {
                sleep(pause(tries, js_sys::Math::random())).await;
                tries += 1;
            }
        }
    }

    fn url(&self, wait: &str) -> String {
        [&self.path, "?after=", &self.seq.to_string(), wait, self.came].concat()
    }

    fn tell(&mut self, event: Event) -> bool {
        self.seq = event.seq;
        (self.hear)(event)
    }

    async fn over_socket(&mut self) -> Lost {
        let scheme = if location().protocol().is_ok_and(|protocol| protocol == "https:") { "wss://" } else { "ws://" };
        let host = location().host().unwrap_or_default();
        let Ok(socket) = WebSocket::open(&[scheme, &host, &self.url("")].concat()) else {
            return Lost::Mute;
        };
        let lost = self.talk(socket).await;
        *self.renew_requests.borrow_mut() = None;
        lost
    }

    async fn talk(&mut self, mut socket: WebSocket) -> Lost {
        let (ask, mut asked) = unbounded();
        let mut heard = false;
        loop {
            let said = async {
                match select(socket.next(), asked.next()).await {
                    Either::Left((message, _)) => Some(message),
                    Either::Right(_) => None,
                }
            };
            let word = first_word(&mut self.wake, heard, pin!(said)).await;
            match word {
                Ok(None) => {
                    // If this cannot be sent, the socket ends.
                    let _ = socket.send(Message::Text(REFRESH.to_owned())).await;
                }
                Ok(Some(Some(Ok(Message::Text(text))))) => {
                    if let Some(lost) = self.read(&text, &mut heard) {
                        return lost;
                    }
                    // Only after the first message: a socket that sends nothing does not receive either.
                    *self.renew_requests.borrow_mut() = Some(ask.clone());
                }
                Ok(Some(_)) => return if heard { Lost::Broken } else { Lost::Mute },
                Err(lost) => return lost,
            }
        }
    }

    async fn over_events(&mut self) -> Lost {
        let Ok(mut source) = EventSource::new(&self.url("")) else { return Lost::Mute };
        let Ok(mut events) = source.subscribe("message") else { return Lost::Mute };
        let mut heard = false;
        loop {
            let message = match first_word(&mut self.wake, heard, events.next()).await {
                Ok(Some(Ok((_, message)))) => message.data().as_string().unwrap_or_default(),
                Ok(_) => return if heard { Lost::Broken } else { Lost::Mute },
                Err(lost) => return lost,
            };
            if let Some(lost) = self.read(&message, &mut heard) {
                return lost;
            }
        }
    }

    async fn over_poll(&mut self) -> Lost {
        loop {
            match self.ask(POLL).await {
                Answer::Is(event) => {
                    self.came = ON;
                    (self.lost)(false);
                    if self.tell(event) {
                        return Lost::Over;
                    }
                }
                Answer::Gone | Answer::Barred | Answer::Silent => return Lost::Broken,
            }
        }
    }

    fn read(&mut self, message: &str, heard: &mut bool) -> Option<Lost> {
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
            // A ticket that the page may not watch is gone for it, except where the browser keeps no cookies
            // at all. A timeout and a rate limit say nothing about the ticket.
            403 if is_barred(response.text().await.ok()) => Answer::Barred,
            status @ 400..500 if !matches!(status, 408 | 425 | 429) => Answer::Gone,
            _ => Answer::Silent,
        }
    }
}

/// Returns whether the JSON of a refusal says that the browser sent no cookie.
fn is_barred(refusal: Option<String>) -> bool {
    let code = refusal.and_then(|json| from_js::text(&from_js::parse(&json)?, "error"));
    code.as_deref() == Some("no_cookie")
}

fn read(message: &str) -> Option<Event> {
    Event::from_js(&from_js::parse(message)?)
}

/// Waits for the next message of a transport; `heard` says whether there was one before. Returns [`Lost::Mute`]
/// if the first one does not come in time, and [`Lost::Woken`] if the page wakes up.
async fn first_word<T>(
    wake: &mut UnboundedReceiver<()>,
    heard: bool,
    word: impl Future<Output = T> + Unpin,
) -> Result<T, Lost> {
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

//! The script of the login page: it follows its ticket, renews its code, and claims the approval.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use gloo_net::http::Request;
use gloo_timers::future::sleep;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use super::shown::Shown;
use super::status::{state_name, title_name};
use super::words::Words;
use crate::login::watch::backoff::pause_after_limit;
use crate::login::watch::client::{End, Follow, RenewRequests};
use crate::login::watch::sending::Sending;
use crate::login::watch::wake::{SLEPT_MS, is_visible, waker};
use crate::ticket::event::{Code, Event, Seen, from_js};

/// Largest number of attempts to claim, one second apart unless the server says when to ask again: together as long as
/// a claim may be repeated.
const CLAIM_TRIES: u8 = 30;

fn go(path: &str) {
    let _ = location().replace(path);
}

/// Keeps the first part of the title up to date with the ticket's state. The site's name, which follows it,
/// stays.
fn tell_in_title(words: Words, event: RwSignal<Event>) {
    Effect::new(move |before: Option<String>| {
        let now = event.with(|event| words.read(&title_name(&event.seen)));
        let shown = document().title();
        if let Some((_, site)) = shown.split_once(" · ").filter(|_| before.is_some_and(|before| before != now)) {
            document().set_title(&[&now, " · ", site].concat());
        }
        now
    });
}

/// The signals that the view of the login page shows, and that its script updates.
#[derive(Clone, Copy)]
pub struct Signals {
    /// The last event of the ticket.
    pub event: RwSignal<Event>,
    /// The QR code and the typed code on the page.
    pub code: RwSignal<Code>,
    /// How much of the code's lifetime is over, in hundredths.
    pub spent: RwSignal<u8>,
    /// Whether the server cannot be reached.
    pub is_lost: RwSignal<bool>,
}

/// Runs the login page: follows its ticket and updates the signals, renews its code while the page is
/// visible, and claims an approval.
pub fn login(shown: Shown, signals: Signals) {
    // Marks the island as started, so that the page's inline script does not reload the page.
    if let Some(body) = document().body() {
        let _ = body.set_attribute("data-live", "");
    }
    let words = shown.words.clone();
    let (wake, woken) = unbounded();
    let page = Rc::new(LoginPage::new(shown, signals));
    page.follow(woken);
    // A lost network is shown at once and not when the watch notices it; `waker` notices that it is back.
    let _ = window_event_listener(ev::offline, move |_| signals.is_lost.set(true));
    let wake = waker(wake);
    set_interval(move || page.tick(&wake), Duration::from_secs(1));
    Effect::new(move |_| {
        let to = signals.event.with(|event| match state_name(&event.seen) {
            "denied" | "over" => ".when-over button",
            "digits" => "#digits",
            _ => "",
        });
        if !to.is_empty() {
            // Runs after the view has changed, when the element is visible.
            set_timeout(move || move_focus(to), Duration::ZERO);
        }
    });
    tell_in_title(words, signals.event);
}

/// The login page while it runs. Times are milliseconds of the browser's clock.
struct LoginPage {
    shown: Shown,
    signals: Signals,
    opened: f64,
    /// When the present state of the ticket expires; while the code waits to be scanned, when the code expires.
    ends: Cell<f64>,
    last_tick: Cell<f64>,
    is_claiming: Cell<bool>,
    /// The person may send a form while the approval arrives, such as the digits that cause it. The page that answers claims
    /// then; a claim of this one would be cut off, and its cookies be lost.
    sending: Sending,
    /// When the page last asked for a newer code.
    renewing: Cell<f64>,
    /// Whether the page asked for a newer code than the one it shows.
    is_asked: Cell<bool>,
    renew_requests: RenewRequests,
}

impl LoginPage {
    fn new(shown: Shown, signals: Signals) -> Self {
        let opened = js_sys::Date::now();
        let ends = Cell::new(opened + f64::from(shown.event.remaining_ms));
        Self {
            shown,
            signals,
            opened,
            ends,
            last_tick: Cell::new(opened),
            is_claiming: Cell::default(),
            sending: Sending::notice(),
            renewing: Cell::default(),
            is_asked: Cell::default(),
            renew_requests: RenewRequests::default(),
        }
    }

    /// Starts to watch the ticket in the background until it is over. If the server does not know the ticket any
    /// more, a visible page opens the login page again, which gets a new ticket; in all other cases the code is
    /// shown as expired.
    fn follow(self: &Rc<Self>, woken: UnboundedReceiver<()>) {
        let (page, is_lost) = (Rc::clone(self), self.signals.is_lost);
        let follow = Follow {
            path: [&self.shown.path, "/watch"].concat(),
            seq: self.shown.event.seq,
            came: "",
            hear: Box::new(move |heard| page.hear(heard)),
            lost: Box::new(move |lost| is_lost.set(lost)),
            wake: woken,
            renew_requests: RenewRequests::clone(&self.renew_requests),
        };
        let page = Rc::clone(self);
        spawn_local(async move {
            match follow.run().await {
                End::Over => {}
                End::Gone if is_visible() => page.start_again(),
                // A browser that keeps no cookies is told so by the page of the ticket, and stays there.
                End::Barred => go(&page.shown.path),
                End::Gone => {
                    page.signals.is_lost.set(false);
                    page.rest();
                }
            }
        });
    }

    /// Handles an event of the ticket: shows it, claims an approval, and opens the login page again if another
    /// tab claimed the ticket, or if the code expired while the page is visible and may still renew it. Returns
    /// whether the event was the last.
    fn hear(self: &Rc<Self>, mut heard: Event) -> bool {
        let now = js_sys::Date::now();
        self.ends.set(now + f64::from(heard.remaining_ms));
        if let Some(newer) = heard.seen.take_code() {
            self.signals.code.set(newer);
        }
        match heard.seen.name() {
            "approved" => self.claim_once(),
            "claimed" if self.sending.left().is_zero() && !self.is_claiming.get() => self.start_again(),
            // The code expired while the page could not renew it, although the page is visible: the page
            // gets a new one by itself.
            "expired" if is_visible() && self.may_renew(now) => self.start_again(),
            _ => {}
        }
        // Only the server has the words of a notice. A form that is being sent is answered with a page that has them too.
        let is_news = heard.notice.is_some() && heard.notice != self.shown.event.notice;
        if is_news && self.sending.left().is_zero() && !self.is_claiming.get() {
            go(&self.shown.path);
        }
        // An approved page keeps watching while it claims, so that the phone is shown that the page is open.
        let is_last = heard.seen.is_last();
        self.signals.event.set(heard);
        is_last
    }

    /// Claims the approval, unless it is being claimed or a form is being sent. The page that answers that form claims; if
    /// none comes, this one does later.
    fn claim_once(self: &Rc<Self>) {
        if self.sending.left().is_zero() && !self.is_claiming.replace(true) {
            let page = Rc::clone(self);
            spawn_local(async move { page.claim().await });
        }
    }

    /// Runs every second: updates the shown age of the code, asks for a newer code in time, and shows an expired
    /// code as expired. Calls `wake` if the machine slept.
    fn tick(self: &Rc<Self>, wake: &impl Fn()) {
        let now = js_sys::Date::now();
        if self.signals.event.with_untracked(|event| event.seen.name() == "approved") {
            self.claim_once();
        }
        if now - self.last_tick.replace(now) > SLEPT_MS {
            wake();
        }
        let left = self.ends.get() - now;
        self.signals.spent.set(hundredths(1.0 - left / f64::from(self.shown.code_ms)));
        if !self.signals.event.with_untracked(|event| event.seen.name() == "waiting") {
            return;
        }
        if left >= f64::from(self.shown.renew_before_ms) || !self.may_renew(now) {
            self.is_asked.set(false);
        } else if is_visible() && now - self.renewing.get() > 3_000.0 {
            self.renewing.set(now);
            self.renew(wake);
        }
        // An expired code must not stay on the screen, even if the watch reports nothing.
        if left < -2_000.0 {
            self.rest();
        }
    }

    fn may_renew(&self, now: f64) -> bool {
        now - self.opened < f64::from(self.shown.renew_for_ms)
    }

    /// Asks the server for a newer code: over the page's socket the first time, by a request if there is no
    /// socket or if the code was asked for before and has not come. A repeated request also makes the watch
    /// check its connection, which may be dead. The code itself always comes over the watch.
    fn renew(&self, wake: &impl Fn()) {
        let is_repeated = self.is_asked.replace(true);
        let is_said =
            !is_repeated && self.renew_requests.borrow().as_ref().is_some_and(|ask| ask.unbounded_send(()).is_ok());
        if !is_said {
            let path = [&self.shown.path, "/refresh"].concat();
            spawn_local(async move {
                let _ = Request::post(&path).send().await;
            });
        }
        if is_repeated {
            wake();
        }
    }

    /// Shows the code as expired, with the button for a new one.
    fn rest(&self) {
        self.signals.event.update(|event| event.seen = Seen::expired());
    }

    /// Opens the login page again, which gets a new ticket; a browser that is signed in by now is redirected.
    fn start_again(&self) {
        go(&self.shown.again);
    }

    /// Claims the approved session and goes to the destination of the sign-in. The same attempt is repeated if
    /// the network or the server fails, or if a rate limit is reached and leaves time for another one; if the claim is
    /// refused, or fails in [`CLAIM_TRIES`] attempts, the page gets a new ticket.
    async fn claim(&self) {
        let path = [&self.shown.path, "/claim"].concat();
        let attempt = ["attempt=", &self.shown.attempt].concat();
        for _ in 0..CLAIM_TRIES {
            let request =
                Request::post(&path).header("content-type", "application/x-www-form-urlencoded").body(attempt.as_str());
            let answer = match request {
                Ok(request) => request.send().await,
                Err(error) => Err(error),
            };
            let mut pause = Duration::from_secs(1);
            if let Ok(response) = answer {
                let retry_after = response.headers().get("retry-after");
                match response.text().await {
                    Ok(text) if response.ok() => {
                        let next = from_js::parse(&text).and_then(|signed_in| from_js::text(&signed_in, "next"));
                        return go(next.as_deref().unwrap_or("/"));
                    }
                    // Not refused for good: other pages and people behind the same address ask often.
                    _ if response.status() == 429 => match pause_after_limit(retry_after.as_deref(), self.left()) {
                        Some(told) => pause = told,
                        None => break,
                    },
                    // Refused, for example because another tab claimed the ticket: the new page redirects if
                    // there is a session.
                    _ if response.status() < 500 => break,
                    _ => {}
                }
            }
            sleep(pause).await;
        }
        self.start_again();
    }

    /// Returns the time until the present state of the ticket expires; zero if it has expired.
    fn left(&self) -> Duration {
        Duration::from_secs_f64((self.ends.get() - js_sys::Date::now()).max(0.0) / 1000.0)
    }
}

/// Returns a share from 0 to 1 as a whole number from 0 to 100: printing fractions would add twenty kilobytes
/// to the page.
fn hundredths(share: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    let whole = (share * 100.0).clamp(0.0, 100.0) as u8;
    whole
}

/// Moves the focus to the first element of this selector, unless the focus is on another visible element. A hidden
/// element keeps the focus until the browser paints again, so it does not count as visible.
fn move_focus(to: &str) {
    let page = document();
    let focused = page.active_element().and_then(|item| item.dyn_into::<HtmlElement>().ok());
    let is_elsewhere = focused.is_some_and(|item| item.tag_name() != "BODY" && item.offset_width() > 0);
    let button = page.query_selector(to).ok().flatten();
    if let (false, Some(button)) = (is_elsewhere, button.and_then(|button| button.dyn_into::<HtmlElement>().ok())) {
        let _ = button.focus();
    }
}

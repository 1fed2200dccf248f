//! The script of the login page: it follows its ticket, renews its code, and claims the approval.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures::channel::mpsc::unbounded;
use gloo_net::http::Request;
use gloo_timers::future::sleep;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use super::shown::Shown;
use super::status::title;
use super::words::Words;
use crate::login::watch::client::{Asks, End, Follow};
use crate::login::watch::wake::{SLEPT_MS, is_visible, waker};
use crate::ticket::event::{Code, Event, Seen, from_js};

fn go(path: &str) {
    let _ = location().replace(path);
}

/// Keeps the first part of the title up to date with the ticket's state. The site's name, which follows it,
/// stays.
fn tell_in_title(words: Words, event: RwSignal<Event>) {
    Effect::new(move |before: Option<String>| {
        let now = event.with(|event| title(&words, &event.seen));
        let said = document().title();
        if let Some((_, site)) = said.split_once(" · ").filter(|_| before.is_some_and(|before| before != now)) {
            document().set_title(&[&now, " · ", site].concat());
        }
        now
    });
}

/// Runs the login page: follows its ticket and updates the signals, renews its code while the page is
/// visible, and claims an approval.
pub fn login(
    shown: &Shown,
    event: RwSignal<Event>,
    code: RwSignal<Code>,
    spent: RwSignal<u8>,
    is_lost: RwSignal<bool>,
    is_barred: RwSignal<bool>,
) {
    let opened = js_sys::Date::now();
    // Marks the island as started, so that the page's inline script does not reload the page.
    if let Some(body) = document().body() {
        let _ = body.set_attribute("data-live", "");
    }
    let ends = Rc::new(Cell::new(opened + f64::from(shown.event.remaining_ms)));
    let base = shown.path.clone();
    let (wake, woken) = unbounded();
    let wake = waker(wake);
    let asks = Asks::default();
    // A lost network is shown at once and not when the watch notices it; `waker` notices that it is back.
    let _ = window_event_listener(ev::offline, move |_| is_lost.set(true));

    let hear = {
        let (ends, again, base) = (Rc::clone(&ends), shown.again.clone(), base.clone());
        let attempt = ["attempt=", &shown.attempt].concat();
        let renew_for = f64::from(shown.renew_for_ms);
        let claiming = Cell::new(false);
        move |mut heard: Event| {
            ends.set(js_sys::Date::now() + f64::from(heard.remaining_ms));
            if let Seen::Waiting { code: newer } = &mut heard.seen
                && let Some(newer) = newer.take()
            {
                code.set(newer);
            }
            match heard.seen {
                Seen::Approved { .. } if !claiming.replace(true) => {
                    spawn_local(claim(base.clone(), attempt.clone(), again.clone()));
                }
                Seen::Claimed if !claiming.get() => go(&again),
                // The code expired while the page could not renew it, although the page is visible: the page
                // gets a new one by itself.
                Seen::Expired if is_visible() && js_sys::Date::now() - opened < renew_for => go(&again),
                _ => {}
            }
            // An approved page keeps watching while it claims, so that the phone is shown that the page is
            // open.
            let is_last = heard.seen.is_last();
            event.set(heard);
            is_last
        }
    };
    let follow = Follow {
        path: [&base, "/watch"].concat(),
        seq: shown.event.seq,
        came: "",
        hear: Box::new(hear),
        lost: Box::new(move |lost| is_lost.set(lost)),
        wake: woken,
        asks: Asks::clone(&asks),
    };
    let again = shown.again.clone();
    spawn_local(async move {
        match follow.run().await {
            End::Over => {}
            End::Gone if is_visible() => go(&again),
            // A new page would have no cookie either, and would reload itself for ever.
            end => {
                is_barred.set(end == End::Barred);
                is_lost.set(false);
                rest(event);
            }
        }
    });

    Effect::new(move |_| {
        if event.with(|event| matches!(event.seen, Seen::Denied | Seen::Cancelled | Seen::Expired)) {
            // Runs after the view has changed, when the button is visible.
            set_timeout(offer_new_code, Duration::ZERO);
        }
    });

    tell_in_title(shown.words.clone(), event);

    let code_ms = f64::from(shown.code_ms);
    let (renew_before, renew_for) = (f64::from(shown.renew_before_ms), f64::from(shown.renew_for_ms));
    let last_tick = Cell::new(opened);
    // The time of the page's last request for a newer code, and whether this code was asked for already.
    let (renewing, is_asked) = (Cell::new(0.0), Cell::new(false));
    set_interval(
        move || {
            let now = js_sys::Date::now();
            if now - last_tick.replace(now) > SLEPT_MS {
                wake();
            }
            let left = ends.get() - now;
            spent.set(hundredths(1.0 - left / code_ms));
            if !event.with_untracked(|event| matches!(event.seen, Seen::Waiting { .. })) {
                return;
            }
            let is_due = left < renew_before && now - opened < renew_for;
            if !is_due {
                is_asked.set(false);
            } else if is_visible() && now - renewing.get() > 3_000.0 {
                renewing.set(now);
                // The newer code comes over the watch in either case. If it was asked for over the socket and
                // did not come, it is asked for by a request, and the watch checks its connection, which may
                // be dead.
                let again = is_asked.replace(true);
                let is_said = !again && asks.borrow().as_ref().is_some_and(|ask| ask.unbounded_send(()).is_ok());
                if !is_said {
                    let path = [&base, "/refresh"].concat();
                    spawn_local(async move {
                        let _ = Request::post(&path).send().await;
                    });
                }
                if again {
                    wake();
                }
            }
            // An expired code must not stay on the screen, even if the watch reports nothing.
            if left < -2_000.0 {
                rest(event);
            }
        },
        Duration::from_secs(1),
    );
}

/// Returns a share as a whole number from 0 to 100: printing fractions would add twenty kilobytes to the
/// page.
fn hundredths(share: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    let whole = (share * 100.0).clamp(0.0, 100.0) as u8;
    whole
}

/// Moves the focus to the button for a new code, unless the focus is on another visible element. A hidden
/// button keeps the focus until the browser paints again, so it does not count as visible.
fn offer_new_code() {
    let page = document();
    let stands = page.active_element().and_then(|item| item.dyn_into::<HtmlElement>().ok());
    let is_elsewhere = stands.is_some_and(|item| item.tag_name() != "BODY" && item.offset_width() > 0);
    let button = page.query_selector(".when-over button").ok().flatten();
    if let (false, Some(button)) = (is_elsewhere, button.and_then(|button| button.dyn_into::<HtmlElement>().ok())) {
        let _ = button.focus();
    }
}

/// Shows the code as expired, with the button for a new one.
fn rest(event: RwSignal<Event>) {
    event.update(|event| event.seen = Seen::Expired);
}

/// Attempts to claim, one second apart: together as long as a claim may be repeated.
const CLAIM_TRIES: u8 = 30;

/// Claims the session and goes to its destination. The same attempt is repeated if the network or the server
/// fails; if the claim is refused, the page gets a new ticket.
async fn claim(base: String, attempt: String, again: String) {
    for _ in 0..CLAIM_TRIES {
        let request = Request::post(&[&base, "/claim"].concat())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(attempt.as_str());
        let answer = match request {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        };
        if let Ok(response) = answer {
            match response.text().await {
                Ok(text) if response.ok() => {
                    let next = from_js::parse(&text).and_then(|signed_in| from_js::text(&signed_in, "next"));
                    return go(next.as_deref().unwrap_or("/"));
                }
                // Refused, for example because another tab claimed the ticket: the new page redirects if
                // there is a session.
                _ if response.status() < 500 => return go(&again),
                _ => {}
            }
        }
        sleep(Duration::from_secs(1)).await;
    }
    go(&again);
}

//! The running login page in the browser: it follows the watch, renews its code, and claims an approved
//! ticket.

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

/// Shows the state of the code in the first part of the page's title. The name of the site, which follows it,
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

/// Runs the login page: shows the events of the watch, renews the code while the page is visible, and claims
/// an approved ticket.
pub fn login(
    shown: &Shown,
    event: RwSignal<Event>,
    code: RwSignal<Code>,
    spent: RwSignal<u8>,
    is_lost: RwSignal<bool>,
    is_barred: RwSignal<bool>,
) {
    let opened = js_sys::Date::now();
    // This tells the inline script of the page that the WebAssembly has arrived, so that it does not reload
    // the page.
    if let Some(body) = document().body() {
        let _ = body.set_attribute("data-live", "");
    }
    let ends = Rc::new(Cell::new(opened + f64::from(shown.event.remaining_ms)));
    let base = shown.path.clone();
    let (wake, woken) = unbounded();
    let wake = waker(wake);
    let asks = Asks::default();
    // A lost network is shown at once, before the watch notices it. The waker notices when it is back.
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
                // The code expired while the page was hidden and could not renew it, but the page is visible
                // now: begin again.
                Seen::Expired if is_visible() && js_sys::Date::now() - opened < renew_for => go(&again),
                _ => {}
            }
            // An approved page keeps its watch while it claims, so that the phone sees that it is open.
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
            // A new page would be refused as well, and would load itself again for ever.
            end => {
                is_barred.set(end == End::Barred);
                is_lost.set(false);
                rest(event);
            }
        }
    });

    Effect::new(move |_| {
        if event.with(|event| matches!(event.seen, Seen::Denied | Seen::Cancelled | Seen::Expired)) {
            // The focus can move only after the browser has shown the button.
            set_timeout(offer_new_code, Duration::ZERO);
        }
    });

    tell_in_title(shown.words.clone(), event);

    let code_ms = f64::from(shown.code_ms);
    let (renew_before, renew_for) = (f64::from(shown.renew_before_ms), f64::from(shown.renew_for_ms));
    let last_tick = Cell::new(opened);
    // When the page last asked for a code, and whether the code that runs out was already asked for.
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
                // Either way the new code arrives over the watch. If the previous request over the watch
                // brought none, the code is asked for by HTTP, because the connection may be dead; the watch
                // is checked as well.
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
            // Never show an expired code, whatever the watch says.
            if left < -2_000.0 {
                rest(event);
            }
        },
        Duration::from_secs(1),
    );
}

/// Returns a share as a whole number from 0 to 100. Printing fractions would add twenty kilobytes to the
/// WebAssembly.
fn hundredths(share: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    let whole = (share * 100.0).clamp(0.0, 100.0) as u8;
    whole
}

/// Moves the focus to the one button that is left, unless the focus is on another visible element. A hidden
/// button keeps the focus until the browser draws the page again, so it counts as none.
fn offer_new_code() {
    let page = document();
    let stands = page.active_element().and_then(|item| item.dyn_into::<HtmlElement>().ok());
    let is_elsewhere = stands.is_some_and(|item| item.tag_name() != "BODY" && item.offset_width() > 0);
    let button = page.query_selector(".when-over button").ok().flatten();
    if let (false, Some(button)) = (is_elsewhere, button.and_then(|button| button.dyn_into::<HtmlElement>().ok())) {
        let _ = button.focus();
    }
}

/// Shows the page as expired: the code is dimmed behind the button for a new one.
fn rest(event: RwSignal<Event>) {
    event.update(|event| event.seen = Seen::Expired);
}

/// The number of tries of a claim, one second apart, which cover the time that a claim may take.
const CLAIM_TRIES: u8 = 30;

/// Claims the ticket and goes on to the next page. The same attempt is repeated for as long as a claim may
/// take, in case the network fails.
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
                // The ticket was claimed by another tab of this page. The next page shows whether there is a
                // session.
                _ if response.status() < 500 => return go(&again),
                _ => {}
            }
        }
        sleep(Duration::from_secs(1)).await;
    }
    go(&again);
}

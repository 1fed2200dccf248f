//! The script of the phone's page: it sends the scan, or reloads the page when the ticket's state has
//! changed.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use futures::channel::mpsc::unbounded;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlFormElement;

use super::script_task::{SENT_FORM, ScriptTask};
use crate::login::watch::client::{Follow, RenewRequests};
use crate::login::watch::sending::Sending;
use crate::login::watch::wake::{SLEPT_MS, waker};
use crate::ticket::event::Event;

/// Runs the phone's page: submits its form, or watches the ticket and reloads the page when the state changes or
/// the watch ends. A reload would end the sending of a form, so a decision that was just pressed comes first.
pub fn phone(task: &ScriptTask) {
    let ScriptTask::Follow { watch, seq } = task else {
        if let Some(form) =
            document().get_element_by_id(SENT_FORM).and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
        {
            let _ = form.request_submit();
        }
        return;
    };
    let (path, seq) = (watch.clone(), *seq);
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
    let follow = Follow {
        path,
        seq,
        came: "",
        hear: Box::new(hear),
        lost: Box::new(|_| {}),
        wake: woken,
        renew_requests: RenewRequests::default(),
    };
    let sending = Sending::notice();
    spawn_local(async move {
        follow.run().await;
        set_timeout(|| drop(location().reload()), sending.left());
    });
}

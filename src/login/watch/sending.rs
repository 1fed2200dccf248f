//! Notices when a page sends a form. What the page does by itself would end that, or be ended by it: a reload ends the sending,
//! and the page that answers ends a claim whose cookies are on their way.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;

/// The milliseconds that the answer to a form may take.
const ANSWERED_WITHIN: f64 = 30_000.0;

/// Knows when the page last sent a form.
#[derive(Clone)]
pub(in crate::login) struct Sending(Rc<Cell<f64>>);

impl Sending {
    /// Begins to notice.
    pub(in crate::login) fn notice() -> Self {
        let last = Rc::new(Cell::new(f64::MIN));
        let sent = Rc::clone(&last);
        let _ = window_event_listener(ev::submit, move |_| sent.set(js_sys::Date::now()));
        Self(last)
    }

    /// Returns how long the answer to a form may still take; zero if none was sent, or long ago.
    pub(in crate::login) fn left(&self) -> Duration {
        let left = self.0.get() + ANSWERED_WITHIN - js_sys::Date::now();
        Duration::from_secs_f64(left.max(0.0) / 1000.0)
    }
}

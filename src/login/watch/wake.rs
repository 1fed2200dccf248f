//! Notices when a page that follows a ticket must check its connection: it became visible, came online, or
//! resumed from sleep.

use futures::channel::mpsc::UnboundedSender;
use leptos::ev;
use leptos::prelude::*;
use web_sys::VisibilityState;

/// If more milliseconds than this are between two ticks of a clock that ticks every second, the machine must
/// have slept, and an open socket may be dead.
pub(in crate::login) const SLEPT_MS: f64 = 8_000.0;

/// Sends a message to `wake` each time the page becomes visible or comes online. Returns a function that sends
/// such a message too, for a page that notices that its machine slept.
pub(in crate::login) fn waker(wake: UnboundedSender<()>) -> impl Fn() {
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

pub(in crate::login) fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

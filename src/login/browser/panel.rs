//! The island of the login page: the code, the state of its ticket, and the buttons. The server's HTML
//! contains all of it already, and the island keeps it up to date. The elements of every state are in the
//! page from the start and are shown by `data-state`, so that nothing moves when the state changes, and so
//! that the page works without script. The island contains no texts: those of its states are sent with the
//! page ([`super::words`]), in the language of the request.

use leptos::prelude::*;

use super::element::{DIGITS, ELEMENT};
use super::shown::Shown;
use super::status::state_name;
use crate::shown_names::{initials, to_html};

/// Renders the panel of the login page with the code, the state of the ticket and the buttons. It has no
/// properties: Leptos would add a JSON parser of its own to read them.
#[island]
pub fn Panel() -> impl IntoView {
    let shown = Shown::here();
    let event = RwSignal::new(shown.event.clone());
    let code = RwSignal::new(shown.code.clone());
    let spent = RwSignal::new(0_u8);
    let is_lost = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    Effect::new({
        let shown = shown.clone();
        let signals = super::live::Signals { event, code, spent, is_lost };
        move || super::live::login(shown.clone(), signals)
    });

    let json = shown.to_json();
    let Shown { words, labels, .. } = shown;
    let state = move || event.with(|event| state_name(&event.seen).to_owned());
    let scanner = Memo::new(move |_| event.with(|event| event.seen.by().unwrap_or_default().to_owned()));
    // Shown instead of the initials; the page gets neither before a person pressed something on the phone.
    let picture = Memo::new(move |_| event.with(|event| event.seen.picture().map(str::to_owned)));
    let number = move || event.with(|event| event.seen.number().unwrap_or_default().to_owned());
    let status_text = {
        let words = words.clone();
        move || if is_lost.get() { words.read("lost") } else { event.with(|event| words.status(&event.seen)) }
    };
    let picture_of = move || if state() == "waiting" { words.read("qr") } else { words.read("qr_over") };
    view! {
        <div id=ELEMENT class="panel" data-state=state data-shown=json>
            <div id="qr" class="plate">
                <svg role="img" aria-label=picture_of viewBox=move || code.with(|code| format!("0 0 {0} {0}", code.size)) shape-rendering="crispEdges">
                    <path fill="#fff" d="M0 0h200v200h-200z"/>
                    <path fill="none" stroke="#000" d=move || code.with(|code| code.path.clone())/>
                </svg>
                <div class="veil">
                    // The status says it too, in words.
                    <p class="number when-number" aria-hidden="true" translate="no" inner_html=number></p>
                    <p class="avatar when-scanned" aria-hidden="true" hidden=move || picture.get().is_some() || scanner.with(String::is_empty) translate="no" inner_html=move || scanner.with(|name| to_html(&initials(name)))></p>
                    <img class="avatar when-scanned" alt="" src=move || picture.get() hidden=move || picture.get().is_none()/>
                    <p class="sign done when-approved" aria-hidden="true"></p>
                    <p class="sign no when-denied" aria-hidden="true"></p>
                    <div class="pieces" inner_html=labels.over_code></div>
                </div>
            </div>
            <p class="status" role="status">
                <svg class="ring" viewBox="0 0 20 20" aria-hidden="true">
                    <circle class="track" cx="10" cy="10" r="8"/>
                    <circle class="left" cx="10" cy="10" r="8" pathLength="100" stroke-dasharray="100" stroke-dashoffset=move || spent.get()/>
                </svg>
                <span inner_html=move || to_html(&status_text())></span>
            </p>
            // The version of the state in which digits are asked for.
            <input type="hidden" name="seq" form=DIGITS value=move || event.with(|event| event.seq)/>
            <div class="pieces" inner_html=labels.below></div>
            <p class="typed when-waiting">
                <span inner_html=labels.or_type></span>
                <code aria-label=labels.code_label translate="no" inner_html=move || code.with(|code| to_html(&code.user_code))></code>
            </p>
            // Below everything else, so that nothing moves when it appears.
            <p class="alert" role="alert" hidden=move || event.with(|event| event.notice.is_none()) inner_html=labels.notice></p>
        </div>
    }
}

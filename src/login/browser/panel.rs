//! The island of the login page: the code, the state of its ticket, and the buttons. The server's HTML
//! contains all of it already, and the island keeps it up to date. The elements of every state are in the
//! page from the start and are shown by `data-state`, so that nothing moves when the state changes, and so
//! that the page works without script. The island contains no texts: those of its states are sent with the
//! page ([`super::words`]), in the language of the request.

use leptos::prelude::*;

use super::element::ELEMENT;
use super::shown::Shown;
use super::status::{state_name, status};
use crate::shown_names::{initials, to_html};
use crate::ticket::event::Seen;

/// Renders the panel of the login page with the code, the state of the ticket and the buttons. It has no
/// properties: Leptos would add a JSON parser of its own to read them.
#[island]
pub fn Panel() -> impl IntoView {
    let shown = Shown::here();
    let event = RwSignal::new(shown.event.clone());
    let code = RwSignal::new(shown.code.clone());
    let spent = RwSignal::new(0_u8);
    let is_lost = RwSignal::new(false);
    let is_barred = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    Effect::new({
        let shown = shown.clone();
        let signals = super::live::Signals { event, code, spent, is_lost, is_barred };
        move || super::live::login(shown.clone(), signals)
    });

    let json = shown.to_json();
    let Shown { path, attempt, next, again, words, labels, .. } = shown;
    // A form with the method GET replaces the query of its action.
    let anew = again.split('?').next().unwrap_or_default().to_owned();
    let state = move || event.with(|event| state_name(&event.seen));
    let scanner = Memo::new(move |_| {
        event
            .with(|event| if let Seen::Scanned { by: Some(by), .. } = &event.seen { by.clone() } else { String::new() })
    });
    // Shown instead of the initials; the page gets neither before a person pressed something on the phone.
    let picture = Memo::new(move |_| {
        event.with(|event| if let Seen::Scanned { picture, .. } = &event.seen { picture.clone() } else { None })
    });
    let number = move || {
        event.with(|event| {
            if let Seen::Scanned { number: Some(number), .. } = &event.seen { number.clone() } else { String::new() }
        })
    };
    let status_text = {
        let words = words.clone();
        move || match (is_barred.get(), is_lost.get()) {
            (true, _) => words.no_cookie(),
            (false, true) => words.lost(),
            (false, false) => event.with(|event| status(&words, &event.seen)),
        }
    };
    let notice = {
        let words = words.clone();
        move || event.with(|event| words.notice(event))
    };
    let picture_of = move || if state() == "waiting" { words.qr() } else { words.qr_over() };
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
                    <form class="when-over" method="get" action=anew>
                        <input type="hidden" name="next" value=next/>
                        <input type="hidden" name="code" value="1"/>
                        <button type="submit" class="primary" inner_html=labels.show_a_new_code></button>
                    </form>
                    <form class="when-approved" method="post" action=format!("{path}/claim")>
                        <input type="hidden" name="attempt" value=attempt/>
                        <button type="submit" class="primary" inner_html=labels.go_on></button>
                    </form>
                </div>
            </div>
            <p class="status" role="status">
                <svg class="ring" viewBox="0 0 20 20" aria-hidden="true">
                    <circle class="track" cx="10" cy="10" r="8"/>
                    <circle class="left" cx="10" cy="10" r="8" pathLength="100" stroke-dasharray="100" stroke-dashoffset=move || spent.get()/>
                </svg>
                <span inner_html=move || to_html(&status_text())></span>
            </p>
            <form class="when-digits" method="post" action=format!("{path}/digits")>
                <input type="hidden" name="seq" value=move || event.with(|event| event.seq)/>
                <label for="digits" inner_html=labels.digits_label></label>
                <input id="digits" name="digits" class="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8"
                    required=true spellcheck="false"/>
                <button type="submit" class="primary" inner_html=labels.digits_go></button>
            </form>
            <p class="hint when-waiting" inner_html=labels.steps></p>
            // Only without script: with it, the page goes on by itself.
            <p class="hint when-approved by-hand" inner_html=labels.press_continue></p>
            // Without script, the person may see the name of the account only after the phone has approved.
            <form class="when-scanned when-approved" method="post" action=format!("{path}/cancel")>
                <button type="submit" class="quiet" inner_html=labels.start_over></button>
            </form>
            <p class="typed when-waiting">
                <span inner_html=labels.or_type></span>
                <code aria-label=labels.code_label translate="no" inner_html=move || code.with(|code| to_html(&code.user_code))></code>
            </p>
            // Below everything else, so that nothing moves when it appears.
            <p class="alert" role="alert" hidden=move || event.with(|event| event.notice.is_none()) inner_html=move || to_html(&notice())></p>
        </div>
    }
}

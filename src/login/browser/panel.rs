//! The island of the login page: the code, its state, and how the page goes on. The server's HTML contains
//! everything already, and the island keeps it up to date. All states are in the page from the start, and
//! `data-state` selects the one that is shown, so that nothing moves when the state changes, and so that the
//! page works without script. The island contains no texts; the words of its states come with the page
//! ([`super::words`]), in the language of the request.

use leptos::prelude::*;

use super::element::ELEMENT;
use super::shown::Shown;
use super::status::{notice_text, state_name, status};
use crate::shown_names::{held, initials};
use crate::ticket::event::Seen;

/// The code and its state. It has no properties, because Leptos would need a JSON parser for them.
#[island]
pub fn Panel() -> impl IntoView {
    let shown = Shown::here();
    let event = RwSignal::new(shown.event.clone());
    let code = RwSignal::new(shown.code.clone());
    // The used part of the code's lifetime in hundredths, and whether the server cannot be reached.
    let spent = RwSignal::new(0_u8);
    let is_lost = RwSignal::new(false);
    // Whether this browser keeps no cookies, so that no code can sign it in.
    let is_barred = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    Effect::new({
        let shown = shown.clone();
        move || super::live::login(&shown, event, code, spent, is_lost, is_barred)
    });

    let json = shown.to_json();
    let Shown { path, attempt, next, again, words, labels, .. } = shown;
    // A form with method `get` replaces the query of its address.
    let anew = again.split('?').next().unwrap_or_default().to_owned();
    let state = move || event.with(|event| state_name(&event.seen));
    let scanner = Memo::new(move |_| {
        event
            .with(|event| if let Seen::Scanned { by: Some(by), .. } = &event.seen { by.clone() } else { String::new() })
    });
    // The picture is shown in place of the initials. Neither is there until a person has pressed something on
    // the phone.
    let picture = Memo::new(move |_| {
        event.with(|event| if let Seen::Scanned { picture, .. } = &event.seen { picture.clone() } else { None })
    });
    let said = {
        let words = words.clone();
        move || match (is_barred.get(), is_lost.get()) {
            (true, _) => words.no_cookie(),
            (false, true) => words.lost(),
            (false, false) => event.with(|event| status(&words, &event.seen)),
        }
    };
    let notice = {
        let words = words.clone();
        move || event.with(|event| event.notice.map(|notice| notice_text(&words, notice)).unwrap_or_default())
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
                    <p class="avatar when-scanned" aria-hidden="true" hidden=move || picture.get().is_some() || scanner.with(String::is_empty) translate="no" inner_html=move || scanner.with(|name| held(&initials(name)))></p>
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
                <span inner_html=move || held(&said())></span>
            </p>
            <p class="hint when-waiting" inner_html=labels.steps></p>
            // This is needed only without script.
            <p class="hint when-approved by-hand" inner_html=labels.press_continue></p>
            // Without script a person may see the account's name only after the approval, so they can still
            // start over then.
            <form class="when-scanned when-approved" method="post" action=format!("{path}/cancel")>
                <button type="submit" class="quiet" inner_html=labels.start_over></button>
            </form>
            <p class="typed when-waiting">
                <span inner_html=labels.or_type></span>
                <code aria-label=labels.code_label translate="no" inner_html=move || code.with(|code| held(&code.user_code))></code>
            </p>
            // The alert is below everything else, so that nothing moves when it appears.
            <p class="alert" role="alert" hidden=move || event.with(|event| event.notice.is_none()) inner_html=move || held(&notice())></p>
        </div>
    }
}

//! What the panel of the login page has in every state, written once by the server.

#[cfg(feature = "ssr")]
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::element::DIGITS;
#[cfg(feature = "ssr")]
use crate::shown_names::to_html;
#[cfg(feature = "ssr")]
use crate::text::Texts;
#[cfg(feature = "ssr")]
use crate::ticket::event::Notice;
#[cfg(feature = "ssr")]
use crate::web::marked_text::marked_text;

/// The HTML of the panel that does not depend on the state of the ticket; the style shows what belongs to the state. Leptos
/// keeps such content when the island starts, so in the browser these fields are all empty, and the island has no code for
/// the elements.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// The forms over the code: for a new code, and to finish an approved sign-in.
    pub over_code: String,
    /// What stands below the status: the form for digits, what to do now, and the form that starts over.
    pub below: String,
    /// The sentence that names the page on which the code can be typed.
    pub or_type: String,
    /// The label of the typed code, for screen readers.
    pub code_label: String,
    /// The notice beside the state of the ticket.
    pub notice: String,
}

/// Where the forms of the panel lead to.
#[cfg(feature = "ssr")]
pub(super) struct Forms<'a> {
    /// Path of the ticket.
    pub(super) path: &'a str,
    /// This page's attempt to claim.
    pub(super) attempt: String,
    /// Path to which the browser goes after the sign-in.
    pub(super) next: String,
    /// Path at which the page gets a new ticket.
    pub(super) again: &'a str,
    /// The address of the page on which a code is typed, as people read it.
    pub(super) link: &'a str,
    /// Where an approved sign-in leads and for how long; `None` before the approval.
    pub(super) onward: Option<String>,
}

#[cfg(feature = "ssr")]
impl Labels {
    /// Makes the HTML in this language, with these forms and this notice.
    pub(super) fn of(texts: &'static Texts, forms: Forms, notice: Option<Notice>) -> Self {
        let Forms { path, attempt, next, again, link, onward } = forms;
        // A form with the method GET replaces the query of its action.
        let anew = again.split('?').next().unwrap_or_default().to_owned();
        let over_code = view! {
            <form class="when-over" method="get" action=anew>
                <input type="hidden" name="next" value=next/>
                <input type="hidden" name="code" value="1"/>
                <button type="submit" class="primary">{texts.common.show_a_new_code}</button>
            </form>
            <form class="when-approved" method="post" action=format!("{path}/claim")>
                <input type="hidden" name="attempt" value=attempt/>
                <button type="submit" class="primary">{texts.common.go_on}</button>
            </form>
        };
        let below = view! {
            <form id=DIGITS class="when-digits" method="post" action=format!("{path}/digits")>
                <label for="digits">{texts.panel.digits_label}</label>
                <input id="digits" name="digits" class="code" inputmode="numeric" autocomplete="one-time-code" minlength="4" maxlength="8"
                    required=true spellcheck="false"/>
                <button type="submit" class="primary">{texts.common.go_on}</button>
            </form>
            <p class="hint when-waiting">{texts.panel.steps}</p>
            // Only without script: with it, the page goes on by itself.
            <p class="hint when-approved by-hand">{texts.panel.press_continue}</p>
            {onward.map(|onward| view! { <p class="hint when-approved by-hand">{marked_text(onward)}</p> })}
            // Without script, the person may see the name of the account only after the phone has approved.
            <form class="when-scanned when-approved" method="post" action=format!("{path}/cancel")>
                <button type="submit" class="quiet">{texts.panel.start_over}</button>
            </form>
        };
        Self {
            over_code: over_code.to_html(),
            below: below.to_html(),
            or_type: to_html(&texts.panel.or_type(link)),
            code_label: texts.panel.code_label.to_owned(),
            notice: notice.map(|notice| to_html(notice_text(texts, notice))).unwrap_or_default(),
        }
    }
}

/// Returns the text of a notice.
#[cfg(feature = "ssr")]
fn notice_text(texts: &'static Texts, notice: Notice) -> &'static str {
    match notice {
        Notice::OutdatedScan => texts.panel.outdated,
        Notice::SecondAccount => texts.panel.second_account,
        Notice::WrongNumber => texts.panel.wrong_number,
        Notice::WrongTyped => texts.panel.wrong_typed,
    }
}

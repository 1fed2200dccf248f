//! What a login page shows of the accounts whose phones it may ask, beside the code. It is plain HTML: the script of the page
//! knows nothing of it, and the style sheet hides it once the code was scanned.

use leptos::prelude::*;

use super::whom::Askable;
use crate::text::Texts;
use crate::web::marked_text::marked_text;

/// Renders a button for each account, or that its phone was asked; nothing if there are no accounts. `path` is that of the
/// page of the ticket.
pub(in crate::login) fn buttons(
    texts: &'static Texts,
    path: &str,
    accounts: Vec<Askable>,
) -> Option<impl IntoView + use<>> {
    if accounts.is_empty() {
        return None;
    }
    let words = &texts.ask;
    let (asked, left): (Vec<_>, Vec<_>) = accounts.into_iter().partition(|account| account.is_asked);
    let action = format!("{path}/ask");
    let (has_asked, has_left) = (!asked.is_empty(), !left.is_empty());
    let forms = left.into_iter().map(|account| {
        let label = words.go_on_as(account.shown_name());
        view! {
            <form method="post" action=action.clone()>
                <input type="hidden" name="account" value=account.handle/>
                // One element, because a button lays its children out by themselves.
                <button type="submit"><span>{marked_text(label)}</span></button>
            </form>
        }
    });
    let forms = forms.collect_view();
    Some(view! {
        <section class="ask">
            {has_asked.then(|| view! { <p class="notice">{words.asked}</p> <p class="hint">{words.asked_hint}</p> })}
            {forms}
            {(has_left && !has_asked).then(|| view! { <p class="hint">{words.approve_on_phone}</p> })}
        </section>
    })
}

//! What the phone's page shows once its person has decided: how the sign-in ended, and the device that was signed in.

use leptos::prelude::*;

use crate::account::devices::over_card;
use crate::login::facts::Facts;
use crate::text::Texts;
use crate::ticket::event::Notice;
use crate::web::marked_text::marked_text;

/// Renders that the sign-in is approved, and that the browser is awaited, which may have closed its page.
pub(super) fn approved(texts: &'static Texts, facts: &Facts, page_open: bool) -> impl IntoView + use<> {
    let hint = if page_open { texts.outcome.approved_lead } else { texts.outcome.approved_no_page };
    view! {
        <p class="sign waiting" aria-hidden="true"></p>
        <h1>{texts.outcome.approved_title}</h1>
        <p class="lead" role="status">{hint}</p>
        <p class="hint">{marked_text(facts.device(texts))}</p>
    }
}

/// Renders that the browser is signed in. `card` shows its session, if a session of this site was opened.
pub(super) fn signed_in(
    texts: &'static Texts,
    text: &str,
    facts: &Facts,
    card: Option<AnyView>,
) -> impl IntoView + use<> {
    view! {
        <p class="sign done" aria-hidden="true"></p>
        <h1>{texts.outcome.done_title}</h1>
        <p class="lead" role="status">{marked_text(texts.outcome.done_lead(&facts.device(texts), facts.target()))}</p>
        {card}
        <p><a class="button" href="/account">{texts.common.to_account}</a></p>
        {disown_form(texts, text)}
    }
}

/// Renders that the browser is signed out again. What came of its sign-in can be taken back all the same.
pub(super) fn signed_out(texts: &'static Texts, text: &str, facts: &Facts) -> impl IntoView + use<> {
    view! {
        {over_card(texts, facts.device(texts))}
        {disown_form(texts, text)}
    }
}

fn disown_form(texts: &'static Texts, text: &str) -> impl IntoView + use<> {
    view! {
        <form method="post" action=format!("/s/{text}/disown")>
            <button type="submit" class="quiet">{texts.outcome.not_me}</button>
        </form>
    }
}

/// Renders that the sign-in was denied, by its person or because of a wrong answer.
pub(super) fn denied(
    texts: &'static Texts,
    text: &str,
    lost: Option<Notice>,
    is_reported: bool,
) -> impl IntoView + use<> {
    let lead = match lost {
        Some(Notice::WrongNumber) => texts.ladder.wrong_number,
        Some(Notice::WrongTyped) => texts.ladder.wrong_typed,
        _ => texts.outcome.denied_lead,
    };
    view! {
        <p class="sign no" aria-hidden="true"></p>
        <h1>{texts.outcome.denied_title}</h1>
        <p class="lead" role="status">{lead}</p>
        <p><a class="button" href="/account">{texts.common.to_account}</a></p>
        {report_form(texts, text, is_reported)}
    }
}

/// Renders the question whether the person started the sign-in that they denied, or that they reported it.
fn report_form(texts: &'static Texts, text: &str, is_reported: bool) -> AnyView {
    let words = &texts.ladder;
    if is_reported {
        return view! { <p class="notice" role="status">{words.report_done}</p> }.into_any();
    }
    view! {
        <form class="report" method="post" action=format!("/s/{text}/report")>
            <p id="report" class="hint">{words.report_question} {texts.sentence_gap()} {words.report_hint}</p>
            <button type="submit" class="quiet" aria-describedby="report">{words.report_go}</button>
        </form>
    }
    .into_any()
}

/// Renders that the ticket has expired or was cancelled.
pub(super) fn gone(texts: &'static Texts) -> impl IntoView {
    view! {
        <p class="sign no" aria-hidden="true"></p>
        <h1>{texts.outcome.gone_title}</h1>
        <p class="lead" role="status">{texts.outcome.gone_lead}</p>
        <p><a class="button" href="/link">{texts.common.type_a_code}</a></p>
    }
}

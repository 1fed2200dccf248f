//! What an approval asks of the phone, as its page shows it: why, and the buttons or fields with which a person answers. All
//! of it works without script, except the passkey.

use leptos::prelude::*;

use crate::account::passkey::view as passkey;
use crate::login::facts::Facts;
use crate::login::phone::server_functions;
use crate::text::Texts;
use crate::ticket::approval::Stay;
use crate::ticket::ladder::{Asks, Digits, Owed, Reason, Reasons};
use crate::web::marked_text::marked_text;

/// The `id` of the form that approves; the boxes of the profile fields belong to it.
pub(in crate::login::phone) const APPROVE_FORM: &str = "approve";

/// Returns the sentence about a reason.
fn sentence(texts: &'static Texts, reason: Reason) -> &'static str {
    let words = &texts.ladder;
    match reason {
        Reason::NewBrowser => words.new_browser,
        Reason::EveryBrowser => words.every_browser,
        Reason::OtherCountry => words.other_country,
        Reason::MarkedNetwork => words.marked_network,
        Reason::TypedCode => words.typed_code,
        Reason::Asked => words.asked,
        Reason::OutdatedCode => words.outdated_code,
        Reason::SecondAccount => words.second_account,
        Reason::App => words.app,
        Reason::Account => words.account,
        Reason::Administrator => words.administrator,
        Reason::Reported => words.reported,
        Reason::ReportedBrowser => words.reported_browser,
        Reason::RefusedBrowser => words.refused_browser,
        Reason::BlockedNetwork => words.blocked_network,
        Reason::NoPasskey => words.no_passkey,
    }
}

/// Renders why an approval asks for more than a tap; nothing if it does not.
pub(in crate::login::phone) fn reasons(texts: &'static Texts, reasons: Reasons) -> Option<impl IntoView + use<>> {
    (!reasons.is_empty()).then(|| {
        let each = reasons.iter().map(|reason| view! { <li>{sentence(texts, reason)}</li> }).collect_view();
        view! { <ul class="reasons" aria-label=texts.ladder.why>{each}</ul> }
    })
}

/// Renders the forms with which a person denies or approves. `keeps_session` tells whether the sign-in opens a session of this
/// site, whose length the person may choose.
pub(in crate::login::phone) fn asks(
    texts: &'static Texts,
    text: &str,
    owed: &Owed,
    keeps_session: bool,
) -> impl IntoView + use<> {
    let words = &texts.ladder;
    let code = text.to_owned();
    let options = options(texts, owed, keeps_session);
    let approve = move |inner: AnyView| {
        view! {
            <form id=APPROVE_FORM method="post" action=server_functions::APPROVE>
                <input type="hidden" name="code" value=code.clone()/>
                {inner}
            </form>
        }
    };
    let button = || view! { <button type="submit" class="approve">{texts.common.approve}</button> };
    match owed.asks {
        Asks::Tap | Asks::MissingPasskey | Asks::Refused => view! {
            {options}
            <div class="choice">{deny(texts, text, true)} {approve(button().into_any())}</div>
        }
        .into_any(),
        Asks::Digits { .. } => view! {
            {options}
            <p class="hint">{words.digits_hint}</p>
            <div class="choice">
                {deny(texts, text, true)}
                {approve(view! { <input type="hidden" name="answer" value="shown"/> {button()} }.into_any())}
            </div>
        }
        .into_any(),
        Asks::Number { choices, .. } => {
            let buttons = choices.into_iter().map(|choice| {
                let (value, number) = (choice.expose(), choice.expose());
                view! { <button type="submit" class="approve" name="answer" value=value translate="no">{number}</button> }
            });
            let buttons = buttons.collect_view();
            let numbers = view! { <div class="numbers" role="group" aria-labelledby="question">{buttons}</div> };
            view! {
                {options}
                <p id="question" class="question">{words.number_question}</p>
                {approve(numbers.into_any())}
                <p class="hint">{words.number_hint}</p>
                {deny(texts, text, false)}
            }
            .into_any()
        }
        Asks::CodeEnd { .. } => {
            let field = view! {
                <label for="code-end">{words.code_label}</label>
                <input id="code-end" name="answer" class="code" maxlength="8" autocomplete="one-time-code" autocapitalize="characters"
                    spellcheck="false" required=true aria-describedby="code-end-hint"/>
                <p id="code-end-hint" class="hint">{words.code_hint}</p>
                {button()}
            };
            view! { {options} {approve(field.into_any())} {deny(texts, text, false)} }.into_any()
        }
        Asks::Passkey => view! { {options} {by_passkey(texts, text)} {deny(texts, text, false)} }.into_any(),
    }
}

/// Renders the form that approves with a passkey, by the script of passkeys.
fn by_passkey(texts: &'static Texts, text: &str) -> impl IntoView + use<> {
    let offer = passkey::Offer { unavailable: None, takes_passwords: false };
    view! {
        <form id=APPROVE_FORM class="passkeys" method="post" action=server_functions::APPROVE
            data-passkey="get" data-options=format!("/s/{text}/passkey")>
            <input type="hidden" name="code" value=text.to_owned()/>
            {passkey::button(texts, offer, texts.ladder.passkey_go)}
        </form>
        {passkey::script()}
    }
}

/// Renders the button that denies. It `has_focus` where it stands beside the one that approves, so that Enter denies; on a longer
/// page that would move the facts out of sight.
fn deny(texts: &'static Texts, text: &str, has_focus: bool) -> impl IntoView + use<> {
    view! {
        <form method="post" action=server_functions::DENY>
            <input type="hidden" name="code" value=text.to_owned()/>
            <button type="submit" class="deny" autofocus=has_focus>{texts.common.deny}</button>
        </form>
    }
}

/// Renders what a person may choose beside the approval: whether the browser is remembered, if a tap would be enough in one
/// that is, and for how long it stays signed in.
fn options(texts: &'static Texts, owed: &Owed, keeps_session: bool) -> Option<impl IntoView + use<>> {
    let words = &texts.ladder;
    let remember = owed.offers_remembering.then(|| {
        view! {
            <p class="box">
                <input type="checkbox" id="remember" name="remember" value="true" form=APPROVE_FORM aria-describedby="remember-hint"/>
                <label for="remember">{words.remember}</label>
            </p>
            <p id="remember-hint" class="hint">{words.remember_hint}</p>
        }
    });
    let stay = |stay: Stay, label: &'static str| {
        view! { <option value=stay.word() selected=stay == Stay::default()>{label}</option> }
    };
    keeps_session.then(|| {
        view! {
            <p class="stay">
                <label for="stay">{words.stay}</label>
                <select id="stay" name="stay" form=APPROVE_FORM>
                    {stay(Stay::Longest, words.stay_longest)}
                    {stay(Stay::Today, words.stay_today)}
                    {stay(Stay::Visit, words.stay_visit)}
                </select>
            </p>
            {remember}
        }
    })
}

/// Renders the digits that are to be typed in the browser, with the button that denies.
pub(in crate::login::phone) fn shown_digits(
    texts: &'static Texts,
    text: &str,
    digits: Digits,
) -> impl IntoView + use<> {
    view! {
        <h1>{texts.ladder.digits_title}</h1>
        <p class="digits" role="status" translate="no">{digits.expose()}</p>
        <p class="lead">{texts.ladder.digits_lead}</p>
        {deny(texts, text, false)}
    }
}

/// Renders that nothing approves the sign-in, why, and what to do instead.
pub(in crate::login::phone) fn refused(
    texts: &'static Texts,
    text: &str,
    facts: &Facts,
    owed: &Owed,
) -> impl IntoView + use<> {
    let words = &texts.ladder;
    let lacks_passkey = owed.asks == Asks::MissingPasskey;
    let (title, lead) = if lacks_passkey {
        (words.missing_title, words.missing_lead)
    } else {
        (words.refused_title, words.refused_lead)
    };
    view! {
        <p class="sign no" aria-hidden="true"></p>
        <h1>{title}</h1>
        <p class="lead" role="status">{lead}</p>
        {reasons(texts, owed.reasons)}
        <p class="hint">{marked_text(facts.device(texts))}</p>
        {lacks_passkey.then(|| view! { <p><a class="button" href="/account/passkeys">{words.missing_add}</a></p> })}
        {deny(texts, text, false)}
    }
}

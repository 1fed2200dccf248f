//! The pages of the phone that is to be signed in.

use axum::response::Response;
use leptos::prelude::*;

use super::RELOAD_SECONDS;
use super::browser_pages::device;
use crate::login::Login;
use crate::login::phone::decision::Decision;
use crate::login::phone::script_task::{SENT_FORM, ScriptTask};
use crate::shown_names::initials;
use crate::text::Texts;
use crate::ticket::ladder::Digits;
use crate::ticket::machine::Asker;
use crate::ticket::offer::Offer;
use crate::web::document::{Mark, Page};
use crate::web::marked_text::marked_text;

/// What the page of a code shows to a phone.
pub(super) enum Shows {
    /// Who offers which account, and the question whether to continue. `replaces` is the name of the account that is signed
    /// in on the phone.
    Question { replaces: Option<String> },
    /// That the phone is signed in to this account already.
    HereAlready,
    /// The digits that are to be typed into the browser.
    Digits(Digits),
    /// That the digits were typed: the phone claims.
    Claim,
    /// That the code ended without a session, and why.
    Ended(&'static str),
}

impl Shows {
    fn title(&self, texts: &'static Texts) -> &'static str {
        let words = &texts.transfer;
        match self {
            Self::Question { .. } => words.take_title,
            Self::HereAlready => words.here_already_title,
            Self::Digits(_) => words.shown_title,
            Self::Claim => words.claim_title,
            Self::Ended(_) => words.denied_title,
        }
    }
}

/// Renders the page of a code at `path` for a phone. `browser` is the one that makes the offer, and `seq` the version of the
/// ticket.
pub(super) fn shown(
    login: &Login,
    texts: &'static Texts,
    browser: &Asker,
    offer: &Offer,
    shows: Shows,
    path: &str,
    seq: u32,
) -> Response {
    let words = &texts.transfer;
    let task = match shows {
        Shows::Digits(_) => Some(ScriptTask::Follow { watch: format!("{path}/watch"), seq }),
        Shows::Claim => Some(ScriptTask::SendForm),
        Shows::Question { .. } | Shows::HereAlready | Shows::Ended(_) => None,
    };
    let reload = matches!(shows, Shows::Digits(_)).then(|| (RELOAD_SECONDS, path.to_owned()));
    let class = if matches!(shows, Shows::Question { .. }) { "confirm" } else { "turn" };
    let page = Page { islands: task.is_some(), reload, class, ..Page::new(texts, shows.title(texts)) };
    let question = Facts {
        account: offer.account.name.to_string(),
        picture: offer.account.picture.as_deref().map(str::to_owned),
        device: device(texts, browser),
        address: browser.address.to_string(),
        place: login.places.of(browser.address),
    };
    let path = path.to_owned();
    login.site.page(page, move || {
        if let Some(task) = task {
            provide_context(task);
        }
        match shows {
            Shows::Question { replaces } => asks(texts, question, replaces, &path).into_any(),
            Shows::HereAlready => view! {
                <p class="sign done" aria-hidden="true"></p>
                <h1>{words.here_already_title}</h1>
                <p class="lead" role="status">{marked_text(words.here_already(&question.account))}</p>
                <p><a class="button" href="/">{texts.common.to_start}</a></p>
            }
            .into_any(),
            Shows::Digits(digits) => view! {
                <Decision/>
                <h1>{words.shown_title}</h1>
                <p class="lead" role="status">{marked_text(words.shown_lead(&question.device))}</p>
                <p class="digits" translate="no">{spaced(digits)}</p>
                <p class="hint">{words.shown_hint}</p>
                <form method="post" action=format!("{path}/decline")>
                    <button type="submit" class="quiet">{words.decline}</button>
                </form>
            }
            .into_any(),
            Shows::Claim => view! {
                <Decision/>
                <p class="sign waiting" aria-hidden="true"></p>
                <h1>{words.claim_title}</h1>
                <p class="lead" role="status">{words.claim_lead}</p>
                <form id=SENT_FORM method="post" action=format!("{path}/claim")>
                    <button type="submit" class="primary">{texts.common.go_on}</button>
                </form>
            }
            .into_any(),
            Shows::Ended(why) => view! {
                <p class="sign no" aria-hidden="true"></p>
                <h1>{words.denied_title}</h1>
                <p class="lead" role="status">{why}</p>
                <p><a class="button" href="/">{texts.common.to_start}</a></p>
            }
            .into_any(),
        }
    })
}

/// What a phone is shown about an offer.
struct Facts {
    account: String,
    picture: Option<String>,
    device: String,
    address: String,
    place: Option<String>,
}

fn asks(texts: &'static Texts, facts: Facts, replaces: Option<String>, path: &str) -> impl IntoView + use<> {
    let words = &texts.transfer;
    let Facts { account, picture, device, address, place } = facts;
    let mark = match picture {
        Some(path) => view! { <img class="avatar" alt="" src=path/> }.into_any(),
        None if account.is_empty() => view! { <Mark/> }.into_any(),
        None => view! { <p class="avatar" aria-hidden="true" translate="no">{initials(&account)}</p> }.into_any(),
    };
    view! {
        {mark}
        <h1>{marked_text(words.question(&account))}</h1>
        <dl class="facts">
            <dt>{texts.facts.account}</dt><dd translate="no">{account.clone()}</dd>
            <dt>{words.offered_on}</dt><dd>{marked_text(device)}</dd>
            <dt>{texts.facts.address}</dt><dd><span class="address" translate="no">{address}</span></dd>
            {place.map(|place| view! { <dt>{texts.facts.place}</dt><dd>{place}</dd> })}
        </dl>
        {replaces.map(|other| view! { <p class="alert" role="alert">{marked_text(words.replaces(&other))}</p> })}
        <p class="warning">{words.take_warning}</p>
        <form method="post" action=format!("{path}/take")>
            <button type="submit" class="primary">{texts.common.go_on}</button>
        </form>
    }
}

/// Returns the digits with a thin space between each two, for people and for screen readers, which then read them one by
/// one.
fn spaced(digits: Digits) -> String {
    digits.expose().chars().map(String::from).collect::<Vec<_>>().join("\u{2009}")
}

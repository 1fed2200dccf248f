//! The pages of the browser that signs a phone in.

use axum::response::Response;
use leptos::prelude::*;

use super::{PATH, RELOAD_SECONDS};
use crate::account::devices::{PATH as DEVICES, live_card, over_card};
use crate::account::session::SignedIn;
use crate::login::Login;
use crate::login::phone::decision::Decision;
use crate::login::phone::script_task::ScriptTask;
use crate::store::Fault;
use crate::store::records::SessionRow;
use crate::text::Texts;
use crate::ticket::event::{Code, Seen};
use crate::ticket::machine::{Asker, Ticket};
use crate::ticket::offer::Taker;
use crate::web::client::ClientAddress;
use crate::web::document::{Mark, Page, Site};
use crate::web::marked_text::marked_text;

/// Renders the page that says what the code does; `wrong` is the reason why it is not shown.
pub(super) fn start(site: &Site, texts: &'static Texts, wrong: Option<String>) -> Response {
    let words = &texts.transfer;
    site.page(Page { class: "turn", ..Page::new(texts, words.start_title) }, move || {
        view! {
            <Mark/>
            <h1>{words.start_title}</h1>
            <p class="lead">{words.start_lead}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <p class="hint">{words.start_hint}</p>
            <form method="post" action=PATH>
                <button type="submit" class="primary">{words.start}</button>
            </form>
            <p class="foot"><a class="quiet" href=DEVICES>{texts.home.devices}</a></p>
        }
    })
}

/// What the page of a ticket shows.
enum Shows {
    /// The code, which no phone has taken.
    Code(Code),
    /// The field for the digits that this phone shows.
    Digits(Box<Taker>),
    /// That the phone is about to claim.
    Finishing,
    /// The session of the phone; `None` if it ended again.
    Done(Option<Box<SessionRow>>),
    /// That the phone was not signed in, and why.
    Denied(&'static str),
    /// That the code has expired or was cancelled.
    Over,
}

impl Shows {
    fn title(&self, texts: &'static Texts) -> &'static str {
        let words = &texts.transfer;
        match self {
            Self::Code(_) => words.code_title,
            Self::Digits(_) => words.digits_title,
            Self::Finishing => words.finishing_title,
            Self::Done(Some(_)) => words.done_title,
            Self::Done(None) => texts.device_news.is_out_title,
            Self::Denied(_) => words.denied_title,
            Self::Over => words.over_title,
        }
    }
}

/// Renders the page of a ticket in its present state, for the person who offers their account. `from` is the address of
/// their browser, and `malformed` tells that no four digits were typed.
pub(super) async fn shown(
    login: &Login,
    texts: &'static Texts,
    ticket: &Ticket,
    who: &SignedIn,
    from: ClientAddress,
    malformed: bool,
) -> Result<Response, Fault> {
    let event = login.flow.event(ticket).await;
    let words = &texts.transfer;
    let taker = ticket.offer.as_deref().and_then(|offer| offer.taker.clone());
    let shows = match (event.seen, taker.clone()) {
        (Seen::Waiting { .. }, _) | (Seen::Scanned { .. }, None) => Shows::Code(login.flow.shown_code(ticket)),
        (Seen::Scanned { .. }, Some(taker)) => Shows::Digits(Box::new(taker)),
        (Seen::Approved { .. }, _) => Shows::Finishing,
        (Seen::Claimed, _) => Shows::Done(login.sessions.opened_by_claim(ticket, who.account.id).await?.map(Box::new)),
        (Seen::Denied, _) if ticket.ended_by_wrong_digits() => Shows::Denied(words.too_wrong),
        (Seen::Denied, _) => Shows::Denied(words.declined),
        (Seen::Cancelled | Seen::Expired, _) => Shows::Over,
    };
    let (path, seq) = (format!("{PATH}/{}", ticket.id), event.seq);
    let waits = matches!(shows, Shows::Code(_) | Shows::Digits(_) | Shows::Finishing);
    // Without script, a page with a field is not loaded again while somebody types.
    let reload = matches!(shows, Shows::Code(_) | Shows::Finishing).then(|| (RELOAD_SECONDS, path.clone()));
    let class = if matches!(shows, Shows::Digits(_)) { "form" } else { "login" };
    let page = Page { islands: waits, reload, class, ..Page::new(texts, shows.title(texts)) };
    let (wrong, facts) = match &shows {
        Shows::Digits(taker) => (wrong(texts, taker, malformed), Some(phone_facts(login, texts, &taker.asker, from))),
        _ => (None, None),
    };
    let (sessions, now) = (login.sessions.clone(), login.flow.now());
    let label = taker.map(|taker| device(texts, &taker.asker)).unwrap_or_default();
    Ok(login.site.page(page, move || {
        if waits {
            provide_context(ScriptTask::Follow { watch: format!("{path}/watch"), seq });
        }
        let cancel = view! {
            <form method="post" action=format!("{path}/cancel")>
                <button type="submit" class="quiet">{words.cancel}</button>
            </form>
        };
        match shows {
            Shows::Code(code) => view! { <Decision/> {qr(texts, code)} {cancel} }.into_any(),
            Shows::Digits(_) => view! {
                <Decision/>
                {digits(texts, &label, &path, seq, wrong)}
                {cancel}
                {facts}
            }
            .into_any(),
            Shows::Finishing => view! {
                <Decision/>
                <p class="sign waiting" aria-hidden="true"></p>
                <h1>{words.finishing_title}</h1>
                <p class="lead" role="status">{words.finishing_lead}</p>
            }
            .into_any(),
            Shows::Done(Some(session)) => view! {
                <p class="sign done" aria-hidden="true"></p>
                <h1>{words.done_title}</h1>
                <p class="lead" role="status">{marked_text(label)}</p>
                {live_card(texts, &sessions, &session, now)}
            }
            .into_any(),
            Shows::Done(None) => over_card(texts, label),
            Shows::Denied(why) => ended(texts, words.denied_title, why).into_any(),
            Shows::Over => ended(texts, words.over_title, words.over_lead).into_any(),
        }
    }))
}

fn qr(texts: &'static Texts, code: Code) -> impl IntoView {
    let words = &texts.transfer;
    view! {
        <h1>{words.code_title}</h1>
        <p class="lead">{words.code_lead}</p>
        <div class="panel" data-state="waiting">
            <div id="qr" class="plate">
                <svg role="img" aria-label=words.qr viewBox=format!("0 0 {0} {0}", code.size) shape-rendering="crispEdges">
                    <path fill="#fff" d="M0 0h200v200h-200z"/>
                    <path fill="none" stroke="#000" d=code.path/>
                </svg>
            </div>
        </div>
        <p class="hint">{words.code_hint}</p>
    }
}

fn digits(
    texts: &'static Texts,
    device: &str,
    path: &str,
    seq: u32,
    wrong: Option<&'static str>,
) -> impl IntoView + use<> {
    let words = &texts.transfer;
    view! {
        <h1>{words.digits_title}</h1>
        <p class="lead" role="status">{marked_text(words.by(device))}</p>
        {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        <form method="post" action=format!("{path}/digits")>
            <input type="hidden" name="seq" value=seq.to_string()/>
            <label for="digits">{words.digits_label}</label>
            <input id="digits" name="digits" class="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8"
                required=true autofocus=true spellcheck="false" aria-describedby="digits-hint"/>
            <p id="digits-hint" class="hint">{words.digits_hint}</p>
            <button type="submit" class="primary">{words.digits_go}</button>
        </form>
    }
}

/// Renders what is known of the phone, so that a person can tell their own phone from another one.
fn phone_facts(login: &Login, texts: &'static Texts, phone: &Asker, from: ClientAddress) -> AnyView {
    let network = match login.proxies.nearness(ClientAddress(phone.address), from).is_same_network() {
        Some(true) => texts.facts.same_network_here,
        Some(false) => texts.facts.other_network_here,
        None => texts.facts.unknown_network_here,
    };
    let (device, address) = (device(texts, phone), phone.address.to_string());
    let place = login.places.of(phone.address);
    view! {
        <dl class="facts">
            <dt>{texts.transfer.phone}</dt><dd>{marked_text(device)}</dd>
            <dt>{texts.facts.address}</dt><dd><span class="address" translate="no">{address}</span> " · " <span class="note">{network}</span></dd>
            {place.map(|place| view! { <dt>{texts.facts.place}</dt><dd>{place}</dd> })}
        </dl>
    }
    .into_any()
}

fn ended(texts: &'static Texts, title: &'static str, why: &'static str) -> impl IntoView {
    view! {
        <p class="sign no" aria-hidden="true"></p>
        <h1>{title}</h1>
        <p class="lead" role="status">{why}</p>
        <p><a class="button" href=PATH>{texts.transfer.again}</a></p>
        <p><a class="quiet" href=DEVICES>{texts.home.devices}</a></p>
    }
}

/// Returns the message above the field: that the digits were wrong, or no digits.
fn wrong(texts: &'static Texts, taker: &Taker, malformed: bool) -> Option<&'static str> {
    match taker.wrong {
        _ if malformed => Some(texts.transfer.malformed),
        0 => None,
        1 => Some(texts.transfer.wrong),
        _ => Some(texts.transfer.wrong_once),
    }
}

/// Returns the names of a browser and its system.
pub(super) fn device(texts: &'static Texts, asker: &Asker) -> String {
    texts.device(asker.browser.as_deref(), asker.system.as_deref())
}

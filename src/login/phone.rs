//! The phone: the page behind the code, where its owner sees who asks and decides. Looking changes nothing.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::Login;
use super::allow::boxes;
use super::carry::{Resume, Upgrade, carry};
use super::decide;
use super::decision::{Decision, Following};
use super::facts::Facts;
use super::flow::Stop;
use crate::account::session::SignedIn;
use crate::store::Fault;
use crate::text::Lang;
use crate::ticket::event::{Notice, Seen};
use crate::ticket::field::Question;
use crate::ticket::ids::{ClaimKey, ClaimKeyHash, Purpose, UserCode};
use crate::ticket::machine::Ticket;
use crate::web::avatar::{Size, avatar};
use crate::web::client::ClientAddress;
use crate::web::cookie;
use crate::web::document::{Mark, Page};
use crate::web::listen::Place;
use crate::web::logo::logo;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// Without script a page that waits loads itself again after this many seconds.
const RELOAD_SECONDS: u8 = 2;
/// The form that approves; what is ticked for an app belongs to it.
const APPROVE_FORM: &str = "approve";

/// `GET /s/{code}`
pub async fn page(
    State(login): State<Login>,
    from: ClientAddress,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let code = login.flow.parse(&code)?;
    let text = login.flow.text(code);
    let Some(who) = login.sessions.find(&headers).await? else {
        let back = NextPath::parse(&format!("/s/{text}")).unwrap_or_else(NextPath::home);
        return Ok(Redirect::to(&back.behind("/signin", &[])).into_response());
    };
    let ticket = login.flow.look(code, &who, browser_key(&headers)).await?;
    let event = login.flow.event(&ticket).await;
    let facts = login.facts(&ticket, &who, from).await?;
    let waits = matches!(event.seen, Seen::Approved { .. });
    let asks = matches!(event.seen, Seen::Scanned { .. }) && ticket.scanned_by() == Some(who.account.id);
    let page = Page {
        title: Lang::En.confirm_title(),
        islands: matches!(event.seen, Seen::Waiting { .. } | Seen::Scanned { .. } | Seen::Approved { .. }),
        reload: waits.then(|| (RELOAD_SECONDS, format!("/s/{text}"))),
        class: if asks { "confirm" } else { "turn" },
        ..Page::default()
    };
    let following = Following { watch: format!("/s/{text}/watch"), seq: event.seq };
    Ok(login.site.page(page, move || match event.seen {
        Seen::Scanned { .. } if asks => {
            provide_context(following);
            view! { <Decision/> {confirm(text, &facts, event.notice)} }.into_any()
        }
        Seen::Waiting { .. } | Seen::Scanned { .. } => opening(text).into_any(),
        Seen::Approved { page_open } => {
            provide_context(following);
            view! { <Decision/> {approved(&facts, page_open)} }.into_any()
        }
        Seen::Claimed => signed_in(&facts).into_any(),
        Seen::Denied => denied().into_any(),
        Seen::Expired | Seen::Cancelled => gone().into_any(),
    }))
}

/// `GET /s/{code}/watch`: whether the browser took what was approved, or is gone.
pub async fn watch(
    State(login): State<Login>,
    Path(code): Path<String>,
    Query(resume): Query<Resume>,
    place: Place,
    from: ClientAddress,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    let code = login.flow.parse(&code)?;
    let who = login.sessions.find(&headers).await?.ok_or_else(decide::sign_in_first)?;
    let begin = login.flow.watch_as_phone(code.ticket, who.account.id);
    let until = login.sessions.while_signed_in(&headers, &login.stopping);
    carry(upgrade, &headers, resume, &login.site, until, (place, from), begin).await
}

/// The claim key, where the phone is itself a browser that shows a code.
pub fn browser_key(headers: &HeaderMap) -> Option<ClaimKeyHash> {
    cookie::read(headers, cookie::BROWSER)?.parse::<ClaimKey>().ok().map(|key| key.hash(Purpose::Session))
}

impl Login {
    /// What this phone is told of a request.
    pub async fn facts(&self, ticket: &Ticket, who: &SignedIn, phone: ClientAddress) -> Result<Facts, Fault> {
        let question = match &ticket.app {
            Some(app) => self.question(&who.account, app.id, &app.scopes).await?,
            None => Question::default(),
        };
        let (hours, now) = (self.session_hours, self.flow.now());
        Ok(Facts::of(ticket, who, phone, &self.proxies, &self.site, &self.places, hours, question, now))
    }
}

/// Before the scan is sent: with script that takes a blink, without it a press.
fn opening(text: String) -> impl IntoView {
    let lang = Lang::En;
    view! {
        <Decision/>
        <Mark/>
        <h1>{lang.opening_title()}</h1>
        <p class="lead">{lang.opening_lead()}</p>
        <form id="scan" method="post" action=decide::SCAN>
            <input type="hidden" name="code" value=text/>
            <button type="submit" class="primary">{lang.opening_continue()}</button>
        </form>
    }
}

fn confirm(text: String, facts: &Facts, notice: Option<Notice>) -> impl IntoView + use<> {
    let lang = Lang::En;
    let warning = if notice.is_some() { lang.confirm_second_account() } else { lang.confirm_warning() };
    let network = if facts.same_network { lang.fact_same_network() } else { lang.fact_other_network() };
    // This site itself has its mark elsewhere.
    let name = facts.site.clone();
    let site = match facts.scope {
        Some(_) => view! { <dd class="branded">{logo(&name, facts.logo.clone())} " " {name}</dd> }.into_any(),
        None => view! { <dd>{name}</dd> }.into_any(),
    };
    let mood = if facts.same_network { "" } else { "unusual" };
    view! {
        {avatar(&facts.account, facts.picture, Size::Small)}
        <h1>{lang.confirm_question()} " " <span class="host">{facts.host.clone()}</span> "?"</h1>
        <dl class="facts">
            <dt>{lang.fact_site()}</dt>{site}
            <dt>{lang.fact_device()}</dt><dd>{facts.device(lang)}</dd>
            <dt>{lang.fact_address()}</dt><dd class=mood><span class="address">{facts.address.clone()}</span> " · " <span class="note">{network}</span></dd>
            {facts.place.clone().map(|place| view! { <dt>{lang.fact_place()}</dt><dd>{place}</dd> })}
            <dt>{lang.fact_age()}</dt><dd>{lang.fact_age_ago(facts.age_seconds)}</dd>
            <dt>{lang.fact_account()}</dt><dd>{facts.account.clone()}</dd>
            {facts.device_code.clone().map(|code| view! { <dt>{lang.fact_code()}</dt><dd class="unusual"><code>{code}</code></dd> })}
            {facts.learns(lang).map(|learns| view! {
                <dt>{lang.fact_learns()}</dt>
                <dd>{learns}</dd>
                {boxes(lang, facts.question, APPROVE_FORM).map(|boxes| view! { <dd class="all">{boxes}</dd> })}
            })}
            {facts.effect(lang).map(|effect| view! { <dt>{lang.fact_effect()}</dt><dd>{effect}</dd> })}
        </dl>
        <p class="warning">{warning}</p>
        <div class="choice">
            <form method="post" action=decide::DENY>
                <input type="hidden" name="code" value=text.clone()/>
                <button type="submit" class="deny" autofocus=true>{lang.deny()}</button>
            </form>
            <form id=APPROVE_FORM method="post" action=decide::APPROVE>
                <input type="hidden" name="code" value=text/>
                <button type="submit" class="approve">{lang.approve()}</button>
            </form>
        </div>
    }
}

fn approved(facts: &Facts, page_open: bool) -> impl IntoView + use<> {
    let lang = Lang::En;
    let hint = if page_open { lang.approved_lead() } else { lang.approved_no_page() };
    view! {
        <p class="sign waiting" aria-hidden="true"></p>
        <h1>{lang.approved_title()}</h1>
        <p class="lead" role="status">{hint}</p>
        <p class="hint">{facts.device(lang)}</p>
    }
}

fn signed_in(facts: &Facts) -> impl IntoView + use<> {
    let lang = Lang::En;
    view! {
        <p class="sign done" aria-hidden="true"></p>
        <h1>{lang.done_title()}</h1>
        <p class="lead" role="status">{lang.done_lead(&facts.device(lang), &facts.host)}</p>
        <p><a class="button" href="/">{lang.to_account()}</a></p>
    }
}

fn denied() -> impl IntoView {
    let lang = Lang::En;
    view! {
        <p class="sign no" aria-hidden="true"></p>
        <h1>{lang.you_denied_title()}</h1>
        <p class="lead" role="status">{lang.you_denied_lead()}</p>
        <p><a class="button" href="/">{lang.to_account()}</a></p>
    }
}

fn gone() -> impl IntoView {
    let lang = Lang::En;
    view! {
        <p class="sign no" aria-hidden="true"></p>
        <h1>{lang.gone_title()}</h1>
        <p class="lead" role="status">{lang.gone_lead()}</p>
        <p><a class="button" href="/link">{lang.turn_type_a_code()}</a></p>
    }
}

/// `GET /link`: for a phone without a camera.
pub async fn link_page(State(login): State<Login>, headers: HeaderMap) -> Result<Response, Problem> {
    if login.sessions.find(&headers).await?.is_none() {
        return Ok(Redirect::to("/signin?next=/link").into_response());
    }
    Ok(link_form(&login, "", None))
}

/// The form of `POST /link`.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
}

/// `POST /link`: from the typed code to the page behind it.
pub async fn link(
    State(login): State<Login>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let Some(SignedIn { account, .. }) = login.sessions.find(&headers).await? else {
        return Ok(Redirect::to("/signin?next=/link").into_response());
    };
    // RFC 8628 §5.1: few tries keep eight letters strong.
    login.limits.typed_code(account.id)?;
    let shown: String = typed.code.chars().take(16).collect();
    let wrong = |text| {
        Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, link_form(&login, &shown, Some(text))).into_response())
    };
    let Ok(code) = typed.code.parse::<UserCode>() else { return wrong(Lang::En.link_malformed()) };
    if let Some(code) = login.flow.find(code).await? {
        return Ok(Redirect::to(&format!("/s/{}", login.flow.text(code))).into_response());
    }
    tracing::info!(code = Stop::Unknown.code(), "a typed code was refused");
    wrong(Lang::En.link_unknown())
}

fn link_form(login: &Login, typed: &str, wrong: Option<&'static str>) -> Response {
    let lang = Lang::En;
    let typed = typed.to_owned();
    login.site.page(Page { title: lang.link_title(), class: "form", ..Page::default() }, move || {
        view! {
            <Mark/>
            <h1>{lang.link_title()}</h1>
            <p class="lead">{lang.link_lead()}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form method="post" action="/link">
                <label for="code">{lang.link_code()}</label>
                <input id="code" name="code" class="code" value=typed placeholder="XXXX-XXXX" maxlength="16" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required=true autofocus=true/>
                <button type="submit" class="primary">{lang.link_go()}</button>
            </form>
        }
    })
}

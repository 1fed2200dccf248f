//! The page behind the code, on which the owner of the phone sees what asks for a sign-in, and decides.
//! Opening it changes nothing.

use std::time::Duration;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::decision::Decision;
use super::following::Following;
use super::server_functions;
use super::who::{browser_key, sign_in_first};
use crate::account::DEVICES;
use crate::account::session::SignedIn;
use crate::consent::field::Question;
use crate::login::Login;
use crate::login::consent_boxes::boxes;
use crate::login::facts::Facts;
use crate::login::flow::Stop;
use crate::login::watch::carriers::{Resume, Upgrade, Waiter, carry};
use crate::picture::avatar::{Size, avatar};
use crate::picture::logo::logo;
use crate::store::Fault;
use crate::store::records::LedTo;
use crate::text::Texts;
use crate::ticket::event::{Notice, Seen};
use crate::ticket::machine::{ScanCause, Ticket};
use crate::web::client::ClientAddress;
use crate::web::data::with_data;
use crate::web::document::{Mark, Page};
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// Without script a page that waits reloads itself after this many seconds.
const RELOAD_SECONDS: u8 = 2;
/// The `id` of the form that approves; the boxes to tick refer to it.
const APPROVE_FORM: &str = "approve";

/// `GET /s/{code}`: shows the ticket of a code to the owner of the phone.
pub async fn page(
    State(login): State<Login>,
    from: ClientAddress,
    Path(code): Path<String>,
    texts: &'static Texts,
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
    let is_opening = matches!(event.seen, Seen::Waiting { .. } | Seen::Scanned { .. }) && !asks;
    // If the scan needs a press, a page that sends the scan by itself would reload itself for ever.
    let scans_by_itself =
        is_opening && ticket.takes_unpressed_scans() && may_scan_by_itself(&headers, &who, &format!("/s/{text}"));
    let title = match event.seen {
        Seen::Scanned { .. } if asks => texts.confirm.title,
        Seen::Waiting { .. } | Seen::Scanned { .. } => texts.opening.title,
        Seen::Approved { .. } => texts.outcome.approved_title,
        Seen::Claimed => texts.outcome.done_title,
        Seen::Denied => texts.outcome.denied_title,
        Seen::Expired | Seen::Cancelled => texts.outcome.gone_title,
    };
    let page = Page {
        islands: asks || waits || scans_by_itself,
        reload: waits.then(|| (RELOAD_SECONDS, format!("/s/{text}"))),
        class: if asks { "confirm" } else { "turn" },
        ..Page::new(texts, title)
    };
    let following = Following { watch: format!("/s/{text}/watch"), seq: event.seq };
    Ok(login.site.page(page, move || match event.seen {
        Seen::Scanned { .. } if asks => {
            provide_context(following);
            view! { <Decision/> {confirm(texts, text, &facts, event.notice)} }.into_any()
        }
        Seen::Waiting { .. } | Seen::Scanned { .. } => opening(texts, text, scans_by_itself).into_any(),
        Seen::Approved { page_open, .. } => {
            provide_context(following);
            view! { <Decision/> {approved(texts, &facts, page_open)} }.into_any()
        }
        Seen::Claimed => signed_in(texts, &text, &facts).into_any(),
        Seen::Denied => denied(texts).into_any(),
        Seen::Expired | Seen::Cancelled => gone(texts).into_any(),
    }))
}

/// `GET /s/{code}/watch`: tells the phone whether the browser has claimed the approval, or is gone.
pub async fn watch(
    State(login): State<Login>,
    Path(code): Path<String>,
    Query(resume): Query<Resume>,
    waiter: Waiter,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    let code = login.flow.parse(&code)?;
    let who = login.sessions.find(&headers).await?.ok_or_else(sign_in_first)?;
    let begin = login.flow.watch_as_phone(code.ticket, &who);
    let until = login.sessions.while_signed_in(&headers, &login.stopping);
    carry(upgrade, &headers, resume, &login.site, until, waiter, begin).await
}

/// `POST /s/{code}/disown`: the person who approved says that the sign-in was not theirs (BCP 247 §6.1.6).
/// Ends the session that it opened, and all grants that came from it.
pub async fn disown(
    State(login): State<Login>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Redirect, Problem> {
    let code = login.flow.parse(&code)?;
    let account = login.sessions.find(&headers).await?.ok_or_else(sign_in_first)?.account.id;
    login.limits.decision(account)?;
    let ticket = login.flow.claimed_by(code.ticket, account).await?;
    login.sessions.disown(&ticket, account).await?;
    tracing::warn!(ticket.id = %ticket.id, "an approval was disowned by whoever gave it");
    Ok(Redirect::to(&format!("{DEVICES}?done=ended")))
}

impl Login {
    /// Returns what this phone shows about a ticket.
    pub async fn facts(&self, ticket: &Ticket, who: &SignedIn, phone: ClientAddress) -> Result<Facts, Fault> {
        let question = match &ticket.app {
            Some(app) => self.question(&who.account, app.id, &app.scopes).await?,
            None => Question::default(),
        };
        let (hours, now) = (self.session_hours, self.flow.now());
        Ok(Facts::of(ticket, who, phone, &self.proxies, &self.site, &self.places, hours, question, now))
    }
}

/// Returns whether the page may send the scan by itself, so that a link from a camera leads straight to the
/// question. Any site can send its visitors here, and the scan tells the screen of that site that its visitor
/// is signed in. So the browser has to say that no site led here, or the person has just signed in for this
/// code.
///
/// `Sec-Fetch-Site: none` is no proof, because it survives a redirect (W3C Fetch Metadata §2.3). So even then
/// the screen is not told which account it is.
fn may_scan_by_itself(headers: &HeaderMap, who: &SignedIn, path: &str) -> bool {
    // A page that the browser fetched ahead was not opened by a person.
    if headers.contains_key("sec-purpose") {
        return false;
    }
    match headers.get("sec-fetch-site") {
        Some(site) if site == "none" => true,
        Some(site) if site != "same-origin" => false,
        // The request comes from a page of this server, or from a browser that does not send the header.
        _ => who.session.is_some_and(|session| session.led_to == Some(LedTo::of(path))),
    }
}

/// Returns the page before the scan is sent: by a press, or by the page itself if it may. The button has a
/// value, which a script that submits the form does not send, so the two can be told apart.
fn opening(texts: &'static Texts, text: String, scans_by_itself: bool) -> impl IntoView {
    view! {
        {scans_by_itself.then(|| view! { <Decision/> })}
        <Mark/>
        <h1>{texts.opening.title}</h1>
        <p class="lead">{texts.opening.lead}</p>
        <form id="scan" method="post" action=server_functions::SCAN>
            <input type="hidden" name="code" value=text/>
            <button type="submit" class="primary" name="pressed" value="true">{texts.opening.go_on}</button>
        </form>
    }
}

fn confirm(texts: &'static Texts, text: String, facts: &Facts, notice: Option<Notice>) -> impl IntoView + use<> {
    let warning = if notice.is_some() { texts.confirm.second_account } else { texts.confirm.warning };
    let network = match facts.same_network {
        Some(true) => texts.facts.same_network,
        Some(false) => texts.facts.other_network,
        None => texts.facts.unknown_network,
    };
    // This site's own mark is shown elsewhere on the page.
    let name = facts.site.clone();
    let site = match facts.scope {
        Some(_) => {
            view! { <dd class="branded">{logo(&name, facts.logo.clone())} " " <span translate="no">{name}</span></dd> }
                .into_any()
        }
        None => view! { <dd translate="no">{name}</dd> }.into_any(),
    };
    // If it is not known whether the networks are the same, that is marked as unusual too.
    let mood = if facts.same_network == Some(true) { "" } else { "unusual" };
    view! {
        {avatar(&facts.account, facts.picture, Size::Small)}
        <h1>{with_data(texts.confirm.question(facts.target()))}</h1>
        <dl class="facts">
            <dt>{texts.facts.site}</dt>{site}
            <dt>{texts.facts.device}</dt><dd>{with_data(facts.device(texts))}</dd>
            <dt>{texts.facts.address}</dt><dd class=mood><span class="address" translate="no">{facts.address.clone()}</span> " · " <span class="note">{network}</span></dd>
            {facts.place.clone().map(|place| view! { <dt>{texts.facts.place}</dt><dd>{place}</dd> })}
            <dt>{texts.facts.age}</dt><dd>{texts.ago(Duration::from_secs(facts.age_seconds))}</dd>
            <dt>{texts.facts.account}</dt><dd translate="no">{facts.account.clone()}</dd>
            {facts.device_code.clone().map(|code| view! { <dt>{texts.facts.code}</dt><dd class="unusual"><code translate="no">{code}</code></dd> })}
            {facts.learns(texts).map(|learns| view! {
                <dt>{texts.facts.learns}</dt>
                <dd>{learns}</dd>
                {boxes(texts, facts.question, APPROVE_FORM).map(|boxes| view! { <dd class="all">{boxes}</dd> })}
            })}
            {facts.effect(texts).map(|effect| view! { <dt>{texts.facts.effect}</dt><dd>{with_data(effect)}</dd> })}
        </dl>
        <p class="warning">{warning}</p>
        <div class="choice">
            <form method="post" action=server_functions::DENY>
                <input type="hidden" name="code" value=text.clone()/>
                <button type="submit" class="deny" autofocus=true>{texts.common.deny}</button>
            </form>
            <form id=APPROVE_FORM method="post" action=server_functions::APPROVE>
                <input type="hidden" name="code" value=text/>
                <button type="submit" class="approve">{texts.common.approve}</button>
            </form>
        </div>
    }
}

fn approved(texts: &'static Texts, facts: &Facts, page_open: bool) -> impl IntoView + use<> {
    let hint = if page_open { texts.outcome.approved_lead } else { texts.outcome.approved_no_page };
    view! {
        <p class="sign waiting" aria-hidden="true"></p>
        <h1>{texts.outcome.approved_title}</h1>
        <p class="lead" role="status">{hint}</p>
        <p class="hint">{with_data(facts.device(texts))}</p>
    }
}

fn signed_in(texts: &'static Texts, text: &str, facts: &Facts) -> impl IntoView + use<> {
    view! {
        <p class="sign done" aria-hidden="true"></p>
        <h1>{texts.outcome.done_title}</h1>
        <p class="lead" role="status">{with_data(texts.outcome.done_lead(&facts.device(texts), facts.target()))}</p>
        <p><a class="button" href="/">{texts.common.to_account}</a></p>
        <form method="post" action=format!("/s/{text}/disown")>
            <button type="submit" class="quiet">{texts.outcome.not_me}</button>
        </form>
    }
}

fn denied(texts: &'static Texts) -> impl IntoView {
    view! {
        <p class="sign no" aria-hidden="true"></p>
        <h1>{texts.outcome.denied_title}</h1>
        <p class="lead" role="status">{texts.outcome.denied_lead}</p>
        <p><a class="button" href="/">{texts.common.to_account}</a></p>
    }
}

fn gone(texts: &'static Texts) -> impl IntoView {
    view! {
        <p class="sign no" aria-hidden="true"></p>
        <h1>{texts.outcome.gone_title}</h1>
        <p class="lead" role="status">{texts.outcome.gone_lead}</p>
        <p><a class="button" href="/link">{texts.common.type_a_code}</a></p>
    }
}

/// `GET /link`: shows the form for typing a code, for a phone without a camera.
pub async fn link_page(
    State(login): State<Login>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if login.sessions.find(&headers).await?.is_none() {
        return Ok(Redirect::to("/signin?next=/link").into_response());
    }
    Ok(link_form(&login, texts, "", None))
}

/// The form of `POST /link`.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
}

/// `POST /link`: scans the code that was typed, and redirects to its page.
pub async fn link(
    State(login): State<Login>,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let Some(who) = login.sessions.find(&headers).await? else {
        return Ok(Redirect::to("/signin?next=/link").into_response());
    };
    let shown: String = typed.code.chars().take(16).collect();
    let again = |why: String| link_form(&login, texts, &shown, Some(why));
    // RFC 8628 §5.1: a code of eight letters is strong enough only if the number of tries is limited.
    if let Err(too_many) = login.limits.typed_code(who.account.id) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    let wrong = |text: &str| Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, again(text.to_owned())).into_response());
    let Ok(code) = login.flow.read(&typed.code) else { return wrong(texts.link.malformed) };
    let code = match login.flow.find(code).await {
        Ok(code) => code,
        Err(Stop::Unknown) => return wrong(texts.link.unknown),
        Err(stop) => return Err(stop.into()),
    };
    // A person who typed a code and pressed has scanned it. If the scan is refused, the code's own page says
    // why.
    if let Err(too_many) = login.limits.decision(who.account.id) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    if let Err(Stop::Fault(fault)) = login.flow.scan(code, &who, browser_key(&headers), ScanCause::Pressed).await {
        return Err(fault.into());
    }
    Ok(Redirect::to(&format!("/s/{}", login.flow.text(code))).into_response())
}

fn link_form(login: &Login, texts: &'static Texts, typed: &str, wrong: Option<String>) -> Response {
    let typed = typed.to_owned();
    login.site.page(Page { class: "form", ..Page::new(texts, texts.link.title) }, move || {
        view! {
            <Mark/>
            <h1>{texts.link.title}</h1>
            <p class="lead">{texts.link.lead}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{with_data(text)}</p> })}
            <form method="post" action="/link">
                <label for="code">{texts.link.code}</label>
                <input id="code" name="code" class="code" value=typed placeholder="XXXX-XXXX" maxlength="16" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required=true autofocus=true/>
                <button type="submit" class="primary">{texts.link.go}</button>
            </form>
        }
    })
}

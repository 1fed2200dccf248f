//! The browser that wants to be signed in: its page, its watch, its claim.

use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Login;
use super::carry::{Resume, Upgrade, carry};
use super::flow::Stop;
use super::panel::{Panel, Shown};
use crate::account::session::Witness;
use crate::entropy::random;
use crate::measure;
use crate::text::Lang;
use crate::ticket::event::Seen;
use crate::ticket::ids::{Attempt, ClaimKey, ClaimKeyHash, TicketId};
use crate::ticket::machine::{Asker, Refused, Ticket};
use crate::web::client::{Agent, ClientAddress};
use crate::web::cookie;
use crate::web::document::{Mark, Page};
use crate::web::listen::Place;
use crate::web::next_path::NextPath;
use crate::web::problem::{Problem, wants_html};

/// Without script the page loads itself again after this many seconds.
const RELOAD_SECONDS: u8 = 3;
/// A page renews its code this long before its end: time for a slow network, and for whoever is scanning.
const RENEW_BEFORE: Duration = Duration::from_secs(10);

/// `?next=&code=`
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
    /// On a phone the code is shown only to whoever asks for it.
    #[serde(default)]
    code: Option<String>,
}

/// `GET /login`: a fresh ticket and its code.
pub async fn page(
    State(login): State<Login>,
    from: ClientAddress,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let next = NextPath::parse(&asked.next).unwrap_or_else(NextPath::home);
    if login.sessions.find(&headers).await?.is_some() {
        return Ok(Redirect::to(next.as_str()).into_response());
    }
    let agent = Agent::of(&headers);
    if agent.is_phone && asked.code.is_none() {
        return Ok(phone_page(&login, &next));
    }
    login.limits.login(from)?;
    // One key for all tabs of a browser, so that no tab takes another's away.
    let key = cookie::read(&headers, cookie::BROWSER).and_then(|key| key.parse().ok());
    let key: ClaimKey = key.unwrap_or_else(|| ClaimKey::from_random(random()));
    let asker = Asker { browser: agent.browser, system: agent.system, address: from.0 };
    let ticket = login.flow.issue(key.hash(), asker, next.into_boxed()).await?;
    let cookie = claim_cookie(&login, &key);
    Ok(([(SET_COOKIE, cookie)], code_page(&login, &ticket).await).into_response())
}

/// `GET /login/{ticket}`: the same page later, for a browser without script.
pub async fn page_again(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Ok((id, key)) = whose(&ticket, &headers) else { return Ok(Redirect::to("/login").into_response()) };
    let ticket = match login.flow.ticket_of(id, key).await {
        Ok(ticket) => ticket,
        Err(Stop::Unknown | Stop::Refused(Refused::WrongKey)) => return Ok(Redirect::to("/login").into_response()),
        Err(stop) => return Err(stop.into()),
    };
    let event = login.flow.event(&ticket).await;
    let is_late = Duration::from_millis(event.remaining_ms.into()) <= renew_before(&login);
    match event.seen {
        Seen::Claimed => Ok(Redirect::to(ticket.next.as_deref().unwrap_or("/")).into_response()),
        // A page that has rested shows the old code until its end, and then the way to a new one.
        Seen::Waiting { .. } if is_late => {
            let ticket = login.flow.refresh(id, key).await.unwrap_or(ticket);
            Ok(code_page(&login, &ticket).await)
        }
        _ => Ok(code_page(&login, &ticket).await),
    }
}

/// `GET /login/{ticket}/watch`
pub async fn watch(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    Query(resume): Query<Resume>,
    place: Place,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    let begin = async {
        let (id, key) = whose(&ticket, &headers)?;
        login.flow.watch_as_browser(id, key).await
    };
    carry(upgrade, &headers, resume, &login.site, login.stopping.clone(), place, begin).await
}

/// `POST /login/{ticket}/refresh`: the newer code comes by the watch.
pub async fn refresh(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let (id, key) = whose(&ticket, &headers)?;
    login.flow.refresh(id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /login/{ticket}/cancel`: not that phone; start over.
pub async fn cancel(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    headers: HeaderMap,
) -> Result<Redirect, Problem> {
    let (id, key) = whose(&ticket, &headers)?;
    let next = login.flow.ticket_of(id, key).await.ok().and_then(|ticket| ticket.next);
    // Whatever came between, this page begins again.
    if let Err(Stop::Fault(fault)) = login.flow.cancel(id, key).await {
        return Err(fault.into());
    }
    Ok(Redirect::to(&again(next.as_deref())))
}

/// What a script is told after its claim.
#[derive(Serialize)]
struct SignedIn {
    next: String,
}

/// The form of `POST /login/{ticket}/claim`.
#[derive(Deserialize)]
pub struct Claim {
    /// As the page names it; without one, a lost answer cannot be asked for again.
    #[serde(default)]
    attempt: String,
}

/// `POST /login/{ticket}/claim`: the session, once.
pub async fn claim(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    headers: HeaderMap,
    Form(claim): Form<Claim>,
) -> Result<Response, Problem> {
    let (id, key) = whose(&ticket, &headers)?;
    let attempt = claim.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let (ticket, claimed) = login.flow.claim(id, key, attempt).await?;
    let account = claimed.account();
    let session = login.sessions.open(Witness::Claimed(claimed), &headers).await?.ok_or_else(Problem::broken)?;
    tracing::info!(ticket.id = %id, account.id = %account, "signed in by scan");
    measure::sign_in("scan");
    let next = ticket.next.as_deref().unwrap_or("/").to_owned();
    let answer = if wants_html(&headers) {
        Redirect::to(&next).into_response()
    } else {
        Json(SignedIn { next }).into_response()
    };
    Ok(([(SET_COOKIE, session)], answer).into_response())
}

/// Which ticket, and by which browser: the address and the cookie, read and nothing more.
fn whose(ticket: &str, headers: &HeaderMap) -> Result<(TicketId, ClaimKeyHash), Stop> {
    let id = ticket.parse().map_err(|_| Stop::Unknown)?;
    let key = cookie::read(headers, cookie::BROWSER).and_then(|key| key.parse::<ClaimKey>().ok());
    Ok((id, key.ok_or(Refused::WrongKey)?.hash()))
}

/// Lives as long as a ticket can, from issue to claim, and as long again as a claim may be repeated.
fn claim_cookie(login: &Login, key: &ClaimKey) -> HeaderValue {
    let settings = &login.settings;
    let seconds = settings.renew_seconds + settings.code_seconds + settings.decide_seconds + 2 * settings.claim_seconds;
    cookie::set(cookie::BROWSER, &key.expose(), Duration::from_secs(seconds))
}

fn renew_before(login: &Login) -> Duration {
    RENEW_BEFORE.min(Duration::from_secs(login.settings.code_seconds) / 3)
}

fn millis(span: Duration) -> u32 {
    u32::try_from(span.as_millis()).unwrap_or(u32::MAX)
}

/// Where a page goes for a new code.
fn again(next: Option<&str>) -> String {
    let path = next.and_then(NextPath::parse).unwrap_or_else(NextPath::home).behind("/login");
    // Who has a code wants a code, on a phone too.
    format!("{path}{}code=1", if path.contains('?') { '&' } else { '?' })
}

async fn code_page(login: &Login, ticket: &Ticket) -> Response {
    let lang = Lang::En;
    let mut event = login.flow.event(ticket).await;
    // The picture stands behind every state, so that nothing moves when the state does.
    let code = login.flow.code(ticket);
    if let Seen::Waiting { code: slot, .. } = &mut event.seen {
        *slot = Some(code.clone());
    }
    let goes_on = matches!(event.seen, Seen::Waiting { .. } | Seen::Scanned { .. });
    let shown = Shown {
        ticket: ticket.id.to_string(),
        event,
        code,
        code_ms: millis(Duration::from_secs(login.settings.code_seconds)),
        renew_before_ms: millis(renew_before(login)),
        renew_for_ms: millis(Duration::from_secs(login.settings.renew_seconds)),
        attempt: Attempt::from_random(random()).to_string(),
        next: ticket.next.as_deref().unwrap_or("/").to_owned(),
        again: again(ticket.next.as_deref()),
        link: format!("{}/link", login.site.host()),
    };
    let page = Page {
        title: lang.login_title(),
        islands: true,
        reload: goes_on.then(|| (RELOAD_SECONDS, format!("/login/{}", ticket.id))),
        class: "login",
    };
    let next = ticket.next.as_deref().and_then(NextPath::parse).unwrap_or_else(NextPath::home);
    let signin = next.behind("/signin");
    let (name, host) = (login.site.name().to_owned(), login.site.host().to_owned());
    // Where the script never arrives, the page must not sit on a dead code: the server knows what became of it.
    let late = format!(
        "setTimeout(function(){{document.body.dataset.live===undefined&&location.replace('/login/{}')}},{})",
        ticket.id,
        shown.event.remaining_ms.saturating_add(1000)
    );
    login.site.page(page, move || {
        provide_context(shown);
        let nonce = leptos::nonce::use_nonce();
        view! {
            <script nonce=nonce>{late}</script>
            <Mark/>
            <h1>{lang.login_heading(&name)}</h1>
            <p class="lead"><span class="host">{host}</span></p>
            <Panel/>
            <p class="foot"><a class="quiet" href=signin>{lang.login_here_instead()}</a></p>
        }
    })
}

/// RFC 10027 §5: on a phone there is nothing to scan with; the way in is right here.
fn phone_page(login: &Login, next: &NextPath) -> Response {
    let lang = Lang::En;
    let signin = next.behind("/signin");
    let next = next.as_str().to_owned();
    let (name, host) = (login.site.name().to_owned(), login.site.host().to_owned());
    login.site.page(Page { title: lang.login_title(), class: "home", ..Page::default() }, move || {
        view! {
            <Mark/>
            <h1>{lang.login_heading(&name)}</h1>
            <p class="lead"><span class="host">{host}</span></p>
            <p>{lang.login_on_phone()}</p>
            <p><a class="button primary" href=signin>{lang.login_on_phone_here()}</a></p>
            <form method="get" action="/login">
                <input type="hidden" name="next" value=next/>
                <input type="hidden" name="code" value="1"/>
                <button type="submit" class="quiet">{lang.login_on_phone_code()}</button>
            </form>
        }
    })
}

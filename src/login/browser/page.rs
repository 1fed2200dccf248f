//! The requests of the browser that wants to be signed in: its page, its watch and its claim.

use std::time::Duration;

use axum::extract::{Path, Query, Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::{Deserialize, Serialize};

use super::view::{again, code_page, name_page, phone_page};
use super::visit::{FRAMED, Visit, out_of_frame, renew_before};
use crate::account::TypedName;
use crate::account::session::{SignedInCookies, Witness};
use crate::crypto::random::random;
use crate::login::Login;
use crate::login::flow::Stop;
use crate::login::keys::ClaimKey;
use crate::login::refusal::refused;
use crate::login::watch::carriers::{Resume, Upgrade, Waiter, carry};
use crate::measure;
use crate::store::Fault;
use crate::text::Texts;
use crate::ticket::event::Seen;
use crate::ticket::ids::{AccountId, Attempt, ClaimKeyHash, Purpose, TicketId};
use crate::ticket::machine::{Asker, Goal, Refused};
use crate::web::client::{Agent, ClientAddress};
use crate::web::cookie;
use crate::web::next_path::NextPath;
use crate::web::problem::{FramedBy, Problem, wants_html};
use crate::whole::whole;

/// The query `?next=&code=&user=` of `GET /login`.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
    /// Whether the code is asked for; on a phone it is only shown then.
    #[serde(default)]
    code: Option<String>,
    /// The user name of the only account that may approve.
    #[serde(default)]
    user: Option<String>,
}

/// `GET /login`: creates a ticket and shows its code.
pub async fn page(
    State(login): State<Login>,
    from: ClientAddress,
    Query(asked): Query<Asked>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let next = NextPath::parse(&asked.next).unwrap_or_else(NextPath::home);
    if login.sessions.find(&headers).await?.is_some() {
        return Ok(Redirect::to(next.as_str()).into_response());
    }
    let visit = Visit { next, app: None, shows_code: asked.code.is_some(), user: asked.user };
    login.begin(texts, from, &headers, visit).await
}

impl Login {
    /// Creates a ticket and shows its code. On a phone it shows the way to sign in there instead, unless a
    /// code is asked for.
    pub async fn begin(
        &self,
        texts: &'static Texts,
        from: ClientAddress,
        headers: &HeaderMap,
        visit: Visit,
    ) -> Result<Response, Problem> {
        let agent = Agent::of(headers);
        if agent.is_phone && !visit.shows_code {
            return Ok(phone_page(self, texts, &visit));
        }
        if self.settings.name_first && visit.user.is_none() {
            return Ok(name_page(self, texts, &visit, None));
        }
        if let Err(too_many) = self.limits.login(from) {
            let has_form = visit.user.is_some();
            return if has_form {
                Ok(too_many.beside_form(headers, texts, |why| name_page(self, texts, &visit, Some(why))))
            } else {
                Err(too_many)
            };
        }
        let account = match visit.user {
            Some(name) => Some(self.account_named(&name).await?),
            None => None,
        };
        // All tabs of a browser share one key, so that no tab invalidates another's.
        let is_framed = visit.app.as_ref().is_some_and(|app| app.framed_by.is_some());
        let name = if is_framed { cookie::FRAME } else { cookie::BROWSER };
        let key = cookie::read(headers, name).and_then(|key| key.parse().ok());
        let key: ClaimKey = key.unwrap_or_else(|| ClaimKey::from_random(random()));
        let asker = Asker { browser: agent.browser, system: agent.system, address: from.0 };
        let goal = Goal { next: visit.next.into_boxed(), app: visit.app, code_life: None, account };
        let ticket = self.flow.issue(&key, asker, goal).await?;
        let cookie = claim_cookie(self, &key, is_framed);
        Ok(([(SET_COOKIE, cookie)], code_page(self, texts, &ticket).await).into_response())
    }

    /// Returns the account of this user name. For an unknown name it returns a random identifier, so that a
    /// code is shown that no account can scan, and the page does not tell who has an account (ASVS 6.3.8).
    async fn account_named(&self, name: &str) -> Result<AccountId, Fault> {
        let known = self.records.account_by_username(TypedName::of(name).as_str()).await?;
        Ok(known.map_or_else(|| AccountId::from_random(random()), |(account, _)| account.id))
    }
}

/// `GET /login/{ticket}`: shows the same ticket again, for a browser without script.
pub async fn page_again(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    uri: Uri,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (id, key) = match whose(&uri, &ticket, &headers) {
        Ok(whose) => whose,
        // A new page would only try to set the cookie again, which this browser does not keep.
        Err(stop @ Stop::NoCookie) => return Err(stop.into()),
        Err(_) => return Ok(Redirect::to("/login").into_response()),
    };
    let ticket = match login.flow.ticket_of(id, key, "show").await {
        Ok(ticket) => ticket,
        Err(Stop::Unknown | Stop::Refused(Refused::WrongKey)) => return Ok(Redirect::to("/login").into_response()),
        Err(stop) => return Err(stop.into()),
    };
    let event = login.flow.event(&ticket).await;
    let is_late = Duration::from_millis(event.remaining_ms.into()) <= renew_before(&login);
    match event.seen {
        Seen::Claimed => Ok(Redirect::to(ticket.next.as_deref().unwrap_or("/")).into_response()),
        // A page that no longer renews its code shows the old one until it expires, and then a button for a
        // new one.
        Seen::Waiting { .. } if is_late => {
            let ticket = login.flow.refresh(id, key).await.unwrap_or(ticket);
            Ok(code_page(&login, texts, &ticket).await)
        }
        _ => Ok(code_page(&login, texts, &ticket).await),
    }
}

/// `GET /login/{ticket}/watch`: sends the events of the ticket to its page.
pub async fn watch(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    Query(resume): Query<Resume>,
    waiter: Waiter,
    uri: Uri,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    let begin = async {
        let (id, key) = whose(&uri, &ticket, &headers)?;
        login.flow.watch_as_browser(id, key).await
    };
    carry(upgrade, &headers, resume, &login.site, login.stopping.clone(), waiter, begin).await
}

/// `POST /login/{ticket}/refresh`: renews the code. The new one is sent over the watch.
pub async fn refresh(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let (id, key) = whose(&uri, &ticket, &headers)?;
    login.flow.refresh(id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /login/{ticket}/cancel`: gives up the ticket, because another person scanned it, and starts over.
pub async fn cancel(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Redirect, Problem> {
    let (id, key) = whose(&uri, &ticket, &headers)?;
    let ticket = login.flow.ticket_of(id, key, "cancel").await;
    let leads = ticket.map_or_else(|_| "/login?code=1".to_owned(), |ticket| again(&ticket));
    // Whatever the ticket's state is, the page starts over.
    if let Err(Stop::Fault(fault)) = login.flow.cancel(id, key).await {
        return Err(fault.into());
    }
    Ok(Redirect::to(&leads))
}

/// The answer to a script that claimed a ticket.
#[derive(Serialize)]
struct SignedIn {
    next: String,
}

/// The form of `POST /login/{ticket}/claim`.
#[derive(Deserialize)]
pub struct Claim {
    /// The attempt that the page names. If it is empty, a claim whose answer was lost cannot be repeated.
    #[serde(default)]
    attempt: String,
}

/// `POST /login/{ticket}/claim`: opens the session of an approved ticket, once.
pub async fn claim(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    uri: Uri,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(claim): Form<Claim>,
) -> Result<Response, Problem> {
    let (id, key) = whose(&uri, &ticket, &headers)?;
    let attempt = claim.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let is_html = wants_html(&headers);
    // The session is opened and remembered with the claim, so that the person who approved can find and
    // revoke it.
    let site = login.site.clone();
    let (next, cookies) = whole(async move { login.take(id, key, attempt, &headers).await }).await?;
    let answer = if is_html { site.after_form(texts, &next) } else { Json(SignedIn { next }).into_response() };
    Ok((AppendHeaders(cookies), answer).into_response())
}

impl Login {
    /// Claims an approved ticket: opens the session and remembers the consent. Returns where the browser goes
    /// next, and its cookies.
    async fn take(
        &self,
        id: TicketId,
        key: ClaimKeyHash,
        attempt: Attempt,
        headers: &HeaderMap,
    ) -> Result<(String, SignedInCookies), Problem> {
        let (ticket, claimed) = self.flow.claim(id, key, attempt).await?;
        let (account, ticked, approved_at) = (claimed.account(), claimed.ticked(), claimed.approved_at());
        let next = ticket.next.as_deref().unwrap_or("/").to_owned();
        // If the sign-in is to this site, it does not count as one for an app to which the page leads
        // afterwards.
        let leads_to = if ticket.app.is_some() { next.as_str() } else { "/" };
        let cookies = self.sessions.open(Witness::Claimed(claimed), headers, leads_to).await?;
        let cookies = cookies.ok_or(Stop::Refused(Refused::Denied))?;
        if let Some(app) = &ticket.app {
            // The phone showed what the app learns, and the person approved it there.
            self.remember_consent(account, app.id, &app.scopes, ticked, approved_at).await?;
        }
        tracing::info!(ticket.id = %id, "signed in by scan");
        measure::sign_in("scan");
        Ok((next, cookies))
    }
}

/// Middleware for requests of a frame: shows a refusal inside the frame, because the page around it cannot.
/// Browsers may keep no cookies in a frame, so the page also links out of it, to a page that needs only a
/// sign-in.
pub async fn in_its_frame(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let Ok(id) = ticket.parse() else { return response };
    let Some(mut problem) = response.extensions_mut().remove::<Problem>() else { return response };
    // The ticket says which pages may show the frame. If it is gone, the problem is not shown in any frame.
    let app = login.flow.get(id).await.ok().and_then(|ticket| ticket.app);
    if let Some(app) = app
        && let Some(pages) = &app.framed_by
    {
        if let Some(way) = out_of_frame(&app) {
            problem = problem.leading(|texts| texts.login.here_instead, way);
        }
        response.extensions_mut().insert(FramedBy(pages.as_ref().into()));
    }
    response.extensions_mut().insert(problem);
    response
}

/// Returns the ticket of a request and the key of its browser, read from the address and the cookie. In a
/// frame it is another cookie, so that neither page can be used through the other.
pub fn whose(uri: &Uri, ticket: &str, headers: &HeaderMap) -> Result<(TicketId, ClaimKeyHash), Stop> {
    let id = ticket.parse().map_err(|_| Stop::Unknown)?;
    let is_framed = uri.path().starts_with(FRAMED);
    let (name, purpose) = if is_framed { (cookie::FRAME, Purpose::Frame) } else { (cookie::BROWSER, Purpose::Session) };
    let key = cookie::read(headers, name).and_then(|key| key.parse::<ClaimKey>().ok());
    let key = key.ok_or_else(|| refused("find", id, Stop::NoCookie))?;
    Ok((id, key.hash(purpose)))
}

/// Returns the cookie with the claim key. It lives as long as a ticket can, including the time in which a
/// claim may be repeated.
fn claim_cookie(login: &Login, key: &ClaimKey, is_framed: bool) -> HeaderValue {
    let settings = &login.settings;
    let seconds = settings.renew_seconds + settings.code_seconds + settings.decide_seconds + 2 * settings.claim_seconds;
    let life = Duration::from_secs(seconds);
    if is_framed {
        cookie::set_framed(cookie::FRAME, &key.expose(), life)
    } else {
        cookie::set(cookie::BROWSER, &key.expose(), life)
    }
}

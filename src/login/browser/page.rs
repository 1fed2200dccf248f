//! The handlers of the browser that is to be signed in: its page, its watch, its claim.

use std::time::Duration;

use axum::extract::{Path, Query, Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::{Deserialize, Serialize};

use super::off::off_page;
use super::view::{again, code_page, name_page, phone_page};
use super::visit::{FRAMED, Visit, out_of_frame, renew_before};
use crate::account::TypedName;
use crate::account::session::browser_id::BrowserId;
use crate::account::session::{Sessions, SignedInCookies, Witness};
use crate::crypto::random::random;
use crate::login::Login;
use crate::login::flow::{ScanOff, StepError};
use crate::login::keys::ClaimKey;
use crate::login::refusal::refused;
use crate::login::watch::carriers::{Resume, Waiter, carry};
use crate::measure;
use crate::store::Fault;
use crate::text::Texts;
use crate::ticket::event::Seen;
use crate::ticket::ids::{AccountId, Attempt, ClaimKeyHash, Purpose, TicketId};
use crate::ticket::machine::{Goal, Refused, Stage, Ticket};
use crate::web::client::{Agent, ClientAddress};
use crate::web::cookie;
use crate::web::language::Language;
use crate::web::next_path::NextPath;
use crate::web::problem::{FramedBy, Problem, wants_html};
use crate::websocket::handshake::Upgrade;

/// The query of `GET /login`: `?next=&code=&user=`.
#[derive(Debug, Deserialize)]
pub struct LoginPageQuery {
    #[serde(default)]
    next: String,
    /// Present if the code is to be shown on a phone too, where another page is shown otherwise.
    #[serde(default)]
    code: Option<String>,
    /// Username of the only account that may scan the code.
    #[serde(default)]
    user: Option<String>,
}

/// `GET /login`: makes a ticket and shows its code; a phone gets other ways to sign in first. A browser that is
/// signed in already is redirected to `next`, unless its person chose to add an account.
pub async fn page(
    State(login): State<Login>,
    from: ClientAddress,
    Query(query): Query<LoginPageQuery>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let next = NextPath::parse(&query.next).unwrap_or_else(NextPath::home);
    if !Sessions::is_adding(&headers) && login.sessions.find(&headers).await?.is_some() {
        return Ok(Redirect::to(next.as_str()).into_response());
    }
    let visit = Visit { next, app: None, shows_code: query.code.is_some(), user: query.user };
    login.begin(texts, from, &headers, visit).await
}

impl Login {
    /// Makes a ticket and shows its code, with a cookie that has the browser's claim key. A phone gets a page
    /// with other ways to sign in first, unless `visit` asks for the code. Where the setting `name_first` is set,
    /// the username is asked for first. Fails if a rate limit is reached.
    pub async fn begin(
        &self,
        texts: &'static Texts,
        from: ClientAddress,
        headers: &HeaderMap,
        visit: Visit,
    ) -> Result<Response, Problem> {
        match self.flow.check_scan(visit.app.as_deref()).await {
            Ok(()) => {}
            Err(StepError::ScanOff(off)) => return self.without_scan(texts, headers, &visit, off),
            Err(error) => return Err(error.into()),
        }
        let agent = Agent::of(headers);
        if agent.is_phone && !visit.shows_code {
            return Ok(phone_page(self, texts, &visit));
        }
        if self.settings.name_first && visit.user.is_none() {
            return Ok(name_page(self, texts, &visit, None));
        }
        if let Err(too_many) = self.limits.new_sign_in(from) {
            let has_form = visit.user.is_some();
            return if has_form {
                Ok(too_many.beside_form(headers, texts, |why| name_page(self, texts, &visit, Some(why))))
            } else {
                Err(too_many)
            };
        }
        let only_for = match visit.user {
            Some(name) => Some(self.account_named(&name).await?),
            None => None,
        };
        // All tabs of a browser share one claim key, so that no tab replaces the key of another.
        let is_framed = visit.app.as_ref().is_some_and(|app| app.framed_by.is_some());
        let name = if is_framed { cookie::FRAME } else { cookie::BROWSER };
        let key = cookie::read(headers, name).and_then(|key| key.parse().ok());
        let key: ClaimKey = key.unwrap_or_else(|| ClaimKey::from_random(random()));
        let asker = agent.at(from);
        let browser_id = BrowserId::of(headers).map(|id| id.hash());
        let goal = Goal { next: visit.next.into_boxed(), app: visit.app, only_for, browser_id, ..Goal::default() };
        let ticket = self.flow.issue(&key, asker, goal).await?;
        let cookie = claim_cookie(self, &key, is_framed);
        Ok(([(SET_COOKIE, cookie)], code_page(self, texts, &ticket, headers).await).into_response())
    }

    /// Answers a browser that is to be signed in while nobody signs in by scanning: with a page that offers the other ways, or
    /// with the refusal to a program. Both are logged and counted.
    fn without_scan(
        &self,
        texts: &'static Texts,
        headers: &HeaderMap,
        visit: &Visit,
        off: ScanOff,
    ) -> Result<Response, Problem> {
        let error = StepError::from(off);
        tracing::info!(step = "issue", code = error.code(), why = off.word(), "a page shows no code");
        measure::refused("issue", error.code());
        if wants_html(headers) { Ok(off_page(self, texts, visit, off)) } else { Err(error.into()) }
    }

    /// Returns the id of the account with this username. For an unknown name it returns a random id, whose code no
    /// account can scan: so the page does not tell which accounts exist (ASVS 6.3.8).
    async fn account_named(&self, name: &str) -> Result<AccountId, Fault> {
        let known = self.records.account_by_username(TypedName::of(name).as_str()).await?;
        Ok(known.map_or_else(|| AccountId::from_random(random()), |(account, _)| account.id))
    }
}

/// `GET /login/{ticket}`: shows the present state of a ticket, for a browser without script, which reloads this
/// page. Renews a code that is about to expire. Redirects to a new page if nobody signs in by scanning any more, to the destination of the sign-in
/// if the ticket was claimed, and to a new ticket if it is unknown or another browser's; in a frame the latter is an error.
pub async fn page_again(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    uri: Uri,
    language: Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (id, key) = match ticket_and_key(&uri, &ticket, &headers) {
        Ok(both) => both,
        // A new page would set the cookie again, and the browser would drop it again.
        Err(error @ StepError::NoCookie) => return Err(error.into()),
        Err(_) => return Ok(Redirect::to("/login").into_response()),
    };
    let ticket = match login.flow.ticket_of(id, key, "show").await {
        Ok(ticket) => ticket,
        // The login page may not be framed; a refusal may (`show_refusals_in_frame`).
        Err(StepError::Unknown | StepError::Refused(Refused::WrongKey)) if !is_framed(&uri) => {
            return Ok(Redirect::to("/login").into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let texts = follow_app(&language, &ticket);
    if matches!(ticket.stage, Stage::Waiting)
        && let Err(StepError::ScanOff(_)) = login.flow.check_scan(ticket.app.as_deref()).await
    {
        // The page of a new code says why there is none.
        return Ok(Redirect::to(&again(&ticket)).into_response());
    }
    let event = login.flow.event(&ticket).await;
    let is_late = Duration::from_millis(event.remaining_ms.into()) <= renew_before(&login);
    match event.seen {
        Seen::Claimed => Ok(Redirect::to(ticket.next.as_deref().unwrap_or("/")).into_response()),
        // If the code may not be renewed any more, the page shows it until it expires, and then a button for
        // a new one.
        Seen::Waiting { .. } if is_late => {
            let ticket = login.flow.refresh(id, key).await.unwrap_or(ticket);
            Ok(code_page(&login, texts, &ticket, &headers).await)
        }
        _ => Ok(code_page(&login, texts, &ticket, &headers).await),
    }
}

/// `GET /login/{ticket}/watch`: sends the browser the events of its ticket.
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
        let (id, key) = ticket_and_key(&uri, &ticket, &headers)?;
        login.flow.watch_as_browser(id, key).await
    };
    carry(upgrade, &headers, resume, &login.site, login.stopping.clone().into(), waiter, begin).await
}

/// `POST /login/{ticket}/refresh`: renews the code and answers 204. The new code is sent over the watch.
pub async fn refresh(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let (id, key) = ticket_and_key(&uri, &ticket, &headers)?;
    login.flow.refresh(id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /login/{ticket}/cancel`: cancels the ticket and redirects to a new one, for a person whose code another
/// phone scanned. A ticket that cannot be cancelled stays as it is, and the redirect is the same.
pub async fn cancel(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Redirect, Problem> {
    let (id, key) = ticket_and_key(&uri, &ticket, &headers)?;
    let ticket = match login.flow.cancel(id, key).await {
        Err(StepError::Fault(fault)) => return Err(fault.into()),
        // The ticket of another browser does not say where this one was going.
        Err(StepError::Refused(Refused::WrongKey)) => None,
        // A ticket that cannot be cancelled is over or unknown: the redirect to a new one is right in that case as
        // well.
        Err(_) => login.flow.get(id).await.ok(),
        Ok(ticket) => Some(ticket),
    };
    let leads = ticket.map(|ticket| again(&ticket));
    Ok(Redirect::to(leads.as_deref().unwrap_or("/login?code=1")))
}

/// The JSON answer to a script's claim: the path to go to.
#[derive(Serialize)]
struct ClaimAnswer {
    next: String,
}

/// The form of `POST /login/{ticket}/claim`.
#[derive(Deserialize)]
pub struct ClaimForm {
    /// The attempt that the page drew, in base64url; without it, a claim whose answer was lost cannot be repeated.
    #[serde(default)]
    attempt: String,
}

/// `POST /login/{ticket}/claim`: opens the session that was approved; only the same attempt may repeat it.
/// Returns the session's cookies and the path to go to: as JSON to a script, as a redirecting page to a form.
pub async fn claim(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    uri: Uri,
    language: Language,
    from: ClientAddress,
    headers: HeaderMap,
    Form(form): Form<ClaimForm>,
) -> Result<Response, Problem> {
    let (id, key) = ticket_and_key(&uri, &ticket, &headers)?;
    let attempt = form.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let is_html = wants_html(&headers);
    let (next, cookies) = login.claim_and_sign_in(&language, id, key, attempt, (&headers, from)).await?;
    let answer = if is_html {
        login.site.after_form(language.texts(), &next)
    } else {
        Json(ClaimAnswer { next }).into_response()
    };
    Ok((AppendHeaders(cookies), answer).into_response())
}

impl Login {
    /// Claims the approval, opens the session, and stores the consent to the app. Returns the path to go to,
    /// and the cookies. Changes the language to the one that the app wants, also if the claim is refused.
    pub(in crate::login) async fn claim_and_sign_in(
        &self,
        language: &Language,
        id: TicketId,
        key: ClaimKeyHash,
        attempt: Attempt,
        (headers, from): (&HeaderMap, ClientAddress),
    ) -> Result<(String, SignedInCookies), Problem> {
        let claimed = self.flow.claim(id, key, attempt).await;
        // The browser that made the ticket is told of a refusal in that language too. A store that has just failed is
        // not asked again.
        if let Err(StepError::Refused(_)) = claimed
            && let Ok(ticket) = self.flow.get(id).await
            && ticket.opens_with(&key)
        {
            follow_app(language, &ticket);
        }
        let (ticket, claimed) = claimed?;
        follow_app(language, &ticket);
        let (account, ticked, approved_at) = (claimed.account(), claimed.ticked(), claimed.approved_at());
        let next = ticket.next.as_deref().unwrap_or("/").to_owned();
        // A sign-in to this site is not one to the app whose authorization request it leads on to.
        let leads_to = if ticket.app.is_some() { next.as_str() } else { "/" };
        let cookies = self.sessions.open(Witness::Claimed(Box::new(claimed)), headers, from, leads_to).await?;
        let cookies = cookies.ok_or(StepError::Refused(Refused::Denied))?;
        if let Some(app) = &ticket.app {
            // The phone showed what the app learns, and its person approved that.
            self.consents.remember(account, app.id, &app.scopes, ticked, approved_at).await?;
        }
        tracing::info!(ticket.id = %id, "signed in by scan");
        measure::sign_in("scan");
        Ok((next, cookies))
    }
}

/// Changes the language to the one that the app of this ticket wants, if it has an app, and returns the texts in it.
fn follow_app(language: &Language, ticket: &Ticket) -> &'static Texts {
    language.follow(ticket.app.as_ref().and_then(|app| app.ui_locales.as_deref()))
}

/// Middleware of the routes for frames: lets the page of a refusal be shown in the frame, because the embedding
/// page cannot tell why the request was refused. It is in the language of the app's request. The link on it leads out
/// of the frame, where the browser keeps cookies.
pub async fn show_refusals_in_frame(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    language: Language,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let Ok(id) = ticket.parse() else { return response };
    let Some(mut problem) = response.extensions_mut().remove::<Problem>() else { return response };
    // The ticket tells which pages may embed it; without the ticket, none may.
    let app = login.flow.get(id).await.ok().and_then(|ticket| ticket.app);
    if let Some(app) = app
        && let Some(pages) = &app.framed_by
    {
        if let Some(way) = out_of_frame(&app) {
            problem = problem.leading(|texts| texts.login.here_instead, way);
        }
        language.follow(app.ui_locales.as_deref());
        response.extensions_mut().insert(FramedBy(pages.as_ref().into()));
    }
    response.extensions_mut().insert(problem);
    response
}

/// Returns whether the path of a request is that of a login page in a frame of an app's page.
fn is_framed(uri: &Uri) -> bool {
    uri.path().starts_with(FRAMED)
}

/// Returns the path of the page of a ticket, in a frame or not as the path of this request is.
pub(super) fn path_of(uri: &Uri, id: TicketId) -> String {
    format!("{}/{id}", if is_framed(uri) { FRAMED } else { "/login" })
}

/// Returns the id of the ticket in the path and the hash of the claim key in the browser's cookie, without asking
/// the store. A page in a frame has another cookie and another hash, so that neither page can be used through the
/// other. [`StepError::NoCookie`] if the browser sent no such cookie; [`StepError::Unknown`] if the path has no id.
pub fn ticket_and_key(uri: &Uri, ticket: &str, headers: &HeaderMap) -> Result<(TicketId, ClaimKeyHash), StepError> {
    let id = ticket.parse().map_err(|_| StepError::Unknown)?;
    let (name, purpose) =
        if is_framed(uri) { (cookie::FRAME, Purpose::Frame) } else { (cookie::BROWSER, Purpose::Session) };
    let key = cookie::read(headers, name).and_then(|key| key.parse::<ClaimKey>().ok());
    let key = key.ok_or_else(|| refused("find", id, StepError::NoCookie))?;
    Ok((id, key.hash(purpose)))
}

/// Returns the `Set-Cookie` value of the claim key, for a frame or for a page of its own. The cookie lives as
/// long as a ticket can live, and after that for the time in which a claim may be repeated.
pub(in crate::login) fn claim_cookie(login: &Login, key: &ClaimKey, is_framed: bool) -> HeaderValue {
    let settings = &login.settings;
    let seconds = settings.renew_seconds + settings.code_seconds + settings.decide_seconds + 2 * settings.claim_seconds;
    let life = Duration::from_secs(seconds);
    if is_framed {
        cookie::set_framed(cookie::FRAME, &key.expose(), life)
    } else {
        cookie::set(cookie::BROWSER, &key.expose(), life)
    }
}

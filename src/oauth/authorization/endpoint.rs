//! The authorization endpoint, `/oauth/authorize`, to which an app sends its visitor. A person who is not
//! signed in sees the login page, which shows the app's name, as the phone does. A person who is signed in
//! is asked once what the app may know. Then the browser goes back to the app with an authorization code.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::answer::ticket_app_of_request;
use super::choice::chooser_for;
use super::consent;
use super::needs::Needs;
use super::pages::AuthorizationPages;
use super::reading::{AuthorizeError, PUSHED_LIFE};
use super::request::Prompt;
use super::requests::{Requests, path_of, read_id};
use super::response::Leads;
use crate::account::session::{Sessions, SignedIn};
use crate::login::{Login, Visit};
use crate::oauth::client::clients::Clients;
use crate::oauth::error::OAuthError;
use crate::oauth::params::{Param, Params, Unchecked};
use crate::ticket::ids::Purpose;
use crate::ticket::machine::TicketApp;
use crate::web::client::ClientAddress;
use crate::web::document::Site;
use crate::web::language::{Language, wanted_by};
use crate::web::limits::Limits;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// `GET`, `POST /oauth/authorize`: checks and stores an authorization request, and redirects to
/// `/oauth/authorize/{id}`. An invalid request is answered with an error to the app, or with a page for the person if
/// the app or its redirect URI is not known or the pushed request that it names is over.
pub async fn begin(
    State(limits): State<Limits>,
    State(site): State<Site>,
    State(requests): State<Requests>,
    from: ClientAddress,
    language: Language,
    params: Result<Unchecked, OAuthError>,
) -> Result<Response, Problem> {
    let Unchecked(params) = params?;
    // The parameters of a form are not in the query, by which the language was chosen.
    let texts = language.follow(wanted_by(params.get(Param::UiLocales), None).as_deref());
    // A request is kept for a while, so it counts towards the limit of sign-ins from its address.
    limits.new_sign_in(from)?;
    let request = match requests.read(&params).await {
        Ok(request) => request,
        Err(AuthorizeError::ShowPage(problem)) => return Err(problem),
        Err(AuthorizeError::RedirectBack(back, why)) => return Ok(back.refuse(&site, texts, &why, Leads::ByRedirect)),
    };
    // A pushed request has the languages with it.
    let texts = language.follow(request.ui_locales.as_deref());
    match requests.keep(from, &request).await {
        Ok(id) => Ok(Redirect::to(&path_of(id)).into_response()),
        // RFC 6749 §4.1.2.1: the redirect URI is known, so the app receives the error.
        Err(fault) => Ok(request.back.refuse(&site, texts, &fault.into(), Leads::ByRedirect)),
    }
}

/// The response to a pushed authorization request (RFC 9126 §2.2).
#[derive(Serialize)]
struct Pushed {
    request_uri: String,
    expires_in: u64,
}

/// `POST /oauth/par`: authenticates the app, checks and stores an authorization request that the app itself sends in
/// advance (RFC 9126), and returns the `request_uri` with which the browser refers to it.
pub async fn push(
    State(clients): State<Clients>,
    State(limits): State<Limits>,
    State(requests): State<Requests>,
    from: ClientAddress,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, OAuthError> {
    let app = clients.authenticate(&headers, &params).await?;
    if !app.is_confidential() {
        // Anyone can name a public client, and could fill the store.
        limits.new_sign_in(from).map_err(|problem| OAuthError::TooMany(problem.retry_seconds()))?;
    }
    let request_uri = requests.push(from, &app, &params).await?;
    Ok((StatusCode::CREATED, Json(Pushed { request_uri, expires_in: PUSHED_LIFE.as_secs() })).into_response())
}

/// The query of `GET /oauth/authorize/{id}`, which says what the person chose or typed on the login page: to see the
/// sign-in code, a user name, or to go back to the app without signing in.
#[derive(Deserialize)]
pub struct LoginQuery {
    /// Present if the person asked for the sign-in code, which a phone does not show by itself.
    #[serde(default)]
    code: Option<String>,
    /// The user name that the person typed before the code is shown.
    #[serde(default)]
    user: Option<String>,
    /// Present if the person goes back to the app without signing in.
    #[serde(default)]
    leave: Option<String>,
    /// Present if the person comes from the page on which they chose an account.
    #[serde(default)]
    chosen: Option<String>,
}

/// `GET /oauth/authorize/{id}`: answers with the person's next step: the login page, the consent page, or back to the
/// app with a code, or with an error if they leave. A person who may not use the app is told so. With `prompt=none` a person who would need a page is sent back with
/// an error, also if a store fails. A request that is over or whose app is not accepted any more has an error page.
pub async fn go_on(
    State(login): State<Login>,
    State(AuthorizationPages { requests, grants, consents, site, .. }): State<AuthorizationPages>,
    from: ClientAddress,
    Path(id): Path<String>,
    Query(query): Query<LoginQuery>,
    language: Language,
    who: Result<Option<SignedIn>, Problem>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let open = requests.find(read_id(&id)?).await?;
    let request = &open.request;
    let texts = language.follow(request.ui_locales.as_deref());
    let refuse = |why| Ok(request.back.refuse(&site, texts, &why, Leads::ByRedirect));
    if query.leave.is_some() {
        let response = request.back.refuse(&site, texts, &OAuthError::AccessDenied, Leads::ByRedirect);
        return Ok((AppendHeaders(Sessions::end_adding(&headers)), response).into_response());
    }
    // The query `code` comes from a form of ours, and the person may have signed in meanwhile in another tab:
    // then the answer to that form leads to the app.
    let leads = if query.code.is_some() { Leads::ByPage } else { Leads::ByRedirect };
    let asked = async {
        let who = who?;
        Ok::<_, Problem>((requests.needs(&open, who.as_ref()).await?, who))
    };
    // OpenID Connect Core §3.1.2.1, §3.1.2.6: with `prompt=none` no page is shown, so a failure goes to the app too.
    let (needs, who) = match asked.await {
        Err(_) if request.prompt == Prompt::None => return refuse(OAuthError::TemporarilyUnavailable),
        asked => asked?,
    };
    // The person chose to answer this request with an account that they add, so the one in use does not answer it.
    let is_adding = request.prompt != Prompt::None && Sessions::is_adding_for(&headers, open.id);
    let needs = if is_adding { Needs::SignIn } else { needs };
    // OpenID Connect Core §3.1.2.1: the person chooses, and is never another one because an app says so.
    let has_chosen = is_adding || query.chosen.is_some();
    let is_offered = request.prompt != Prompt::None && !has_chosen && !request.wants_sign_in_for(&open.app);
    if is_offered && requests.offers_switch(&login.sessions, &open, who.as_ref(), &headers).await? {
        return Ok(Redirect::to(&chooser_for(open.id)).into_response());
    }
    match (needs, who) {
        // No page and no sign-in of this person would change it, so it is none of the errors that ask for one.
        (Needs::Permission, Some(who)) if request.prompt == Prompt::None => {
            requests.note_refused(&open, &who, from).await;
            refuse(OAuthError::MayNotUse)
        }
        (Needs::Permission, Some(who)) => Ok(requests.refused_page(&site, texts, &open, &who, from).await),
        (Needs::Nothing, Some(who)) => match requests.finish(&grants, &site, texts, &open, &who, leads).await {
            Err(_) if request.prompt == Prompt::None => refuse(OAuthError::TemporarilyUnavailable),
            answer => answer,
        },
        (Needs::SignIn, who) if request.prompt == Prompt::None => {
            // That the person whom an `id_token_hint` names is signed in here is not told without them.
            let may_be_told = who.is_none() && request.known_sub.is_none();
            match requests.offers_switch(&login.sessions, &open, None, &headers).await {
                Ok(true) if may_be_told => refuse(OAuthError::AccountSelectionRequired),
                Ok(_) => refuse(OAuthError::LoginRequired),
                Err(_) => refuse(OAuthError::TemporarilyUnavailable),
            }
        }
        (Needs::Consent, _) if request.prompt == Prompt::None => refuse(OAuthError::ConsentRequired),
        (Needs::Consent, Some(who)) => Ok(consent::page(&consents, &site, texts, &requests, &open, &who).await?),
        (_, who) => {
            // Who adds an account signs in with another one than that in use.
            let in_use = who.as_ref().map(|who| &who.account).filter(|_| !is_adding);
            let login_hint = request.username_for_form(in_use).map(Into::into);
            let app = ticket_app_of_request(open.id, &open.app, request, Purpose::Session);
            let visit = Visit {
                next: NextPath::of_request(open.id),
                app: Some(Box::new(TicketApp { login_hint, ..app })),
                // If only a scan is accepted, there is no other sign-in for a phone to show first.
                shows_code: query.code.is_some() || request.is_scan_only(&open.app),
                user: query.user,
            };
            login.begin(texts, from, &headers, visit).await
        }
    }
}

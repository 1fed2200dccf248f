//! `/oauth/authorize`: an app sends its visitor here. Who is not signed in meets the login page, with the app's name on
//! both screens; who is signed in is asked once what the app may know; and then goes back with a code.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::consent;
use super::pending::name;
use super::request::{AuthorizationRequest, Prompt, Wrong};
use super::response::Leads;
use crate::account::session::SignedIn;
use crate::login::Visit;
use crate::oauth::client::authentication;
use crate::oauth::client::redirect_uri::host_of;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::code::Person;
use crate::oauth::params::{Params, Unchecked};
use crate::oauth::state::{OAuth, PUSHED_LIFE};
use crate::picture;
use crate::store::Fault;
use crate::store::records::apps::App;
use crate::store::records::{LedTo, OpenedBy, SessionRow};
use crate::store::single_use::Kind;
use crate::text::Texts;
use crate::ticket::ids::{AccountId, Purpose};
use crate::ticket::machine::TicketApp;
use crate::web::client::ClientAddress;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// What has to happen before the person may go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Signing in, perhaps once more.
    SignIn,
    /// Saying yes.
    Consent,
    /// Nothing more.
    Nothing,
}

/// `GET`, `POST /oauth/authorize`: the request is read and kept, and goes on under an id.
pub async fn begin(
    State(oauth): State<OAuth>,
    from: ClientAddress,
    params: Result<Unchecked, OAuthError>,
) -> Result<Response, Problem> {
    let Unchecked(params) = params?;
    // Each request is kept for a while, so each is counted as a sign-in that waits.
    oauth.login.limits.login(from)?;
    let request = match oauth.read_request(&params).await {
        Ok(request) => request,
        Err(Wrong::Page(problem)) => return Err(problem),
        Err(Wrong::Tell(back, why)) => return Ok(oauth.refuse(&back, &why, Leads::ByRedirect)),
    };
    match oauth.keep_request(from, &request).await {
        Ok(id) => Ok(Redirect::to(&path_of(&id)).into_response()),
        // RFC 6749 §4.1.2.1: the way back is known, so the app is told.
        Err(stop) => Ok(oauth.refuse(&request.back, &stop.into(), Leads::ByRedirect)),
    }
}

/// RFC 9126 §2.2
#[derive(Serialize)]
struct Pushed {
    request_uri: String,
    expires_in: u64,
}

/// `POST /oauth/par`: the app sends the request itself, ahead of its visitor.
pub async fn push(
    State(oauth): State<OAuth>,
    from: ClientAddress,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, OAuthError> {
    let app = authentication::authenticate(&oauth, &headers, &params).await?;
    if !app.proves_itself() {
        // Whoever can name a public app could fill the store.
        oauth.login.limits.login(from).map_err(|problem| OAuthError::TooMany(problem.retry_seconds()))?;
    }
    let request_uri = oauth.push_request(from, &app, &params).await?;
    Ok((StatusCode::CREATED, Json(Pushed { request_uri, expires_in: PUSHED_LIFE.as_secs() })).into_response())
}

/// `?code=&user=&leave=`
#[derive(Deserialize)]
pub struct Shown {
    /// On a phone the code is shown only to whoever asks for it.
    #[serde(default)]
    code: Option<String>,
    /// The name that they typed before a code is shown.
    #[serde(default)]
    user: Option<String>,
    /// The person goes back without signing in.
    #[serde(default)]
    leave: Option<String>,
}

/// `GET /oauth/authorize/{id}`: as far as this person has come.
pub async fn go_on(
    State(oauth): State<OAuth>,
    from: ClientAddress,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (app, request) = oauth.request(&id).await?;
    let refuse = |why| Ok(oauth.refuse(&request.back, &why, Leads::ByRedirect));
    if shown.leave.is_some() {
        return refuse(OAuthError::AccessDenied);
    }
    // Whoever asks for a code does so by a form, and may have signed in meanwhile in another tab.
    let leads = if shown.code.is_some() { Leads::ByPage } else { Leads::ByRedirect };
    let who = oauth.login.sessions.find(&headers).await?;
    let needs = oauth.needs(&id, &app, &request, who.as_ref()).await?;
    match (needs, who) {
        (Needs::Nothing, Some(who)) => match oauth.finish(&id, &app, &request, &who, leads).await {
            // OpenID Connect Core §3.1.2.1: whatever it is, nothing is shown.
            Err(_) if request.prompt == Prompt::None => refuse(OAuthError::TemporarilyUnavailable),
            answer => answer,
        },
        (Needs::SignIn, _) if request.prompt == Prompt::None => refuse(OAuthError::LoginRequired),
        (Needs::Consent, _) if request.prompt == Prompt::None => refuse(OAuthError::ConsentRequired),
        (Needs::Consent, Some(who)) => Ok(consent::page(&oauth, &id, &app, &request, &who).await?),
        _ => {
            let visit = Visit {
                next: NextPath::parse(&path_of(&id)).unwrap_or_else(NextPath::home),
                app: Some(Box::new(ticket_app(&app, &request, Purpose::Session))),
                // Where nothing but a scan will do, there is no way in on this very phone to be shown first.
                shows_code: shown.code.is_some() || request.is_scan_only(&app),
                user: shown.user,
            };
            oauth.login.begin(texts, from, &headers, visit).await
        }
    }
}

impl OAuth {
    /// What this person still has to do for this request.
    pub async fn needs(
        &self,
        id: &str,
        app: &App,
        request: &AuthorizationRequest,
        who: Option<&SignedIn>,
    ) -> Result<Needs, Fault> {
        let Some((who, session)) = who.and_then(|who| Some((who, who.session.as_ref()?))) else {
            return Ok(Needs::SignIn);
        };
        if !self.is_for(app, request, who.account.id) || !self.is_fresh(id, app, request, session) {
            return Ok(Needs::SignIn);
        }
        // Whoever approved a scan for this request was asked there.
        let was_asked = session.opened_by == OpenedBy::Scan && is_by_this(session, id);
        let allowed = self.records.consent(who.account.id, app.id).await?;
        // To say that it is this very person, who only has to say yes, would tell an app that they allow nothing who is here.
        if allowed.is_none() && request.prompt == Prompt::None && request.known_sub.is_some() {
            return Ok(Needs::SignIn);
        }
        let is_allowed = allowed.is_some_and(|allowed| allowed.scopes.cover(&request.scopes));
        if is_allowed && (was_asked || !request.prompt.wants_consent()) {
            return Ok(Needs::Nothing);
        }
        Ok(Needs::Consent)
    }

    /// Whether the app asks for this account, or for whoever comes.
    pub fn is_for(&self, app: &App, request: &AuthorizationRequest, account: AccountId) -> bool {
        request.known_sub.as_ref().is_none_or(|sub| *sub == self.subjects.sub(app, account))
            && request.trial.is_none_or(|by| by == account)
    }

    /// Whoever has to sign in anew has done so by way of this very request: what they did in another tab meanwhile says
    /// nothing of who is before this one.
    fn is_fresh(&self, id: &str, app: &App, request: &AuthorizationRequest, session: &SessionRow) -> bool {
        let is_strong = !request.is_scan_only(app) || session.opened_by == OpenedBy::Scan;
        let age = self.now().since(session.created_at).as_secs();
        // Nobody is back at once: a life of no seconds asks for a sign-in of its own, as `prompt=login` does.
        let is_young = request.max_age.is_none_or(|most| most == 0 || age <= most);
        is_strong && is_young && (is_by_this(session, id) || !request.wants_sign_in_for(app))
    }

    /// The person goes back with a code. A request that has them sign in anew is over then, but for whoever repeats this
    /// step: for another code they sign in once more.
    pub async fn finish(
        &self,
        id: &str,
        app: &App,
        request: &AuthorizationRequest,
        who: &SignedIn,
        leads: Leads,
    ) -> Result<Response, Problem> {
        let Some(session) = &who.session else { return Err(Problem::broken()) };
        if request.wants_sign_in_for(app) {
            self.once.take(&name(Kind::Request, id), self.now()).await?;
        }
        let person = Person {
            account: who.account.id,
            epoch: who.account.epoch,
            session: Some(session.token_hash),
            approved_in: None,
            opened_by: session.opened_by,
            signed_in_at: session.created_at,
        };
        let code = self.code_of_step(id, app, request, &person).await?;
        tracing::info!("an app was given a code");
        Ok(self.answer(&request.back, &code, leads))
    }
}

/// Whether somebody signed in for this request.
fn is_by_this(session: &SessionRow, id: &str) -> bool {
    session.led_to == Some(LedTo::of(&path_of(id)))
}

/// What both screens show of the app.
pub fn ticket_app(app: &App, request: &AuthorizationRequest, purpose: Purpose) -> TicketApp {
    let embed = request.embed.as_ref().filter(|_| purpose == Purpose::Frame);
    TicketApp {
        id: app.id,
        name: app.name.as_str().into(),
        host: host_of(&request.back.uri).into(),
        scopes: request.scopes.clone(),
        purpose,
        framed_by: embed.and_then(|embed| embed.framed_by(app)).map(Into::into),
        theme: embed.and_then(|embed| embed.theme.as_deref()).map(Into::into),
        logo: logo_path(app).map(Into::into),
        is_scan_only: request.is_scan_only(app),
        login_hint: request.login_hint.as_deref().map(Into::into),
        is_told_of_refusals: request.back.is_told_of_refusals,
    }
}

/// Where its logo is.
pub fn logo_path(app: &App) -> Option<String> {
    app.options.logo.map(|logo| picture::path(logo, 96))
}

/// Where a request goes on.
pub fn path_of(id: &str) -> String {
    format!("/oauth/authorize/{id}")
}

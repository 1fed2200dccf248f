//! `/oauth/logout` (OpenID Connect RP-Initiated Logout): an app has signed its visitor out, and asks this
//! server to do so too. The person who is signed in at this server is asked first, unless the request
//! contains an ID token about them.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::account::activity::{ActivityLog, Whence};
use crate::account::session::aside::CHOOSER;
use crate::account::session::{Sessions, SignedIn};
use crate::oauth::authorization::response::{Back, Leads, lead};
use crate::oauth::client::clients::Clients;
use crate::oauth::client::unknown::unknown_logout_redirect;
use crate::oauth::error::OAuthError;
use crate::oauth::params::{AppState, Param, Params};
use crate::oauth::pending::{Pending, REQUEST_LIFE};
use crate::oauth::token::claims::sid;
use crate::oauth::token::signing_keys::TokenKind;
use crate::oauth::token::tokens::Tokens;
use crate::store::records::activity::ActivityKind;
use crate::store::records::apps::{App, Dialect};
use crate::store::single_use::{Holder, Kind};
use crate::text::Texts;
use crate::ticket::ids::AppId;
use crate::web::client::ClientAddress;
use crate::web::document::{Mark, Page, Site};
use crate::web::limits::Limits;
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// A logout request of an app after it was checked. It is stored under an identifier for ten minutes,
/// within which the browser opens `/oauth/logout/{id}`.
#[derive(Debug, Serialize, Deserialize)]
struct LogoutRequest {
    /// The app that made the request; `None` if the request names no app that is known.
    #[serde(default)]
    app: Option<AppId>,
    /// The post-logout redirect URI, with which the app is registered, and the `state`; `None` if the
    /// person is not sent back to the app.
    back: Option<Back>,
    /// The claims of the `id_token_hint`, which say whom the request is about; `None` if the request has no
    /// valid hint.
    hint: Option<IdTokenHint>,
}

/// The claims of an `id_token_hint` that are used. It is an ID token of this server, of any age.
#[derive(Debug, Serialize, Deserialize)]
struct IdTokenHint {
    aud: String,
    sub: String,
    #[serde(default)]
    sid: Option<String>,
}

/// `GET`, `POST /oauth/logout`: checks and stores a logout request, and redirects to `/oauth/logout/{id}`. After a
/// `POST` from another site, the browser sends its session cookie only to that page.
pub async fn begin(
    State(limits): State<Limits>,
    State(clients): State<Clients>,
    State(tokens): State<Tokens>,
    State(pending): State<Pending>,
    from: ClientAddress,
    params: Result<Params, OAuthError>,
) -> Result<Response, Problem> {
    let params = params?;
    limits.new_sign_in(from)?;
    let request = read(&clients, &tokens, &params).await?;
    let id = pending.keep(Kind::Logout, Holder::at(from.0, request.app), &request, REQUEST_LIFE).await?;
    Ok(Redirect::to(&path_of(&id)).into_response())
}

/// The shared state of the handlers of `/oauth/logout/{id}`, the pages on which a person signs out at the
/// request of an app; cheap to clone.
#[derive(Clone, Debug)]
pub struct LogoutPages {
    /// Ends the session of the browser.
    pub sessions: Sessions,
    /// The name and the address of this site, with which the pages are rendered.
    pub site: Site,
    /// Finds the apps that made the requests.
    pub clients: Clients,
    /// Derives subject identifiers, which are compared with that of the `id_token_hint`.
    pub tokens: Tokens,
    /// The store in which logout requests are kept.
    pub pending: Pending,
    /// Stores that a person signed out.
    pub activity: ActivityLog,
}

/// `GET /oauth/logout/{id}`: signs the person out if the `id_token_hint` of the request is about them, or about a session that
/// is kept aside on their device, and otherwise shows a page that asks them. A person who is not signed in is sent back to the app, or told
/// that they are signed out.
pub async fn go_on(
    State(LogoutPages { sessions, site, clients, tokens, pending, activity }): State<LogoutPages>,
    Path(id): Path<String>,
    from: Whence,
    texts: &'static Texts,
    who: Option<SignedIn>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = find(&clients, &pending, &id).await?;
    let is_in_use = match &who {
        Some(who) => speaks_of(&clients, &tokens, &request, who).await?,
        None => false,
    };
    if request.hint.is_some() && !is_in_use {
        // The account that the app names may be kept aside. It ends there, and the one in use goes on.
        let aside = sessions.side_by_side(&headers).await?.aside;
        let stays = who.is_some() || aside.len() > 1;
        for one in aside {
            let session = one.session.token_hash;
            let one = SignedIn { account: one.account, session: Some(one.session) };
            if speaks_of(&clients, &tokens, &request, &one).await? {
                let (_, cookies) = sessions.end_here(&headers, |meant| meant == session).await?;
                activity.tell(ActivityKind::SignedOut, &one.account, &from, "").await;
                let response = signed_out(&site, texts, &request, Leads::ByRedirect, stays);
                return Ok((AppendHeaders(cookies), response).into_response());
            }
        }
    }
    match who {
        None => Ok(signed_out(&site, texts, &request, Leads::ByRedirect, Sessions::has_aside(&headers))),
        Some(who) if is_in_use => {
            let response = end(&sessions, &site, texts, &request, &headers, Leads::ByRedirect).await?;
            activity.tell(ActivityKind::SignedOut, &who.account, &from, "").await;
            Ok(response)
        }
        Some(_) => Ok(question(&site, texts, &id)),
    }
}

/// `POST /oauth/logout/{id}`: the form of the page that asks the person. Ends the session of the browser, if there
/// is one, and sends the person back to the app, or tells them that they are signed out.
pub async fn confirm(
    State(LogoutPages { sessions, site, clients, pending, activity, .. }): State<LogoutPages>,
    Path(id): Path<String>,
    from: Whence,
    texts: &'static Texts,
    who: Option<SignedIn>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = find(&clients, &pending, &id).await?;
    let response = end(&sessions, &site, texts, &request, &headers, Leads::ByPage).await?;
    // If the button was pressed twice, nobody is signed in at the second time.
    if let Some(who) = who {
        activity.tell(ActivityKind::SignedOut, &who.account, &from, "").await;
    }
    Ok(response)
}

async fn end(
    sessions: &Sessions,
    site: &Site,
    texts: &'static Texts,
    request: &LogoutRequest,
    headers: &HeaderMap,
    leads: Leads,
) -> Result<Response, Problem> {
    let cookies = sessions.sign_out(headers).await?;
    Ok((AppendHeaders(cookies), signed_out(site, texts, request, leads, Sessions::has_aside(headers))).into_response())
}

/// Reads and checks a logout request from its parameters, and finds the app that made it. Fails if `client_id` and
/// `id_token_hint` name different apps, or if the app does not exist or is not registered with the post-logout
/// redirect URI. That URI is ignored if the request has neither `client_id` nor a valid `id_token_hint`, or if the app
/// is disabled: the person can sign out all the same.
async fn read(clients: &Clients, tokens: &Tokens, params: &Params) -> Result<LogoutRequest, Problem> {
    let hint = match params.get(Param::IdTokenHint) {
        Some(token) => tokens.keys.open::<IdTokenHint>(token, TokenKind::Id).await?,
        None => None,
    };
    let named = params.get(Param::ClientId);
    let app = match (named, hint.as_ref().map(|hint| hint.aud.as_str())) {
        (Some(named), Some(aud)) if named != aud => return Err(Problem::malformed()),
        (Some(id), _) | (None, Some(id)) => clients.find(id, Dialect::Oidc).await?,
        (None, None) => None,
    };
    let state = params.state()?;
    // §2, §3: if no app is named, or one that is disabled, there is no redirect; the person is asked all the same,
    // because they came to sign out.
    let id = named.or(hint.as_ref().map(|hint| hint.aud.as_str()));
    let mut uri = params.get(Param::PostLogoutRedirectUri).filter(|_| id.is_some());
    if let (Some(id), Some(_), None) = (id, uri, &app)
        && clients.is_disabled(id).await?
    {
        tracing::info!(code = "disabled_app", "a logout request leads nowhere, because its app is disabled");
        uri = None;
    }
    let back = uri.map(|uri| back_to(app.as_ref(), uri, state)).transpose()?;
    Ok(LogoutRequest { app: app.map(|app| app.id), back, hint })
}

/// Returns a stored logout request; fails if it does not exist or has expired. If its post-logout redirect URI was
/// removed from the app since, or the app was disabled, it is returned without the redirect: the person can sign
/// out all the same.
async fn find(clients: &Clients, pending: &Pending, id: &str) -> Result<LogoutRequest, Problem> {
    let mut request: LogoutRequest = pending.find(Kind::Logout, id).await?;
    let app = match request.app {
        Some(app) => clients.find(&app.to_string(), Dialect::Oidc).await?,
        None => None,
    };
    request.back = request.back.filter(|back| leads_back_to(app.as_ref(), &back.uri));
    Ok(request)
}

/// Returns whether the `id_token_hint` of the request is about the account of `who` and, if the hint has a
/// `sid`, about their present session. `false` if there is no hint, or if its app is not known or disabled.
async fn speaks_of(
    clients: &Clients,
    tokens: &Tokens,
    request: &LogoutRequest,
    who: &SignedIn,
) -> Result<bool, Problem> {
    let Some(hint) = &request.hint else { return Ok(false) };
    let Some(app) = clients.find(&hint.aud, Dialect::Oidc).await? else { return Ok(false) };
    let session = who.session.as_ref().map(|session| sid(session.token_hash));
    Ok(hint.sub == tokens.subjects.sub(&app, who.account.id) && (hint.sid.is_none() || hint.sid == session))
}

/// Returns whether the app is registered with this post-logout redirect URI, compared byte for byte (RP-Initiated
/// Logout §3); `false` without an app.
fn leads_back_to(app: Option<&App>, uri: &str) -> bool {
    app.is_some_and(|app| app.options.post_logout_redirect_uris.iter().any(|known| known == uri))
}

fn back_to(app: Option<&App>, uri: &str, state: Option<AppState>) -> Result<Back, Problem> {
    if !leads_back_to(app, uri) {
        return Err(app.map_or_else(Problem::unknown_app, |app| unknown_logout_redirect(app, uri)));
    }
    Ok(Back { state, ..Back::new(uri, Dialect::Oidc) })
}

/// Sends the person back to the app, or tells them that they are signed out; if another account stays (`stays`), with the way
/// to choose it.
fn signed_out(site: &Site, texts: &'static Texts, request: &LogoutRequest, leads: Leads, stays: bool) -> Response {
    if let Some(back) = &request.back {
        let state = back.state.as_ref().map(|state| ("state", state.as_bytes()));
        return lead(site, texts, &back.with(state.as_slice()), leads);
    }
    site.page(Page { class: "turn", ..Page::new(texts, texts.logout.signed_out_title) }, move || {
        view! {
            <Mark/>
            <h1>{texts.logout.signed_out_title}</h1>
            <p class="lead" role="status">{texts.logout.signed_out_lead}</p>
            <p><a class="button" href="/">{texts.common.to_start}</a></p>
            {stays.then(|| view! { <p><a class="quiet" href=CHOOSER>{texts.chooser.title}</a></p> })}
        }
    })
}

fn question(site: &Site, texts: &'static Texts, id: &str) -> Response {
    let action = path_of(id);
    let host = site.host().to_owned();
    site.page(Page { class: "turn", ..Page::new(texts, texts.logout.title) }, move || {
        view! {
            <Mark/>
            <h1>{marked_text(texts.logout.question(&host))}</h1>
            <p class="lead">{texts.logout.lead}</p>
            <form method="post" action=action>
                <button type="submit" class="primary">{texts.common.sign_out}</button>
            </form>
            <p class="foot"><a class="quiet" href="/">{texts.logout.stay}</a></p>
        }
    })
}

/// Returns the path at which the browser goes on with a logout request, `/oauth/logout/{id}`.
fn path_of(id: &str) -> String {
    format!("/oauth/logout/{id}")
}

//! The sign-in code in a frame of an app's own page (`public/embed.js`, `public/wxLogin.js`). Only pages of
//! origins that the app is registered with may embed the frame. It reads no session, so nothing in it acts
//! for a person who is signed in. It ends with an authorization code, which goes by `postMessage` to
//! exactly the origin of the embedding page (RFC 9700 §4.17), or to the redirect URI by a navigation.

use axum::Form;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::theme::Theme;
use crate::crypto::random::random;
use crate::login::flow::StepError;
use crate::login::{Login, Visit, ticket_and_key};
use crate::oauth::authorization::answer::ticket_app_of_request;
use crate::oauth::authorization::reading::AuthorizeError;
use crate::oauth::authorization::request::{AuthorizationRequest, Embed, Prompt};
use crate::oauth::authorization::requests::{Requests, read_id};
use crate::oauth::client::clients::Clients;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::grants::{CODE_LIFE, Grants};
use crate::oauth::params::{Param, Params};
use crate::oauth::pending::Pending;
use crate::store::Fault;
use crate::store::records::apps::Dialect;
use crate::store::single_use::{Holder, Kind};
use crate::ticket::ids::{AccountId, AppId, Attempt, Purpose};
use crate::web::client::ClientAddress;
use crate::web::document::{Page, Site};
use crate::web::language::Language;
use crate::web::limits::Limits;
use crate::web::next_path::NextPath;
use crate::web::problem::{Problem, wants_html};

/// The script on the last page of a frame, which gives the redirect URI with the code to the embedding page: as a
/// message to its exact origin or, if the origin is not known, by sending the whole window to that URI.
const DELIVERS: &str = include_str!("delivers.js");

/// `GET /embed/{app}`: checks and stores an authorization request that was made in an iframe, and redirects to
/// `/embed/go/{id}`. The query has the parameters of the request without `client_id`, and the `origin` and the
/// theme of the embedding page. An error is shown in the frame and not sent to the app.
pub async fn begin(
    State(limits): State<Limits>,
    State(requests): State<Requests>,
    from: ClientAddress,
    Path(app): Path<String>,
    params: Result<Params, OAuthError>,
) -> Result<Response, Problem> {
    let params = params?.with(Param::ClientId, &app);
    limits.new_sign_in(from)?;
    let origin = Some(params.get(Param::Origin).unwrap_or_default().to_owned());
    let theme = Theme::parse(&params)?.map(|theme| theme.to_string());
    let request = match requests.read(&params).await {
        Ok(request) => request,
        Err(AuthorizeError::ShowPage(problem)) => return Err(problem),
        // The frame shows the error: no one is sent out of it before they did anything.
        Err(AuthorizeError::RedirectBack(_, why)) => return Err(why.into()),
    };
    if request.prompt == Prompt::None {
        return Err(OAuthError::InvalidRequest("a frame shows a code, so prompt=none is not for it").into());
    }
    if request.back.is_form_post {
        return Err(OAuthError::InvalidRequest("a frame's answer is an address: its response_mode is query").into());
    }
    let (app, embed) = (requests.app_of(&request).await?, Embed { origin, goes_itself: false, theme });
    embed.framed_by_or_refuse(&app)?;
    let request = AuthorizationRequest { embed: Some(embed), ..request };
    let id = requests.keep(from, &request).await?;
    Ok(Redirect::to(NextPath::of_framed_request(id).as_str()).into_response())
}

/// `GET /embed/go/{id}`: issues a new ticket for the stored authorization request, and shows its sign-in code in
/// the frame.
pub async fn go_on(
    State(login): State<Login>,
    State(requests): State<Requests>,
    from: ClientAddress,
    Path(id): Path<String>,
    language: Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let open = requests.find(read_id(&id)?).await?;
    let texts = language.follow(open.request.ui_locales.as_deref());
    if open.request.embed.is_none() {
        return Err(Problem::not_found());
    }
    let visit = Visit {
        next: NextPath::of_framed_request(open.id),
        app: Some(Box::new(ticket_app_of_request(open.id, &open.app, &open.request, Purpose::Frame))),
        // In a frame the code is shown on a phone too; a link out of the frame is below it.
        shows_code: true,
        user: None,
    };
    login.begin(texts, from, &headers, visit).await
}

/// The form of `POST /framed/{ticket}/claim`: the identifier of the attempt, by which a repeated claim is
/// recognised.
#[derive(Deserialize)]
pub struct ClaimForm {
    #[serde(default)]
    attempt: String,
}

/// The JSON answer to a script that claims a ticket: the address that the frame opens next.
#[derive(Serialize)]
struct ClaimAnswer {
    next: String,
}

/// `POST /framed/{ticket}/claim`: claims an approved ticket and makes an authorization code, but opens no session.
/// A script gets the next address of the frame, which leads to the app with the code, as JSON; a browser without
/// scripts is sent there.
pub async fn claim(
    State(login): State<Login>,
    State(requests): State<Requests>,
    State(grants): State<Grants>,
    Path(ticket): Path<String>,
    uri: Uri,
    language: Language,
    headers: HeaderMap,
    Form(form): Form<ClaimForm>,
) -> Result<Response, Problem> {
    let (id, key) = ticket_and_key(&uri, &ticket, &headers)?;
    let attempt = form.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let ticket = login.flow.ticket_of(id, key, "claim").await?;
    let from = ClientAddress(ticket.asker.address);
    let request = ticket.app.and_then(|app| app.request).ok_or(StepError::Unknown)?;
    let open = requests.find(request).await?;
    let (_, claimed) = login.flow.claim(id, key, attempt).await?;
    let code = requests.code_of_claim(&grants, &login.consents, &open, &claimed, from).await?;
    tracing::info!("an app was given a code in a frame");
    let (app, request) = (open.app, open.request);
    let url = request.back.address_with(&login.site, &code);
    let next = deliver(&requests.pending, &request, claimed.account(), url).await?;
    if !wants_html(&headers) {
        return Ok(Json(ClaimAnswer { next }).into_response());
    }
    if next.starts_with('/') {
        return Ok(Redirect::to(&next).into_response());
    }
    let texts = language.follow(request.ui_locales.as_deref());
    let (framed_by, theme) = request.embed.map(|embed| (embed.framed_by(&app), embed.theme)).unzip();
    let page = Page {
        class: "framed",
        framed_by: framed_by.flatten(),
        theme: theme.flatten(),
        ..Page::new(texts, texts.consent.going_back)
    };
    Ok(login.site.going_on_as(page, &next))
}

/// A finished sign-in in a frame: the redirect URI with the code, and the frame whose embedding page is given it.
/// It is stored for the lifetime of the code, within which the frame opens `/embed/done/{id}`.
#[derive(Serialize, Deserialize)]
struct Delivery {
    app: AppId,
    dialect: Dialect,
    url: String,
    /// The languages that the app wants for its pages.
    #[serde(default)]
    ui_locales: Option<String>,
    #[serde(flatten)]
    embed: Embed,
}

/// `GET /embed/done/{id}`: the last page of a frame, whose script sends the embedding page the redirect URI with
/// the code by `postMessage`. If the embedding page did not give its origin, the script sends the whole window
/// there instead, as WeChat's frame does.
pub async fn done(
    State(site): State<Site>,
    State(clients): State<Clients>,
    State(pending): State<Pending>,
    Path(id): Path<String>,
    language: Language,
) -> Result<Response, Problem> {
    let Delivery { app, dialect, url, ui_locales, embed } = pending.find(Kind::Delivery, &id).await?;
    let texts = language.follow(ui_locales.as_deref());
    // An origin that was removed from the app since is told nothing any more.
    let app = clients.find(&app.to_string(), dialect).await?.ok_or_else(Problem::unknown_app)?;
    let framed_by = embed.framed_by_or_refuse(&app)?;
    let page = Page {
        class: "framed",
        framed_by: Some(framed_by),
        theme: embed.theme,
        ..Page::new(texts, texts.consent.going_back)
    };
    Ok(site.page(page, move || {
        let nonce = leptos::nonce::use_nonce();
        view! {
            <p class="sign done" aria-hidden="true"></p>
            <h1>{texts.consent.going_back}</h1>
            <p><a id="frame" class="button" href=url target="_top" data-origin=embed.origin>{texts.common.go_on}</a></p>
            <script nonce=nonce>{DELIVERS}</script>
        }
    }))
}

/// Returns the address that the frame opens with its code: the redirect URI if the frame itself goes there.
/// Otherwise stores a [`Delivery`] and returns the path `/embed/done/{id}` of the page that gives it to the
/// embedding page.
async fn deliver(
    pending: &Pending,
    request: &AuthorizationRequest,
    account: AccountId,
    url: String,
) -> Result<String, Fault> {
    let Some(embed) = request.embed.as_ref().filter(|embed| !embed.goes_itself) else { return Ok(url) };
    let (ui_locales, embed) = (request.ui_locales.clone(), embed.clone());
    let delivery = Delivery { app: request.app, dialect: request.back.dialect, url, ui_locales, embed };
    let holder = Holder::account(account, request.app);
    Ok(format!("/embed/done/{}", pending.keep(Kind::Delivery, holder, &delivery, CODE_LIFE).await?))
}

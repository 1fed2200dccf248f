//! The code in a frame of an app's own page (`public/embed.js`, `public/wxLogin.js`). Only pages whose
//! origins are registered with the app may frame it. It reads no session, so it allows no action of a
//! signed-in person. It ends with an authorization code, which is sent by `postMessage` to that exact origin
//! (RFC 9700 §4.17), or to the address that the frame itself goes to.

use axum::Form;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::theme::Theme;
use crate::crypto::random::random;
use crate::login::flow::Stop;
use crate::login::{Login, Visit, whose};
use crate::oauth::authorization::answer::ticket_app;
use crate::oauth::authorization::reading::AuthorizeError;
use crate::oauth::authorization::request::{AuthorizationRequest, Embed, Prompt};
use crate::oauth::authorization::requests::{Requests, read_id};
use crate::oauth::client::clients::Clients;
use crate::oauth::client::unknown::unknown_origin;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::grants::{CODE_LIFE, Grants};
use crate::oauth::params::Params;
use crate::oauth::pending::Pending;
use crate::store::Fault;
use crate::store::records::apps::Dialect;
use crate::store::single_use::{Holder, Kind};
use crate::text::Texts;
use crate::ticket::ids::{AccountId, AppId, Attempt, Purpose};
use crate::web::client::ClientAddress;
use crate::web::document::{Page, Site};
use crate::web::limits::Limits;
use crate::web::next_path::NextPath;
use crate::web::problem::{Problem, wants_html};

/// `GET /embed/{app}`: takes the parameters of an authorization request without `client_id`, and the `origin`
/// of the page around the frame.
pub async fn begin(
    State(limits): State<Limits>,
    State(requests): State<Requests>,
    from: ClientAddress,
    Path(app): Path<String>,
    params: Result<Params, OAuthError>,
) -> Result<Response, Problem> {
    let params = params?.with("client_id", &app);
    limits.login(from)?;
    let origin = Some(params.get("origin").unwrap_or_default().to_owned());
    let theme = Theme::parse(&params)?.map(|theme| theme.to_string());
    let request = match requests.read(&params).await {
        Ok(request) => request,
        Err(AuthorizeError::ShowPage(problem)) => return Err(problem),
        // A frame does not redirect to an error before the person did anything in it.
        Err(AuthorizeError::RedirectBack(_, why)) => return Err(why.into()),
    };
    if request.prompt == Prompt::None {
        return Err(OAuthError::InvalidRequest("a frame shows a code, so prompt=none is not for it").into());
    }
    if request.back.is_form_post {
        return Err(OAuthError::InvalidRequest("a frame's answer is an address: its response_mode is query").into());
    }
    let (app, embed) = (requests.app_of(&request).await?, Embed { origin, goes_itself: false, theme });
    if embed.framed_by(&app).is_none() {
        return Err(unknown_origin(&app, embed.origin.as_deref().unwrap_or_default()));
    }
    let request = AuthorizationRequest { embed: Some(embed), ..request };
    let id = requests.keep(from, &request).await?;
    Ok(Redirect::to(NextPath::of_framed_request(id).as_str()).into_response())
}

/// `GET /embed/go/{id}`: creates a ticket for the stored authorization request `id`, and shows its code.
/// Answers 404 if that request was not made for a frame.
pub async fn go_on(
    State(login): State<Login>,
    State(requests): State<Requests>,
    from: ClientAddress,
    Path(id): Path<String>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let open = requests.find(read_id(&id)?).await?;
    if open.request.embed.is_none() {
        return Err(Problem::not_found());
    }
    let visit = Visit {
        next: NextPath::of_framed_request(open.id),
        app: Some(Box::new(ticket_app(open.id, &open.app, &open.request, Purpose::Frame))),
        // The code is shown on a phone as well, because the frame has no other purpose. A link below leads
        // out of the frame.
        shows_code: true,
        user: None,
    };
    login.begin(texts, from, &headers, visit).await
}

/// The form of `POST /framed/{ticket}/claim`.
#[derive(Deserialize)]
pub struct Claim {
    #[serde(default)]
    attempt: String,
}

/// The answer to a script that claimed a ticket.
#[derive(Serialize)]
struct Claimed {
    next: String,
}

/// `POST /framed/{ticket}/claim`: answers with the app's authorization code, and opens no session.
pub async fn claim(
    State(login): State<Login>,
    State(requests): State<Requests>,
    State(grants): State<Grants>,
    Path(ticket): Path<String>,
    uri: Uri,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(form): Form<Claim>,
) -> Result<Response, Problem> {
    let (id, key) = whose(&uri, &ticket, &headers)?;
    let attempt = form.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let ticket = login.flow.ticket_of(id, key, "claim").await?;
    let request = ticket.app.and_then(|app| app.request).ok_or(Stop::Unknown)?;
    let open = requests.find(request).await?;
    let (_, claimed) = login.flow.claim(id, key, attempt).await?;
    let code = requests.code_of_claim(&grants, &login.consents, &open, &claimed).await?;
    tracing::info!("an app was given a code in a frame");
    let (app, request) = (open.app, open.request);
    let url = request.back.address_with(&login.site, &code);
    let next = deliver(&requests.pending, &request, claimed.account(), url).await?;
    if !wants_html(&headers) {
        return Ok(Json(Claimed { next }).into_response());
    }
    if next.starts_with('/') {
        return Ok(Redirect::to(&next).into_response());
    }
    let (framed_by, theme) = request.embed.map(|embed| (embed.framed_by(&app), embed.theme)).unzip();
    let page = Page {
        class: "framed",
        framed_by: framed_by.flatten(),
        theme: theme.flatten(),
        ..Page::new(texts, texts.consent.going_back)
    };
    Ok(login.site.going_on_as(page, &next))
}

/// What the last page of a frame tells the page around it.
#[derive(Serialize, Deserialize)]
struct Delivery {
    app: AppId,
    dialect: Dialect,
    url: String,
    #[serde(flatten)]
    embed: Embed,
}

/// `GET /embed/done/{id}`: tells the page around the frame the address that the code goes to. A page that did
/// not say its origin cannot listen, so it is redirected there, as WeChat's own frame does.
pub async fn done(
    State(site): State<Site>,
    State(clients): State<Clients>,
    State(pending): State<Pending>,
    Path(id): Path<String>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let Delivery { app, dialect, url, embed } = pending.find(Kind::Delivery, &id).await?;
    // An origin that was removed from the app since is told nothing.
    let app = clients.find(&app.to_string(), dialect).await?.ok_or_else(Problem::unknown_app)?;
    let framed_by =
        embed.framed_by(&app).ok_or_else(|| unknown_origin(&app, embed.origin.as_deref().unwrap_or_default()))?;
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
            <script nonce=nonce>
                "(function(){var to=document.getElementById('frame');\
                 if(to.dataset.origin)parent.postMessage({tessera:'approved',url:to.href},to.dataset.origin);\
                 else top.location.replace(to.href)})()"
            </script>
        }
    }))
}

/// Returns where the frame goes with its code: to the app's own address, or to the page that tells the page
/// around it.
async fn deliver(
    pending: &Pending,
    request: &AuthorizationRequest,
    account: AccountId,
    url: String,
) -> Result<String, Fault> {
    let Some(embed) = request.embed.as_ref().filter(|embed| !embed.goes_itself) else { return Ok(url) };
    let delivery = Delivery { app: request.app, dialect: request.back.dialect, url, embed: embed.clone() };
    let holder = Holder::account(account, request.app);
    Ok(format!("/embed/done/{}", pending.keep(Kind::Delivery, holder, &delivery, CODE_LIFE).await?))
}

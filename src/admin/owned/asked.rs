//! Shows a request of the person who made it, and withdraws it.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;

use super::person::Person;
use crate::admin::page::alert;
use crate::admin::requests::facts::{Reader, facts, state_tag};
use crate::admin::requests::state::AppRequests;
use crate::admin::sections::act;
use crate::store::records::activity::ActivityKind;
use crate::store::records::requests::request::{AppRequest, Decided, RequestStatus};
use crate::text::Texts;
use crate::web::document::{Page, Site};
use crate::web::form::DoneQuery;
use crate::web::problem::Problem;

/// `GET /apps/requests/{request}`: shows a request, and the button that withdraws it while it is open.
pub async fn show(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    Path(id): Path<String>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let (request, is_owner) = own(&requests, &who, &id).await?;
    let is_withdrawn = after.done == "withdrawn" && request.status == RequestStatus::Withdrawn;
    let done = is_withdrawn.then_some(texts.own_apps.done_withdrawn);
    Ok(page(&requests.admin.site, texts, &request, is_owner, done, None))
}

/// `POST /apps/requests/{request}/withdraw`: withdraws an open request and redirects to its page. If it was decided
/// before, the answer is 409 and the page.
pub async fn withdraw(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    Path(id): Path<String>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let (request, _) = own(&requests, &who, &id).await?;
    let detail = format!("{}, withdrawn", request.asked.name);
    let line = who.line(ActivityKind::AppRequestDecided, None, &detail, requests.admin.now());
    if requests.admin.records.withdraw_app_request(request.id, who.account, line).await? == Decided::Done {
        tracing::info!(request.id = %request.id, "a request for an app was withdrawn");
        return Ok(Redirect::to(&format!("/apps/requests/{}?done=withdrawn", request.id)).into_response());
    }
    let (request, is_owner) = own(&requests, &who, &id).await?;
    if request.status == RequestStatus::Withdrawn {
        return Ok(Redirect::to(&format!("/apps/requests/{}?done=withdrawn", request.id)).into_response());
    }
    let page = page(&requests.admin.site, texts, &request, is_owner, None, Some(texts.own_apps.decided_before));
    Ok((StatusCode::CONFLICT, page).into_response())
}

/// Finds a request of this person, and whether they look after its app; the error is 404 if it is another's.
async fn own(requests: &AppRequests, who: &Person, id: &str) -> Result<(AppRequest, bool), Problem> {
    let request = requests.find(id).await?;
    if request.by.account != who.account {
        return Err(Problem::not_found());
    }
    let app = match request.app {
        Some(id) => requests.admin.records.app(id).await?,
        None => None,
    };
    Ok((request, app.is_some_and(|app| app.owner == Some(who.account))))
}

fn page(
    site: &Site,
    texts: &'static Texts,
    request: &AppRequest,
    is_owner: bool,
    done: Option<&'static str>,
    not_done: Option<&'static str>,
) -> Response {
    let page = Page { class: "wide", ..Page::new(texts, texts.app_requests.one) };
    site.page(page, || {
        let to_app = request.app.filter(|_| is_owner).map(|app| {
            view! { <p><a class="button" href=format!("/apps/mine/{app}")>{texts.app_requests.to_app}</a></p> }
        });
        let withdrawal = (request.status == RequestStatus::Open).then(|| {
            let action = format!("/apps/requests/{}/withdraw", request.id);
            let own = &texts.own_apps;
            act(own.withdraw_title, own.withdraw_hint, action, (), own.withdraw).into_any()
        });
        view! {
            <p class="way"><a href="/apps/mine">{texts.own_apps.title}</a></p>
            <h1><span translate="no">{request.asked.name.clone()}</span> " " {state_tag(texts, request.status)}</h1>
            {done.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {not_done.map(alert)}
            {facts(texts, request, Reader::Requester)}
            {to_app}
            {withdrawal}
        }
        .into_any()
    })
}

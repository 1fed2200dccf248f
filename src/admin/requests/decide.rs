//! Shows a request and declines it.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use super::page::{self, Notices, REASON, REASON_CHARS, form_of};
use super::state::AppRequests;
use crate::admin::form::{AppForm, FieldError};
use crate::admin::require_admin::Administrator;
use crate::names;
use crate::store::records::activity::{ActivityActor, ActivityKind, NewActivity};
use crate::store::records::apps::App;
use crate::store::records::requests::asked::RequestKind;
use crate::store::records::requests::request::{AppRequest, Decided, Decision, RequestStatus};
use crate::text::Texts;
use crate::ticket::ids::AppId;
use crate::web::form::DoneQuery;
use crate::web::problem::Problem;

/// `GET /admin/requests/{request}`: shows a request, and the forms that decide on it while it is open.
pub async fn show(
    State(requests): State<AppRequests>,
    Path(id): Path<String>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let request = requests.find(&id).await?;
    let done = match (&*after.done, request.status) {
        ("approved", RequestStatus::Approved) => Some(texts.app_requests.done_approved),
        ("declined", RequestStatus::Declined) => Some(texts.app_requests.done_declined),
        _ => None,
    };
    shown(&requests, texts, &request, None, Notices { done, ..Notices::default() }).await
}

/// The form that declines a request.
#[derive(Deserialize)]
pub struct Decline {
    #[serde(default)]
    reason: String,
}

/// `POST /admin/requests/{request}/decline`: declines an open request and redirects to its page. Without a reason, the
/// answer is 422 and the page again; if the request was decided before, it is 409 and the page.
pub async fn decline(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
    texts: &'static Texts,
    Form(form): Form<Decline>,
) -> Result<Response, Problem> {
    let request = requests.find(&id).await?;
    if request.status != RequestStatus::Open {
        return not_done(&requests, texts, &who, &request, RequestStatus::Declined, Decided::Before).await;
    }
    let Ok(reason) = names::shown(&form.reason, REASON_CHARS) else {
        let wrong = FieldError { name: REASON, value: None, text: texts.app_requests.reason_wrong };
        let asked_for = to_change(&requests, &request).await?;
        let typed = form_of(&request.asked, asked_for.as_ref()).with(REASON, &form.reason);
        let notices = Notices { wrong: Some(wrong), ..Notices::default() };
        let page = shown(&requests, texts, &request, Some(&typed), notices).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let (decision, line) = decided(&requests, &who, &request, None, &format!("declined: {reason}"));
    match requests.admin.records.decline_app_request(decision, reason, line).await? {
        Decided::Done => {
            tracing::info!(request.id = %request.id, "a request for an app was declined");
            Ok(back_to(&request, RequestStatus::Declined))
        }
        other => not_done(&requests, texts, &who, &request, RequestStatus::Declined, other).await,
    }
}

/// Returns a decision of this administrator on a request, made now, and the line of activity about it. `app` is the app
/// that the decision is about; `None` if there is none.
pub fn decided(
    requests: &AppRequests,
    who: &Administrator,
    request: &AppRequest,
    app: Option<(AppId, String)>,
    what: &str,
) -> (Decision, NewActivity) {
    let at = requests.admin.now();
    let kind = ActivityKind::AppRequestDecided;
    let line = NewActivity {
        actor: ActivityActor::Person { account: who.account, name: who.name().to_owned() },
        app,
        address: Some(who.address()),
        detail: format!("{}, {what}", request.asked.name),
        ..NewActivity::of(kind, request.by.account, &request.by.name, at)
    };
    (Decision { id: request.id, by: who.account, at }, line)
}

/// Redirects to the page of a request that now has this status, and that says so.
pub fn back_to(request: &AppRequest, status: RequestStatus) -> Response {
    Redirect::to(&format!("/admin/requests/{}?done={}", request.id, status.word())).into_response()
}

/// Answers a decision that was not made: with 404 if the request does not exist any more, with the redirect of a made
/// decision if this administrator made the same one before (the button was pressed twice), and otherwise with 409 and
/// the page of the request.
pub async fn not_done(
    requests: &AppRequests,
    texts: &'static Texts,
    who: &Administrator,
    request: &AppRequest,
    wanted: RequestStatus,
    outcome: Decided,
) -> Result<Response, Problem> {
    let request = requests.find(&request.id.to_string()).await?;
    let not_done = match outcome {
        Decided::Unknown => return Err(Problem::not_found()),
        Decided::Meanwhile => texts.app_requests.outdated,
        Decided::Done | Decided::Before => {
            let is_own = request.decided_by.as_ref().is_some_and(|decider| decider.account == who.account);
            if is_own && request.status == wanted {
                return Ok(back_to(&request, wanted));
            }
            texts.app_requests.decided_before
        }
    };
    tracing::info!(code = "app_request_not_decided", request.id = %request.id, ?outcome, "a decision was not made");
    let page = shown(requests, texts, &request, None, Notices { not_done: Some(not_done), ..Notices::default() });
    Ok((StatusCode::CONFLICT, page.await?).into_response())
}

/// Renders the page of a request. The form that approves it is filled in with `typed`, or as the request asks.
pub async fn shown(
    requests: &AppRequests,
    texts: &'static Texts,
    request: &AppRequest,
    typed: Option<&AppForm>,
    notices: Notices,
) -> Result<Response, Problem> {
    let app = match request.app {
        Some(id) => requests.admin.records.app(id).await?,
        None => None,
    };
    let groups = requests.admin.records.groups().await?;
    let asked = form_of(&request.asked, app.as_ref());
    Ok(page::page(&requests.admin.site, texts, request, app.as_ref(), &groups, typed.unwrap_or(&asked), &notices))
}

/// Returns the app that the request asks to change; `None` if it asks for a new app.
pub async fn to_change(requests: &AppRequests, request: &AppRequest) -> Result<Option<App>, Problem> {
    match (request.asked.kind, request.app) {
        (RequestKind::Change, Some(id)) => Ok(requests.admin.records.app(id).await?),
        _ => Ok(None),
    }
}

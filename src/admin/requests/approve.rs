//! Approves a request: registers the app for the person who asked, or makes the change that the owner proposed. The
//! administrator may have changed the form first.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::decide::{back_to, decided, not_done, shown, to_change};
use super::page::Notices;
use super::state::AppRequests;
use crate::admin::audience::{is_chosen, unknown_group};
use crate::admin::form::{ALLOW, AppForm, FieldError};
use crate::admin::require_admin::Administrator;
use crate::crypto::random::random;
use crate::oauth::{AppSecret, NotAnApp};
use crate::store::Fault;
use crate::store::records::app_log::Alike;
use crate::store::records::apps::App;
use crate::store::records::people::Audience;
use crate::store::records::requests::asked::RequestKind;
use crate::store::records::requests::request::{AppRequest, Decided, RequestStatus};
use crate::text::Texts;
use crate::ticket::ids::AppId;
use crate::web::problem::Problem;

/// `POST /admin/requests/{request}/approve`: approves an open request and redirects to its page. If the settings are not
/// valid, the answer is 422 and the page again; if the request was decided before, or the app that it changes was
/// changed meanwhile, it is 409 and the page.
pub async fn approve(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
    texts: &'static Texts,
    typed: AppForm,
) -> Result<Response, Problem> {
    let request = requests.find(&id).await?;
    if request.status != RequestStatus::Open {
        return not_done(&requests, texts, &who, &request, RequestStatus::Approved, Decided::Before).await;
    }
    let again = async |wrong| {
        let notices = Notices { wrong: Some(wrong), ..Notices::default() };
        let page = shown(&requests, texts, &request, Some(&typed), notices).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    if let Some(wrong) = wrong_audience(&requests, texts, &request, &typed).await? {
        return again(wrong).await;
    }
    let outcome = match request.asked.kind {
        RequestKind::New => register(&requests, &who, &request, &typed).await?,
        RequestKind::Change => change(&requests, &who, &request, &typed).await?,
    };
    match outcome {
        Ok(Decided::Done) => {
            tracing::info!(request.id = %request.id, "a request for an app was approved");
            Ok(back_to(&request, RequestStatus::Approved))
        }
        Ok(other) => not_done(&requests, texts, &who, &request, RequestStatus::Approved, other).await,
        Err(why) => again(FieldError::of(texts, why)).await,
    }
}

/// Returns what is wrong with the choice who may use the app: it names a group that does not exist any more, or a new app
/// would be open to nobody. An app that is changed may stay open to nobody.
async fn wrong_audience(
    requests: &AppRequests,
    texts: &'static Texts,
    request: &AppRequest,
    typed: &AppForm,
) -> Result<Option<FieldError>, Fault> {
    if request.asked.kind == RequestKind::New && !is_chosen(typed) {
        return Ok(Some(FieldError { name: ALLOW, value: None, text: texts.app_requests.choose_users }));
    }
    Ok(unknown_group(texts, typed, &requests.admin.records.groups().await?))
}

/// Registers the app that the form describes, which the person who asked looks after. Its secret is stored encrypted until
/// its owner sees it.
async fn register(
    requests: &AppRequests,
    who: &Administrator,
    request: &AppRequest,
    typed: &AppForm,
) -> Result<Result<Decided, NotAnApp>, Fault> {
    let (id, secret) = (AppId::from_random(random()), AppSecret::from_random(random()));
    let registered = typed.app(Audience::NOBODY).and_then(|app| app.register(id, secret, requests.admin.now()));
    let (app, secret) = match registered {
        Ok(registered) => registered,
        Err(why) => return Ok(Err(why)),
    };
    let app = App { owner: Some(request.by.account), ..app };
    let sealed = secret.map(|secret| requests.seal(request.id, &secret));
    let (decision, line) = decided(requests, who, request, Some((app.id, app.name.clone())), "approved");
    let by = who.by(requests.admin.now());
    let outcome = requests.admin.records.approve_new_app(decision, app, sealed, by, line).await?;
    Ok(outcome.map_err(|alike| not_told_apart(id, alike)))
}

/// Gives the app that is to change the settings of the form.
async fn change(
    requests: &AppRequests,
    who: &Administrator,
    request: &AppRequest,
    typed: &AppForm,
) -> Result<Result<Decided, NotAnApp>, Problem> {
    let Some(app) = to_change(requests, request).await? else { return Ok(Ok(Decided::Unknown)) };
    let audience = app.audience.clone();
    let changed = match typed.app(audience).and_then(|given| given.change(app)) {
        Ok(changed) => changed,
        Err(why) => return Ok(Err(why)),
    };
    let id = changed.id;
    let (decision, line) = decided(requests, who, request, Some((id, changed.name.clone())), "approved");
    let by = who.by(requests.admin.now());
    let outcome = requests.admin.records.approve_app_change(decision, changed, typed.seen(), by, line).await?;
    Ok(outcome.map_err(|alike| not_told_apart(id, alike)))
}

fn not_told_apart(app: AppId, alike: Alike) -> NotAnApp {
    tracing::info!(code = "app_name_taken", app.id = %app, other.id = %alike.id, "an app was refused");
    NotAnApp::Taken(alike)
}

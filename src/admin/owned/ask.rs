//! Asks for a new app, and proposes a change of an app that the person looks after.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;

use super::person::Person;
use super::request_form::{proposal_of, read, request_fields};
use crate::admin::edit::attempt_of;
use crate::admin::form::{AppForm, FieldError};
use crate::admin::page::{alert, fresh_attempt};
use crate::admin::requests::state::AppRequests;
use crate::oauth::NotAnApp;
use crate::store::records::activity::ActivityKind;
use crate::store::records::apps::App;
use crate::store::records::requests::request::{AppRequestId, NewRequest, RequestAdded};
use crate::text::Texts;
use crate::web::document::{Page, Site};
use crate::web::form::ATTEMPT;
use crate::web::problem::Problem;

/// What is wrong with a request that was sent: a field, or something about the requests of this person.
enum Wrong {
    Field(FieldError),
    Whole(&'static str),
}

/// `GET /apps/request`: shows the empty form that asks for an app.
pub async fn blank(State(requests): State<AppRequests>, texts: &'static Texts) -> Response {
    form_page(&requests.admin.site, texts, None, &AppForm::default(), None)
}

/// `POST /apps/request`: stores a request for a new app and redirects to the list of the person's apps. If the settings
/// are not valid, the answer is 422 and the form again; if the person may ask no more now, it is 409 and the form. A form
/// that is sent twice is one request.
pub async fn send(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    texts: &'static Texts,
    typed: AppForm,
) -> Result<Response, Problem> {
    store(&requests, &who, texts, None, &typed).await
}

/// `GET /apps/mine/{app}/propose`: shows the form that proposes a change, with the present settings of the app.
pub async fn proposal(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    Path(id): Path<String>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let app = who.app(&requests, &id).await?;
    Ok(form_page(&requests.admin.site, texts, Some(&app), &proposal_of(&app), None))
}

/// `POST /apps/mine/{app}/propose`: stores a request for a change of the app, as [`send`] does for a new one.
pub async fn propose(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    Path(id): Path<String>,
    texts: &'static Texts,
    typed: AppForm,
) -> Result<Response, Problem> {
    let app = who.app(&requests, &id).await?;
    store(&requests, &who, texts, Some(&app), &typed).await
}

async fn store(
    requests: &AppRequests,
    who: &Person,
    texts: &'static Texts,
    app: Option<&App>,
    typed: &AppForm,
) -> Result<Response, Problem> {
    requests.limits.decision(who.account)?;
    let (admin, now) = (&requests.admin, requests.admin.now());
    let again = |status: StatusCode, wrong: Wrong| {
        Ok((status, form_page(&admin.site, texts, app, typed, Some(wrong))).into_response())
    };
    let (asked, would_be) = match read(texts, app, typed, now) {
        Ok(read) => read,
        Err(wrong) => return again(StatusCode::UNPROCESSABLE_ENTITY, Wrong::Field(wrong)),
    };
    let attempt = attempt_of(typed.one(ATTEMPT));
    let about = app.map(|app| app.id.to_string()).unwrap_or_default();
    let made = admin.attempts.of(&[b"request", who.account.as_bytes(), &attempt, about.as_bytes(), &typed.to_bytes()]);
    let id = AppRequestId::from_random(std::array::from_fn(|at| made[at]));
    let line = who.line(ActivityKind::AppRequested, app, &asked.name, now);
    let request = NewRequest { id, by: who.account, app: app.map(|app| app.id), asked, at: now };
    let refused = match admin.records.add_app_request(request, would_be, line).await? {
        RequestAdded::Done => {
            tracing::info!(request.id = %id, "an app was asked for");
            return Ok(Redirect::to("/apps/mine?done=asked").into_response());
        }
        RequestAdded::Alike(alike) => {
            tracing::info!(code = "app_name_taken", other.id = %alike.id, "a request for an app was refused");
            let wrong = FieldError::of(texts, NotAnApp::Taken(alike));
            return again(StatusCode::UNPROCESSABLE_ENTITY, Wrong::Field(wrong));
        }
        RequestAdded::TooMany => ("too_many_app_requests", texts.own_apps.too_many),
        RequestAdded::AlreadyOpen => ("app_change_waits", texts.own_apps.already_open),
    };
    tracing::info!(code = refused.0, "a request for an app was refused");
    again(StatusCode::CONFLICT, Wrong::Whole(refused.1))
}

/// Renders the form that asks for a new app, or for a change of `app`, with the submitted values and an error if there is
/// one.
fn form_page(site: &Site, texts: &'static Texts, app: Option<&App>, typed: &AppForm, wrong: Option<Wrong>) -> Response {
    let (title, lead) = match app {
        None => (texts.own_apps.ask, texts.own_apps.ask_lead),
        Some(_) => (texts.own_apps.propose_title, texts.own_apps.propose_lead),
    };
    let action = app.map_or_else(|| "/apps/request".to_owned(), |app| format!("/apps/mine/{}/propose", app.id));
    let (field, whole) = match wrong {
        None => (None, None),
        Some(Wrong::Field(field)) => (Some(field), Some(texts.own_apps.not_sent)),
        Some(Wrong::Whole(text)) => (None, Some(text)),
    };
    // A form that was refused as a whole may be sent again, once there is room; it is the same attempt then.
    let attempt = Some(typed.one(ATTEMPT).to_owned()).filter(|text| !text.is_empty()).unwrap_or_else(fresh_attempt);
    site.page(Page { class: "wide", ..Page::new(texts, title) }, || {
        let back = match app {
            Some(app) => {
                view! { <a href=format!("/apps/mine/{}", app.id) translate="no">{app.name.clone()}</a> }.into_any()
            }
            None => view! { <a href="/apps/mine">{texts.own_apps.title}</a> }.into_any(),
        };
        view! {
            <p class="way">{back}</p>
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            {whole.map(alert)}
            <form method="post" action=action novalidate=true>
                <input type="hidden" name=ATTEMPT value=attempt/>
                {request_fields(texts, app, typed, field.as_ref())}
                <button type="submit" class="primary">{texts.own_apps.send}</button>
            </form>
        }
        .into_any()
    })
}
